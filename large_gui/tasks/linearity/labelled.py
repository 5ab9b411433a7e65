"""LARGE's own question on photographs: is the value a line of the distance in a labelled folder?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.metrics.linearity import FEWEST, Linearity, linearity
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest
from large_gui.tasks.linearity.plan import Labelled
from large_gui.tasks.session import Session
from large_gui.tasks.sort import copies_in, judged_along, values_of
from large_gui.tasks.sorting.measured import measure_folder


def folder_linearity(
    labelled: Labelled, model: Model, direction: Direction, cache: CodeCache, reporter: Reporter, *,
    device: str = "auto", engine: str = "local",
) -> Linearity | None:  # fmt: skip
    """The values of labelled images against their distances along a direction.

    An image that the direction was learned from has the distance that was found without it, and of copies
    of an image one is used.

    Returns
    -------
    ``None`` if fewer than three images can be measured.
    """
    found = Manifest(labelled.folder, sorted(labelled.values))
    measured = measure_folder(found, model, direction, cache, reporter, engine=engine, device=device)
    used = ~measured.faceless
    used[copies_in(measured.sha256)] = False
    values = values_of(labelled.values, measured)
    return _line(judged_along(direction, measured)[used], values[used])


def session_linearity(session: Session) -> Linearity | None:
    """The same for the open folder, whose images are measured already; ``None`` with fewer than three."""
    points = session.calibration_points()
    return _line(session.judged(points), session.label_values(points))


def _line(distances: NDArray[np.float64], values: NDArray[np.float64]) -> Linearity | None:
    return linearity(distances, values) if len(values) >= FEWEST else None
