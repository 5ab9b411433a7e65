"""Four of the ways out, one page of the export dialog each: contact sheet, images by rank, plot, methods."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QApplication, QComboBox, QPlainTextEdit, QPushButton

from large_gui.gui.document.document import Document
from large_gui.gui.export.base import Page, about_file, add, beside, form, is_empty, placed, words
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import PathField
from large_gui.service.requests import WriteRankedFiles, WriteSheet

if TYPE_CHECKING:
    from large_gui.tasks.session import Session


class SheetPage(Page):
    """The page that exports the sorted contact sheet."""

    title, key = "Contact sheet", "sheet"

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

    def propose(self, folder: Path, stem: str) -> None:
        super().propose(folder, f"{stem}-sheet")

    def write(self, session: Session, path: Path) -> WriteSheet:
        return WriteSheet(placed(session), session.folder, path)


class RanksPage(Page):
    """The page that exports copies of images, or links to them, whose names begin with the rank."""

    title, key = "Images by rank", "ranks"

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

    def propose(self, folder: Path, stem: str) -> None:
        session = self.document.session
        if session is not None and folder.resolve().is_relative_to(session.folder.resolve()):
            folder = beside(session)  # in there, the next opening would find every image twice
        target, number = folder / f"{stem}-ranked", 2
        while target.exists() and not is_empty(target):
            target, number = folder / f"{stem}-ranked-{number}", number + 1
        self.field.propose(target)

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

    title, key = "Plot", "plot"

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

    def propose(self, folder: Path, stem: str) -> None:
        super().propose(folder, f"{stem}-calibration")

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

    title, key = "Methods paragraph", "methods"

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.text = named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "Methods paragraph")
        self.copy = named(QPushButton("Co&py", autoDefault=False), "Copy methods paragraph")
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
