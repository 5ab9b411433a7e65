"""Four of the ways out, one page of the export dialog each: contact sheet, images by rank, plot, methods."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QPushButton

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.export.base import Page, about_file, add, beside, form, is_empty, placed, words
from large_gui.gui.export.previews import PicturePreview
from large_gui.gui.look.icons import icon
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import PathField
from large_gui.gui.widgets.pictures import to_image
from large_gui.service.requests import WriteRankedFiles, WriteSheet

if TYPE_CHECKING:
    from large_gui.project.export import SortedRow
    from large_gui.tasks.exports.contact_sheet import SheetWords
    from large_gui.tasks.session import Session

_SIDE = 256  # pixels of thumbnails, as the grid keeps them
_NAMES = 8  # of files that are shown before they are written


class SheetPage(Page):
    """The page that exports the sorted contact sheet."""

    title, key, sign = "Contact sheet", "sheet", "image"

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.field = PathField("Contact sheet file", (".png", ".jpg", ".jpeg", ".webp", ".tif"), about_file)
        rows = form(self)
        rows.addRow(
            words(
                "One picture with images at evenly spaced ranks, lowest distance first, each with its rank, "
                "distance and prediction."
            )
        )
        self.field.add_to(rows, "&File:")
        self.picture = PicturePreview("Preview of the sheet")
        self._drawn: object = None  # how many rows there are, and those that the picture shows
        add(rows, "&Preview:", self.picture)

    def propose(self, folder: Path, stem: str) -> None:
        super().propose(folder, f"{stem}-sheet")

    def preview(self) -> None:
        """Draw the sheet, on a thread, from thumbnails."""
        session = self.document.session
        try:
            rows = self.rows().placed
        except LargeError as error:
            self.picture.show_image(QImage(), str(error))
            return
        from large_gui.project.export import written_cells
        from large_gui.tasks.exports.contact_sheet import evenly_spaced, words_of

        drawn = len(rows), written_cells(evenly_spaced(rows))
        if session is None or not rows or drawn == self._drawn:
            return
        self._drawn = drawn
        self.picture.show_image(QImage(), "Drawing the sheet…")

        here = [self]
        self.destroyed.connect(here.clear)  # the dialog may be closed before the sheet is drawn

        def there(image: QImage) -> None:
            if here and self._drawn is drawn:
                self.picture.show_image(image, "The sheet as it will be saved")

        file = self.document.home / "thumbnails.sqlite"
        self.document.background.run(partial(_sheet, rows, session.folder, file, words_of(session)), there)

    def write(self, session: Session, path: Path) -> WriteSheet:
        from large_gui.tasks.exports.contact_sheet import words_of

        return WriteSheet(placed(session), session.folder, path, words_of(session))


class RanksPage(Page):
    """The page that exports copies of images, or links to them, whose names begin with the rank."""

    title, key, sign = "Images by rank", "ranks", "list-ordered"

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.how = named(QComboBox(), "Copies or links")
        self.how.addItem("Copies", False)
        self.how.addItem("Links to the images where they are", True)
        self.field = PathField("Folder for images by rank", (), self._about_folder)
        rows = form(self)
        rows.addRow(
            words(
                "Every image under its rank, such as 0001_name.jpg, for programs that sort by name. Links "
                "take no room, and break when the images are moved."
            )
        )
        add(rows, "&Write:", self.how)
        self.field.add_to(rows, "&Folder:")
        self.names = named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "Names of the files")
        self.names.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        add(rows, "&Preview:", self.names)

    def propose(self, folder: Path, stem: str) -> None:
        session = self.document.session
        if session is not None and folder.resolve().is_relative_to(session.folder.resolve()):
            folder = beside(session)  # in there, the next opening would find every image twice
        target, number = folder / f"{stem}-ranked", 2
        while target.exists() and not is_empty(target):
            target, number = folder / f"{stem}-ranked-{number}", number + 1
        self.field.propose(target)

    def preview(self) -> None:
        """Show the first names of files, and the last one."""
        from large_gui.tasks.exports.ranked_files import ranked_name

        try:
            rows = self.rows().placed
        except LargeError as error:
            self.names.setPlainText(str(error))
            return
        names = [ranked_name(row, len(rows)) for row in rows[:_NAMES]]
        if len(rows) > _NAMES:
            names += ["…", ranked_name(rows[-1], len(rows))]
        self.names.setPlainText("\n".join(names))

    def choices(self) -> dict[str, Any]:
        return {"link": self.how.currentData()}

    def restore(self, kept: dict[str, Any]) -> None:
        self.how.setCurrentIndex(int(kept.get("link") is True))

    def write(self, session: Session, path: Path) -> WriteRankedFiles:
        return WriteRankedFiles(placed(session), session.folder, path, self.how.currentData())

    def _about_folder(self, path: Path) -> str:
        if path.exists() and not is_empty(path):
            return "This folder is not empty: choose a new one."
        session = self.document.session
        if session is not None and path.resolve().is_relative_to(session.folder.resolve()):
            return "This is inside the folder of images: opened again, it would hold every image twice."
        return "" if path.exists() else "The folder will be made."


class PlotPage(Page):
    """The page that exports the calibration plot."""

    title, key, sign = "Plot", "plot", "chart-scatter"

    def __init__(self, document: Document, saver: Callable[[Path], None]) -> None:
        super().__init__(document)
        self._saver = saver
        self.kind = named(QComboBox(), "Plot format")
        self.kind.addItem("PNG, a picture of pixels", ".png")
        self.kind.addItem("SVG, lines that stay sharp in print", ".svg")
        self.field = PathField("Plot file", (".png", ".svg"), about_file)
        self.kind.currentIndexChanged.connect(self._kind_changed)
        self.field.line.textChanged.connect(self._typed)
        rows = form(self)
        rows.addRow(words("The calibration plot as the window shows it."))
        add(rows, "F&ormat:", self.kind)
        self.field.add_to(rows, "&File:")
        self.picture = PicturePreview("Preview of the plot")
        add(rows, "&Preview:", self.picture)

    def propose(self, folder: Path, stem: str) -> None:
        super().propose(folder, f"{stem}-calibration")

    def preview(self) -> None:
        """Save the plot into a folder that is removed again, and show it."""
        from tempfile import TemporaryDirectory

        with TemporaryDirectory() as folder:
            file = Path(folder) / "plot.png"
            try:
                self._saver(file)
            except LargeError as error:
                self.picture.show_image(QImage(), str(error))
                return
            self.picture.show_image(QImage(str(file)), "The plot as it will be saved")

    def choices(self) -> dict[str, Any]:
        return {"format": self.kind.currentData()}

    def restore(self, kept: dict[str, Any]) -> None:
        self.kind.setCurrentIndex(max(0, self.kind.findData(kept.get("format"))))

    def write(self, session: Session, path: Path) -> None:
        self._saver(path)

    def _kind_changed(self) -> None:
        ending = str(self.kind.currentData())
        self.field.endings = (ending, *(e for e in (".png", ".svg") if e != ending))
        text = self.field.line.text()
        if text.lower().endswith((".png", ".svg")):
            self.field.line.setText(text[:-4] + ending)

    def _typed(self, text: str) -> None:
        row = self.kind.findData(text.strip()[-4:].lower())
        if row >= 0:
            self.kind.setCurrentIndex(row)


class MethodsPage(Page):
    """The page that shows and exports a paragraph on the methods, for a paper."""

    title, key, sign = "Methods paragraph", "methods", "book-open"

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.text = named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "Methods paragraph")
        self.copy = named(QPushButton("Co&py", autoDefault=False), "Copy methods paragraph")
        self.copy.setIcon(icon("copy"))
        self.copy.clicked.connect(lambda: QApplication.clipboard().setText(self.text.toPlainText()))
        self.field = PathField("Methods file", (".txt",), about_file)
        rows = form(self)
        add(rows, "&Text:", self.text)
        rows.addRow("", self.copy)
        self.field.add_to(rows, "&File:")

    def propose(self, folder: Path, stem: str) -> None:
        super().propose(folder, f"{stem}-methods")

    def refresh(self) -> None:
        super().refresh()
        session, model = self.document.session, self.document.model
        if session is not None and session.direction is not None and model is not None:
            from large_gui.tasks.exports.methods import methods_paragraph

            text = methods_paragraph(session, model)
            if text != self.text.toPlainText():
                self.text.setPlainText(text)

    def write(self, session: Session, path: Path) -> None:
        from large_gui.files import written_whole

        session.sorted_by()  # without a direction there is nothing to describe
        self.refresh()
        with written_whole(path) as temporary:
            temporary.write_text(self.text.toPlainText(), "utf-8", newline="\n")


def _sheet(rows: Sequence[SortedRow], folder: Path, thumbnails: Path, words: SheetWords) -> QImage:
    """Draw a sheet from thumbnails."""
    import numpy as np

    from large_gui.project.images.thumbnails import ThumbnailStore
    from large_gui.tasks.exports.contact_sheet import draw_sheet

    store = ThumbnailStore(thumbnails)
    try:
        sheet = draw_sheet(rows, folder, words=words, read=lambda path, _: store.thumbnail(path, _SIDE))
    finally:
        store.close()
    return to_image(np.ascontiguousarray(sheet))
