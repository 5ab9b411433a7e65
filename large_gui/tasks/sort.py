"""Sort a folder of images along a direction, with a calibration if there are labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.doubts import doubts
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated, check_labels
from large_gui.core.choices import ANY_IMAGE, Flag
from large_gui.core.direction import Direction
from large_gui.core.distance import judged_distances
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import SortedRow
from large_gui.project.images.manifest import Failure, Manifest, find_images
from large_gui.project.labels import LabelProblem, LabelTable, read_labels
from large_gui.tasks.invert import judging
from large_gui.tasks.measure import MeasuredFolder, MeasuredImage, measure_folder


@dataclass(frozen=True)
class SortResult:
    """The sorted rows, failed images last, and the calibration if there is one."""

    rows: list[SortedRow]
    calibration: Fitted | None
    failed: int

    @property
    def labelled(self) -> list[SortedRow]:
        """The rows whose labels the calibration was fitted to."""
        rows = [
            row for row in self.rows
            if row.label is not None and math.isfinite(row.label) and row.rank is not None
        ]  # fmt: skip
        copies = set(copies_in([row.sha256 for row in rows], range(len(rows))))
        return [row for i, row in enumerate(rows) if i not in copies]


def sort_folder(
    folder: Path, model: Model, direction: Direction, cache: CodeCache, reporter: Reporter, *,
    labels: Path | None = None, device: str = "auto", reconstruct: bool = False,
    possible: tuple[float, float] = (-np.inf, np.inf), options: CalibrationOptions | None = None,
    engine: str = "local",
) -> SortResult:  # fmt: skip
    """Measure the images of a folder, fit the line if there are labels, and sort.

    Parameters
    ----------
    possible
        Ends of what the labels' value can be; predictions stop there.
    options
        How values are told from distances; ``None`` for a line by least squares.

    Raises
    ------
    InputError
        When the folder holds no image that can be read, or the labels can't be used.
    """
    options = options or CalibrationOptions()
    table = read_labels(labels) if labels is not None else None
    found = find_images(folder, reporter)
    _check_options(options, table, found.paths, possible)
    measured = measured_to_sort(
        found, model, direction, cache, reporter, device=device, reconstruct=reconstruct, engine=engine
    )
    d = judged_along(direction, measured)
    given = match_labels(table, measured, reporter)
    values = np.array([given.get(image.path, np.nan) for image in measured.images])
    calibration = None
    for path, value in given.items():
        if not possible[0] <= value <= possible[1]:
            reporter.warn(f"{path}: {value:g} is outside {possible[0]:g} to {possible[1]:g} and left out.")
    values[(values < possible[0]) | (values > possible[1])] = np.nan
    faces = np.array([Flag.UNALIGNED not in image.flags for image in measured.images])
    if out := int((np.isfinite(values) & ~faces).sum()):
        reporter.warn(left_out(out, "of images without a face"))
    fitting = np.where(faces, values, np.nan)
    copies = copies_in([image.sha256 for image in measured.images], np.flatnonzero(np.isfinite(fitting)))
    fitting[copies] = np.nan
    if copies:
        are = "is" if len(copies) == 1 else "are"
        reporter.warn(f"{count(len(copies), 'label')} of copies of other images {are} left out of the line.")
    if (usable := int(np.isfinite(fitting).sum())) >= 2:
        figures = direction.record.figures
        calibration = calibrate(d[faces], fitting[faces], reporter, possible, options, figures)
    elif table is not None:
        reporter.warn(
            f"{usable} of the images that could be placed {'has' if usable == 1 else 'have'} a label, and a "
            "calibration takes two: the table is written without predictions."
        )
    images = [
        replace(image, label=float(value)) if np.isfinite(value) else image
        for image, value in zip(measured.images, values)
    ]
    rows = sorted_rows(images, measured.failures, calibration, model.name, direction, given)
    return SortResult(rows, calibration, len(measured.failures))


def measured_to_sort(
    found: Manifest, model: Model, direction: Direction, cache: CodeCache, reporter: Reporter, *,
    device: str = "auto", reconstruct: bool = False, engine: str = "local",
) -> MeasuredFolder:  # fmt: skip
    """Measure the images of a folder that is to be sorted, and warn if few have the face that it takes.

    Raises
    ------
    InputError
        When the folder holds no image that can be read.
    """
    judged = judging(model, reconstruct=reconstruct)
    measured = measure_folder(found, judged, direction, cache, reporter, engine=engine, device=device)
    if not measured.images:
        raise InputError(
            f"None of the {len(measured.failures)} images in {found.folder} can be read.",
            hint="The lines above say why for each.",
        )
    with_face = sum(Flag.UNALIGNED not in image.flags for image in measured.images)
    if warning := few_faces(with_face, len(measured.images)):
        reporter.warn(f"{warning} The model {ANY_IMAGE!r} measures any image: --model {ANY_IMAGE}.")
    return measured


def _check_options(
    options: CalibrationOptions, table: LabelTable | None, paths: Sequence[str], possible: tuple[float, float]
) -> None:
    """Refuse what can't be fitted to the labels before an hour is spent on measuring."""
    if table is None:
        if options != CalibrationOptions():
            raise InputError(
                "Without labels there is nothing to calibrate.",
                hint="Give --labels, or leave out the method, level, interval and spread.",
            )
        return
    known, _ = table.match(paths)
    if table.values and not known:
        raise InputError(
            f"None of the labels is of an image in this folder; the first is of {next(iter(table.values))}.",
            hint="Their paths are relative to the folder, with / between the parts.",
        )
    check_labels(options, np.array([v for v in known.values() if possible[0] <= v <= possible[1]]))


