"""The strip of neighbours: what is drawn, where, and how much work that is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.core.direction import Direction
from large_gui.gui.document.document import Document
from large_gui.gui.images.closeup.filmstrip import Filmstrip
from large_gui.gui.images.grid_model import Cell, ImageModel, Index
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.look.tokens import colours
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session
from tests.gui.acting import LEFT, NONE, PLAIN

MANY = 100_000


@pytest.fixture
def document(home: Path, qtbot: QtBot) -> Document:
    """A document of 100,000 images whose order is that of their names."""
    document = Document(home)
    names = [f"{i:06}.jpg" for i in range(MANY)]
    document.session = session = Session(Manifest(home, names, []), [Direction("age", np.ones(4) / 2)], "m")
    distances = np.linspace(-1, 1, MANY)[:, None]
    session.add(Measured(names, names, distances, [1.0] * MANY, [()] * MANY, directions=["age"]))
    document.opened.emit()
    return document


@pytest.fixture
def strip(document: Document, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Filmstrip:
    thumbnails = Thumbnails(document.home / "t.sqlite", document)
    monkeypatch.setattr(thumbnails, "get", lambda path: None)
    model = ImageModel(document)
    model.reset()
    strip = Filmstrip(model, thumbnails)
    qtbot.addWidget(strip)
    strip.resize(800, strip.height())
    strip.show()
    return strip


def rest(strip: Filmstrip, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: strip.place_of(strip.row).center().x() == strip.width() / 2)


def test_only_what_is_in_view_is_drawn(strip: Filmstrip, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[int] = []
    real = ImageModel.cell

    def cell(model: ImageModel, index: Index) -> Cell:
        drawn.append(index.row())
        return real(model, index)

    strip.set_row(50_000)
    monkeypatch.setattr(ImageModel, "cell", cell)
    strip.grab()
    assert len(drawn) < 20 and min(drawn) < 50_000 < max(drawn)
    assert strip.accessibleDescription() == "image 50,001 of 100,000 in the order"


def test_the_current_image_is_framed_in_the_middle(strip: Filmstrip, qtbot: QtBot) -> None:
    strip.set_row(0)
    rest(strip, qtbot)
    assert strip.rows_in_view().start == 0
    place = strip.place_of(0)
    frame = QColor(strip.grab().toImage().pixel(round(place.left() - 2), round(place.center().y())))
    assert frame == QColor(colours(strip.palette()).accent)
    strip.set_row(MANY - 1)
    rest(strip, qtbot)
    assert strip.rows_in_view().stop == MANY


def test_it_glides_to_a_neighbour_and_is_at_once_far_away(strip: Filmstrip, qtbot: QtBot) -> None:
    strip.set_row(1000)
    assert strip.place_of(1000).center().x() == 400
    strip.set_row(1003)
    assert strip.place_of(1003).center().x() > 400, "it doesn't jump"
    rest(strip, qtbot)
    strip.set_row(70_000)
    assert strip.place_of(70_000).center().x() == 400


def test_a_click_chooses_and_the_wheel_looks_along(strip: Filmstrip, qtbot: QtBot) -> None:
    chosen: list[int] = []
    strip.chosen.connect(chosen.append)
    strip.set_row(100)
    for x in (400, 400 + 62, 400 - 2 * 62):
        qtbot.mouseClick(strip, LEFT, pos=QPoint(x, 30))
    qtbot.mouseClick(strip, Qt.MouseButton.RightButton, pos=QPoint(300, 30))
    assert chosen == [100, 101, 98]
    centre = QPointF(400, 30)
    turn = QWheelEvent(
        centre, QPointF(strip.mapToGlobal(centre.toPoint())), QPoint(), QPoint(0, -360), NONE, PLAIN,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(strip, turn)
    assert strip.row_at(400) == 103 and strip.row == 100
    strip.set_row(0)
    assert strip.row_at(5) == -1


def test_labelled_images_are_marked(strip: Filmstrip, document: Document) -> None:
    strip.set_row(1000)
    good = QColor(colours(strip.palette()).good)
    assert document.session is not None
    disc = strip.place_of(1001).topRight() + QPointF(-9.5, 14)  # below the tick
    place = round(disc.x()), round(disc.y())
    assert QColor(strip.grab().toImage().pixel(*place)) != good
    document.session.label({document.session.paths[1001]: Label(3)})
    assert QColor(strip.grab().toImage().pixel(*place)) == good
