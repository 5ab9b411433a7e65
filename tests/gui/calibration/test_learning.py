"""Learning a direction from typed values: the offer, both errors, using it, and the table that comes out."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from large_gui.gui.export.dialog import export_csv
from large_gui.gui.shell.window import MainWindow
from large_gui.tasks.projects import choose_model
from tests.gui.acting import LEFT, Drop, entry_of, find

LEAVES = 40


def spots_of(number: int) -> int:
    """How many spots the leaf of a number has; names don't tell the order."""
    return number * 7 % LEAVES // 2


@pytest.fixture
def leaves(tmp_path: Path) -> Path:
    """Small leaves with brown spots, of which there are none to nineteen."""
    folder = tmp_path / "leaves"
    folder.mkdir()
    rng = np.random.default_rng(0)
    for number in range(LEAVES):
        picture = Image.new("RGB", (96, 96), (235, 235, 230))
        draw = ImageDraw.Draw(picture)
        draw.ellipse((8, 20, 88, 76), fill=(60, 120 + int(rng.integers(20)), 50))
        for _ in range(spots_of(number)):
            x, y = rng.uniform(20, 70), rng.uniform(30, 60)
            draw.ellipse((x, y, x + 7, y + 7), fill=(120, 70, 30))
        picture.save(folder / f"{number:02}.png")
    return folder


def give_twelve(window: MainWindow, qtbot: QtBot) -> None:
    """Label a series of twelve by keys."""
    document = window.document
    assert document.session is not None
    qtbot.mouseClick(find(window, "Label a series"), LEFT)
    qtbot.waitUntil(lambda: document.current >= 0)
    for _ in range(12):
        number = int(document.session.paths[document.current][:2])
        qtbot.keyClicks(entry_of(window), str(spots_of(number)))
        qtbot.keyClick(entry_of(window), Qt.Key.Key_Return)


def test_twelve_values_become_a_direction_and_a_table(
    window: MainWindow, qtbot: QtBot, drop: Drop, leaves: Path, home: Path, tmp_path: Path
) -> None:
    choose_model([leaves], home, "features")
    drop(leaves)
    document = window.document
    session = document.session
    assert session is not None and session.direction is None
    qtbot.mouseClick(find(window, "Value name", QLineEdit), LEFT)
    qtbot.keyClicks(find(window, "Value name", QLineEdit), "severity, spots, 0 to 40")
    qtbot.keyClick(find(window, "Value name", QLineEdit), Qt.Key.Key_Return)
    assert document.value.spelled == "severity, spots, 0 to 40"
    offer = window.pages.panel.offer
    assert not offer.isVisible()
    give_twelve(window, qtbot)
    assert offer.isVisible() and offer.learn.text() == "Learn a direction from your 12 values"
    assert entry_of(window).hasFocus(), "it takes no keys away"
    labels = dict(session.labels)

    qtbot.mouseClick(offer.learn, LEFT)
    qtbot.waitUntil(offer.use.isVisible)
    assert not document.own and session.direction is None, "nothing has changed yet"
    told = find(offer, "Error: Learned from 12 values").text()
    assert told.endswith(" spots") and find(offer, "Error: Guessing the median").text().endswith(" spots")
    assert find(offer, "Which direction is better").text().startswith("The learned direction is better")

    qtbot.mouseClick(offer.use, LEFT)
    qtbot.waitUntil(lambda: document.chosen.name == "severity")
    assert session.labels == labels and document.value.spelled == "severity, spots, 0 to 40"
    assert session.calibration is not None
    assert f"{session.calibration.loo_mae:.2f}"[:3] == told[:3], "what was promised is what is shown"
    assert not offer.isVisible()
    export_csv(document, tmp_path / "out.csv")
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8-sig").splitlines()))
    others = [row for row in rows if not row["label"]]
    truth = [spots_of(int(row["path"][:2])) for row in others]
    assert len(others) == LEAVES - 12
    assert np.corrcoef(truth, [float(row["prediction"]) for row in others])[0, 1] > 0.8

    document.editor.stack.undo()
    assert session.direction is None and not document.own and session.labels == labels
