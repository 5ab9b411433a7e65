"""Every control has a name for assistive tools, is reached with Tab, and shows when it has the keys."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QWidget,
)

from large_gui.folders import resources_folder
from large_gui.gui.shell.pages import PAGES
from large_gui.gui.shell.window import MainWindow
from tests.gui.acting import Drop

CONTROLS = (
    QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit,
    QPlainTextEdit, QTextEdit,
)  # fmt: skip


def controls(window: QWidget) -> list[QWidget]:
    """What can be used now; parts that Qt makes of one control count with it."""
    found = []
    for widget in window.findChildren(QWidget):
        inside = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox | QLineEdit | QTabBar)
        inside = inside or widget.objectName().startswith("qt_")
        if (
            isinstance(widget, CONTROLS) and not isinstance(widget, QScrollBar) and not inside
            and widget.isVisible() and widget.isEnabled() and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        ):  # fmt: skip
            found.append(widget)
    return found


def spoken(widget: QWidget) -> str:
    """What an assistive tool says: the name, or the words of a button whose words are not just a sign."""
    words = widget.text() if isinstance(widget, QAbstractButton) else ""
    return widget.accessibleName() or (words if re.search(r"\w", words) else "")


@pytest.mark.parametrize("page", ["welcome", *PAGES])
def test_every_control_has_a_name_and_is_reached(
    window: MainWindow, drop: Drop, photos: Path, page: str
) -> None:
    if page != "welcome":
        drop(photos)
        window.tour.stop()
        window.pages.show_page(page)
    QApplication.processEvents()
    here = controls(window)
    assert {"Images", "Settings", "Open a folder"} <= {spoken(widget) for widget in here}
    assert [repr(widget) for widget in here if not spoken(widget)] == []
    reached, widget = [], window.nextInFocusChain()
    while widget is not window and len(reached) < 10_000:
        reached.append(widget)
        widget = widget.nextInFocusChain()
    tabbed = [w for w in here if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
    assert tabbed and all(reached.count(widget) == 1 for widget in tabbed)


def test_hints_have_names_too(window: MainWindow, drop: Drop, photos: Path) -> None:
    drop(photos)
    window.tour.start()
    card = window.tour._callout
    assert card is not None
    assert [repr(widget) for widget in controls(card) if not spoken(widget)] == []


def test_the_style_sheet_shows_the_focus_of_every_kind() -> None:
    sheet = (resources_folder() / "styles" / "window.qss").read_text("utf-8")
    for kind in (
        "QPushButton", "QToolButton", "QLineEdit", "QComboBox", "QAbstractSpinBox", "QListWidget",
        "QPlainTextEdit", "QTextBrowser", "QCheckBox", "QRadioButton", "QSlider::handle:horizontal",
        "QTabBar::tab", "QTableView", "QToolBar#rail QToolButton",
    ):  # fmt: skip
        assert re.search(rf"{re.escape(kind)}(::indicator)?:focus", sheet), kind
