"""The command line on a server: no screen, and none of the system's libraries that Qt is loaded with."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from large_gui.screen import QT_NEEDS

ROOT = Path(__file__).resolve().parents[2]
MISSING = "libEGL.so.1: cannot open shared object file: No such file or directory"
# Every interpreter that is started has it: what belongs to Qt can't be imported.
HOOK = f"""
import sys

class Bare:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "pyqtgraph"):
            raise ImportError({MISSING!r}, name=name)

sys.meta_path.insert(0, Bare())
"""
Start = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bare(tmp_path: Path, home: Path) -> Start:
    """Start Python there."""
    folder = tmp_path / "hook"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(HOOK, "utf-8")
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    environment = {name: value for name, value in os.environ.items() if name not in screens}
    environment |= {"PYTHONPATH": os.pathsep.join(map(str, (folder, ROOT))), "LARGE_GUI_HOME": str(home)}

    def start(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments], env=environment | more, cwd=tmp_path, capture_output=True,
            text=True, check=False,
        )  # fmt: skip

    return start


def test_qt_is_out_of_reach(bare: Start) -> None:
    for name in ("PySide6.QtCore", "shiboken6", "pyqtgraph"):
        done = bare("-c", f"import {name}")
        assert done.returncode == 1 and MISSING in done.stderr


def test_a_folder_is_sorted(bare: Start, few_samples: Path, tmp_path: Path) -> None:
    done = bare(
        "-m", "large_gui", "sort", str(few_samples), "--direction", "age", "--out", "out.csv",
        "--sheet", "sheet.png",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader((tmp_path / "out.csv").read_text("utf-8").splitlines()))
    distances = [float(row["distance"]) for row in rows]
    assert len(rows) == 12 and distances == sorted(distances)
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["--help"], "usage"), (["sort", "--help"], "--direction"), (["model", "list"], "faces"),
        (["direction", "list"], "age"), (["direction", "show", "age"], "layer importance"),
        (["cache", "list"], ""),
    ],
)  # fmt: skip
def test_what_is_there_is_told(bare: Start, command: list[str], told: str) -> None:
    done = bare("-m", "large_gui", *command)
    assert done.returncode == 0, done.stderr
    assert told in done.stdout
    assert done.stderr == ""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens of Linux")
def test_no_window_and_no_traceback(bare: Start) -> None:
    done = bare("-m", "large_gui")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "large-gui: There is no screen to open the window on. For the commands, see: large-gui --help\n"
    )


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens of Linux")
@pytest.mark.parametrize("screen", [{"DISPLAY": "elsewhere:0"}, {"QT_QPA_PLATFORM": "offscreen"}])
def test_with_a_screen_it_is_said_what_is_missing(bare: Start, screen: dict[str, str]) -> None:
    done = bare("-m", "large_gui", **screen)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("large-gui: Qt can't open a window here: libEGL.so.1")
    assert f"apt install {QT_NEEDS}." in line and "large-gui --help" in line


def test_the_readme_names_the_same_packages() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").split())
    assert f"`{QT_NEEDS}`" in readme
