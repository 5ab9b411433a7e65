"""The measuring guide: chapters of plain English, with a list and a search, beside the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QTextCursor, QTextFrameFormat, QTextTable
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.shell.help.chapters import Chapter
from large_gui.gui.widgets.fitted import fit
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label


class GuideDialog(QDialog):
    """A window with the chapters at the left, and the one that is read at the right.

    A person can go on working while it is open.
    """

    def __init__(self, chapters: list[Chapter], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Measuring guide")
        self._chapters = {chapter.id: chapter for chapter in chapters}
        self.search = named(QLineEdit(placeholderText="Search the guide"), "Search the guide")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(self._find_next)
        self.list = named(QListWidget(), "Chapters")
        self.list.setSpacing(SPACE // 4)
        self.list.currentItemChanged.connect(lambda item, _: self._show(item))
        self._none = named(Label("No chapter has these words.", wordWrap=True), "Nothing found")
        self._none.setObjectName("muted")
        self.text = named(QTextBrowser(), "Chapter")
        self.text.setOpenLinks(False)
        self.text.anchorClicked.connect(self._follow)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        closing = buttons.button(QDialogButtonBox.StandardButton.Close)
        closing.setAutoDefault(False)  # Enter in the search goes to the next place
        left, row, box = QVBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        left.setSpacing(SPACE)
        left.addWidget(self.search)
        left.addWidget(self._none)
        left.addWidget(self.list, 1)
        row.setSpacing(2 * SPACE)
        row.addLayout(left, 1)
        row.addWidget(self.text, 3)
        box.addLayout(row, 1)
        box.addWidget(buttons)
        fit(self, 900, 640)
        self._search("")

    @property
    def chapter(self) -> str:
        """The id of the chapter that is shown."""
        item = self.list.currentItem()
        return "" if item is None else str(item.data(Qt.ItemDataRole.UserRole))

    def go_to(self, chapter: str) -> None:
        """Show a chapter by its id."""
        self.search.clear()
        for row in range(self.list.count()):
            if self.list.item(row).data(Qt.ItemDataRole.UserRole) == chapter:
                self.list.setCurrentRow(row)

    def _search(self, words: str) -> None:
        """List the chapters that have all words, and mark the first place."""
        before = self.chapter
        wanted = words.casefold().split()
        self.list.clear()
        for chapter in self._chapters.values():
            if all(word in chapter.text.casefold() for word in wanted):
                item = QListWidgetItem(chapter.title)
                item.setData(Qt.ItemDataRole.UserRole, chapter.id)
                self.list.addItem(item)
                if chapter.id == before:
                    self.list.setCurrentItem(item)
        self._none.setVisible(self.list.count() == 0)
        if self.list.currentItem() is None:
            self.list.setCurrentRow(0)
        self._find_next()

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        theme = colours(self.palette())
        self.text.document().setDefaultStyleSheet(f"a {{ color: {theme.link}; }}")
        self.text.document().setDocumentMargin(2 * SPACE)
        self.text.setMarkdown(self._chapters[str(item.data(Qt.ItemDataRole.UserRole))].text)
        self._space_out()
        self._find_next()

    def _space_out(self) -> None:
        """Give lines the distance at which long texts are easy to read."""
        from PySide6.QtGui import QTextBlockFormat

        cursor = QTextCursor(self.text.document())
        cursor.select(QTextCursor.SelectionType.Document)
        lines = QTextBlockFormat()
        lines.setLineHeight(130.0, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(lines)
        for table in self.text.document().rootFrame().childFrames():
            if isinstance(table, QTextTable):
                form = table.format()
                form.setBorderBrush(QColor(colours(self.palette()).line))
                form.setBorder(1)
                form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                form.setBorderCollapse(True)
                form.setCellPadding(SPACE // 2)
                form.setTopMargin(SPACE)
                form.setBottomMargin(SPACE)
                table.setFormat(form)

    def _find_next(self) -> None:
        """Mark the next place of what is searched for; after the last comes the first.

        Where the words don't stand together, it is the first of them.
        """
        for words in (self.search.text().strip(), self.search.text().partition(" ")[0]):
            if not words or self.text.find(words):
                return
            here = self.text.textCursor()
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            if self.text.find(words):
                return
            self.text.setTextCursor(here)

    def _follow(self, link: QUrl) -> None:
        """Go to another chapter; a page of the web is left to the system's browser."""
        from PySide6.QtGui import QDesktopServices

        if link.scheme():
            QDesktopServices.openUrl(link)
        else:
            self.go_to(link.path())
