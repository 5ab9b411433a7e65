"""The model of the grid, which keeps the numbers of the images in its order and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

from large_gui.core.choices import Caption, Flag, LabelMark
from large_gui.core.words import estimate, signed
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from large_gui.tasks.session import Session

_MANY = 100  # rows that are told of one by one; of more, all between the first and the last
Index = QModelIndex | QPersistentModelIndex


class Cell(NamedTuple):
    """What the grid shows of one image; the numbers are NaN where there is none."""

    path: str
    name: str
    rank: int
    distance: float
    prediction: float
    label: float
    marks: tuple[str, ...]  # of `LabelMark` and of `Flag`
    why: str  # it can't be read
    caption: str
    grade: str = ""
    tagged: bool | None = None  # as having the tag in hand, as not having it, or not at all


class Estimates(NamedTuple):
    """Calibrated values of all images with the ends of their intervals, each ``(N,)``."""

    value: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    width: float  # of a usual interval


class ImageModel(QStringListModel):
    """The list of images that the grid shows, in its order.

    The rows are those of a list of empty strings: Qt asks for the row count at every one of 100,000 indexes
    while it lays them out, and asking Python took ten times as long as all the rest.
    """

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self._order: NDArray[np.intp] | Sequence[int] = ()
        self._row: NDArray[np.intp] | None = None
        self._ranks: NDArray[np.intp] | None = None
        self._estimates: Estimates | None = None
        self.caption = Caption.ESTIMATE
        for signal in (document.opened, document.direction_changed, document.value_changed):
            signal.connect(self._forget_estimates)
        for carrying in (document.images_changed, document.labels_changed):
            carrying.connect(lambda _: self._forget_estimates())
        document.opened.connect(self.reset)
        document.order_changed.connect(self.sort_again)
        document.images_changed.connect(self._images_changed)
        document.grades_changed.connect(self._ranks_and_rows_changed)
        for carrying in (document.labels_changed, document.tags_changed):
            carrying.connect(lambda _: self._ranks_and_rows_changed())

    @property
    def _session(self) -> Session | None:
        return self._document.session

    def number(self, index: Index) -> int:
        """Return the number of the image at a row, or -1 if there is none."""
        return int(self._order[index.row()]) if 0 <= index.row() < len(self._order) else -1

    def numbers(self, ranges: Iterable[tuple[int, int]]) -> list[int]:
        """Return the numbers of the images in ranges of rows, each with its last row."""
        import numpy as np

        order = np.asarray(self._order, np.intp)
        return [number for first, last in ranges for number in order[first : last + 1].tolist()]

    def index_of(self, number: int) -> QModelIndex:
        """Return the index of an image, which is invalid if the image isn't shown."""
        if self._row is None or not 0 <= number < len(self._row) or self._row[number] < 0:
            return QModelIndex()
        return self.index(int(self._row[number]))

    def data(self, index: Index, role: int = 0) -> Any:
        """Return the name, the tooltip or the accessible text of an image."""
        if self._session is None or self.number(index) < 0:
            return None
        roles = Qt.ItemDataRole
        if role == roles.DisplayRole:
            return self._session.paths[self.number(index)].rpartition("/")[2]
        if role == roles.AccessibleTextRole:
            return self._describe(self.cell(index))
        if role == roles.ToolTipRole:
            return plain(self._describe(self.cell(index)))
        return None

    def cell(self, index: Index) -> Cell:
        """Return all that the grid shows of one image."""
        session = self._session
        assert session is not None
        i = self.number(index)
        path = session.paths[i]
        label = session.labels.get(i)
        failure = session.failures.get(path)
        marks: tuple[str, ...] = session.flags[i]
        if failure is not None:
            marks = (Flag.FAILED,)
        if label is not None:
            marks = (LabelMark.EXCLUDED if label.excluded else LabelMark.LABELLED, *marks)
        distance = float(session.distances[i])
        known = self._estimated()
        cell = Cell(
            path=str(session.folder / path),
            name=path.rpartition("/")[2],
            rank=0 if self._ranks is None else int(self._ranks[i]),
            distance=distance,
            prediction=float("nan") if known is None else float(known.value[i]),
            label=float("nan") if label is None else label.value,
            marks=marks,
            why="" if failure is None else failure.why,
            caption="",
            grade=session.grade_of(distance),
            tagged=self._document.tags.get(self._document.tag, {}).get(path),
        )
        return cell._replace(caption=self._caption(cell, known, i))

    def _caption(self, cell: Cell, known: Estimates | None, i: int) -> str:
        """The words below an image, as a person chose them."""
        unit = self._document.value.unit
        if cell.why:
            return "can't be read"
        if self.caption == Caption.NAME:
            return cell.name
        if not cell.rank:
            session = self._session
            if session is None or session.direction is None:
                return cell.name
            return "no face" if session.faceless[i] else "waiting"  # for its distance, or for its place
        if self.caption == Caption.VALUE:
            return f"{cell.label:g} {unit}".rstrip() if cell.label == cell.label else "no value"
        if self.caption == Caption.ESTIMATE and known is not None and cell.prediction == cell.prediction:
            return estimate(cell.prediction, float(known.low[i]), float(known.high[i]), unit, known.width)
        return signed(cell.distance)

    def _estimated(self) -> Estimates | None:
        """The calibrated values, reckoned for all images at once; ``None`` without a line."""
        session = self._session
        if session is None or session.calibration is None:
            return None
        if self._estimates is None:
            low, high = session.calibration.interval(session.distances)
            self._estimates = Estimates(session.predictions(), low, high, session.calibration.width)
        return self._estimates

    def _forget_estimates(self) -> None:
        self._estimates = None

    def sort_again(self) -> None:
        """Take the document's order and filter; selection and current image stay on their images."""
        session, document = self._session, self._document
        if session is None:
            return
        import numpy as np

        order = document.order()
        self._ranks = session.ranks()
        if len(order) == len(self._order) and np.array_equal(order, self._order):
            self._ranks_and_rows_changed()
            return
        grown = len(order) - self.rowCount()
        if grown > 0:
            self.insertRows(self.rowCount(), grown)
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()  # now: a selection only makes those of its inside on this signal
        numbers = [self.number(index) for index in kept]
        self._set_order(order)
        self.changePersistentIndexList(kept, [self.index_of(i) for i in numbers])
        self.layoutChanged.emit()
        if grown < 0:
            self.removeRows(len(order), -grown)

    def _set_order(self, order: NDArray[np.intp]) -> None:
        import numpy as np

        assert self._session is not None
        self._order = order
        self._row = np.full(len(self._session), -1, np.intp)
        self._row[order] = np.arange(len(order))

    def reset(self) -> None:
        """Take another folder."""
        self._order, self._row, self._ranks = (), None, None
        session, document = self._session, self._document
        if session is not None:
            self._ranks = session.ranks()
            self._set_order(document.order())
        self.setStringList([""] * len(self._order))

    def _images_changed(self, numbers: NDArray[np.intp]) -> None:
        if self._row is None or not len(numbers):
            return
        rows = self._row[numbers]
        rows = rows[rows >= 0]
        if len(rows) > _MANY:  # what is not in sight costs nothing to draw
            self.dataChanged.emit(self.index(int(rows.min())), self.index(int(rows.max())))
            return
        for row in rows.tolist():
            self.dataChanged.emit(self.index(row), self.index(row))

    def _ranks_and_rows_changed(self) -> None:
        if len(self._order):
            self.dataChanged.emit(self.index(0), self.index(len(self._order) - 1))

    def _describe(self, cell: Cell) -> str:
        if cell.why:
            return f"{cell.name}: {cell.why}"
        value = self._document.value
        parts = [cell.name]
        if cell.rank:
            parts.append(f"rank {cell.rank:,}")
        if cell.distance == cell.distance:
            parts.append(f"distance {signed(cell.distance)}")
        if cell.prediction == cell.prediction:
            parts.append(f"predicted {cell.prediction:.1f} {value.unit}".rstrip())
        if cell.label == cell.label:
            parts.append(f"label {cell.label:g} {value.unit}".rstrip())
        parts += [f"grade {cell.grade}"] if cell.grade else []
        parts += [mark.replace("-", " ") for mark in cell.marks]
        return ", ".join(parts)
