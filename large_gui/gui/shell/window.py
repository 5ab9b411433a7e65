"""The main window: puts the parts together and connects actions to them; it computes nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.calibration.histogram import DistanceHistogram
from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.gui.directions.picker import DirectionPicker
from large_gui.gui.document.document import Document
from large_gui.gui.images.page import ImagesPage
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.shell.action_handlers import Commands
from large_gui.gui.shell.actions import OF_A_FOLDER, OF_THE_IMAGES, PANELS, Actions
from large_gui.gui.shell.notice_bar import NoticeBar
from large_gui.gui.shell.status_strip import StatusStrip
from large_gui.gui.shell.theme import THEMES, apply_theme
from large_gui.gui.shell.toolbars import rail, toolbar
from large_gui.gui.shell.welcome import Welcome
from large_gui.gui.widgets.fitted import fit

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent

    from large_gui.gui.directions.page import DirectionsPage
    from large_gui.gui.inspector.inspector import Inspector
    from large_gui.gui.models.page import ModelsPage
    from large_gui.gui.shell.workspace import Workspace

PAGES = ("images", "directions", "models")


class MainWindow(QMainWindow):
    """Everything a person sees.

    Parameters
    ----------
    home
        Where projects, caches and the window's own settings live.
    resources
        The folder of samples and styles.
    """

    def __init__(self, home: Path, resources: Path) -> None:
        super().__init__()
        self.setWindowTitle("large-gui")
        self.setAcceptDrops(True)
        fit(self, 1280, 820)
        self.resources = resources
        self.settings = QSettings(str(home / "window.ini"), QSettings.Format.IniFormat)
        self.document = Document(home, self)
        self.thumbnails = Thumbnails(home / "thumbnails.sqlite", self)
        self.actions_by_id = Actions(self)
        self.notice = NoticeBar()
        self.welcome = Welcome(home)
        self.images = ImagesPage(self.document, self.thumbnails)
        self.panel = CalibrationPanel(self.document)
        self.histogram = DistanceHistogram(self.document)
        self.workspace: Workspace | None = None
        self._lay_out()
        self.commands = Commands(self)
        self._connect()
        self._restore()

    def _lay_out(self) -> None:
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(rail({page.capitalize(): self.actions_by_id[f"page_{page}"] for page in PAGES}))
        box = QVBoxLayout()
        box.addWidget(self.notice)
        box.addWidget(self.pages, 1)
        row.addLayout(box, 1)
        self.setCentralWidget(centre)
        top = toolbar("Main")
        self.addToolBar(top)
        for name in ("open", "samples"):
            top.addAction(self.actions_by_id[name])
        top.addSeparator()
        top.addWidget(DirectionPicker(self.document))
        top.addSeparator()
        for name in ("export_csv", "export"):
            top.addAction(self.actions_by_id[name])
            top.widgetForAction(self.actions_by_id[name]).setAccessibleName(
                "Export CSV" if name == "export_csv" else "Export more"
            )
        for part in (self.images, self.panel, self.histogram):
            part.setParent(self)  # until the first folder is opened
            part.hide()
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(StatusStrip(self.document), 1)

    # These three are made when they are first needed: the window shows sooner.

    @cached_property
    def inspector(self) -> Inspector:
        """One image closely."""
        from large_gui.gui.inspector.inspector import Inspector

        inspector = Inspector(self.document)
        inspector.fetch_wanted.connect(lambda: self.show_page("models"))
        return inspector

    @cached_property
    def directions(self) -> DirectionsPage:
        """The directions page."""
        from large_gui.gui.directions.page import DirectionsPage

        page = DirectionsPage(self.document)
        page.selection = self.images.grid.selected
        self.pages.addWidget(page)
        return page

    @cached_property
    def models(self) -> ModelsPage:
        """The models page."""
        from large_gui.gui.models.page import ModelsPage

        page = ModelsPage(self.document)
        page.generator_fetched.connect(lambda: self.inspector.refresh())
        self.pages.addWidget(page)
        return page

    def _connect(self) -> None:
        document, grid = self.document, self.images.grid
        document.notice.connect(self.notice.tell)
        document.opened.connect(self.notice.hide)  # what was told concerned another folder
        document.opened.connect(self._opened)
        document.busy_changed.connect(self._enable)
        document.labels_changed.connect(self._suggestion_changed)
        document.opened.connect(self._suggestion_changed)
        document.direction_changed.connect(self._suggestion_changed)
        document.busy_changed.connect(self._suggestion_changed)
        self.welcome.open_wanted.connect(self.actions_by_id["open"].trigger)
        self.welcome.samples_wanted.connect(self.actions_by_id["samples"].trigger)
        self.welcome.recent_wanted.connect(lambda path: document.open([path]))
        grid.typed.connect(self.begin_typing)
        for name in OF_THE_IMAGES:
            action = self.actions_by_id[name]
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            grid.addAction(action)
        undo, redo = self.actions_by_id["undo"], self.actions_by_id["redo"]
        undo.triggered.connect(lambda: self._take_back(document.editor.stack.undo))
        redo.triggered.connect(lambda: self._take_back(document.editor.stack.redo))
        document.editor.stack.undoTextChanged.connect(
            lambda text: undo.setText(f"Undo {text[:1].lower()}{text[1:]}".rstrip().replace("&", "&&"))
        )
        document.editor.stack.redoTextChanged.connect(
            lambda text: redo.setText(f"Redo {text[:1].lower()}{text[1:]}".rstrip().replace("&", "&&"))
        )
        document.editor.stack.canUndoChanged.connect(undo.setEnabled)
        document.editor.stack.canRedoChanged.connect(redo.setEnabled)
        QApplication.styleHints().colorSchemeChanged.connect(  # Qt tells before it has the new palette
            lambda _: later(self, lambda: self.set_theme(self.theme))
        )
        self._opened()

    @property
    def theme(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return str(self.settings.value("theme", "system"))

    def set_theme(self, theme: str) -> None:
        """Choose the colours."""
        self.settings.setValue("theme", theme)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        apply_theme(application, theme, self.resources / "styles")
        for name in THEMES:
            self.actions_by_id[f"theme_{name}"].setChecked(name == theme)

    def show_page(self, name: str) -> None:
        """Go to ``images``, ``directions`` or ``models``."""
        opened = self.document.store is not None
        if name == "images":
            self.pages.setCurrentWidget(self.workspace if opened and self.workspace else self.welcome)
        else:
            self.pages.setCurrentWidget(self.directions if name == "directions" else self.models)
        self.actions_by_id[f"page_{name}"].setChecked(True)

    def _opened(self) -> None:
        session = self.document.session
        name = f"{session.folder.name} – " if session is not None else ""
        held = self.document.store is not None and self.document.store.read_only
        self.setWindowTitle(f"{name}{'read only – ' if held else ''}large-gui")
        if session is not None and self.workspace is None:
            self._first_opened()
        self.show_page("images")
        if session is not None:
            self.inspector.refresh()
            self.images.grid.setFocus()
        self._enable()

    def _first_opened(self) -> None:
        """What a window that shows a welcome does without."""
        from PySide6.QtGui import QKeySequence

        from large_gui.gui.shell.workspace import Workspace

        self.actions_by_id["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        panels = dict(zip(PANELS, (self.panel, self.inspector, self.histogram)))
        self.workspace = Workspace(self.images, panels, self.settings.value("panels"))
        for part in (self.images, self.panel, self.histogram):
            part.show()
        self.pages.addWidget(self.workspace)
        for title, dock in self.workspace.docks.items():
            action = self.actions_by_id[f"panel_{title.lower()}"]
            action.setChecked(not dock.isHidden())
            dock.visibilityChanged.connect(lambda _, d=dock, a=action: a.setChecked(not d.isHidden()))

    def begin_typing(self, text: str = "") -> None:
        """Take the keys into the value entry, where a person can see it."""
        if self.workspace is not None:
            self.show_page("images")
            self.workspace.bring("Calibration")
            self.panel.begin_typing(text)

    def toggle_panel(self, title: str) -> None:
        """Close a panel, or bring it back."""
        if self.workspace is None:
            return
        if self.workspace.docks[title].isHidden():
            self.workspace.bring(title)
        else:
            self.workspace.docks[title].hide()

    def _take_back(self, step: Callable[[], None]) -> None:
        """Undo or redo, and look at the image whose label that changed."""
        changed: list[int] = []
        connection = self.document.labels_changed.connect(changed.extend)
        step()
        self.document.labels_changed.disconnect(connection)
        if len(changed) == 1:
            self.document.set_current(changed[0])

    def _enable(self) -> None:
        document = self.document
        opened, stack = document.session is not None, document.editor.stack
        for name in OF_A_FOLDER:
            self.actions_by_id[name].setEnabled(opened)
        for name in ("pause", "cancel"):
            self.actions_by_id[name].setEnabled(bool(document.job.busy))
        self.actions_by_id["resume"].setEnabled(document.job.unfinished)
        self.actions_by_id["undo"].setEnabled(stack.canUndo())
        self.actions_by_id["redo"].setEnabled(stack.canRedo())
        self.images.grid.setEnabled(opened)

    def _suggestion_changed(self, *_: object) -> None:
        self.images.grid.delegate.suggested = self.panel.suggested
        self.images.grid.viewport().update()

    def _restore(self) -> None:
        self.set_theme(self.theme)
        if self.settings.contains("geometry"):
            self.restoreGeometry(self.settings.value("geometry"))
        self.show_page("images")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Files and folders may be dropped anywhere."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Open what was dropped, once the drop is over."""
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        later(self, lambda: self.document.open(paths))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """What no widget wanted: undo from an entry, and keys of the images where no text is typed."""
        from PySide6.QtGui import QKeySequence
        from PySide6.QtWidgets import QLineEdit

        on_images = self.workspace is not None and self.pages.currentWidget() is self.workspace
        typing = isinstance(self.focusWidget(), QLineEdit)
        names = {"undo", "redo"} | (OF_THE_IMAGES if on_images and not typing else set())
        pressed = QKeySequence(event.keyCombination())
        for name in names:
            action = self.actions_by_id[name]
            if pressed in action.shortcuts():
                action.trigger()
                return
        if not (on_images and not typing and self.images.grid.take_number(event)):
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Everything is saved already: hide at once, then end the jobs."""
        self.settings.setValue("geometry", self.saveGeometry())
        if self.workspace is not None:
            self.settings.setValue("panels", self.workspace.saveState())
        self.settings.sync()
        self.hide()
        self.document.quit()
        self.thumbnails.close()
        for timer in self.findChildren(QTimer):
            timer.stop()
        super().closeEvent(event)


def later(window: MainWindow, call: Callable[[], None]) -> None:
    """Call once the event loop is free."""
    QTimer.singleShot(0, window, call)
