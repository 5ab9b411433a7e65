"""What the page of groups says while there is nothing to compare: what makes groups."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_WAYS = (
    ("folder-open", "Subfolders", "Open a folder whose subfolders are groups, such as treated and control."),
    ("tag", "Tags", "Mark images with a tag: those that have it and those that don't are two groups."),
    ("table", "A table", "A CSV with the path of each image, and a column that says its group."),
    ("history", "Two folders in turn", "Open one folder, then another: each is a group."),
)  # fmt: skip
_ICON = 20


class NoGroups(QWidget):
    """Says what makes groups, with a button for a table of them."""

    def __init__(self, from_table: QPushButton) -> None:
        super().__init__()
        named(self, "No groups")
        title = Label("There are no groups to compare yet")
        title.setObjectName("title")
        why = Label("Are treated leaves healthier? Groups of images answer such questions.")
        why.setObjectName("muted")
        ways = QGridLayout()
        ways.setHorizontalSpacing(2 * SPACE)
        ways.setVerticalSpacing(2 * SPACE)
        for row, (name, what, how) in enumerate(_WAYS):
            picture = _Icon(name)
            heading = Label(what)
            heading.setObjectName("heading")
            ways.addWidget(picture, row, 0)
            ways.addWidget(heading, row, 1)
            ways.addWidget(Label(how), row, 2)
        ways.setColumnStretch(2, 1)
        inner = QWidget()
        box = QVBoxLayout(inner)
        box.setSpacing(SPACE)
        box.addWidget(title)
        box.addWidget(why)
        box.addSpacing(2 * SPACE)
        box.addLayout(ways)
        box.addSpacing(2 * SPACE)
        box.addWidget(from_table, 0, Qt.AlignmentFlag.AlignLeft)
        outer = QVBoxLayout(self)
        outer.addWidget(inner, 0, Qt.AlignmentFlag.AlignCenter)


class _Icon(QPushButton):
    """An icon that follows the palette and does nothing."""

    def __init__(self, name: str) -> None:
        super().__init__(flat=True)
        self.setIcon(icon(name))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFixedSize(_ICON + SPACE, _ICON + SPACE)
