"""How a direction was found, so that it can be checked: options, data, model, and what was held out."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from large_gui.core import forms
from large_gui.core.words import printable

Option = bool | int | float | str
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class FindingRecord:
    """What is known of how a direction was found; everything is empty for one that says nothing.

    Attributes
    ----------
    model_key
        `Model.key` of the model whose codes it is for.
    options
        The finder's options, by name.
    data
        SHA-256 of the images it was found from and of what was said of each, or of the samples.
    figures
        Figures by name in words. Those of quality are measured on images that were held out: the direction
        was found again without them. Others say from how much it was found, and what a guess would give.
    held_out
        Distance of each image it was found from, by SHA-256, along the direction that was found without it.
        These stand for the images' own distances wherever an error is measured.
    """

    model_key: str = ""
    options: Mapping[str, Option] = field(default_factory=dict)
    data: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    held_out: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The record as a JSON object."""
        return {
            "model_key": self.model_key, "options": dict(self.options), "data": self.data,
            "figures": dict(self.figures), "held_out": dict(self.held_out),
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> FindingRecord:
        """Read what `as_json` wrote.

        Raises
        ------
        ValueError
            When it is something else. The message says what is wrong.
        """
        values = forms.document(form, "a record")
        options = forms.table(values.get("options", {}), "options")
        for name, value in options.items():
            endless = isinstance(value, float) and not math.isfinite(value)
            if endless or not isinstance(value, bool | int | float | str):
                raise ValueError(f"the option {name!r} is neither a number nor a word")
        figures = forms.table(values.get("figures", {}), "figures")
        held_out = forms.table(values.get("held_out", {}), "held_out")
        if not all(_HASH.fullmatch(sha256) for sha256 in held_out):
            raise ValueError("'held_out' is not by the hash of an image")
        return cls(
            model_key=printable(forms.text(values, "model_key", "")),
            options={printable(name): _plain(value) for name, value in options.items()},
            data=printable(forms.text(values, "data", "")),
            figures={printable(name): forms.number(figures, name) for name in figures},
            held_out={sha256: forms.number(held_out, sha256) for sha256 in held_out},
        )


def _plain(value: Option) -> Option:
    return printable(value) if isinstance(value, str) else value
