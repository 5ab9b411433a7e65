"""What the labels say, in words: the answer that leads the panel, figures of the line, and the next image."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.words import count
from large_gui.gui.document.document import Document

if TYPE_CHECKING:
    from large_gui.core.calibrating.suggestion import Suggestion

ENOUGH = 10  # values from which learning a direction is offered
_WORTH_A_WORD = 0.02  # share by which intervals get narrower


class Words(NamedTuple):
    """A headline that is read at a glance, and a sentence that goes with it."""

    headline: str
    more: str


def answer(document: Document) -> Words:
    """Say how far off predictions are; while that can't be known, say what to do next."""
    session = document.session
    if session is None:
        return Words("", "")
    from large_gui.tasks.labelling.answer import guessing_error

    n, line, value = len(session.calibration_points()), session.calibration, document.value
    if session.direction is None:
        return _without_direction(len(session.labels))
    if session.why_no_line:
        return Words("No line yet.", session.why_no_line)
    if n == 0:
        unit = "" if value.unit or value.bounded else " A unit and a range help: age, years, 0 to 120."
        return Words(
            "No image has a value yet.",
            f"Go to the suggested image, type its value and press Enter.{unit}",
        )
    if n == 1 or line is None:
        return Words("One image has a value.", "Give the suggested image its value too: two make a line.")
    if n == 2:
        return Words("Two values fix the line.", "A third one will tell how far off it may be.")
    if math.isnan(line.loo_mae):
        return Words("The error isn't known yet.", "Label an image from another part of the order.")
    unit = f" {document.value.unit}" if document.value.unit else ""
    error, guess = line.loo_mae, guessing_error(session)
    return Words(
        f"Typical error about {about(error)}{unit}",
        f"From {count(n, 'label')}. Guessing the median: {about(guess, like=error)}{unit}.",
    )


def _without_direction(labels: int) -> Words:
    if not labels:
        return Words(
            "There is no direction yet.",
            "“Label 12” picks images that differ; a direction is found from them.",
        )
    return Words(
        f"{count(labels, 'image has', 'images have')} a value.",
        "A line needs a direction, which is learned from these values."
        if labels >= ENOUGH
        else f"A line needs a direction, which can be learned from {ENOUGH} values.",
    )


def about(number: float, like: float | None = None) -> str:
    """A size to two or three digits, ``5.7`` or ``11.2``; to as many places as another, if one is given."""
    size = abs(number if like is None or not like else like)
    if not size or not math.isfinite(number):
        return f"{number:g}"
    power = math.floor(math.log10(size))
    places = max(0, (1 if power < 1 else 2) - power)
    return f"{number:,.{min(places, 9)}f}" if size >= 1e-6 else f"{number:.2g}"


def next_one(document: Document, suggestion: Suggestion | None) -> str:
    """Say which image comes next, why, and what its label would gain."""
    session = document.session
    if session is None or suggestion is None:
        return ""
    from large_gui.tasks.labelling.answer import gain_of

    found = gain_of(session, suggestion) if session.direction is not None else None
    if found is None or found.share < _WORTH_A_WORD:
        return f"Next: {suggestion.why}."
    return (
        f"Next: {suggestion.why}. It would narrow the intervals by about {100 * found.share:.0f} %, "
        f"most {found.where}."
    )


def figures(document: Document) -> str:
    """The line or curve as a formula, with its figures and the error of a line beside that of a curve."""
    from large_gui.core.calibrating.calibration import Calibration
    from large_gui.core.calibrating.conformal import center_of
    from large_gui.core.calibrating.monotone import Curve
    from large_gui.core.calibrating.prior import NO_PRIOR

    session = document.session
    line = session.calibration if session is not None else None
    if line is None and session is not None and session.why_no_line:
        return ""  # which is told above
    if line is None:
        return "The line and its figures appear here once two images have a value."
    unit = f" {document.value.unit}" if document.value.unit else ""
    center = center_of(line)  # its intervals may come from elsewhere
    lines = [f"{line.formula}    n = {line.n}"]
    if line.r2 == line.r2:
        residual = (
            f"    residual error {about(center.residual_std)}{unit}"
            if isinstance(center, Calibration)
            else ""
        )
        lines.append(f"R² = {line.r2:.2f}{residual}")
    if line.loo_mae == line.loo_mae and isinstance(center, Calibration):
        lines.append(f"leave-one-out error {line.loo_mae:.3g}{unit}")
    elif line.loo_mae == line.loo_mae:
        lines.append(f"held-out error {line.loo_mae:.3g}{unit}, straight line {line.straight_mae:.3g}{unit}")
    prior = line.prior if isinstance(line, Calibration | Curve) else NO_PRIOR
    if prior.strength:
        lines.append(
            f"{100 * line.level:g} % intervals: expected residual error {about(prior.std)}{unit}, counted as "
            f"{count(round(prior.strength), 'label')} (from {prior.source})"
        )
    elif center is not line:
        lines.append(f"{100 * line.level:g} % intervals: from the errors of held-out labels (conformal)")
    return "\n".join(lines)


def spoken(document: Document) -> str:
    """Everything about the line in one text, for assistive tools."""
    return "\n".join(part for part in (*answer(document), figures(document)) if part)
