"""What each action of the window does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from large_gui.errors import LargeError
from large_gui.gui.shell.actions import PANELS
from large_gui.gui.shell.theme import THEMES, Theme
from large_gui.gui.widgets.entry import Entry

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from large_gui.gui.document.document import Document
    from large_gui.gui.shell.actions import Actions
    from large_gui.gui.shell.notice_bar import NoticeBar
    from large_gui.gui.shell.pages import Pages

_SIZE_STEP = 24


class ActionHandlers(QObject):
    """What the actions of the window do: every entry of `actions.ENTRIES` is connected to what it does.

    Parameters
    ----------
    window
        The window, over which dialogs open and which Quit closes.
    document, pages, notice, theme
        What the actions change.
    actions
        The actions of the window.
    samples
        The folder of sample images.
    """

    def __init__(
        self, window: QWidget, document: Document, pages: Pages, notice: NoticeBar, theme: Theme,
        actions: Actions, samples: Path,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window, self._document, self._pages = window, document, pages
        self._notice, self._actions = notice, actions
        grid = pages.images.grid
        does: dict[str, Callable[[], object]] = {
            "open": self.open_folder,
            "open_files": self.open_files,
            "reopen": self.reopen,
            "samples": lambda: document.open([samples]),
            "save_copy": self.save_copy,
            "import_labels": self.import_labels,
            "export": self.export,
            "export_csv": self.export_csv,
            "close": document.close,
            "quit": window.close,
            "undo": lambda: self._take_back(document.editor.stack.undo),
            "redo": lambda: self._take_back(document.editor.stack.redo),
            "label": lambda: pages.begin_typing(),
            "clear_label": lambda: document.editor.clear_labels(grid.selected()),
            "exclude": lambda: document.editor.exclude(grid.selected()),
            "suggest": pages.panel.go_to_suggestion,
            "grades": self.grades,
            "select_all": grid.selectAll,
            "find": self.find,
            "clear": self.clear,
            "flip": document.flip,
            "large": self.large_view,
            "first": lambda: grid.go_to(0),
            "last": lambda: grid.go_to(grid.image_model.rowCount() - 1),
            "percentile": self.percentile,
            "larger": lambda: self._resize(_SIZE_STEP),
            "smaller": lambda: self._resize(-_SIZE_STEP),
            "page_images": lambda: pages.show_page("images"),
            "page_directions": lambda: pages.show_page("directions"),
            "page_models": lambda: pages.show_page("models"),
            "pause": lambda: document.job.pause(not document.job.paused),
            "cancel": document.job.cancel,
            "resume": document.job.resume,
            "engine": self.choose_engine,
            "palette": self.palette,
            "shortcuts": self.shortcuts,
            "about": self.about,
        }
        for title in PANELS:
            does[f"panel_{title.lower()}"] = partial(pages.toggle_panel, title)
        for name in THEMES:
            does[f"theme_{name}"] = partial(theme.choose, name)
        for name, call in does.items():
            actions[name].triggered.connect(partial(_without_state, call))

    def open_folder(self) -> None:
        """Ask for a folder and open it."""
        from PySide6.QtWidgets import QFileDialog

        chosen = QFileDialog.getExistingDirectory(self._window, "Open a folder of images")
        if chosen:
            self._document.open([Path(chosen)])

    def open_files(self) -> None:
        """Ask for images or a project and open them."""
        from PySide6.QtWidgets import QFileDialog

        chosen, _ = QFileDialog.getOpenFileNames(self._window, "Open images or a project")
        if chosen:
            self._document.open([Path(path) for path in chosen])

    def reopen(self) -> None:
        """Open what was open last."""
        from large_gui.project.recent import recent

        known = recent(self._document.home)
        if known:
            self._document.open([known[0]])
        else:
            self._document.notice.emit("Nothing was open before.", "Drop a folder on the window.", False)

    def save_copy(self) -> None:
        """Copy the project file, with its labels, directions and grades."""
        from PySide6.QtWidgets import QFileDialog

        store = self._document.store
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, "Save a copy of the project", "", "Projects (*.large)"
        )
        if chosen and store is not None:
            path = Path(chosen).with_suffix(".large")
            try:
                store.copy_to(path)
            except LargeError as error:
                self._document.tell_error(error)
            else:
                self._document.notice.emit(f"Saved as {path}.", "", False)

    def import_labels(self) -> None:
        """Ask for a table and take labels from it."""
        from PySide6.QtWidgets import QFileDialog

        from large_gui.gui.calibration.label_preview import LabelPreview

        chosen, _ = QFileDialog.getOpenFileName(
            self._window, "Import labels", "", "Tables (*.csv *.tsv *.txt)"
        )
        if chosen:
            LabelPreview.ask(self._document, Path(chosen), self._window)

    def export(self) -> None:
        """Show the export dialog."""
        from large_gui.gui.calibration.save_plot import save_plot
        from large_gui.gui.export.dialog import ExportDialog

        plot = self._pages.panel.plot
        ExportDialog(self._document, lambda path: save_plot(plot, path), self._window).exec()

    def export_csv(self) -> None:
        """Ask for a file and write the table that the command line writes."""
        from PySide6.QtWidgets import QFileDialog

        from large_gui.gui.export.base import beside, stem
        from large_gui.gui.export.dialog import export_csv

        session = self._document.session
        if session is None:
            return
        proposed = beside(session) / f"{stem(session)}.csv"
        chosen, _ = QFileDialog.getSaveFileName(self._window, "Export CSV", str(proposed), "Tables (*.csv)")
        if chosen:
            export_csv(self._document, Path(chosen))

    def find(self) -> None:
        """Give the keys to the line in which part of a name is typed."""
        self._pages.show_page("images")
        self._pages.images.search.setFocus()
        self._pages.images.search.selectAll()

    def clear(self) -> None:
        """Leave the line that has the keys, or else show all images again, or else close the notice."""
        document, images = self._document, self._pages.images
        writing = self._window.focusWidget()
        if isinstance(writing, Entry):
            writing.abandon()
            writing.clearFocus()
            images.grid.setFocus()  # where the keys of the images are, if that page is shown
        elif document.within is not None:
            document.set_order(within=None)
        elif images.search.text():
            images.search.clear()
        else:
            self._notice.hide()

    def large_view(self) -> None:
        """Show the current image as large as the screen allows."""
        from large_gui.gui.images.large_view import LargeView

        grid = self._pages.images.grid
        if self._document.current >= 0:
            step = grid.currentIndex().row
            LargeView(self._document, lambda by: grid.go_to(step() + by), self._window).exec()

    def percentile(self) -> None:
        """Ask for a percentile of the order and go there."""
        from PySide6.QtWidgets import QInputDialog

        percent, wanted = QInputDialog.getDouble(
            self._window, "Go to", "Percentile of the order:", 50, 0, 100, 1
        )
        if wanted:
            self._pages.images.grid.go_to_percentile(percent)

    def grades(self) -> None:
        """Ask for names of grades, and spread new cut points evenly."""
        from PySide6.QtWidgets import QInputDialog

        from large_gui.core.ordinal import even_grades

        document, session = self._document, self._document.session
        if session is None or document.lacks_direction():
            return
        names = ", ".join(session.grades.names) if session.grades is not None else "low, middle, high"
        text, wanted = QInputDialog.getText(
            self._window, "Grades", "Names from low to high, with commas (empty: no grades):", text=names
        )
        if not wanted:
            return
        chosen = tuple(name.strip() for name in text.split(",") if name.strip())
        try:
            if not chosen:
                document.editor.set_grades(None, "Stop grading")
            elif session.grades is not None and len(chosen) == len(session.grades.names):
                document.editor.set_grades(session.grades.renamed(chosen), "Rename grades")
            else:
                grades = even_grades(chosen, session.distances[session.ranked])
                document.editor.set_grades(grades, "Grade the images")
        except LargeError as error:
            document.tell_error(error)

    def choose_engine(self) -> None:
        """Ask which engine puts the images of a folder through the model; the next job uses it."""
        from PySide6.QtWidgets import QInputDialog

        from large_gui.tasks.measure import engine_names

        names, used = engine_names(), self._document.engine
        chosen, wanted = QInputDialog.getItem(
            self._window, "Engine", "What puts the images through the model:", names,
            names.index(used) if used in names else 0, editable=False,
        )  # fmt: skip
        if wanted:
            self._document.engine = chosen

    def palette(self) -> None:
        """Show the command palette, and do what is chosen there."""
        from large_gui.gui.shell.action_palette import ActionPalette

        dialog = ActionPalette(self._actions, self._window)
        if dialog.exec() and dialog.chosen is not None:
            dialog.chosen.trigger()

    def shortcuts(self) -> None:
        """Show the sheet of shortcuts."""
        from large_gui.gui.shell.action_palette import ShortcutSheet

        ShortcutSheet(self._actions, self._window).exec()

    def about(self) -> None:
        """Show versions, licence and the logs."""
        from large_gui.gui.shell.about import AboutDialog

        AboutDialog(self._document.home, self._window).exec()

    def _take_back(self, step: Callable[[], None]) -> None:
        """Undo or redo, and look at the image whose label that changed."""
        changed: list[int] = []
        connection = self._document.labels_changed.connect(changed.extend)
        step()
        self._document.labels_changed.disconnect(connection)
        if len(changed) == 1:
            self._document.set_current(changed[0])

    def _resize(self, by: int) -> None:
        slider = self._pages.images.size_slider
        slider.setValue(slider.value() + by)


def _without_state(call: Callable[[], object], checked: bool = False) -> None:
    """Call a handler without the state of its action, which Qt hands over and no handler needs."""
    call()
