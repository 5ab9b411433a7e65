"""The selection of the grid: remembered after a misclick, cut into runs, and as files for other programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from PySide6.QtCore import QMimeData, QObject, QUrl

from large_gui.gui.document.document import Document


class SelectionMemory(QObject):
    """Remembers the last selection of several images, so that no click can lose it.

    Attributes
    ----------
    last
        Numbers of the images; of the selection now, if several are selected.
    """

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self._document = document
        self.last: Sequence[int] = ()
        document.selection_changed.connect(self._changed)
        document.opened.connect(self._forget)

    @property
    def lost(self) -> int:
        """How many images were selected before a click ended that; 0 if several are selected now."""
        return 0 if len(self._document.selection) > 1 else len(self.last)

    def _changed(self) -> None:
        if len(self._document.selection) > 1:
            self.last = self._document.selection

    def _forget(self) -> None:
        self.last = ()


def runs(rows: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The first and the last row of every run of rows that follow one another; the rows rise."""
    first = last = -1
    for row in rows:
        if first < 0:
            first = row
        elif row != last + 1:
            yield first, last
            first = row
        last = row
    if first >= 0:
        yield first, last


def files_of(document: Document) -> QMimeData:
    """The files of the images in hand, as other programs take them."""
    session, data = document.session, QMimeData()
    if session is not None:
        paths = [str(session.folder / session.paths[i]) for i in document.in_hand()]
        data.setUrls([QUrl.fromLocalFile(path) for path in paths])
        data.setText("\n".join(paths))
    return data
