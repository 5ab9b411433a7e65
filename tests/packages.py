"""Published packages that slow tests compare with, fetched by pip without what they depend on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PARITY = "what it compares with comes with: pip install -e '.[parity]'"


def download(requirement: str, folder: Path) -> Path:
    """The wheel of ``requirement``; skips the test where the package index can't be reached."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    done = subprocess.run([*command, requirement], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("the package index can't be reached")
    return next(folder.glob("*.whl"))
