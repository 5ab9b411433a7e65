"""The wheel and the source distribution are built from git's files, hold all of them, and work."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("git") is None or not (ROOT / ".git").exists(), reason="not a checkout")
def test_both_are_complete_and_sort_their_samples(tmp_path: Path) -> None:
    command = [sys.executable, str(ROOT / "packaging" / "check_dist.py"), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "the wheel sorts its samples" in done.stdout
    assert sorted(file.suffix for file in tmp_path.iterdir()) == [".gz", ".whl"]
