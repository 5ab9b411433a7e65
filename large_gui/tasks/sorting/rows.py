"""The rows of the sorted table: columns, of which each row is made when it is written or looked at."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.choices import Flag
from large_gui.core.columns import Coded, Flags, Rows
from large_gui.core.direction import Direction
from large_gui.project.export import SortedRow
from large_gui.tasks.ordering import by_distance
from large_gui.tasks.sorting.measured import MeasuredFolder

_AT_ONCE = 65_536  # images that are predicted together: grades take many numbers an image


@dataclass(frozen=True, eq=False)
class _Columns:
    """What is known of the N images that have a distance; where it says so, of F failures behind them too."""

    measured: MeasuredFolder
    model: str
    direction: str
    figures: NDArray[np.float64] | None  # (3, N): prediction, and ends of its interval; none without a line
    grades: Coded[str] | None  # of N
    ranks: NDArray[np.int32]  # (N + F,) from 1; 0 without a rank
    labels: NDArray[np.float64]  # (N + F,); NaN without a label
    excluded: NDArray[np.bool_]  # (N + F,)
    flags: Flags  # of N + F


class SortedRows(Sequence[SortedRow]):
    """Rows of the sorted table, or some of them; a row is made when it is asked for, and not kept.

    Parameters
    ----------
    numbers
        The image of each row, as a number in the columns.
    """

    def __init__(self, columns: _Columns, numbers: NDArray[np.intp]) -> None:
        self._columns = columns
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, at: int) -> SortedRow: ...
    @overload
    def __getitem__(self, at: Rows) -> SortedRows: ...
    def __getitem__(self, at: int | Rows) -> SortedRow | SortedRows:
        if isinstance(at, slice | np.ndarray):
            return SortedRows(self._columns, self._numbers[at])
        return self._row(int(self._numbers[at]))

    def __iter__(self) -> Iterator[SortedRow]:
        return (self._row(int(number)) for number in self._numbers)

    @property
    def ranks(self) -> NDArray[np.int32]:
        """Of each row, from 1; 0 for images without a rank."""
        return np.asarray(self._columns.ranks[self._numbers])

    @property
    def labels(self) -> NDArray[np.float64]:
        """Of each row; NaN for images without a label."""
        return np.asarray(self._columns.labels[self._numbers])

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Of each row: whether a person left its label out of the calibration."""
        return np.asarray(self._columns.excluded[self._numbers])

    @property
    def flags(self) -> Flags:
        """Of each row."""
        return self._columns.flags[self._numbers]

    @property
    def placed(self) -> SortedRows:
        """The rows of images that have a rank."""
        return self[self.ranks > 0]

    @property
    def measured(self) -> SortedRows:
        """The rows of images that have a distance."""
        return self[self._numbers < len(self._columns.measured)]

    def flagged(self, only: Sequence[str], without: Sequence[str]) -> SortedRows:
        """The rows of images that have one of some flags, if any are given, and none of some others."""
        flags = self.flags
        wanted = ~flags.having(*without)
        return self[wanted & flags.having(*only) if only else wanted]

    def among(self, paths: Container[str]) -> SortedRows:
        """The rows of some images, in the order of the rows."""
        return self[np.array([self._path(number) in paths for number in self._numbers.tolist()], np.bool_)]

    def of(self, paths: Iterable[str]) -> SortedRows:
        """The rows of some images, in their order; images that have no row are left out."""
        place = {self._path(number): row for row, number in enumerate(self._numbers.tolist())}
        return self[np.array([place[path] for path in paths if path in place], np.intp)]

    def _path(self, number: int) -> str:
        its = self._columns.measured
        return its.paths[number] if number < len(its) else its.failures[number - len(its)].path

    def _row(self, number: int) -> SortedRow:
        columns, its = self._columns, self._columns.measured
        label, flags = columns.labels.item(number), columns.flags[number]
        if number >= len(its):
            failure = its.failures[number - len(its)]
            return SortedRow(
                failure.path, None, None, label=None if label != label else label,
                excluded=columns.excluded.item(number), flags=flags, model=columns.model,
                direction=columns.direction, reason=failure.why,
            )  # fmt: skip
        prediction = low = high = None
        if columns.figures is not None:
            prediction, low, high = (figure.item(number) for figure in columns.figures)
        return SortedRow(
            its.paths[number], columns.ranks.item(number) or None, its.distances.item(number),
            prediction, low, high, label,
            excluded=columns.excluded.item(number), inversion_error=its.inversion_error.item(number),
            flags=flags, sha256=its.sha256[number], model=columns.model, direction=columns.direction,
            grade="" if columns.grades is None else columns.grades[number],
        )  # fmt: skip


