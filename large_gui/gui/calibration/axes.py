"""The horizontal axis that the plots of distances share: its ends, and what stands below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.plotting.axis_title import Title

if TYPE_CHECKING:
    from large_gui.project.value import Value

LEFT = SPACE // 2  # pixels before the titles of upright axes, the same in all plots below each other
_PAD = 0.02  # share of the range that is left free at either end


def ends(document: Document) -> tuple[float, float] | None:
    """Lowest and highest distance of the axis; ``None`` while no image has a rank."""
    import numpy as np

    session = document.session
    if session is None:
        return None
    d = session.distances[session.ranked]
    if not len(d):
        return None
    labelled = [i for i in session.labels if session.ranked[i]]
    d = np.concatenate([d, session.judged(labelled)])  # where their points lie
    low, high = float(d.min()), float(d.max())
    pad = _PAD * (high - low or 1.0)
    return low - pad, high + pad


def title(document: Document) -> Title:
    """What grows along the axis: ``young ← distance → old``."""
    direction = document.session.direction if document.session is not None else None
    low, high = (direction.low, direction.high) if direction is not None else ("", "")
    return Title(" ← distance → ", low, high, brief="distance") if low and high else Title("distance")


def value_title(value: Value, of: str = "") -> Title:
    """What is measured, with its unit where there is room: ``age (years)``; ``of`` stands before it."""
    return Title(f"{of}{value.name}{f' ({value.unit})' if value.unit else ''}", brief=f"{of}{value.name}")
