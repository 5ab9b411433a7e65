"""The model of the grid, which keeps the numbers of the images in its order and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QStringListModel, Qt

from large_gui.core.choices import Flag, LabelMark
from large_gui.core.words import signed
from large_gui.gui.document.document import Document
from large_gui.gui.widgets.plain import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from large_gui.tasks.session import Session

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
    why: str
    grade: str = ""


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
        document.opened.connect(self.reset)
        document.order_changed.connect(self.sort_again)
        document.images_changed.connect(self._images_changed)
        document.grades_changed.connect(self._ranks_and_rows_changed)
        document.labels_changed.connect(lambda _: self._ranks_and_rows_changed())

    @property
    def _session(self) -> Session | None:
        return self._document.session

    def number(self, index: Index) -> int:
        """Return the number of the image at a row, or -1 if there is none."""
        return int(self._order[index.row()]) if 0 <= index.row() < len(self._order) else -1

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
        line = session.calibration
        return Cell(
            path=str(session.folder / path),
            name=path.rpartition("/")[2],
            rank=0 if self._ranks is None else int(self._ranks[i]),
            distance=distance,
            prediction=float("nan") if line is None or session.faceless[i] else float(line.predict(distance)),
            label=float("nan") if label is None else label.value,
            marks=marks,
            why="" if failure is None else failure.why,
            grade=session.grade_of(distance),
        )

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
        kept = self.persistentIndexList()
        numbers = [self.number(index) for index in kept]
        grown = len(order) - self.rowCount()
        if grown > 0:
            self.insertRows(self.rowCount(), grown)
        self.layoutAboutToBeChanged.emit()
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
        for i in numbers:
            index = self.index_of(int(i))
            if index.isValid():
                self.dataChanged.emit(index, index)

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
