"""A saved fit: a calibration with the direction and the model that it belongs to, in one JSON form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from large_gui.core import forms
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.saved import read_calibration
from large_gui.core.direction import Direction
from large_gui.core.words import printable

_VERSION = 1  # version of the JSON form


@dataclass(frozen=True, eq=False)
class Fit:
    """All that predicts a value from an image's code; it holds no image and no path.

    Attributes
    ----------
    calibration, direction
        The line and the direction whose distances it reads, turned round if it was.
    model, title, key
        Name, title and key of the model whose codes were measured. The key alone decides whether another
        model gives the same codes.
    labels
        How many labels the calibration was fitted to.
    nearest, farthest
        Least and greatest distance of these labels; beyond them a prediction is extrapolated.
    value, unit
        What the labels measure, and in which unit; empty where nobody said it.
    low, high
        Ends of what the value can be; infinite where nobody said them.
    program, date
        The version of this program that made the fit, and when, in ISO 8601.
    """

    calibration: Fitted
    direction: Direction
    model: str
    title: str
    key: str
    labels: int
    nearest: float
    farthest: float
    value: str = ""
    unit: str = ""
    low: float = -math.inf
    high: float = math.inf
    program: str = ""
    date: str = ""

    def as_json(self) -> dict[str, Any]:
        """The fit as a JSON object; `from_json` gives back the same numbers to the last bit."""
        low, high = (end if math.isfinite(end) else None for end in (self.low, self.high))
        return {
            "large_gui": self.program, "kind": "fit", "version": _VERSION, "date": self.date,
            "model": {"name": self.model, "title": self.title, "key": self.key},
            "value": {"name": self.value, "unit": self.unit, "low": low, "high": high},
            "labels": {"count": self.labels, "nearest": self.nearest, "farthest": self.farthest},
            "calibration": self.calibration.as_json(),
            "direction": self.direction.as_json(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Fit:
        """Read what `as_json` wrote; names that are not known here are ignored.

        Raises
        ------
        UnknownVersion
            When a newer version of this program wrote it.
        ValueError
            When the form is something else. The message says what is wrong.
        """
        values, version = forms.versioned(form, "fit", _VERSION)
        if not version:
            raise ValueError("it is not a fit")
        model, value, labels = (forms.table(values.get(key), key) for key in ("model", "value", "labels"))
        forms.require(value, ("low", "high"))
        low = -math.inf if value["low"] is None else forms.number(value, "low")
        high = math.inf if value["high"] is None else forms.number(value, "high")
        nearest, farthest = forms.number(labels, "nearest"), forms.number(labels, "farthest")
        if not low < high:
            raise ValueError(f"a value can't be between {low:g} and {high:g}")
        if nearest > farthest:
            raise ValueError("'nearest' is beyond 'farthest'")
        return cls(
            read_calibration(values.get("calibration")), Direction.from_json(values.get("direction")),
            model=_line(model, "name"), title=_line(model, "title"), key=_line(model, "key"),
            labels=forms.count(labels, "count", 1 << 31), nearest=nearest, farthest=farthest,
            value=_line(value, "name"), unit=_line(value, "unit"), low=low, high=high,
            program=_line(values, "large_gui"), date=_line(values, "date"),
        )  # fmt: skip


def _line(values: Any, key: str) -> str:
    return printable(forms.text(values, key))
