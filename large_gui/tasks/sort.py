"""Sort a folder of images along a direction, with a calibration if there are labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.doubts import doubts
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated, check_labels
from large_gui.core.direction import Direction
from large_gui.core.distance import judged_distances
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest, find_images
from large_gui.project.labels import Found, LabelProblem, LabelTable
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.invert import judging
from large_gui.tasks.labelling.usable import Unused, contradictions, left_out, unused
from large_gui.tasks.sorting.faces import warn_of_few_faces
from large_gui.tasks.sorting.labelled import tell_labels, usable_labels
from large_gui.tasks.sorting.measured import MeasuredFolder, measure_folder
from large_gui.tasks.sorting.rows import SortedRows, sorted_rows


@dataclass(frozen=True)
class SortResult:
    """The sorted rows, failed images last, and the calibration if there is one.

    Attributes
    ----------
    unused
        The labels that it was not fitted to, by path, and why.
    """

    rows: SortedRows
    calibration: Fitted | None
    failed: int
    unused: Mapping[str, Unused] = field(default_factory=dict)

    @property
    def labelled(self) -> SortedRows:
        """The rows whose labels the calibration was fitted to."""
        rows = self.rows.placed
        rows = rows[np.isfinite(rows.labels)]
        return rows[np.array([row.path not in self.unused for row in rows], np.bool_)]


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
    table = usable_labels(labels) if labels is not None else None
    found = find_images(folder, reporter)
    _check_options(options, table, found.paths, possible)
    measured = measured_to_sort(
        found, model, direction, cache, reporter, device=device, reconstruct=reconstruct, engine=engine
    )
    d = judged_along(direction, measured)
    given = match_labels(table, measured, reporter)
    if table is not None and not given.values:
        raise of_other_images(table)
    values = values_of(given.values, measured)
    excluded = np.fromiter((path in given.excluded for path in measured.paths), np.bool_, len(measured))
    calibration = None
    for path, value in given.values.items():
        if not possible[0] <= value <= possible[1]:
            reporter.warn(f"{path}: {value:g} is outside {possible[0]:g} to {possible[1]:g} and left out.")
    why = _unused(values, excluded, measured, possible, reporter)
    fitting = values.copy()
    fitting[list(why)] = np.nan
    values[(values < possible[0]) | (values > possible[1])] = np.nan
    faces = ~measured.faceless
    if (usable := int(np.isfinite(fitting).sum())) >= 2:
        figures = direction.record.figures
        calibration = calibrate(d[faces], fitting[faces], reporter, possible, options, figures)
    elif table is not None:
        reporter.warn(
            f"{usable} of the images that could be placed {'has' if usable == 1 else 'have'} a label, and a "
            "calibration takes two: the table is written without predictions."
        )
    rows = sorted_rows(
        measured, calibration, model.name, direction, labels=values, excluded=excluded & np.isfinite(values),
        of_failed=given.values, excluded_failed=given.excluded,
    )  # fmt: skip
    failed = [f.path for f in measured.failures if f.path in given.values]
    not_used = {p: Unused.EXCLUDED if p in given.excluded else Unused.NO_DISTANCE for p in failed}
    not_used |= {measured.paths[i]: kind for i, kind in why.items()}
    return SortResult(rows, calibration, len(measured.failures), not_used)


def _unused(
    values: NDArray[np.float64], excluded: NDArray[np.bool_], measured: MeasuredFolder,
    possible: tuple[float, float], reporter: Reporter,
) -> dict[int, Unused]:  # fmt: skip
    """The labels of measured images that the line is not fitted to, and why, which is reported."""
    given = np.flatnonzero(np.isfinite(values)).tolist()
    labels = {i: Label(values.item(i), excluded=excluded.item(i)) for i in given}
    value = Value("", "", low=possible[0], high=possible[1])
    why = unused(labels, np.ones(len(measured), bool), measured.faceless, measured.sha256, value)
    for kind in (Unused.FACELESS, Unused.COPY):
        if out := sum(each == kind for each in why.values()):
            reporter.warn(left_out(out, kind))
    for sentence in contradictions(measured.sha256, measured.paths, labels, why):
        reporter.warn(sentence)
    return why


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
    if not len(measured):
        raise InputError(
            f"None of the {len(measured.failures)} images in {found.folder} can be read.",
            hint="The lines above say why for each.",
        )
    warn_of_few_faces(int((~measured.faceless).sum()), len(measured), reporter)
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
    known = table.find(paths)
    if known.problems and table.contents:
        return  # they may be of images that have other paths now, which is known once these are measured
    if not known.values:
        raise of_other_images(table)
    check_labels(options, np.array([v for v in known.used.values() if possible[0] <= v <= possible[1]]))


def of_other_images(table: LabelTable) -> InputError:
    """The error for labels that are all of images of another folder."""
    return InputError(
        f"None of the labels is of an image in this folder; the first is of {next(iter(table.values))}.",
        hint="Their paths are relative to the folder, with / between the parts.",
    )


def judged_along(direction: Direction, measured: MeasuredFolder) -> NDArray[np.float64]:
    """Distances of the measured images as lines are fitted to them, see `judged_distances`."""
    return judged_distances(direction, measured.sha256, measured.distances)


def values_of(labels: Mapping[str, float], measured: MeasuredFolder) -> NDArray[np.float64]:
    """The labels of the measured images, ``(N,)``; NaN for images without one."""
    return np.fromiter((labels.get(path, np.nan) for path in measured.paths), np.float64, len(measured))


def match_labels(table: LabelTable | None, measured: MeasuredFolder, reporter: Reporter) -> Found:
    """Labels by path, also of images that could not be read; rows that can't be used are reported."""
    if table is None:
        return Found({}, {}, [], set())
    why = {failure.path: failure.why for failure in measured.failures}
    found = table.find(chain(measured.paths, why), measured.sha256)
    unread = [
        LabelProblem(found.rows[path], path, f"the image can't be used: {why[path]}")
        for path in found.values
        if path in why
    ]
    tell_labels(table, found, reporter, unread)
    return found


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
