"""Folders of small images to train on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image


def write_images(folder: Path, number: int, size: tuple[int, int] = (24, 20), seed: int = 0) -> Path:
    """Write ``number`` images of noise."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    for i in range(number):
        pixels = random.integers(0, 255, (size[1], size[0], 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{i:02d}.png")
    return folder


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Eighteen images."""
    return write_images(tmp_path / "photos", 18)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that has just begun."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder
