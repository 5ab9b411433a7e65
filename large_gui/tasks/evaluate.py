"""Measure a direction on labelled images by the paper's few-shot protocol."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui import __version__
from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.metrics.few_shot import check_seed, chosen_shots, evaluate
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.contents import labels_of
from large_gui.project.images.manifest import find_images
from large_gui.tasks.labelling.usable import copies_in
from large_gui.tasks.sort import judged_along, of_other_images, values_of
from large_gui.tasks.sorting.labelled import copies_left_out, tell_labels, usable_labels
from large_gui.tasks.sorting.measured import MeasuredFolder, measure_folder


@dataclass(frozen=True, eq=False)
class Evaluated:
    """What an evaluation found.

    Attributes
    ----------
    report
        It can be written as JSON: what was measured, and the figures of
        `large_gui.metrics.few_shot.evaluate`.
    measured
        The images of the folder.
    labels
        ``(N,)`` of the images that were measured; NaN for those that took no part.
    """

    report: dict[str, Any]
    measured: MeasuredFolder
    labels: NDArray[np.float64]


def evaluate_folder(
    folder: Path, labels: Path, model: Model, direction: Direction, cache: CodeCache, reporter: Reporter,
    *, shots: Sequence[int], repeats: int, value_range: tuple[float, float] | None = None,
    central: float = 1.0, device: str = "auto", seed: int = 0, engine: str = "local",
) -> Evaluated:  # fmt: skip
    """Measure a folder; again and again, fit a line to a few random labels and predict the others.

    How many labels, say ``shots``; empty stands for as many as the labelled images are enough for.

    Images that the direction was learned from are judged by directions that were learned without them;
    ``judged_without`` in the report is their number. Of images that are the same file the first one is used.
    """
    check_seed(seed)
    table = usable_labels(labels)
    found = find_images(folder, reporter)
    given = labels_of(table, found, cache, reporter)
    tell_labels(table, given, reporter)
    if not given.values:
        raise of_other_images(table)
    known = given.used
    low, high = value_range or (-math.inf, math.inf)
    chosen_shots(shots, repeats, sum(low <= value <= high for value in known.values()))
    measured = measure_folder(found, model, direction, cache, reporter, engine=engine, device=device)
    for failure in measured.failures:
        if failure.path in known:
            row = given.rows[failure.path]
            reporter.warn(f"labels, row {row}: the image can't be used: {failure.why} ({failure.path})")
    values = values_of(known, measured)
    # What was fitted to an image would be judged by its copy.
    if copies := copies_in(measured.sha256, np.flatnonzero((low <= values) & (values <= high))):
        values[copies] = np.nan
        reporter.warn(copies_left_out(len(copies)))
    labelled = np.isfinite(values)
    held_out = direction.record.held_out
    taught = sum(measured.sha256[i] in held_out for i in np.flatnonzero(labelled).tolist()) if held_out else 0
    if taught:
        reporter.warn(
            f"The direction was learned from {count(taught, 'labelled image')}: each of these is judged by "
            "one that was learned without it."
        )
    d = judged_along(direction, measured)[labelled]
    figures = evaluate(d, values[labelled], shots, repeats, seed, reporter, value_range, central)
    report = {
        "large_gui": __version__,
        "model": model.name,
        "encoder": model.key,
        "direction": direction.spelled,
        "found": direction.provenance,
        "images": len(measured),
        "failed": len(measured.failures),
        "judged_without": taught,
        "flagged": sum(map(bool, measured.flags)),
        **figures,
    }
    return Evaluated(report, measured, np.where((low <= values) & (values <= high), values, np.nan))
