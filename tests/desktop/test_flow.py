"""The flow on a real desktop; skipped where there is no X server to play it on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import SAMPLES
from tests.desktop.desktop import desktop, missing
from tests.desktop.flow import VALUES, play

pytestmark = pytest.mark.slow


@pytest.mark.skipif(bool(missing()), reason=f"not installed: {', '.join(missing())}")
def test_drop_label_twelve_and_export_without_the_mouse(tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:24]:
        shutil.copy(path, folder)
    with desktop(tmp_path / "out") as made:
        counts = play(folder, tmp_path / "out", made)
    assert counts.actions_to_order_and_table <= 5
    assert counts.keystrokes_per_image <= 2 + 1 / len(VALUES), "one key leads to the first image"
    assert len(counts.labels) == len(VALUES) and counts.same_table
