"""The data of an open folder that the window shows: measured images, labels, calibration and order.

This file needs neither Qt nor networks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.calibrating.ordinal import Grades
from large_gui.core.calibrating.suggestion import Suggestion, suggest
from large_gui.core.choices import Flag
from large_gui.core.columns import Coded, Flags
from large_gui.core.direction import Direction
from large_gui.core.distance import judged_distances
from large_gui.errors import InputError
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.entangled import Entangled, most_entangled
from large_gui.tasks.labelling.usable import Unused, originals, unused
from large_gui.tasks.measure import Measured
from large_gui.tasks.ordering import by_distance
from large_gui.tasks.sorting.measured import MeasuredFolder
from large_gui.tasks.sorting.rows import SortedRows, sorted_rows
from large_gui.tasks.watching.changes import Changes
from large_gui.tasks.watching.listed import Listed, Renewed


class Session(Listed):
    """The images of a folder by number, with all that is known of them.

    Parameters
    ----------
    found
        The images, before any is measured.
    directions
        The directions that every image is measured along, none of them turned round.
    """

    def __init__(self, found: Manifest, directions: Sequence[Direction], model: str) -> None:
        super().__init__(found)
        self.model = model
        n = len(self.paths)
        self._measured = 0
        self.inversion_error = np.full(n, np.nan)
        self.flags: list[tuple[str, ...]] = [()] * n
        self.faceless = np.zeros(n, bool)  # the model needs a face and found none: no rank
        self._directions = list(directions)
        self._table = np.full((n, len(directions)), np.nan)
        self.direction: Direction | None = directions[0] if directions else None
        self.distances: NDArray[np.float64] = np.full(n, np.nan)
        self._sorted: tuple[NDArray[np.intp], NDArray[np.intp]] | None = None
        self._originals: NDArray[np.intp] | None = None
        self.labels: dict[int, Label] = {}
        self.options = CalibrationOptions()
        self.value = Value.unnamed(directions[0].name if directions else "")  # what the labels measure
        self.calibration: Fitted | None = None
        self.why_no_line = ""
        self.grades: Grades | None = None
        self.compared: dict[int, float] = {}  # scores of images that a person compared with others

    @property
    def directions(self) -> list[Direction]:
        """The directions that the images are measured along."""
        return list(self._directions)

    @property
    def measured(self) -> int:
        """How many images have distances."""
        return self._measured

    @property
    def unmeasured(self) -> int:
        """How many images are still to be measured."""
        return self.images - self._measured - len(self.failures)

    def add(self, measured: Measured) -> NDArray[np.intp]:
        """Add images that were measured or failed, and return their numbers."""
        numbers = [self.number[path] for path in measured.paths]
        self._originals = None
        for i, sha, flags in zip(numbers, measured.sha256, measured.flags):
            self._measured += not self.sha256[i]
            self.sha256[i] = sha
            self.failures.pop(self.paths[i], None)  # it may have failed before the work was resumed
            self.flags[i] = flags
            self.faceless[i] = Flag.UNALIGNED in flags
        if numbers:
            self.inversion_error[numbers] = measured.inversion_error
            columns = {direction.name: c for c, direction in enumerate(self._directions)}
            for name, along in zip(measured.directions, measured.distances.T):
                if name in columns:  # else it was removed while the worker measured
                    self._table[numbers, columns[name]] = along
            self.distances[numbers] = self._column()[numbers]
            self._sorted = None
        for failure in measured.failures:
            self.failures[failure.path] = failure
            numbers.append(self.number[failure.path])
        if not self.labels.keys().isdisjoint(numbers):
            self._fit()
        return np.array(numbers, np.intp)

    def renew(self, changes: Changes) -> Renewed:
        """Take in that images came, went, were renamed or edited; the labels are to be chosen again then."""
        renewed = self.list_anew(changes)
        more, self._originals = len(self) - len(self.sha256), None
        self.sha256 += [""] * more
        self.flags += [()] * more
        self._table = np.pad(self._table, ((0, more), (0, 0)))
        self.inversion_error = np.pad(self.inversion_error, (0, more))
        self.faceless = np.pad(self.faceless, (0, more))
        for i in {*renewed.measure, *renewed.gone}:
            self._measured -= bool(self.sha256[i])
            self.sha256[i], self.flags[i], self.faceless[i] = "", (), False
            self._table[i] = self.inversion_error[i] = np.nan
        self.distances = self._column()
        self._sorted = None
        return renewed

    def add_direction(self, direction: Direction, distances: NDArray[np.float64]) -> None:
        """Add a direction that every image was measured along, or replace an earlier version of it."""
        names = [d.name for d in self._directions]
        if direction.name in names:
            self._directions[names.index(direction.name)] = direction
            self._table[:, names.index(direction.name)] = distances
        else:
            self._directions.append(direction)
            self._table = np.column_stack([self._table, distances])

    def along(self, name: str) -> NDArray[np.float64]:
        """Distances ``(N,)`` along one of the directions."""
        return self._table[:, [d.name for d in self._directions].index(name)].copy()

    def lacking(self) -> list[Direction]:
        """The directions along which some inverted images were not measured."""
        inverted = np.array([bool(sha) for sha in self.sha256], bool)
        missing = (~np.isfinite(self._table[inverted])).any(0)
        return [direction for direction, lacks in zip(self._directions, missing) if lacks]

    def measured_of(self, numbers: Sequence[int]) -> Measured:
        """The measurements of some images, in the form that `add` takes."""
        return Measured(
            [self.paths[i] for i in numbers], [self.sha256[i] for i in numbers], self._table[list(numbers)],
            [float(self.inversion_error[i]) for i in numbers], [self.flags[i] for i in numbers],
            directions=[d.name for d in self._directions],
        )  # fmt: skip

    def rename_direction(self, name: str, renamed: Direction) -> None:
        """Put a direction that has another name in the place of one; it is not chosen by that."""
        self._directions[[d.name for d in self._directions].index(name)] = renamed

    def remove_direction(self, name: str) -> None:
        """Remove a direction, which must not be the chosen one."""
        column = [d.name for d in self._directions].index(name)
        del self._directions[column]
        self._table = np.delete(self._table, column, axis=1)

    def choose(
        self, name: str, labels: dict[str, Label], value: Value | None = None, *, flipped: bool = False
    ) -> None:
        """Sort by a direction and use the labels that belong to it.

        Parameters
        ----------
        name
            The direction's name; empty for none, as before the first direction is found.
        labels
            Labels by path of the image.
        value
            The value that the labels measure, if a person has named it.
        flipped
            Whether the direction is turned round.

        Raises
        ------
        InputError
            When the images are not measured along this direction.
        """
        known = {d.name: d for d in self._directions}
        if name and name not in known:
            raise InputError(f"There is no direction {name!r}.", hint=f"There are: {', '.join(known)}.")
        self.direction = replace(known[name], flipped=flipped) if name else None
        self.distances = self._column()
        self._sorted = None
        self.labels = {self.number[p]: label for p, label in labels.items() if p in self.number}
        self.measure(value or Value.unnamed(name))

    def label(self, changed: dict[str, Label | None]) -> None:
        """Set labels, or remove those that are ``None``, and fit the line again."""
        for path, label in changed.items():
            if path in self.number:
                if label is None:
                    self.labels.pop(self.number[path], None)
                else:
                    self.labels[self.number[path]] = label
        self._fit()

    def calibrate_by(self, options: CalibrationOptions) -> None:
        """Tell values from distances in another way from now on."""
        self.options = options
        self._fit()

    def measure(self, value: Value) -> None:
        """Set the value that the labels measure, with its ends, and fit the line again."""
        self.value = value
        self._fit()

    @property
    def ranked(self) -> NDArray[np.bool_]:
        """Which images have a rank, ``(N,)``: those that are measured, with a face if the model needs one."""
        return np.isfinite(self.distances) & ~self.faceless

    @property
    def tells_quality(self) -> bool:
        """Whether the model says of any image how well it knows it."""
        return bool(np.isfinite(self.inversion_error).any())

    @property
    def faceless_count(self) -> int:
        """How many measured images have no face, although the model needs one."""
        return int(self.faceless.sum())

    def calibration_points(self) -> NDArray[np.intp]:
        """Numbers of the images that the line is fitted to."""
        return np.array(sorted(self.labels.keys() - self.unused().keys()), np.intp)

    def unused(self) -> dict[int, Unused]:
        """Numbers of the labelled images that the line is not fitted to, and why."""
        return unused(self.labels, np.isfinite(self.distances), self.faceless, self.sha256, self.value)

    def judged(self, numbers: Sequence[int] | NDArray[np.intp]) -> NDArray[np.float64]:
        """Distances of images as lines are fitted to them and errors measured: see `judged_distances`."""
        along = self.distances[list(numbers)]
        if self.direction is None:
            return along
        return judged_distances(self.direction, [self.sha256[i] for i in numbers], along)

    def taught(self, number: int) -> bool:
        """Whether the direction was learned from this image, which is then judged by one that was not."""
        return self.direction is not None and self.sha256[number] in self.direction.record.held_out

    def label_values(self, numbers: Iterable[int]) -> NDArray[np.float64]:
        """The labels of images; NaN for images without one."""
        return np.array([self.labels[i].value if i in self.labels else np.nan for i in numbers])

    def predictions(self) -> NDArray[np.float64]:
        """Calibrated values ``(N,)``; NaN without a line."""
        if self.calibration is None:
            return np.full(len(self), np.nan)
        return np.where(self.ranked, self.calibration.predict(self.distances), np.nan)

    def suggestion(self, skipped: Iterable[int] = ()) -> Suggestion | None:
        """The image to label next, none of those that a person skipped; ``None`` if there is none."""
        first, known = self.originals, np.zeros(len(self), bool)
        # A skipped image counts as if it were labelled, else its end or its gap would be asked for again.
        known[first[np.array([*self.labels, *skipped], np.intp)]] = True
        once = ~self.faceless & (first == np.arange(len(self)))  # the value of a copy would not count
        return suggest(self.distances, known & once, once)

    @property
    def originals(self) -> NDArray[np.intp]:
        """The number of the first image with the same content as each, ``(N,)``."""
        if self._originals is None:
            self._originals = originals(self.sha256)
        return self._originals

    def grade_of(self, distance: float | None) -> str:
        """Name of the grade at a distance; empty if there are no grades or no distance."""
        if self.grades is None or distance is None or not np.isfinite(distance):
            return ""
        return self.grades.names[int(self.grades.grade(np.array([distance]))[0])]

    def ranks(self) -> NDArray[np.intp]:
        """Rank of every image by distance, from 1; 0 for images without a rank."""
        return self._in_order()[1]

    def by_distance(self) -> NDArray[np.intp]:
        """Numbers of all images by distance; those without a rank come last."""
        return self._in_order()[0]

    def _in_order(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The order and the ranks, which are kept until distances change."""
        if self._sorted is None:
            here, ranks = self.numbers(), np.zeros(len(self), np.intp)
            order = here[by_distance(self.distances[here], self.faceless[here])]
            ranks[order] = np.arange(1, len(order) + 1)
            ranks[~self.ranked] = 0
            self._sorted = order, ranks
        return self._sorted

    def entangled(self) -> Entangled | None:
        """The direction whose distances correlate most with the chosen one's; ``None`` if that is little."""
        if self.direction is None:
            return None
        ranked, names = self.ranked, [direction.name for direction in self._directions]
        return most_entangled(self.direction.name, self.distances[ranked], names, self._table[ranked])

    def sorted_by(self) -> Direction:
        """The chosen direction, or an `InputError` if there is none."""
        if self.direction is None:
            raise InputError("There is no direction yet.", hint="The Directions page finds and imports them.")
        return self.direction

    def rows(self, numbers: Iterable[int] | None = None) -> SortedRows:
        """The rows of the table that ``large-gui sort`` writes; of some images only, if numbers are given."""
        at = np.flatnonzero(np.isfinite(self.distances))
        measured = MeasuredFolder(
            [self.paths[i] for i in at], [self.sha256[i] for i in at], self.distances[at],
            self.inversion_error[at], Flags.of([self.flags[i] for i in at]),
            sorted(self.failures.values(), key=lambda f: f.path),
        )  # fmt: skip
        grades = None
        if self.grades is not None:
            grades = Coded(self.grades.names, self.grades.grade(measured.distances))
        excluded = np.zeros(len(self), np.bool_)
        excluded[[i for i, label in self.labels.items() if label.excluded]] = True
        rows = sorted_rows(
            measured, self.calibration, self.model, self.sorted_by(),
            labels=self.label_values(at.tolist()), excluded=excluded[at], grades=grades,
            of_failed={self.paths[i]: label.value for i, label in self.labels.items()},
        )  # fmt: skip
        return rows if numbers is None else rows.among({self.paths[i] for i in numbers})

    def _column(self) -> NDArray[np.float64]:
        """Distances along the chosen direction; NaN if there is none."""
        chosen = self.direction
        return np.full(len(self), np.nan) if chosen is None else chosen.sign * self.along(chosen.name)

    def judged_order(self) -> NDArray[np.float64]:
        """The distances of all images with a rank, those that the direction was learned from as judged."""
        return self.judged(np.flatnonzero(self.ranked))

    def _fit(self) -> None:
        points = self.calibration_points()
        self.calibration, self.why_no_line = None, ""
        if len(points) < 2:
            return
        try:
            self.calibration = calibrated(
                self.judged(points), self.label_values(points), self.judged_order(),
                self.options, self.value.possible, self.sorted_by().record.figures,
            )  # fmt: skip
        except InputError as error:
            self.why_no_line = str(error)
