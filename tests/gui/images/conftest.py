"""A page of thirty small pictures of known colours, one of them broken."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from large_gui.gui.images.page import ImagesPage
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.models.kinds.gan import GanModel
from tests.gui.bench import NAMES, Bench

BROKEN = NAMES[7]


def picture(number: int, width: int = 80, height: int = 60) -> Image.Image:
    """One whose pixels all differ from their neighbours."""
    y, x = np.mgrid[:height, :width]
    pixels = np.stack([x * 3 % 256, y * 4 % 256, np.full_like(x, number * 8)], -1)
    return Image.fromarray(pixels.astype(np.uint8))


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    bench = Bench(home, pack)
    for number, name in enumerate(NAMES):
        picture(number).save(home / name, quality=95)
    (home / BROKEN).write_bytes(b"no picture")
    yield bench
    bench.document.quit()


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> Iterator[ImagesPage]:
    """The page, shown, with thirty images open and the third of the order looked at."""
    thumbnails = Thumbnails(bench.home / "thumbnails.sqlite")
    page = ImagesPage(bench.document, thumbnails)
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.show()
    bench.open()
    page.grid.go_to(2)
    yield page
    page.close()
    thumbnails.close()
