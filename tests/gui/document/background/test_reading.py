"""Reading whole pictures on a thread."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from large_gui.errors import ImageError
from large_gui.gui.document.background.delivery import Background
from large_gui.gui.document.background.reading import WHOLE, Picture, PictureReader, read
from large_gui.project.images.read import read_image, upright_size
from tests.gui.images.conftest import picture


class Queue(Background):
    """Does its work when a test says so."""

    def __init__(self) -> None:
        super().__init__("queue", 1, QObject())
        self.waiting: list[tuple] = []

    def run(self, work, then) -> None:  # type: ignore[no-untyped-def]
        self.waiting.append((work, then))

    def go_on(self) -> None:
        work, then = self.waiting.pop(0)
        then(work())


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{n}.png" for n in range(4)]
    for n, path in enumerate(paths):
        picture(n, 1600, 40).save(path)
    return [str(path) for path in paths]


@pytest.fixture
def queue() -> Queue:
    return Queue()


def reader_of(queue: Queue, memory: int = 1 << 30) -> PictureReader:
    parent = QObject()
    reader = PictureReader(queue, parent, memory)
    reader.held = parent  # type: ignore[attr-defined]
    return reader


@pytest.mark.parametrize(
    "forget", [lambda reader, path: reader.drop([path]), lambda reader, _: reader.clear()]
)
def test_a_file_that_is_edited_while_it_is_read_is_read_again(
    qtbot: QtBot, queue: Queue, files: list[str], forget: Callable[[PictureReader, str], None]
) -> None:
    reader, path = reader_of(queue), files[0]
    reader.want({path: 512})
    work, then = queue.waiting.pop()
    read_before = work()
    Image.new("RGB", (40, 30), "red").save(path)
    forget(reader, path)
    reader.want({path: 512})
    then(read_before)
    assert reader.get(path) is None
    queue.go_on()
    found = reader.get(path)
    assert found is not None and found.versions[0].pixelColor(0, 0) == QColor("red")


def test_only_what_is_still_wanted_is_read(qtbot: QtBot, queue: Queue, files: list[str]) -> None:
    reader, told = reader_of(queue), []
    reader.loaded.connect(told.append)
    for path in files:
        reader.want({path: 1024})
    assert len(queue.waiting) == 1, "one at a time"
    queue.go_on()
    assert not told, "a person has gone on"
    queue.go_on()
    assert told == [files[3]] and not queue.waiting
    assert reader.get(files[0]) is None and reader.get(files[1]) is None
    shown = reader.get(files[3])
    assert shown is not None and shown.versions[0].width() == 1024 and shown.size == QSize(1600, 40)


def test_more_pixels_are_read_when_they_are_wanted(qtbot: QtBot, queue: Queue, files: list[str]) -> None:
    reader = reader_of(queue)
    reader.want({files[0]: 1024, files[1]: 1024})
    queue.go_on()
    queue.go_on()
    reader.want({files[0]: 1024})
    assert not queue.waiting
    reader.want({files[0]: WHOLE})
    queue.go_on()
    known = reader.get(files[0])
    assert known is not None and known.versions[0].size() == known.size
    assert [version.width() for version in known.versions] == [1600, 800, 400]
    reader.want({files[0]: WHOLE})
    assert not queue.waiting


def test_memory_is_bounded_but_what_is_shown_stays(qtbot: QtBot, queue: Queue, files: list[str]) -> None:
    reader = reader_of(queue, memory=300_000)
    for path in files:
        reader.want({path: 1024})
        queue.go_on()
    kept = [path for path in files if reader.get(path) is not None]
    assert files[3] in kept and len(kept) < 4
    reader.clear()
    assert reader.get(files[3]) is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_are_upright(tmp_path: Path, orientation: int) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture(1, 60, 20).save(path, exif=exif)
    height, width = read_image(path, WHOLE).shape[:2]
    assert upright_size(path) == (width, height) == ((20, 60) if orientation > 4 else (60, 20))
    assert read(str(path), WHOLE).size == QSize(width, height)


def test_the_size_of_a_broken_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"nothing")
    with pytest.raises(ImageError, match="not an image"):
        upright_size(tmp_path / "a.png")
    with pytest.raises(ImageError, match="can't be read"):
        upright_size(tmp_path / "gone.png")


def test_broken_and_huge_pictures(tmp_path: Path) -> None:
    gone = read(str(tmp_path / "gone.jpg"), WHOLE)
    assert "gone.jpg can't be read" in gone.why and gone.serves(WHOLE)
    path = tmp_path / "huge.png"
    picture(1, 4000, 1000).save(path)
    bounded = read(str(path), WHOLE, most=40_000)
    assert bounded.versions[0].width() == 400 and bounded.size == QSize(4000, 1000)
    assert bounded.serves(WHOLE), "it isn't read again and again"


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    path = tmp_path / "clear.png"
    Image.new("RGBA", (4, 4), (255, 0, 0, 0)).save(path)
    shown: Picture = read(str(path), 1024)
    assert QColor(shown.versions[0].pixel(0, 0)) == QColor("white")
