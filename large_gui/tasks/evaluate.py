"""Measure a direction on labelled images by the paper's few-shot protocol."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from large_gui import __version__
from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import Reporter
from large_gui.metrics.few_shot import check_shots, evaluate
from large_gui.models.pack import ModelPack
from large_gui.project.code_cache import CodeCache
from large_gui.project.labels import read_labels
from large_gui.tasks.invert import find_images, invert_folder, relative_path
from large_gui.tasks.sort import match_labels


def evaluate_folder(
    folder: Path, labels: Path, pack: ModelPack, direction: Direction, cache: CodeCache, reporter: Reporter,
    *, shots: Sequence[int], repeats: int, value_range: tuple[float, float] | None = None,
    device: str = "auto", seed: int = 0,
) -> dict[str, Any]:  # fmt: skip
    """Invert the folder, draw random labelled subsets, fit, predict the others.

    Returns
    -------
    JSON-able report: what was measured, and the figures of `large_gui.metrics.few_shot.evaluate`.
    """
    table = read_labels(labels)
    found = find_images(folder, reporter)
    known, _ = table.match(relative_path(path, folder) for path in found.paths)
    low, high = value_range or (-math.inf, math.inf)
    check_shots(shots, repeats, sum(low <= value <= high for value in known.values()))
    inverted = invert_folder(folder, pack, cache, reporter, device=device, found=found)
    given = match_labels(table, inverted, reporter)
    values = np.array([given.get(image.path, np.nan) for image in inverted.images])
    labelled = np.isfinite(values)
    d = distances(inverted.codes(), direction)[labelled]
    figures = evaluate(d, values[labelled], shots, repeats, seed, reporter, value_range)
    return {
        "large_gui": __version__,
        "model": pack.name,
        "encoder": pack.encoder_key,
        "direction": direction.spelled,
        "images": len(inverted.images),
        "failed": len(inverted.failures),
        "flagged": sum(bool(image.inverted.flags) for image in inverted.images),
        **figures,
    }
