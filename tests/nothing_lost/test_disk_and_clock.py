"""A full disk, one that can't be written to, a clock that was set back, a cache deleted underneath."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.engine.engine import run
from large_gui.engine.stages import Embedded
from large_gui.errors import InputError, LargeError
from large_gui.files import folder_written_whole, written_whole
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import model_names
from large_gui.models.pack import Pack
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.project.store import Label, ProjectStore
from tests.nothing_lost.computing import Colours
from tests.tasks.training.conftest import write_images

IMAGES = 40
SILENT = SilentReporter()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    if not sys.platform.startswith("linux") or os.geteuid():
        pytest.skip("only root can make a small disk, on Linux")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(place)], capture_output=True)
    if made.returncode:
        pytest.skip(f"no disk can be made here: {made.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk; returns the file that takes it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 10, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return ballast


def make_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)


@pytest.fixture
def colours(tmp_path: Path) -> Colours:
    (tmp_path / "pack").mkdir()
    write_description(tmp_path / "pack", PackDescription("Colours", "colours", (1, 3), licence="none"))
    return Colours(Pack(tmp_path / "pack"))


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_images(tmp_path / "photos", IMAGES)


def embedded(photos: Path, model: Colours, cache: CodeCache) -> dict[str, list[float]]:
    batches = run(find_images(photos, SILENT), model, cache, SILENT)
    items = [item for batch in batches for item in batch]
    return {item.path: item.inverted.code.ravel().tolist() for item in items if isinstance(item, Embedded)}


def label_until(store: ProjectStore, refused: type[LargeError]) -> int:
    """Label one image after the other until that is refused; returns how many were."""
    for n in range(100_000):
        try:
            store.set_labels("age", {f"{'far/' * 20}{n}.png": Label(float(n))})
        except refused as error:
            assert error.hint
            return n
    raise AssertionError("it never ended")


def test_labels_on_a_full_disk(small_disk: Path) -> None:
    with ProjectStore(small_disk / "project.large") as store:
        assert store.claim()
        first = label_until(store, InputError)
        assert len(store.labels("age")) == first > 10
    with ProjectStore(small_disk / "project.large") as store:
        assert [label.value for label in store.labels("age").values()].count(float(first - 1)) == 1


def test_labels_go_on_when_there_is_room_again(small_disk: Path) -> None:
    with ProjectStore(small_disk / "project.large") as store:
        store.set_labels("age", {"a.png": Label(1.0)})
        ballast = fill(small_disk)
        label_until(store, InputError)
        before = store.labels("age")
        ballast.unlink()
        store.set_labels("age", {"b.png": Label(2.0)})
        assert store.labels("age") == {**before, "b.png": Label(2.0)}


def test_codes_on_a_full_disk(small_disk: Path, photos: Path, colours: Colours, tmp_path: Path) -> None:
    with CodeCache(tmp_path / "elsewhere.sqlite") as cache:
        right = embedded(photos, colours, cache)
    with CodeCache(small_disk / "codes.sqlite"):
        pass
    ballast = fill(small_disk)
    with pytest.raises(InputError) as refused, CodeCache(small_disk / "codes.sqlite") as cache:
        embedded(photos, colours, cache)
    assert "room" in refused.value.hint
    ballast.unlink()
    with CodeCache(small_disk / "codes.sqlite") as cache:
        assert embedded(photos, colours, cache) == right


def test_a_result_on_a_full_disk(small_disk: Path) -> None:
    (small_disk / "out.csv").write_text("what was there")
    fill(small_disk)
    with (
        pytest.raises(InputError, match=r"out\.csv can't be written"),
        written_whole(small_disk / "out.csv") as file,
    ):
        file.write_text("x" * 100_000)
    assert (small_disk / "out.csv").read_text() == "what was there"
    assert {path.name for path in small_disk.iterdir()} == {"out.csv", "ballast"}


def test_a_home_that_can_not_be_written_to(
    small_disk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("LARGE_GUI_HOME", str(small_disk / "home"))
    (small_disk / "home").mkdir()
    make_read_only(small_disk)
    from tests.conftest import SAMPLES

    photos = tmp_path / "photos"
    photos.mkdir()
    shutil.copy(sorted(SAMPLES.glob("*.jpg"))[0], photos)
    assert main(["sort", str(photos), "--direction", "age", "--out", str(tmp_path / "out.csv")]) == 2
    told = capsys.readouterr().err
    assert "can't be used" in told and "Check that you may write there" in told
    assert main(["doctor"]) == 2
    assert "can't be written to (Read-only file system)" in capsys.readouterr().out


def test_images_that_can_not_be_written_to(small_disk: Path, colours: Colours, tmp_path: Path) -> None:
    """A folder on a memory card whose switch is set: nothing is ever written there."""
    photos = write_images(small_disk / "photos", 5)
    make_read_only(small_disk)
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        assert len(embedded(photos, colours, cache)) == 5


def test_a_file_that_was_replaced_by_an_older_one(tmp_path: Path, photos: Path, colours: Colours) -> None:
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        before = embedded(photos, colours, cache)
        first, second = sorted(photos.iterdir())[:2]
        first.write_bytes(second.read_bytes())
        os.utime(first, (0, 0))
        after = embedded(photos, colours, cache)
    assert after[first.name] == before[second.name] != before[first.name]


def test_a_model_is_put_back_although_the_clock_was_set_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was killed between the two renames of a swap, on a day that is yet to come."""
    models = home / "models"
    models.mkdir()
    write = write_description
    with folder_written_whole(models / "mine") as new:
        write(new, PackDescription("Colours", "features", (1, 3), licence="none"))

    def killed(new: Path, place: Path, old: Path) -> None:
        place.rename(old)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr("large_gui.files._swap", killed)
        with folder_written_whole(models / "mine") as new:
            write(new, PackDescription("Colours", "features", (1, 3), licence="none"))
    for path in models.rglob("*"):
        os.utime(path, (4e9, 4e9))
    assert "mine" in model_names()


@pytest.mark.parametrize("when", ["before", "meanwhile"])
def test_a_cache_that_is_deleted_underneath(
    when: str, tmp_path: Path, photos: Path, colours: Colours
) -> None:
    with CodeCache(tmp_path / "right.sqlite") as cache:
        right = embedded(photos, colours, cache)
    place = tmp_path / "cache"
    with CodeCache(place / "codes.sqlite") as cache:
        if when == "meanwhile":
            batches = run(find_images(photos, SILENT), colours, cache, SILENT)
            next(batches)
            shutil.rmtree(place)
            for _ in batches:
                pass
        else:
            embedded(photos, colours, cache)
    shutil.rmtree(place, ignore_errors=True)
    with CodeCache(place / "codes.sqlite") as cache:
        assert embedded(photos, colours, cache) == right
