"""A second look at a folder: what came, went, was renamed or edited since the first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_dropped
from large_gui.project.images.read import hash_file
from large_gui.tasks.watching import looking
from large_gui.tasks.watching.changes import Changes
from large_gui.tasks.watching.looking import Listing, listed, look

NAMES = [f"{i}.png" for i in range(5)]
LATER = 2 * 10**9  # seconds; the files were written long before


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    for name in NAMES:
        paint(folder / name, int(name[0]))
    return folder


@pytest.fixture
def cache(tmp_path: Path, folder: Path) -> Iterator[CodeCache]:
    with CodeCache(tmp_path / "cache.sqlite") as cache:
        for name in NAMES:  # as when they were measured
            path = folder / name
            stat = path.stat()
            cache.remember_shas([(str(path.resolve()), stat.st_size, stat.st_mtime_ns, hash_file(path))])
        yield cache


def paint(path: Path, shade: int) -> None:
    pixels = np.random.default_rng(shade).integers(0, 255, (9, 9, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(path)
    os.utime(path, (1000 + shade, 1000 + shade))


def again(
    folder: Path, cache: CodeCache, before: Listing, known: list[str] | None = None, now: float = LATER
) -> tuple[Listing, Changes]:
    return look([folder], NAMES if known is None else known, before, cache, SilentReporter(), now)


def test_nothing_has_changed_and_no_file_is_opened(
    folder: Path, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking, "check_image", lambda path: pytest.fail(f"{path} was opened"))
    after, changes = again(folder, cache, listed([folder], folder, NAMES))
    assert not changes and not changes.words and after == listed([folder], folder, NAMES)


def test_what_came_went_and_was_renamed(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    (folder / "0.png").unlink()
    (folder / "below").mkdir()
    (folder / "1.png").rename(folder / "below" / "one.png")
    paint(folder / "2.png", 7)
    paint(folder / "new.png", 8)
    (folder / "notes.txt").write_text("no image")
    _, changes = again(folder, cache, before)
    assert changes.added == ["new.png"] and changes.gone == ["0.png"] and changes.edited == ["2.png"]
    assert changes.renamed == {"1.png": "below/one.png"}
    assert changes.words == "1 image added, 1 removed, 1 renamed, 1 edited."
    assert set(changes.folders) == {str(folder), str(folder / "below")}


def test_a_copy_that_takes_the_place_of_another_file_is_found_by_its_content(
    folder: Path, cache: CodeCache
) -> None:
    before = listed([folder], folder, NAMES)
    content = (folder / "1.png").read_bytes()
    (folder / "kept.png").write_bytes(content)  # another number on the disk, another time
    os.utime(folder / "kept.png", (5000, 5000))
    (folder / "1.png").unlink()
    _, changes = again(folder, cache, before)
    assert changes.renamed == {"1.png": "kept.png"} and not changes.added and not changes.gone


def test_a_copy_is_no_new_name(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    (folder / "copy.png").write_bytes((folder / "1.png").read_bytes())
    os.utime(folder / "copy.png", (1001, 1001))
    _, changes = again(folder, cache, before)
    assert changes.added == ["copy.png"] and not changes.renamed


def test_files_that_trade_names(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    (folder / "1.png").rename(folder / "aside")
    (folder / "2.png").rename(folder / "1.png")
    (folder / "aside").rename(folder / "2.png")
    _, changes = again(folder, cache, before)
    assert changes.renamed == {"1.png": "2.png", "2.png": "1.png"}
    assert changes.words == "2 images renamed."


def test_a_name_that_is_taken_again_is_a_new_image(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    (folder / "1.png").rename(folder / "kept.png")
    paint(folder / "1.png", 9)
    _, changes = again(folder, cache, before)
    assert changes.renamed == {"1.png": "kept.png"} and changes.added == ["1.png"] and not changes.edited


def test_the_listing_of_another_folder_is_not_taken_for_this_ones(
    folder: Path, cache: CodeCache, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for name in NAMES:
        paint(other / name, 9)
    _, changes = look([other], NAMES, listed([folder], folder, NAMES), cache, SilentReporter(), LATER)
    assert not changes


def test_a_file_that_was_touched_is_not_edited(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    os.utime(folder / "1.png", (7000, 7000))
    after, changes = again(folder, cache, before)
    assert not changes and after != before


def test_a_file_that_is_being_written_waits(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    paint(folder / "new.png", 8)
    paint(folder / "1.png", 9)
    for name in ("new.png", "1.png"):
        os.utime(folder / name, (8000, 8000))
    after, changes = again(folder, cache, before, now=8001)
    assert not changes and changes.unsettled
    _, changes = again(folder, cache, after, now=8002)
    assert changes.added == ["new.png"] and changes.edited == ["1.png"] and not changes.unsettled


def test_a_file_that_goes_while_we_look_is_found_by_the_next_look(
    folder: Path, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = listed([folder], folder, NAMES)

    def late(path: str, **link: bool) -> looking.Stat | None:
        if Path(path).name == "1.png" and Path(path).exists():
            Path(path).rename(folder / "z.png")
        return stat(path, **link)

    stat = looking._stat
    monkeypatch.setattr(looking, "_stat", late)
    after, changes = again(folder, cache, before)
    assert not changes
    _, changes = again(folder, cache, after)
    assert changes.renamed == {"1.png": "z.png"}


@pytest.mark.parametrize("how", ["gone", "empty"])
def test_a_folder_that_went_changes_nothing(folder: Path, cache: CodeCache, how: str) -> None:
    before = listed([folder], folder, NAMES)
    for name in NAMES:
        (folder / name).unlink()
    if how == "gone":
        folder.rmdir()
    after, changes = again(folder, cache, before)
    assert not changes and changes.missing == str(folder) and after is before


def test_a_process_that_knows_nothing_yet_compares_names(folder: Path, cache: CodeCache) -> None:
    paint(folder / "new.png", 8)
    (folder / "0.png").unlink()
    after, changes = again(folder, cache, Listing())
    assert changes.added == ["new.png"] and changes.gone == ["0.png"] and not changes.edited
    assert set(after.images) == {*NAMES[1:], "new.png"}


def test_an_image_that_can_not_be_read_is_told_once(folder: Path, cache: CodeCache) -> None:
    before = listed([folder], folder, NAMES)
    (folder / "picture.heif").write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0heicmif1" + bytes(100))
    (folder / "link.png").symlink_to(folder / "nowhere.png")
    after, changes = again(folder, cache, before)
    assert {failure.path for failure in changes.failures} >= {"link.png"}
    _, changes = again(folder, cache, after, [*NAMES, *(f.path for f in changes.failures)])
    assert not changes


def test_the_same_files_are_found_as_at_first(folder: Path, cache: CodeCache) -> None:
    (folder / "below" / "deep").mkdir(parents=True)
    paint(folder / "below" / "deep" / "9.png", 9)
    (folder / "a link").symlink_to(folder / "below", target_is_directory=True)
    (folder / "below" / "a loop").symlink_to(folder, target_is_directory=True)
    (folder / "linked.png").symlink_to(folder / "1.png")
    (folder / "notes.txt").write_text("no image")
    found = find_dropped([folder])
    after, changes = look([folder], found.paths, Listing(), cache, SilentReporter(), LATER)
    assert not changes and sorted(after.images) == sorted(found.paths)
    assert after.others.keys() == {"notes.txt"}
    several = [folder / "1.png", folder / "below"]
    found = find_dropped(several)
    after, changes = look(several, found.paths, Listing(), cache, SilentReporter(), LATER)
    assert not changes and sorted(after.images) == sorted(found.paths)


@pytest.mark.skipif(os.geteuid() == 0 if hasattr(os, "geteuid") else True, reason="root may read everything")
def test_a_folder_that_can_not_be_read_keeps_its_images(folder: Path, cache: CodeCache) -> None:
    (folder / "below").mkdir()
    paint(folder / "below" / "9.png", 9)
    known = [*NAMES, "below/9.png"]
    before = listed([folder], folder, known)
    (folder / "below").chmod(0)
    _, changes = again(folder, cache, before, known)
    (folder / "below").chmod(0o700)
    assert not changes
