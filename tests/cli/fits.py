"""Folders whose codes are known already, so that commands on them are fast."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import find_images
from large_gui.tasks.invert import embed_folder, open_cache
from tests.conftest import SAMPLES


def known_codes(pack: GanModel, folder: Path, images: int) -> Path:
    """A cache with the codes of some samples."""
    photos = folder / "samples"
    photos.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:images]:
        shutil.copy(path, photos)
    made = folder / "codes.sqlite"
    with open_cache(made) as cache:
        embed_folder(find_images(photos, SilentReporter()), pack, cache, SilentReporter())
    return made


def run(*words: object) -> int:
    return main([str(word) for word in words])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
