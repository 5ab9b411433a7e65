"""What tests take from elsewhere: published packages, fetched by pip alone, and the scripts of packaging/."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
PARITY = "what it compares with comes with: pip install -e '.[parity]'"


def download(requirement: str, folder: Path) -> Path:
    """The wheel of ``requirement``; skips the test where the package index can't be reached."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
    done = subprocess.run([*command, requirement], capture_output=True, check=False)
    if done.returncode != 0:
        pytest.skip("the package index can't be reached")
    return next(folder.glob("*.whl"))


def script(name: str) -> ModuleType:
    """A script of packaging/, as a module."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, ROOT / "packaging" / name)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
