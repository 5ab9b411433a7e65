"""The comparison of the direction in use with one that was learned, in words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.words import count
from large_gui.gui.calibration.words import about

if TYPE_CHECKING:
    from large_gui.gui.document.document import Document
    from large_gui.tasks.labelling.learned import ErrorsCompared


class Line(NamedTuple):
    """One of the errors that stand below each other."""

    what: str
    error: str


def lines(found: ErrorsCompared, document: Document) -> list[Line]:
    """The errors side by side, those that are known first by which direction."""
    unit = f" {document.value.unit}" if document.value.unit else ""
    like = found.old if math.isfinite(found.old) else found.guess  # to as many places as the panel tells

    def told(error: float) -> str:
        return f"{about(error, like=like)}{unit}" if math.isfinite(error) else "not known"

    present = document.chosen.name.replace("_", " ")
    return [
        *([Line(f"Now, by {present}", told(found.old))] if present else []),
        Line(f"Learned from {count(found.images, 'value')}", told(found.new)),
        Line("Guessing the median", told(found.guess)),
    ]


def verdict(found: ErrorsCompared, document: Document) -> str:
    """Say which is better and by how much, and how sure that is."""
    from large_gui.tasks.labelling.learned import Verdict

    if not math.isfinite(found.new):
        return "Its error is not known: it can't be told whether it is better."
    if found.against_guess != Verdict.BETTER and found.new >= found.guess:
        return "The learned direction predicts no better than guessing. More values may teach it."
    sure = (
        "" if found.against_guess == Verdict.BETTER
        else f" That it is better than guessing may be chance, with {count(found.images, 'value')}."
    )  # fmt: skip
    if not math.isfinite(found.old):
        gain = _by(found.guess - found.new, found.guess, document)
        return f"The learned direction is better than guessing by {gain}.{sure}" if not sure else sure.strip()
    change = found.old - found.new
    by = _by(abs(change), found.old, document)
    which = "better" if change > 0 else "worse"
    chance = ", which may be chance" if found.against_old == Verdict.UNSURE else ""
    return f"The learned direction is {which} by {by}{chance}.{sure if change > 0 else ''}"


def _by(change: float, of: float, document: Document) -> str:
    unit = f" {document.value.unit}" if document.value.unit else ""
    share = f" ({100 * change / of:.0f} %)" if of > 0 else ""
    return f"{about(change, like=of)}{unit}{share}"