def judged_along(direction: Direction, measured: MeasuredFolder) -> NDArray[np.float64]:
    """Distances of the measured images as lines are fitted to them, see `judged_distances`."""
    along = np.array([image.distance for image in measured.images])
    return judged_distances(direction, [image.sha256 for image in measured.images], along)


def copies_in(sha256: Sequence[str], among: Iterable[int]) -> list[int]:
    """The numbers, among some, of images that are the same file as an earlier one: they tell nothing new."""
    seen: set[str] = set()
    found = []
    for i in map(int, among):
        if sha256[i] in seen:
            found.append(i)
        seen.add(sha256[i])
    return found


def match_labels(table: LabelTable | None, measured: MeasuredFolder, reporter: Reporter) -> dict[str, float]:
    """Labels by path, also of images that could not be read; rows that can't be used are reported."""
    if table is None:
        return {}
    why = {failure.path: failure.why for failure in measured.failures}
    sha256 = [image.sha256 for image in measured.images]
    matched, unknown = table.match([*(image.path for image in measured.images), *why], sha256)
    unread = [
        LabelProblem(table.row_of(path), path, f"the image can't be used: {why[path]}")
        for path in matched
        if path in why
    ]
    for problem in sorted([*table.problems, *unknown, *unread], key=lambda problem: problem.row):
        reporter.warn(f"labels, row {problem.row}: {problem.why} ({problem.text})")
    if table.doubt:
        reporter.warn(f"labels: {table.doubt}")
    return matched


def few_faces(with_face: int, images: int) -> str:
    """A sentence for a folder in which few images have the face that the model needs; otherwise empty."""
    if with_face >= images / 2:
        return ""
    if not with_face:
        return "None of the images has a face. They have no rank: this model measures faces."
    return (
        f"Only {with_face:,} of {count(images, 'image')} {'has' if with_face == 1 else 'have'} a face. "
        "The others have no rank: this model measures faces."
    )


def left_out(labels: int, which: str) -> str:
    """A sentence for labels that the line is not fitted to."""
    return f"{count(labels, 'label')} {which} {'is' if labels == 1 else 'are'} left out."


def calibrate(
    d: NDArray[np.float64], values: NDArray[np.float64], reporter: Reporter,
    possible: tuple[float, float] = (-np.inf, np.inf), options: CalibrationOptions | None = None,
    figures: Mapping[str, float] | None = None,
) -> Fitted:  # fmt: skip
    """Fit the line to the labels of images that have a rank, and report reasons not to trust it.

    Parameters
    ----------
    d, values
        ``(N,)`` distances of all images that have a rank, and their labels; NaN where there is none.
    possible, options
        As for `sort_folder`.
    figures
        Those of the direction's record, which may tell a spread to expect.

    Raises
    ------
    InputError
        When fewer than two images have a label.
    """
    labelled = np.isfinite(values)
    calibration = calibrated(
        d[labelled], values[labelled], d, options or CalibrationOptions(), possible, figures
    )
    if np.isnan(calibration.width):
        reporter.warn("Two labels fix the line but carry no error estimate; give a few more.")
    for doubt in doubts(calibration, d[labelled], values[labelled], d):
        reporter.warn(doubt)
    return calibration


def sorted_rows(
    images: Sequence[MeasuredImage], failures: Iterable[Failure], calibration: Fitted | None,
    model: str, direction: Direction, labels: Mapping[str, float] | None = None,
) -> list[SortedRow]:  # fmt: skip
    """Rows of the table: by distance, then images without a face, then images that could not be read.

    If the model needs a face, only images with one get a rank and a prediction. All have their label.
    """
    d = np.array([image.distance for image in images])
    prediction, low, high = np.full((3, len(d)), np.nan)
    if calibration is not None:
        prediction, (low, high) = calibration.predict(d), calibration.interval(d)
    clipped = np.zeros(len(d), bool) if calibration is None else calibration.clips(d)
    faceless = np.array([Flag.UNALIGNED in image.flags for image in images], bool)
    for column in (prediction, low, high):
        column[faceless] = np.nan
    taught = [image.sha256 in direction.record.held_out for image in images]
    told = ((Flag.LEARNED_FROM, taught), (Flag.CLIPPED, clipped & ~faceless))
    flags = [(*image.flags, *(flag for flag, which in told if which[i])) for i, image in enumerate(images)]
    # Equal distances (copies of one image) are ordered by path, so that the order is always the same.
    order = sorted(range(len(d)), key=lambda i: (faceless[i], d[i], images[i].path))
    rows = [
        SortedRow(
            path=images[i].path, rank=None if faceless[i] else rank, distance=float(d[i]),
            prediction=float(prediction[i]), pi_low=float(low[i]), pi_high=float(high[i]),
            label=images[i].label,
            excluded=images[i].excluded, inversion_error=images[i].inversion_error,
            flags=flags[i], sha256=images[i].sha256, model=model, direction=direction.spelled,
        )
        for rank, i in enumerate(order, 1)
    ]  # fmt: skip
    failed = [
        SortedRow(
            f.path, None, None, label=(labels or {}).get(f.path), flags=(Flag.FAILED,), model=model,
            direction=direction.spelled, reason=f.why,
        )
        for f in failures
    ]  # fmt: skip
    return rows + failed
