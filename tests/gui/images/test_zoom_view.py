"""A picture under the mouse: what is painted, the wheel, dragging, clicking."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from large_gui.gui.document.background.reading import WHOLE, read
from large_gui.gui.images.closeup.zoom import FIT
from large_gui.gui.images.closeup.zoom_view import ZoomView
from tests.gui.acting import LEFT, drag, turn_wheel
from tests.gui.images.conftest import picture


@pytest.fixture
def view(qtbot: QtBot, tmp_path: Path) -> ZoomView:
    """A view of 408 x 308 pixels, which leaves 400 x 300, on a picture of 1200 x 900."""
    view = ZoomView("Picture")
    qtbot.addWidget(view)
    view.resize(408, 308)
    file = tmp_path / "a.png"
    picture(3, 1200, 900).save(file)
    view.show_picture(read(str(file), WHOLE), None)
    view.show()
    return view


def painted(view: ZoomView) -> QImage:
    return view.grab().toImage()


def test_the_whole_picture_is_shown_first(view: ZoomView) -> None:
    assert view.percent == "33 %" and view.accessibleDescription() == "33 %"
    image = painted(view)
    sunken = QColor(image.pixel(0, 0))
    assert QColor(image.pixel(204, 5)) != sunken and QColor(image.pixel(5, 154)) != sunken


def test_one_to_one_shows_the_pixels_of_the_image(view: ZoomView) -> None:
    view.switch()
    assert view.percent == "100 %"
    image, whole = painted(view), np.asarray(picture(3, 1200, 900))
    for x, y in ((4, 4), (100, 50), (300, 200)):
        pixel = QColor(image.pixel(x, y))
        assert pixel.getRgb()[:3] == tuple(whole[300 + y - 4, 400 + x - 4])
    view.switch()
    assert view.zoom == FIT


def test_the_wheel_zooms_and_a_drag_moves(view: ZoomView) -> None:
    told: list[object] = []
    view.zoomed.connect(told.append)
    drag(view, QPointF(200, 150), QPointF(100, 150))
    assert not told, "the whole picture is in view"
    assert view.cursor().shape() == Qt.CursorShape.ArrowCursor
    turn_wheel(view)
    assert len(told) == 1 and view.percent == "100 %", "it stops at 1:1"
    assert view.cursor().shape() == Qt.CursorShape.OpenHandCursor
    before = QColor(painted(view).pixel(204, 154))
    drag(view, QPointF(200, 150), QPointF(150, 130))
    assert QColor(painted(view).pixel(154, 134)) == before


def test_a_click_is_no_drag(view: ZoomView, qtbot: QtBot) -> None:
    told: list[str] = []
    view.clicked.connect(lambda: told.append("click"))
    view.double_clicked.connect(lambda: told.append("double"))
    qtbot.mouseClick(view, LEFT, pos=QPoint(50, 50))
    assert told == ["click"]
    drag(view, QPointF(200, 150), QPointF(150, 130))
    qtbot.mouseClick(view, Qt.MouseButton.RightButton)
    assert told == ["click"]
    qtbot.mouseDClick(view, LEFT, pos=QPoint(50, 50))
    assert told[-1] == "double"


def test_keys_look_beside(view: ZoomView) -> None:
    view.switch()
    x = view.zoom.x
    view.pan(0.1, 0)
    assert view.zoom.x > x


def test_as_many_pixels_are_asked_for_as_the_screen_has(view: ZoomView, tmp_path: Path) -> None:
    asked: list[int] = []
    view.side_changed.connect(lambda: asked.append(view.side))
    assert view.side == 1024
    file = tmp_path / "large.png"
    picture(1, 6000, 90).save(file)
    view.show_picture(read(str(file), 1024), None)
    assert view.percent == "7 %"
    view.switch()
    assert asked[-1] == WHOLE and view.percent == "100 %, reading…"
    view.show_picture(read(str(file), WHOLE), None)
    assert view.percent == "100 %"
    view.show_picture(read(str(file), WHOLE, most=60_000), None)
    assert view.percent == "100 %, reduced"


def test_a_broken_file_says_why(view: ZoomView, tmp_path: Path) -> None:
    file = tmp_path / "b.jpg"
    file.write_bytes(b"")
    view.show_picture(read(str(file), 1024), None)
    assert view.accessibleDescription().startswith("b.jpg is empty.") and not view.percent
    view.switch()
    turn_wheel(view)
    assert painted(view).width() == 408
