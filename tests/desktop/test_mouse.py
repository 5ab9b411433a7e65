"""Selecting, labelling and dragging with a real mouse; skipped where there is no X server."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.desktop.desktop import ROOT, desktop, large_gui, missing
from tests.desktop.flow import labels, measured

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}"),
]


def test_a_frame_selects_a_number_labels_all_and_pictures_are_dragged_out(tmp_path: Path) -> None:
    folder, home, taken = tmp_path / "photos", tmp_path / "large-gui", tmp_path / "taken.txt"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:12]:
        shutil.copy(path, folder)
    with desktop(tmp_path) as made:
        large_gui(made, tmp_path / "program.log", str(folder))
        made.run(
            sys.executable, str(ROOT / "tests/desktop/drop_target.py"), str(taken), log=tmp_path / "t.log"
        )
        made.wait(
            "both windows", lambda: "elsewhere" in made.titles() and "photos – large-gui" in made.titles()
        )
        made.wait("the codes", lambda: measured(home) == 12)
        made.place("elsewhere", 1000, 560, 200, 100)
        made.place("photos", 0, 0, 960, 700)
        made.rest()
        made.key("Escape")  # the hints of a first start

        made.drag((150, 200), (1100, 620))
        made.wait("the dropped file", taken.exists)
        (dropped,) = taken.read_text().splitlines()
        assert Path(dropped).parent == folder and Path(dropped).exists()

        made.place("photos", 0, 0, 960, 700)
        made.drag((96, 118), (400, 300))  # from the edge of the grid over the first row
        made.key("7", "Return")
        made.wait("labels of several", lambda: len(labels(home)) > 1)
        assert set(labels(home).values()) == {7.0}
        made.key("ctrl+z")
        made.wait("one step back", lambda: not labels(home))
