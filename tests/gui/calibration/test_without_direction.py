"""From a model that brings no direction to a calibrated one: label along what differs, find, and go on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from large_gui.models.description import PackDescription, write_description
from large_gui.models.pack import imported_folder
from large_gui.models.writing import write_pack_directions
from tests.gui.acting import LEFT, Drop, entry_of, find
from tests.test_new_kinds import LEVELS, greys, toys

__all__ = ["greys", "toys"]  # pytest takes fixtures by name


@pytest.fixture
def bare(home: Path) -> str:
    folder = imported_folder() / "bare"
    folder.mkdir(parents=True)
    write_pack_directions(folder, [])
    write_description(folder, PackDescription("Bare colours", "mean-colour", (1, 3)))
    return "bare"


def test_values_become_a_direction_and_its_labels(
    window: MainWindow, qtbot: QtBot, drop: Drop, greys: Path, bare: str
) -> None:
    drop(greys)
    document = window.document
    document.use_model(bare)
    qtbot.waitUntil(lambda: document.session is not None and document.session.model == bare)
    qtbot.waitUntil(lambda: not document.job.busy)
    session = document.session
    assert session is not None and document.chosen.name == "component_1", "the images differ along it"
    qtbot.mouseClick(find(window, "Label a series"), LEFT)
    qtbot.waitUntil(lambda: document.current >= 0)
    levels = {f"{i * 7 % len(LEVELS):02}.png": level for i, level in enumerate(LEVELS)}
    for _ in range(6):
        qtbot.keyClicks(entry_of(window), str(levels[session.paths[document.current]]))
        qtbot.keyClick(entry_of(window), Qt.Key.Key_Return)
    given = sorted(label.value for label in session.labels.values())
    assert len(given) == 6 and given[-1] - given[0] > 0.7 * np.ptp(LEVELS), "they are spread over all"
    window.actions_by_id["clear"].trigger()
    assert not window.pages.panel.series.running

    window.pages.show_page("directions")
    page = window.pages.directions
    find(page, "Find by", QComboBox).setCurrentText("From values")
    qtbot.keyClicks(find(page, "Attribute name"), "light")
    button = find(page, "Find direction", QPushButton)
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: document.value_id == "light")
    assert sorted(label.value for label in session.labels.values()) == given
    assert session.calibration is not None and session.calibration.r2 > 0.99
    order = [path for _, path in sorted(zip(session.distances, session.paths))]
    assert [levels[path] for path in order] == LEVELS
