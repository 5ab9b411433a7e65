"""Sort a folder of images along a direction, calibrated where there are labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibration import Calibration, fit
from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.nets.pack import ModelPack
from large_gui.project.code_cache import CodeCache
from large_gui.project.export import SortedRow
from large_gui.project.labels import LabelTable, read_labels
from large_gui.tasks.invert import Failure, InvertedFolder, invert_folder


@dataclass(frozen=True)
class MeasuredImage:
    """An image and its distance along one direction; the label is NaN where there is none."""

    path: str
    sha256: str
    distance: float
    inversion_error: float
    flags: tuple[str, ...] = ()
    label: float = float("nan")
    excluded: bool = False


@dataclass(frozen=True)
class SortResult:
    """The sorted rows, failed images last, and the calibration where there is one."""

    rows: list[SortedRow]
    calibration: Calibration | None
    failed: int


def sort_folder(
    folder: Path, pack: ModelPack, direction: Direction, cache: CodeCache, reporter: Reporter, *,
    labels: Path | None = None, device: str = "auto", reconstruct: bool = False,
) -> SortResult:  # fmt: skip
    """Invert, measure, calibrate, sort.

    Raises
    ------
    InputError
        When the folder holds no image that can be read, or the labels can't be used.
    """
    table = read_labels(labels) if labels is not None else None
    inverted = invert_folder(folder, pack, cache, reporter, device=device, reconstruct=reconstruct)
    if not inverted.images:
        raise InputError(
            f"None of the {len(inverted.failures)} images in {folder} can be read.",
            hint="The lines above say why for each.",
        )
    d = distances(inverted.codes(), direction)
    values = match_labels(table, inverted, reporter)
    calibration = calibrate(d, values, reporter) if table is not None else None
    images = [
        MeasuredImage(
            image.path, image.sha256, float(d[i]), image.inverted.inversion_error, image.inverted.flags,
            label=float(values[i]),
        )
        for i, image in enumerate(inverted.images)
    ]  # fmt: skip
    rows = sorted_rows(images, inverted.failures, calibration, pack.name, direction.name)
    return SortResult(rows, calibration, len(inverted.failures))


def match_labels(
    table: LabelTable | None, inverted: InvertedFolder, reporter: Reporter
) -> NDArray[np.float64]:
    """Label of every image ``(N,)``, NaN where there is none; rows that can't be used are reported."""
    if table is None:
        return np.full(len(inverted.images), np.nan)
    matched, unknown = table.match(image.path for image in inverted.images)
    for problem in [*table.problems, *unknown]:
        reporter.warn(f"labels, row {problem.row}: {problem.why} ({problem.text})")
    return np.array([matched.get(image.path, np.nan) for image in inverted.images])


def calibrate(d: NDArray[np.float64], values: NDArray[np.float64], reporter: Reporter) -> Calibration:
    """Fit the line to the labelled images; two labels carry a warning.

    Raises
    ------
    InputError
        When fewer than two images have a label.
    """
    labelled = np.isfinite(values)
    calibration = fit(d[labelled], values[labelled])
    if calibration.n == 2:
        reporter.warn("Two labels fix the line but carry no error estimate; give a few more.")
    return calibration


def sorted_rows(
    images: Sequence[MeasuredImage], failures: Iterable[Failure], calibration: Calibration | None,
    model: str, direction: str,
) -> list[SortedRow]:  # fmt: skip
    """Rows of the table: by distance, then what could not be read."""
    d = np.array([image.distance for image in images])
    nothing = np.full(len(d), np.nan)
    prediction = nothing if calibration is None else calibration.predict(d)
    low, high = (nothing, nothing) if calibration is None else calibration.interval(d)
    # Equal distances (copies of one image) are ordered by path, so that the order is always the same.
    order = sorted(range(len(d)), key=lambda i: (d[i], images[i].path))
    rows = [
        SortedRow(
            path=images[i].path, rank=rank, distance=float(d[i]), prediction=float(prediction[i]),
            pi_low=float(low[i]), pi_high=float(high[i]), label=images[i].label,
            excluded=images[i].excluded, inversion_error=images[i].inversion_error,
            flags=images[i].flags, sha256=images[i].sha256, model=model, direction=direction,
        )
        for rank, i in enumerate(order, 1)
    ]  # fmt: skip
    failed = [
        SortedRow(f.path, None, None, flags=("failed",), model=model, direction=direction) for f in failures
    ]
    return rows + failed
