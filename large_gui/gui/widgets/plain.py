"""Texts that may come from files and are shown as they are, though Qt would read some as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMessageBox, QWidget


class Label(QLabel):
    """A label of plain text; the only kind that the window makes (`tests/test_architecture.py`)."""

    def __init__(self, text: str = "", **properties: Any) -> None:
        super().__init__(**properties)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)


def marked_up(words: str) -> QLabel:
    """Make a label of our own words with colours in them, never of a text from outside."""
    return QLabel(words, wordWrap=True)


def plain(text: str) -> str:
    """Return a text in the form in which tooltips and axes show it as it is, ``<b>`` included."""
    if "<" not in text and "&" not in text:
        return text
    from html import escape  # loads a table of thousands of names

    return f"<qt>{escape(text)}</qt>".replace("\n", "<br>")


def menu_text(text: str) -> str:
    """Return a text in the form in which menus and buttons show it as it is, ``&`` included."""
    return text.replace("&", "&&")


def confirm(parent: QWidget, title: str, question: str) -> bool:
    """Ask a question, and return whether the answer is yes; Enter alone answers no."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Question, title, question, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    box.setDefaultButton(QMessageBox.StandardButton.No)
    return box.exec() == QMessageBox.StandardButton.Yes


def told(parent: QWidget, title: str, words: str) -> QMessageBox:
    """Make a message that the caller opens."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Information, title, words, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box


def question(parent: QWidget, title: str, words: str, more: str, yes: str, no: str) -> QMessageBox:
    """Make a question that the caller opens; it emits ``accepted`` for ``yes``, and Escape means ``no``.

    Parameters
    ----------
    words, more
        What is asked, and what a yes means.
    yes, no
        The words of the buttons.
    """
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(QMessageBox.Icon.Question, title, words, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(more)
    box.addButton(yes, QMessageBox.ButtonRole.AcceptRole)
    stay = box.addButton(no, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(stay)
    box.setEscapeButton(stay)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
