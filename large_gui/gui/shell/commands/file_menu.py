"""What the File menu does: opening, saving copies, labels from tables, exports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from large_gui.errors import LargeError
from large_gui.gui.shell.commands.place import Place


class FileCommands:
    """Opens folders and writes files."""

    def __init__(self, at: Place) -> None:
        self._at = at

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        document = self._at.document
        return {
            "open": self.open_folder,
            "open_files": self.open_files,
            "reopen": self.reopen,
            "recent_clear": self.forget_recent,
            "samples": lambda: document.open([self._at.samples]),
            "save_copy": self.save_copy,
            "import_labels": self.import_labels,
            "export": self.export,
            "export_csv": self.export_csv,
            "close": document.close,
            "quit": self._at.window.close,
        }

    def open_folder(self) -> None:
        """Ask for a folder, beside what was open last, and open it."""
        from PySide6.QtCore import QStandardPaths
        from PySide6.QtWidgets import QFileDialog

        from large_gui.project.recent import recent

        known = recent(self._at.document.home)
        pictures = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        start = str(known[0].parent) if known else pictures if Path(pictures).is_dir() else str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self._at.window, "Open a folder of images", start)
        if chosen:
            self._at.document.open([Path(chosen)])

    def open_files(self) -> None:
        """Ask for images or a project and open them."""
        from PySide6.QtWidgets import QFileDialog

        chosen, _ = QFileDialog.getOpenFileNames(self._at.window, "Open images or a project")
        if chosen:
            self._at.document.open([Path(path) for path in chosen])

    def reopen(self) -> None:
        """Open what was open last, and nothing else if that is gone."""
        from large_gui.project.recent import is_there, last

        path, tell = last(self._at.document.home), self._at.document.notice.emit
        if path is None:
            tell("Nothing was open before.", "Drop a folder on the window.", False)
        elif not is_there(path):
            hint = (
                "It was moved or renamed, or its disk is away. The File menu lists what was open before it."
            )
            tell(f"{path} was open last and can't be found.", hint, True)
        else:
            self._at.document.open([path])

    def forget_recent(self) -> None:
        """Empty the list of what was open before."""
        from large_gui.project.recent import forget_all

        forget_all(self._at.document.home)

    def save_copy(self) -> None:
        """Copy the project file, with its labels, directions and grades."""
        from large_gui.gui.widgets.path_field import ask_where

        store = self._at.document.store
        path = ask_where(self._at.window, "Save a copy of the project", Path(), ["Projects (*.large)"])
        if path is not None and store is not None:
            try:
                store.copy_to(path)
            except LargeError as error:
                self._at.document.tell_error(error)
            else:
                self._at.document.notice.emit(f"Saved as {path}.", "", False)

    def import_labels(self) -> None:
        """Ask for a table and take labels from it."""
        from PySide6.QtWidgets import QFileDialog

        from large_gui.gui.calibration.label_preview import LabelPreview

        chosen, _ = QFileDialog.getOpenFileName(
            self._at.window, "Import labels", "", "Tables (*.csv *.tsv *.txt)"
        )
        if chosen:
            LabelPreview.ask(self._at.document, Path(chosen), self._at.window)

    def export(self) -> None:
        """Show the export dialog."""
        from large_gui.gui.calibration.save_plot import save_plot
        from large_gui.gui.export.dialog import ExportDialog

        plot = self._at.pages.panel.plot
        ExportDialog(self._at.document, lambda path: save_plot(plot, path), self._at.window).exec()

    def export_csv(self) -> None:
        """Ask for a file and write the table that the command line writes."""
        from large_gui.gui.export.base import beside, stem
        from large_gui.gui.export.dialog import export_csv
        from large_gui.gui.widgets.path_field import ask_where

        session = self._at.document.session
        if session is None:
            return
        proposed = beside(session) / f"{stem(session)}.csv"
        path = ask_where(self._at.window, "Export CSV", proposed, ["Tables (*.csv)"])
        if path is not None:
            export_csv(self._at.document, path)
