"""The part of the Settings page about what is kept on the disk, and deleting what can be made again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count, megabytes
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.shell.help.about import open_folder
from large_gui.gui.shell.settings.preferences import LARGEST, SMALLEST, Preferences
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, confirm
from large_gui.gui.widgets.still import StillComboBox, StillSpinBox

if TYPE_CHECKING:
    from large_gui.project.codes.cache import Summary


class _Kept(NamedTuple):
    """What lies on the disk: bytes of codes and thumbnails, and what codes there are."""

    codes: int
    thumbnails: int
    summary: Summary | None


class Storage(QWidget):
    """Says where codes and thumbnails lie and how large they are, and deletes them when asked.

    Parameters
    ----------
    preferences
        The bound on thumbnails is among them.
    """

    def __init__(self, document: Document, thumbnails: Thumbnails, preferences: Preferences) -> None:
        super().__init__()
        self._document, self._thumbnails, self._preferences = document, thumbnails, preferences
        self._codes_file = document.home / "codes.sqlite"
        self._thumbnails_file = document.home / "thumbnails.sqlite"
        self._where = named(Label(str(document.home)), "Data folder")
        self._where.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        opening = named(QPushButton("Open"), "Open the data folder")
        opening.clicked.connect(partial(open_folder, document.home))
        self._codes = named(Label(), "Size of the codes")
        self._folder = named(StillComboBox(), "Codes of which folder")
        self._folder.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._folder.setMinimumContentsLength(20)
        self.forget_codes = named(QPushButton("Delete the codes…"), "Delete the codes")
        self.forget_codes.clicked.connect(self._ask_about_codes)
        self._wait = _muted("")
        self._small = named(Label(), "Size of the thumbnails")
        self.most = named(StillSpinBox(" MB"), "Room for thumbnails")
        self.most.setSingleStep(64)
        self.most.setRange(SMALLEST, LARGEST)
        self.most.setValue(preferences.thumbnail_megabytes)
        self.most.setKeyboardTracking(False)
        self.most.valueChanged.connect(self._bound)
        self.forget_thumbnails = named(QPushButton("Delete the thumbnails"), "Delete the thumbnails")
        self.forget_thumbnails.clicked.connect(self._forget_thumbnails)
        self._lay_out(opening)
        document.opened.connect(self._enable)
        document.busy_changed.connect(self._enable)
        self._enable()

    def _lay_out(self, opening: QWidget) -> None:
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(2 * SPACE)
        rows.setVerticalSpacing(2 * SPACE)
        rows.setColumnStretch(1, 1)
        codes, small = QVBoxLayout(), QVBoxLayout()
        for box, parts in (
            (codes, (self._codes, self._wait, _row(self._folder, self.forget_codes))),
            (
                small,
                (
                    self._small,
                    _muted("Small pictures for the grid, which are made again when they are needed."),
                    _row(Label("At most"), self.most, self.forget_thumbnails),
                ),
            ),
        ):
            box.setSpacing(SPACE)
            for part in parts:
                box.addWidget(part)
        rows.addWidget(_title("Data folder"), 0, 0)
        rows.addWidget(_row(self._where, opening, stretch=0), 0, 1)
        rows.addWidget(_title("Codes"), 1, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(codes, 1, 1)
        rows.addWidget(_title("Thumbnails"), 2, 0, Qt.AlignmentFlag.AlignTop)
        rows.addLayout(small, 2, 1)

    def refresh(self) -> None:
        """Look again at what lies on the disk, on a thread."""
        self._document.background.run(partial(_look, self._codes_file, self._thumbnails_file), self._show)

    def _show(self, kept: _Kept) -> None:
        chosen = self._folder.currentData()
        self._folder.clear()
        self._folder.addItem("Of all folders", None)
        if kept.summary is None:
            self._codes.setText(f"{megabytes(kept.codes)}, which can't be read. Deleting begins them anew.")
        else:
            many = sum(kept.summary.codes.values())
            self._codes.setText(f"{megabytes(kept.codes)}, {count(many, 'code')}")
            for folder, images in sorted(kept.summary.folders.items()):
                self._folder.addItem(f"{folder} ({count(images, 'image')})", folder)
        self._folder.setCurrentIndex(max(0, self._folder.findData(chosen)))
        self._small.setText(megabytes(kept.thumbnails))

    def _enable(self) -> None:
        free = self._document.session is None and not self._document.job.busy
        self.forget_codes.setEnabled(free)
        self._folder.setEnabled(free)
        self._wait.setText(
            "With them a folder opens at once. They say what your images look like to a model."
            if free
            else "They can't be deleted while a folder is open, which is measured from them."
        )

    def _bound(self, most: int) -> None:
        self._preferences.set_thumbnail_megabytes(most)
        self.refresh()

    def _forget_thumbnails(self) -> None:
        self.forget_thumbnails.setEnabled(False)

        def done() -> None:
            self.forget_thumbnails.setEnabled(True)
            self.refresh()

        self._thumbnails.forget(done)

    def _ask_about_codes(self) -> None:
        """Ask first: codes of many images take hours to make again."""
        folder = self._folder.currentData()
        of = f"the codes of the images in {folder}" if folder else "the codes of all folders"
        question = f"Delete {of}?\n\nYour values, directions and images stay. Opening such a folder "
        if confirm(self, "Delete the codes", f"{question}measures its images again."):
            self._forget_codes(Path(folder) if folder else None)

    def _forget_codes(self, folder: Path | None) -> None:
        self.forget_codes.setEnabled(False)
        self._document.background.run(partial(_forget, self._codes_file, folder), self._forgotten)

    def _forgotten(self, result: Callable[[], str]) -> None:
        self._enable()
        self.refresh()
        try:
            self._document.notice.emit(result(), "", False)
        except LargeError as error:
            self._document.tell_error(error)


def _look(codes: Path, thumbnails: Path) -> _Kept:
    from large_gui.project.kept import kept_codes, size_on_disk

    try:
        summary = kept_codes(codes)
    except LargeError:
        summary = None
    return _Kept(size_on_disk(codes), size_on_disk(thumbnails), summary)


def _forget(file: Path, folder: Path | None) -> Callable[[], str]:
    """Delete codes, on a thread; calling what this returns tells how it went, or raises what was raised."""
    from large_gui.project.kept import forget_codes, kept_codes, set_aside

    try:
        kept_codes(file)
    except LargeError:  # it is damaged
        try:
            aside = set_aside(file)
        except LargeError as error:
            return partial(_raise, error)
        return lambda: f"The codes can't be read. They were set aside as {aside}, and new ones are begun."
    try:
        gone = forget_codes(file, folder)
    except LargeError as error:
        return partial(_raise, error)
    return lambda: f"{count(gone, 'code was', 'codes were')} deleted."


def _raise(error: LargeError) -> str:
    raise error


def _muted(words: str) -> Label:
    label = Label(words)
    label.setObjectName("muted")
    return label


def _title(words: str) -> QWidget:
    label = Label(words)
    label.setMinimumWidth(110)
    return label


def _row(*widgets: QWidget, stretch: int = -1) -> QWidget:
    """Widgets beside each other; the one of number ``stretch`` takes the room, or else nothing does."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    for number, widget in enumerate(widgets):
        row.addWidget(widget, int(number == stretch))
    if stretch < 0:
        row.addStretch()
    return holder
