"""The export dialog: table, contact sheet, images by rank, plot, methods paragraph, and fit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import count
from large_gui.errors import InputError, LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.export.base import Page, beside, spare_images, stem
from large_gui.gui.export.fit import FitPage
from large_gui.gui.export.kinds import MethodsPage, PlotPage, RanksPage, SheetPage
from large_gui.gui.export.table import TablePage
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import may_replace
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.rows import Rows

if TYPE_CHECKING:
    from large_gui.service.requests import Request
    from large_gui.tasks.sorting.rows import SortedRows

_SETTING = "export"


def export_csv(document: Document, path: Path) -> bool:
    """Write the table that ``large-gui sort`` writes, and return whether that worked.

    A person who chose a decimal comma in the settings gets one, with semicolons between cells.
    """
    from large_gui.project.export import write_csv

    if document.session is None:
        return False
    try:
        spare_images(document.session, path)
        comma = document.decimal_comma
        write_csv(document.session.rows(), path, separator=";" if comma else ",", decimal_comma=comma)
    except LargeError as error:
        document.tell_error(error)
        return False
    document.notice.emit(f"Saved as {path}.", "", False)
    return True


class ExportDialog(QDialog):
    """A dialog with a list of what can be exported, and a page of choices for each.

    It stays open for the next export.

    Parameters
    ----------
    plot_saver
        Writes the calibration plot to a path that ends in .png or .svg.
    """

    def __init__(
        self, document: Document, plot_saver: Callable[[Path], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document = document
        self._job = Job(document, self)
        self._gone = 0  # images that the job did not find
        self.pages: list[Page] = [
            TablePage(document), SheetPage(document), RanksPage(document), PlotPage(document, plot_saver),
            MethodsPage(document), FitPage(document),
        ]  # fmt: skip
        self._last = Path()  # what was written last
        self._rows: SortedRows | None = None  # of the previews; they take a moment with many images
        for page in self.pages:
            page.rows = self._all_rows
        self._lay_out()
        self._restore()
        self.kinds.currentRowChanged.connect(self._turned)
        self._job.progressed.connect(lambda _: self._say(""))
        document.opened.connect(self._opened)
        for signal in (document.images_changed, document.labels_changed, document.direction_changed):
            signal.connect(self._forget_rows)
        document.images_changed.connect(self._tell_waiting)
        document.busy_changed.connect(self._tell_waiting)
        self._turned(self.kinds.currentRow())
        self._enable()

    def _lay_out(self) -> None:
        self.kinds = named(QListWidget(), "What to export")
        self.kinds.setFixedWidth(180)
        self.kinds.setItemDelegate(Rows(self.kinds, 36))
        for page in self.pages:
            self.kinds.addItem(QListWidgetItem(icon(page.sign, QPalette.ColorRole.Text), page.title))
        self._stack = QStackedWidget()
        for page in self.pages:
            self._stack.addWidget(page)
            page.field.line.textEdited.connect(lambda _: self._say(""))
        self.waiting = named(Label(wordWrap=True), "Images left out")
        self.told = named(Label(wordWrap=True), "Export result")
        self.told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_it = named(QPushButton("&Open", autoDefault=False), "Open what was written")
        self.open_it.setIcon(icon("external-link"))
        self.open_it.clicked.connect(lambda: self._open(self._last))
        self.show_it = named(QPushButton("S&how in folder", autoDefault=False), "Show in folder")
        self.show_it.setIcon(icon("folder-open"))
        self.show_it.clicked.connect(lambda: self._open(self._last.parent))
        self.export = named(QPushButton("&Export", default=True), "Export")
        self.export.setIcon(icon("share", QPalette.ColorRole.HighlightedText))
        exporting = JobBar(self._job, "exporting", self.export, self._stop)
        named(exporting.bar, "Export progress")
        self.cancel = named(exporting.cancel, "Cancel")
        self.cancel.setText("&Cancel")
        self.close_button = named(QPushButton("Close", autoDefault=False), "Close")
        self.export.clicked.connect(self._export)
        self.close_button.clicked.connect(self.reject)
        top, bottom, box = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        top.addWidget(self.kinds)
        top.addWidget(self._stack, 1)
        bottom.addWidget(exporting, 1)
        bottom.addStretch()
        bottom.addWidget(self.export)
        bottom.addWidget(self.close_button)
        after = QHBoxLayout()
        after.addWidget(self.told, 1)
        after.addWidget(self.open_it)
        after.addWidget(self.show_it)
        for part in (box, top, after):
            part.setSpacing(SPACE)
        box.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        box.addLayout(top, 1)
        box.addWidget(self.waiting)
        box.addLayout(after)
        box.addLayout(bottom)
        fit(self, 960, 620)

    @property
    def page(self) -> Page:
        """The page that is shown."""
        return self.pages[self._stack.currentIndex()]

    def _all_rows(self) -> SortedRows:
        """The rows of all images; they are made once, unless something changes."""
        if self._rows is None:
            session = self._document.session
            if session is None:
                raise InputError("No folder is open.", hint="Open one.")
            self._rows = session.rows()
        return self._rows

    def _forget_rows(self, *_: object) -> None:
        self._rows = None

    def done(self, result: int) -> None:
        """Close the dialog and keep what was chosen."""
        self._keep()
        super().done(result)

    def reject(self) -> None:
        """Stop the job if one runs, else close the dialog."""
        if self._job.running:
            self._stop()
        else:
            super().reject()

    # Choices

    def _restore(self) -> None:
        session, kept = self._document.session, self._kept()
        folder = Path(str(kept.get("folder") or ""))
        for page in self.pages:
            if session is not None:
                usable = folder.is_absolute() and folder.is_dir()
                page.propose(folder if usable else beside(session), stem(session))
            choices = kept.get(page.key)
            page.restore(choices if isinstance(choices, dict) else {})
        keys = [page.key for page in self.pages]
        self.kinds.setCurrentRow(keys.index(kept["page"]) if kept.get("page") in keys else 0)

    def _kept(self) -> dict[str, Any]:
        store = self._document.store
        try:
            kept = store.setting(_SETTING, {}) if store is not None else {}
        except LargeError as error:
            self._document.tell_error(error)
            kept = {}
        return kept if isinstance(kept, dict) else {}

    def _keep(self, folder: Path | None = None) -> None:
        store = self._document.store
        if store is None:
            return
        before = self._kept()
        kept = {page.key: page.choices() for page in self.pages}
        after = {**before, **kept, "page": self.page.key}
        if folder is not None:
            after["folder"] = str(folder)
        try:
            if after != before:
                store.set_setting(_SETTING, after)
        except LargeError as error:
            self._document.tell_error(error)

    def _turned(self, row: int) -> None:
        self._stack.setCurrentIndex(max(0, row))
        self._say("")
        self.page.refresh()
        self._tell_waiting()

    def _tell_waiting(self, *_: object) -> None:
        session = self._document.session
        if session is None:
            return
        import numpy as np

        waiting = session.images - len(session.failures) - int(np.isfinite(session.distances).sum())
        self.waiting.setText(
            f"{waiting:,} of {count(session.images, 'image')} not measured yet, and left out."
        )
        self.waiting.setVisible(waiting > 0)

    # Exporting

    def _export(self) -> None:
        session, page = self._document.session, self.page
        if session is None or self._job.running:
            return
        try:
            path = page.field.path()
            if page.field.endings:  # a folder must be empty, so that nothing there can be lost
                spare_images(session, path)
                if path.exists() and path != page.field.agreed and not may_replace(self, "Export", path):
                    return
            request = page.write(session, path)
        except LargeError as error:
            self._document.tell_error(error)
            self._say(str(error), problem=True)
            return
        if request is None:
            self._written(path, f"Saved as {path}.")
        else:
            self._begin(request, path)

    def _begin(self, request: Request[int | None], path: Path) -> None:
        def done(written: int | None) -> None:
            told = (
                f"Saved as {path}."
                if written is None
                else f"{count(written, 'image is', 'images are')} in {path}."
            )
            left = f"{count(self._gone, 'image is', 'images are')} not there any more." if self._gone else ""
            self._written(path, told, left)

        def lost() -> None:
            self._failed(LargeError("The process that writes was ended.", hint="Export again."))

        self._gone = 0
        waits = bool(self._document.job.busy)  # the worker does one long job after the other
        self._say("It begins when the images are measured." if waits else "")
        self._job.begin(
            "Exporting", request, done=done, warned=self._warned, failed=self._failed, stopped=self._stopped,
            lost=lost,
        )  # fmt: skip
        self._enable()

    def _warned(self, sentence: str) -> None:
        self._gone += 1

    def _written(self, path: Path, sentence: str, hint: str = "") -> None:
        self._keep(path.parent)
        self.page.field.agreed = path
        self._document.notice.emit(sentence, hint, False)
        self._ended(f"{sentence} {hint}".strip())
        self._last = path
        self.open_it.show()
        self.show_it.setVisible(not path.is_dir())

    def _open(self, path: Path) -> None:
        """Have the desktop open a file or folder, if there is a desktop."""
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))):
            self.told.setText(f"Nothing here opens {path}.")

    def _failed(self, error: LargeError) -> None:
        self._document.notice.emit(error.sentence, error.hint, True)
        self._ended(str(error), problem=True)

    def _stop(self) -> None:
        if self._job.running:
            self._job.cancel()
            self._stopped()

    def _stopped(self) -> None:
        self._document.notice.emit("The export was stopped.", "", False)
        self._ended("The export was stopped.")

    def _opened(self) -> None:
        if self._document.session is None:
            self._job.cancel()
            self.reject()

    def _ended(self, told: str, *, problem: bool = False) -> None:
        self.page.refresh()
        self._say(told, problem=problem)
        self._enable()

    def _say(self, told: str, *, problem: bool = False) -> None:
        # Asking for the style would leave it to Python, which deletes it under the application's feet.
        self.told.setStyleSheet(f"color: {colours(self.palette()).bad}" if problem else "")
        self.told.setText(told)
        self.open_it.hide()
        self.show_it.hide()

    def _enable(self) -> None:
        busy = self._job.running
        for widget in (self.kinds, self._stack, self.export):
            widget.setEnabled(not busy)
        self.close_button.setVisible(not busy)
