"""What the inspector says of an image: its estimate first, then where it stands, and how far to trust it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from large_gui.core.choices import Flag
from large_gui.core.words import signed
from large_gui.gui.document.document import Document

_GOOD, _POOR = 90.0, 99.0  # percentiles of the inversion error
_FLAGS = {
    Flag.UNALIGNED: "No face was found; the centred square was used.",
    Flag.SEVERAL_FACES: "Several faces; the largest was used.",
    Flag.REFINED: "The code was refined.",
}


def estimate(document: Document) -> str:
    """The calibrated value of the current image in words; or its rank while there is no line."""
    import numpy as np

    from large_gui.core.comparing.groups import decimals

    session, i, value = document.session, document.current, document.value
    assert session is not None
    d, line = float(session.distances[i]), session.calibration
    if not np.isfinite(d):
        measured = bool(session.sha256[i])
        return (
            "Not measured: there is no direction yet."
            if measured
            else "Not measured yet: it waits for its turn."
        )
    if not session.ranked[i]:
        return _rank(document)
    if line is None:
        return _rank(document) + _ends(document)
    low, high = (float(end) for end in line.interval(d))
    known = np.isfinite([low, high]).all()
    places = max(0, decimals((high - low) / 2) - 1) if known else 1
    told = f"Estimated {value.name} {line.predict(d):,.{places}f} {value.unit}".rstrip()
    return told + (f", between {low:,.{places}f} and {high:,.{places}f}" if known else "")


def figures(document: Document) -> str:
    """The rank, distance and label of the current image, on one line; empty while it is not measured."""
    import numpy as np

    session, i, value = document.session, document.current, document.value
    assert session is not None
    d, label, line = float(session.distances[i]), session.labels.get(i), session.calibration
    parts = []
    if np.isfinite(d):
        ranked = bool(session.ranked[i])
        parts = [*([_rank(document)] if line is not None and ranked else []), f"distance {signed(d)}"]
        if line is not None and ranked and line.clips(d):
            parts.append(f"limited to {value.bounded}")
    if np.isfinite(d) and session.taught(i):
        held_out = float(session.judged([i])[0])
        told = f"the line says {float(line.predict(held_out)):.3g}" if line is not None else signed(held_out)
        parts.append(f"the direction was learned from it; without it {told}")
    if label is not None:
        parts.append(f"you gave {label.value:g}{', left out of the line' if label.excluded else ''}")
    text = " · ".join(part.replace(" ", "\u00a0") for part in parts)
    return text[:1].upper() + text[1:]


def _rank(document: Document) -> str:
    session, i = document.session, document.current
    assert session is not None
    d, ranked = session.distances[i], session.ranked
    if not ranked[i]:
        return "No rank: no face was found"
    rank = 1 + int((session.distances[ranked] < d).sum() + (session.distances[:i][ranked[:i]] == d).sum())
    return f"Rank {rank:,} of {ranked.sum():,}"


def _ends(document: Document) -> str:
    direction = document.session.direction if document.session is not None else None
    if direction is None or not (direction.low and direction.high):
        return ""
    return f", from {direction.low} to {direction.high}"


class Trust(NamedTuple):
    """How far the figures of an image can be trusted.

    Attributes
    ----------
    grade
        ``good``, ``warn`` or ``bad``, as colours are named; empty where nothing is known.
    words
        Sentences for the person.
    detail
        The figure behind them.
    """

    grade: str
    words: str
    detail: str = ""


def trust(error: float, flags: Sequence[str]) -> Trust:
    """Say how far an image can be trusted; ``error`` is its percentile among good images, or NaN."""
    others = [text for flag, text in _FLAGS.items() if flag in flags]
    grade, detail, words = "", "", []
    if error > _POOR or Flag.POOR_INVERSION in flags:
        grade, words = "bad", ["This image lies outside what the model knows: don't rely on its figures."]
    elif error > _GOOD:
        grade, words = (
            "warn",
            ["This image lies at the edge of what the model knows: its figures are less sure."],
        )
    elif error == error:
        grade, words = "good", ["This image lies well inside what the model knows."]
    if error == error:
        detail = f"{100 - error:.0f} % of good images are farther from what the model knows."
    return Trust(grade or ("warn" if others else ""), " ".join([*words, *others]), detail)
