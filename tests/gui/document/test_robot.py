"""The robot acts; the project files must say exactly what it did."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from tests.conftest import SAMPLES
from tests.gui.document.robot import Robot


def run(window: MainWindow, qtbot: QtBot, tmp_path: Path, home: Path, actions: int, seed: int) -> None:
    folders = []
    for n in range(2):
        folder = tmp_path / f"folder{n}"
        folder.mkdir()
        for path in sorted(SAMPLES.glob("*.jpg"))[8 * n : 8 * n + 8]:
            shutil.copy(path, folder)
        folders.append(folder)
    (folders[1] / "broken.jpg").write_bytes(b"no picture")
    robot = Robot(window, qtbot, folders, tmp_path / "out.csv", seed)
    robot.open()
    qtbot.waitUntil(lambda: window.document.session is not None)
    for _ in range(actions):
        robot.act()
    robot.check(home)
    assert robot.said > actions // 10, "the robot did nothing"


def test_three_hundred_actions(window: MainWindow, qtbot: QtBot, tmp_path: Path, home: Path) -> None:
    run(window, qtbot, tmp_path, home, 300, seed=7)


@pytest.mark.slow
def test_five_thousand_actions(window: MainWindow, qtbot: QtBot, tmp_path: Path, home: Path) -> None:
    run(window, qtbot, tmp_path, home, 5000, seed=2026)
