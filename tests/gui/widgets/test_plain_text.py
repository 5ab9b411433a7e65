"""What comes from a file or a file name is shown as it is, never taken for markup."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

import large_gui.gui
from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.gui.models.import_dialog import ImportDialog
from large_gui.gui.shell.pages import PAGES
from large_gui.gui.shell.window import MainWindow
from large_gui.project.value import Value

MODULES = sorted(Path(large_gui.gui.__file__).parent.rglob("*.py"))
MARKUP = "<img src=x>&amp;<b>bold"
BY_NAME = {"setToolTip": 0, "setLabel": 1, "setStatusTip": 0, "setWhatsThis": 0}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            yield getattr(function, "attr", getattr(function, "id", "")), node


def is_safe(argument: ast.expr) -> bool:
    """Whether it is the program's own words, or went through `plain`."""
    if isinstance(argument, ast.Call):
        return getattr(argument.func, "id", "") == "plain"
    return isinstance(argument, ast.Constant)


@pytest.mark.parametrize("path", [p for p in MODULES if p.stem != "plain"], ids=lambda p: p.stem)
def test_no_module_shows_text_by_itself(path: Path) -> None:
    for name, call in calls(path):
        line = f"line {call.lineno}"
        assert name not in ("QLabel", "QMessageBox"), f"{line}: gui.plain has Label and confirm"
        if name in BY_NAME and call.args:
            assert is_safe(call.args[BY_NAME[name]]), f"{line}: tooltips and axes take plain(...)"


def test_markup_from_outside_stays_text(
    window: MainWindow, qtbot: QtBot, drop: Callable[[Path], None], photos: Path
) -> None:
    shutil.copy(sorted(photos.glob("*.jpg"))[0], photos / "<b>bold<img src=x>.jpg")
    (photos / "<b>bad<img src=x>.jpg").write_bytes(b"")
    drop(photos)
    document = window.document
    assert document.session is not None and document.store is not None
    mine = Direction(
        "mine", document.session.directions[0].normal, intercept_means=MARKUP, negative=MARKUP,
        positive=MARKUP, provenance=MARKUP,
    )  # fmt: skip
    document.add_directions([mine])
    qtbot.waitUntil(lambda: document.value_id == "mine", timeout=60_000)
    document.editor.name_value(Value("mine", MARKUP, MARKUP))
    window.pages.images.grid.go_to(0)
    number = next(i for i, path in enumerate(document.session.paths) if path.startswith("<b>bold"))
    document.set_current(number)
    document.editor.label([number], 3.0)
    document.tell_error(InputError(f"{MARKUP} can't be read.", hint=MARKUP))
    assert MARKUP in window.notice.text
    dialog = ImportDialog(Path(f"{MARKUP}.pkl"), window)
    qtbot.addWidget(dialog)
    seen = 0
    for page in PAGES:
        window.pages.show_page(page)
        QApplication.processEvents()
        for widget in [*window.findChildren(QWidget), dialog, *dialog.findChildren(QWidget)]:
            assert "<img" not in widget.toolTip() and "<b>" not in widget.toolTip()
            if isinstance(widget, QLabel) and MARKUP[:4] in widget.text():
                seen += 1
                assert widget.textFormat() == Qt.TextFormat.PlainText
    assert seen >= 4, "the markup was on the screen"
    model = window.pages.images.grid.image_model
    tooltip = model.data(model.index_of(number), Qt.ItemDataRole.ToolTipRole)
    assert "&lt;b&gt;bold" in tooltip and np.isfinite(document.session.distances[number])
