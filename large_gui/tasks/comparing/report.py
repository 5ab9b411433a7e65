"""What a comparison found: the figures of every way, which to use with how many labels, and its JSON form."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from large_gui import __version__
from large_gui.core.words import count, printable

_SORTS = 0.3  # Spearman's correlation that is worth a word
_NOTHING = 1e-100  # no axis ends below
_HOPELESS = -9.995  # R2 of a line that is far off
_BEYOND = 1.5  # times the error of the median that a plot shows


class How(StrEnum):
    """How a way predicts values."""

    MEDIAN = "median"  # that of the labels, for every image
    DISTANCE = "distance"  # along a direction that was there before, calibrated by the labels
    SVM = "svm"  # distance to a plane between the upper and lower half of the labels, calibrated by them
    RIDGE = "ridge"  # regression on all codes


@dataclass(frozen=True)
class Way:
    """One way to predict values.

    Attributes
    ----------
    model
        What the images were turned into codes by; empty for the median, `PIXELS` for small pictures.
    direction
        Name of the direction; empty if it was chosen among several by each draw's own labels.
    candidates
        Among how many directions it was chosen.
    """

    how: How
    model: str = ""
    direction: str = ""
    candidates: int = 0

    @property
    def name(self) -> str:
        """Its name for a person, different from those of all other ways of a comparison."""
        if self.how == How.MEDIAN:
            return "median of the labels"
        return printable(f"{self.model}: {self.method}")

    @property
    def method(self) -> str:
        """Its name beside its model."""
        match self.how:
            case How.DISTANCE if self.direction:
                return f"distance along {self.direction}"
            case How.DISTANCE:
                return f"distance along the best-fitting of {count(self.candidates, 'direction')}"
            case How.SVM:
                return "SVM distance"
            case How.RIDGE:
                return "learned from values"
            case How.MEDIAN:
                return self.name

    @property
    def use(self) -> str:
        """What a person is told to do."""
        if self.how == How.RIDGE:
            return f"learn from values ({self.model})"
        return f"use the {self.method} ({self.model})"


@dataclass(frozen=True)
class Row:
    """The figures of a way with a number of labels, over all draws; ``None`` where one is not defined.

    Attributes
    ----------
    way
        Its name.
    k, labels
        How many labels were asked for, and how many there were on average.
    mae, sd, worst
        Mean absolute error: its mean over draws, their standard deviation, and what the worst twentieth of
        the draws exceeds.
    uncertainty
        Standard error of the mean, from the spread over draws and over images.
    r2, spearman
        Means over draws.
    good
        Whether it is better than one value for all images, and no way is better than it beyond chance.
    """

    way: str
    k: int
    labels: float
    mae: float
    sd: float
    worst: float
    uncertainty: float | None
    r2: float | None
    spearman: float
    good: bool


@dataclass(frozen=True)
class Part:
    """What to use with some numbers of labels; ``way`` is empty where nothing is of use."""

    shots: tuple[int, ...]
    way: str


@dataclass(frozen=True)
class Example:
    """What each way predicted after one draw of k labels, for a plot.

    Attributes
    ----------
    real
        The values of images that were not drawn.
    predicted
        The predictions for them, by way.
    """

    k: int
    real: list[float]
    predicted: dict[str, list[float]]


@dataclass(frozen=True)
class Report:
    """A comparison of ways on the labelled images of a folder.

    Attributes
    ----------
    folder
        Its name.
    value, unit
        What the labels measure; may be empty.
    images
        How many labelled images every way was scored on.
    models
        Keys of the models, by name.
    spread_along
        The direction along which the drawn images keep a least distance; empty if they were drawn at random.
    cautions
        What a person should know, in sentences.
    """

    folder: str
    images: int
    shots: list[int]
    repeats: int
    seed: int
    models: dict[str, str]
    ways: list[Way]
    rows: list[Row]
    parts: list[Part]
    example: Example
    value: str = ""
    unit: str = ""
    spread_along: str = ""
    cautions: list[str] = field(default_factory=list)

    def row(self, way: str, k: int) -> Row:
        """The figures of a way with so many labels."""
        return next(row for row in self.rows if row.way == way and row.k == k)

    @property
    def drawn(self) -> str:
        """How the labels were drawn, in a sentence."""
        how = f"apart along {self.spread_along}, as in the paper" if self.spread_along else "at random"
        return (
            f"{count(self.images, 'labelled image')}; labels drawn {how}, {count(self.repeats, 'time')} for "
            "each number, the same for every way; errors of all images that were not drawn."
        )

    @property
    def advice(self) -> str:
        """Which way to use with how many labels, in sentences."""
        ways = {way.name: way for way in self.ways}
        said = []
        for place, part in enumerate(self.parts):
            last = place == len(self.parts) - 1
            when = _when(part.shots, first=place == 0, last=last)
            if not part.way:
                what = "no way is better than one value for all images, as far as can be told here"
                said.append(f"{when}, {what}{self._sorts(part.shots[-1])}.")
                continue
            k = part.shots[len(part.shots) // 2]
            error = f"{number(self.row(part.way, k).mae)} {self.unit}".rstrip()
            with_k = "" if len(part.shots) == 1 else f" with {k:,}"
            said.append(f"{when}, {ways[part.way].use}: mean error {error}{with_k}.")
        return " ".join(said)

    def _sorts(self, k: int) -> str:
        """Which way sorts best with k labels, as the end of a sentence; empty if none does so at all."""
        best = max((row for row in self.rows if row.k == k), key=lambda row: row.spearman)
        if best.spearman < _SORTS:
            return ""
        return f"; {best.way} sorts them best (Spearman {share(best.spearman)} with {k:,})"

    def as_json(self) -> dict[str, Any]:
        """The report as a JSON object; a figure that is not defined is ``None``."""
        return {
            "large_gui": __version__,
            "kind": "comparison",
            "version": 1,
            "folder": self.folder,
            "value": self.value,
            "unit": self.unit,
            "images": self.images,
            "repeats": self.repeats,
            "seed": self.seed,
            "spread_along": self.spread_along,
            "models": self.models,
            "advice": self.advice,
            "parts": [{"labels": list(part.shots), "way": part.way} for part in self.parts],
            "cautions": self.cautions,
            "ways": [{"name": way.name, **asdict(way), "how": str(way.how)} for way in self.ways],
            "figures": [asdict(row) for row in self.rows],
            "example": asdict(self.example),
        }


def number(value: float | None) -> str:
    """A figure in three digits, or a dash where it is not defined."""
    if value is None or math.isnan(value):
        return "-"
    if abs(value) >= 1000:
        return f"{value:,.0f}" if abs(value) < 1e6 else f"{value:.1e}"
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def tabled(value: float) -> str:
    """A figure in three digits, zeros at its end included, so that those of a column can be compared."""
    text = f"{value:#.3g}".rstrip(".")
    return number(value) if "e" in text else text


def share(value: float | None) -> str:
    """R2 or a correlation in two places, or a dash; a hopeless R2 has no figure."""
    return "-" if value is None else f"{value:.2f}" if value > _HOPELESS else "< -9"


def _when(shots: Sequence[int], *, first: bool, last: bool) -> str:
    """For which numbers of labels something holds, as a sentence begins."""
    low, high = shots[0], shots[-1]
    if first and last and len(shots) > 1:
        return f"With any number of labels from {low:,} to {high:,}"
    if low == high and (first or not last):
        return f"With {low:,} labels"
    if first:
        return f"Up to {high:,} labels"
    return f"From {low:,} labels on" if last else f"From {low:,} to {high:,} labels"


def by_name(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    """The rows of each way, in order of their numbers of labels."""
    found: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.k):
        found.setdefault(row.way, []).append(row)
    return found


def highest_error(report: Report) -> float:
    """Where an axis of errors ends: lines that err far more than the median leave the plot."""
    medians = [row.mae for row in report.rows if row.way == Way(How.MEDIAN).name]
    highest = min(max(row.mae for row in report.rows), _BEYOND * max(medians))
    return highest if highest > _NOTHING else 1.0
