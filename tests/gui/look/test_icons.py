"""Every icon that is named has a file, which can be drawn."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from large_gui.folders import resources_folder
from large_gui.gui.look.icons import icon
from large_gui.gui.shell.commands.actions import ENTRIES

GUI = Path(__file__).resolve().parents[3] / "large_gui" / "gui"
FILES = {file.stem for file in (resources_folder() / "icons").glob("*.svg")}


def texts(node: ast.expr) -> Iterator[str]:
    """Every text that an expression such as ``"a" if b else "c"`` can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


def named_in_code() -> set[str]:
    """Names that are given to `icon` as they stand."""
    found = set()
    for file in GUI.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "icon":
                found.update(texts(node.args[0]))
    return found


def named_in_the_style_sheet() -> set[str]:
    text = (resources_folder() / "styles" / "window.qss").read_text("utf-8")
    names = re.findall(r"@\{icons\}/([\w@{}-]+)\.svg", text)
    return {re.sub(r"@\{?arrow\}?", theme, name) for name in names for theme in ("dark", "light")}


def test_every_name_has_a_file(qapp: QApplication) -> None:
    named = {entry.icon for entry in ENTRIES if entry.icon} | named_in_code() | named_in_the_style_sheet()
    assert {"app", "images", "down_dark"} <= named
    assert named - FILES == set()


def test_every_file_is_used() -> None:
    """By a text anywhere in the code of the window, as some names stand in tables, or by the style sheet."""
    said = {
        node.value
        for file in GUI.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert FILES - said - named_in_the_style_sheet() == set()


@pytest.mark.parametrize("name", sorted(FILES))
def test_it_is_drawn(name: str, qapp: QApplication) -> None:
    picture = icon(name).pixmap(32, 32).toImage()
    assert any(picture.pixelColor(x, y).alpha() for x in range(32) for y in range(32))