def sorted_rows(
    measured: MeasuredFolder, calibration: Fitted | None, model: str, direction: Direction, *,
    labels: NDArray[np.float64] | None = None, excluded: NDArray[np.bool_] | None = None,
    grades: Coded[str] | None = None, of_failed: Mapping[str, float] | None = None,
    excluded_failed: Container[str] = (),
) -> SortedRows:  # fmt: skip
    """Rows of the table: by distance, then images without a face, then images that could not be read.

    If the model needs a face, only images with one get a rank and a prediction. All have their label.

    Parameters
    ----------
    labels, excluded
        ``(N,)`` of the images that have a distance: their labels, NaN for none, and whether a person left
        each out.
    grades
        The grade of each of these images.
    of_failed
        Labels by path, which may be of images that could not be read.
    excluded_failed
        Paths whose labels a person left out, of which the same is true.
    """
    d, faceless, failures = measured.distances, measured.faceless, measured.failures
    figures: NDArray[np.float64] | None = None
    clipped = np.zeros(len(d), np.bool_)
    if calibration is not None:
        figures = np.empty((3, len(d)))
        for start in range(0, len(d), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            figures[0, part], figures[1:, part] = calibration.predict(d[part]), calibration.interval(d[part])
        figures[:, faceless] = np.nan
        clipped = calibration.clips(d) & ~faceless
    flags = measured.flags
    if held_out := direction.record.held_out:
        flags = flags.marked(Flag.LEARNED_FROM, np.array([sha in held_out for sha in measured.sha256], bool))
    flags = flags.marked(Flag.CLIPPED, clipped)
    order = _ties_by_path(by_distance(d, faceless), d, faceless, measured.paths)
    ranks = np.zeros(len(d) + len(failures), np.int32)
    ranks[order] = np.where(faceless[order], 0, np.arange(1, len(d) + 1))
    known = of_failed or {}
    columns = _Columns(
        measured, model, direction.spelled, figures, grades, ranks,
        np.append(
            np.full(len(d), np.nan) if labels is None else labels,
            [known.get(failure.path, np.nan) for failure in failures],
        ),
        np.append(
            np.zeros(len(d), np.bool_) if excluded is None else excluded,
            np.array([failure.path in excluded_failed for failure in failures], np.bool_),
        ),
        flags.followed_by((Flag.FAILED,), len(failures)),
    )  # fmt: skip
    return SortedRows(columns, np.append(order, np.arange(len(d), len(ranks))))


def _ties_by_path(
    order: NDArray[np.intp], d: NDArray[np.float64], faceless: NDArray[np.bool_], paths: Sequence[str]
) -> NDArray[np.intp]:
    """Order images of equal distance, such as copies, by path: the order is always the same then."""
    along, behind = d[order], faceless[order]
    tied = (along[1:] == along[:-1]) & (behind[1:] == behind[:-1])
    edges = np.flatnonzero(np.diff(tied, prepend=False, append=False))  # where runs of ties begin and end
    for begin, end in zip(edges[::2].tolist(), (edges[1::2] + 1).tolist()):
        order[begin:end] = sorted(order[begin:end].tolist(), key=paths.__getitem__)
    return order
