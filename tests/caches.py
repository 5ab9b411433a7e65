"""Copy a cache of codes with its shards."""

from __future__ import annotations

import shutil
from pathlib import Path


def copy_cache(file: Path, folder: Path) -> Path:
    """Copy a cache into a folder; returns the copy."""
    for path in file.parent.glob(f"{file.name}*"):
        if path.is_dir():
            shutil.copytree(path, folder / path.name, dirs_exist_ok=True)
        else:
            shutil.copy(path, folder)
    return folder / file.name
