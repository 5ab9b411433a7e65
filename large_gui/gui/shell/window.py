"""The main window: puts the parts together; takes what is dropped, and keys that no widget wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QToolBar, QVBoxLayout, QWidget

from large_gui.gui.directions.picker import DirectionPicker
from large_gui.gui.document.document import Document
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.shell.commands.actions import OF_THE_IMAGES, Actions, plain_text
from large_gui.gui.shell.commands.availability import Availability
from large_gui.gui.shell.commands.handlers import connect_actions
from large_gui.gui.shell.commands.place import Place
from large_gui.gui.shell.commands.recent_menu import RecentMenu
from large_gui.gui.shell.help.guide import HelpGuide
from large_gui.gui.shell.help.tour import Tour
from large_gui.gui.shell.leaving import Leaving
from large_gui.gui.shell.notice_bar import NoticeBar
from large_gui.gui.shell.pages import PAGES, Pages
from large_gui.gui.shell.presence import Presence
from large_gui.gui.shell.settings.preferences import Preferences
from large_gui.gui.shell.status_strip import StatusStrip
from large_gui.gui.shell.theme import Theme
from large_gui.gui.shell.toolbars import add, rail, toolbar
from large_gui.gui.widgets.entry import NumberEntry
from large_gui.gui.widgets.fitted import fit

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent

    from large_gui.gui.shell.drop_overlay import DropOverlay
    from large_gui.gui.shell.help.callout import Hint


class MainWindow(QMainWindow):
    """The window of the program, which holds everything that a person sees.

    Parameters
    ----------
    home
        Where projects, caches and the window's own settings live.
    resources
        The folder of samples and styles.
    """

    def __init__(self, home: Path, resources: Path) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        fit(self, 1280, 820)
        self.resources = resources
        self.settings = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
        self.document = Document(home, self)
        self.thumbnails = Thumbnails(home / "thumbnails.sqlite", self)
        self.document.pictures_changed.connect(self.thumbnails.drop)
        self.actions_by_id = Actions(self)
        self.notice, self.offer = NoticeBar(), NoticeBar("Offer")
        self.document.notice.connect(self.notice.tell)
        self.document.over.connect(self.notice.take_back)
        self.document.offered.connect(self.offer.offer)
        self.document.opened.connect(self.offer.hide)  # it was about the folder before
        for bar in (self.notice, self.offer):
            self.document.opened.connect(bar.hide)  # what was told concerned another folder
        self.pages = Pages(self.document, self.thumbnails, self.actions_by_id, self.settings)
        self.availability = Availability(self.document, self.actions_by_id)
        self._lay_out()
        self.theme = Theme(self.settings, self.actions_by_id, resources / "styles", self)
        self.pages.preferences = Preferences(self.settings, self.document, self.thumbnails, self.theme)
        self.guide = HelpGuide(self, resources / "guide")
        self.tour = Tour(self, self._hints, self.settings)
        self.presence = Presence(self, self.document)
        self._leaving = Leaving(self, self.document, lambda: self.pages.training_busy)
        connect_actions(
            Place(
                self, self.document, self.pages, self.notice, self.theme, self.settings, self.actions_by_id,
                resources / "samples", self.guide, self.tour,
            )
        )  # fmt: skip
        self._recent_menu = RecentMenu(
            self.actions_by_id.menu("&File/Open &recent"), self.actions_by_id["recent_clear"], self.document
        )
        self._connect()
        if self.settings.contains("geometry"):
            self.restoreGeometry(self.settings.value("geometry"))
        self.pages.show_page("images")

    def _lay_out(self) -> None:
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail({page.capitalize(): self.actions_by_id[f"page_{page}"] for page in PAGES}))
        box = QVBoxLayout()
        box.addWidget(self.pages, 1)
        box.addWidget(self.offer)
        box.addWidget(self.notice)  # below, so that what is looked at stays where it is
        row.addLayout(box, 1)
        self.setCentralWidget(centre)
        top = toolbar("Main")
        self.addToolBar(top)
        for name in ("open", "samples"):
            add(top, self.actions_by_id[name], plain_text(self.actions_by_id[name]))
        top.addSeparator()
        self._picker = DirectionPicker(self.document)
        top.addWidget(self._picker)
        top.addSeparator()
        for name in ("export_csv", "export"):
            add(top, self.actions_by_id[name], "Export CSV" if name == "export_csv" else "Export more")
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(StatusStrip(self.document), 1)

    def _connect(self) -> None:
        self.pages.images_made.connect(self._images_made)
        self.document.opened.connect(self._opened)
        for name in OF_THE_IMAGES:
            self.actions_by_id[name].setShortcutContext(Qt.ShortcutContext.WidgetShortcut)

    def _images_made(self) -> None:
        document, grid = self.document, self.pages.images.grid
        for signal in (
            document.labels_changed, document.opened, document.direction_changed, document.busy_changed,
            self.pages.panel.series.changed,
        ):  # fmt: skip
            signal.connect(self._suggestion_changed)
        self.pages.panel.explain_wanted.connect(self.guide.open)
        grid.menu_wanted.connect(lambda place: self.actions_by_id.menu("&Image").popup(place))
        grid.addActions([self.actions_by_id[name] for name in OF_THE_IMAGES])

    def _opened(self) -> None:
        if self.document.session is None:
            self.tour.stop()
        else:
            later(self, self.tour.start_once)

    def _hints(self) -> list[Hint]:
        from large_gui.gui.shell.help.hints import hints

        (bar,) = self.findChildren(QToolBar, "Main")
        return hints(self, self.pages, self._picker, bar.widgetForAction(self.actions_by_id["export_csv"]))

    def _suggestion_changed(self, *_: object) -> None:
        grid = self.pages.images.grid
        grid.delegate.suggested = self.pages.panel.suggested
        grid.viewport().update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accept files and folders that are dragged over the window, and say what a drop will do."""
        from large_gui.gui.shell.drop_overlay import paths_of

        if event.source() is None and paths_of(event.mimeData()):  # images of the grid are here already
            event.acceptProposedAction()
            self._overlay.cover(event.mimeData(), "train on" if self.pages.on_training else "sort")

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped, once the drop is over."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self._take(paths)

    def _take(self, paths: list[Path]) -> None:
        """Open what was dropped, or train on it, once the drop is over."""
        self.activateWindow()  # whoever drops something here goes on here
        take = self.pages.training.take if self.pages.on_training else self.document.open
        later(self, lambda: take(paths))

    @cached_property
    def _overlay(self) -> DropOverlay:
        """What covers the window while files are dragged over it."""
        from large_gui.gui.shell.drop_overlay import DropOverlay

        overlay = DropOverlay(self)
        overlay.dropped.connect(self._take)
        return overlay

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take a key that no widget wanted: an action's from an entry, or one of the images elsewhere."""
        from PySide6.QtGui import QKeySequence
        from PySide6.QtWidgets import QLineEdit

        on_images = self.pages.on_images
        focus = self.focusWidget()
        typing = isinstance(focus, QLineEdit) and not (isinstance(focus, NumberEntry) and focus.leaves(event))
        names = {"undo", "redo", "export", "palette"} | (OF_THE_IMAGES if on_images and not typing else set())
        pressed = QKeySequence(event.keyCombination())
        for name in names:
            action = self.actions_by_id[name]
            if pressed in action.shortcuts():
                action.trigger()
                return
        if not (on_images and not typing and self.pages.images.grid.take_number(event)):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Hide at once, as everything is saved, and then end the jobs; a training is asked about before."""
        if not self._leaving.may_close():
            event.ignore()
            return
        self.settings.setValue("geometry", self.saveGeometry())
        self.pages.keep()
        self.settings.sync()
        self.hide()
        self.document.quit()
        self.thumbnails.close()
        for timer in self.findChildren(QTimer):
            timer.stop()
        super().closeEvent(event)


def later(window: QObject, call: Callable[[], None]) -> None:
    """Call a function once the event loop is free, unless the window is gone by then."""
    QTimer.singleShot(0, window, call)
