"""Finding images in a folder: by content, in all subfolders, past links and what can't be read."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.project.images.manifest import Failure, find_dropped, find_images
from large_gui.project.images.read import (
    read_image,
    readable_formats,
)
from large_gui.project.images.scan import Scan, scan
from tests.project.test_read import encoded


def make(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (2, 2)).save(path, "PNG")
    return path


def test_scan_finds_images_sorted_in_all_folders(tmp_path: Path) -> None:
    names = ["b.PNG", "a.jpg", "z/y/x.tiff", "z/ä ö.webp", "日本/写真.jpeg", "Zebra.bmp"]
    expected = sorted(make(tmp_path / name) for name in names)
    for name in ("notes.txt", "labels.csv", "model.pt", "film.mpg", "figure.eps", "noextension"):
        (tmp_path / name).write_text("x")
    found = scan(tmp_path)
    assert found.paths == expected
    assert found.problems == []
    assert all(read_image(path).shape == (2, 2, 3) for path in found.paths)


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
RAW = b"II*\0\x10\0\0\0CR\2\0" + bytes(64)


def test_scan_goes_by_content(tmp_path: Path) -> None:
    for name, kind in (("no_ending", "JPEG"), ("a.jpg_large", "JPEG"), ("b.cr2", "JPEG"), ("c.txt", "PNG")):
        (tmp_path / name).write_bytes(encoded(Image.new("RGB", (2, 2)), kind))
    left = {
        "x.cr2": RAW,
        "x.heic": HEIC,
        "phone.jpg": HEIC,
        "empty.heic": b"",
        "notes.txt": b"BM is no image",
    }
    for name, content in left.items():
        (tmp_path / name).write_bytes(content)
    found = scan(tmp_path)
    assert [path.name for path in found.paths] == ["a.jpg_large", "b.cr2", "c.txt", "no_ending"]
    assert all(read_image(path).shape == (2, 2, 3) for path in found.paths)
    assert {why: its.first for why, its in found.passed.items()} == {"not an image": ["notes.txt"]}
    why = {problem.path: problem.why for problem in found.problems}
    assert "raw file" in why.pop("x.cr2")
    if "HEIF" not in readable_formats():
        assert set(why) == {"x.heic", "phone.jpg", "empty.heic"}
        assert all("pip install 'large-gui[heic]'" in text for text in why.values())


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_scan_follows_links_once(tmp_path: Path) -> None:
    root = tmp_path / "root"
    real = [make(root / "real" / "a.png"), make(root / "real" / "deep" / "b.png")]
    outside = make(tmp_path / "outside" / "c.png")
    (root / "real" / "loop").symlink_to(root)
    (root / "again").symlink_to(root / "real")
    (root / "elsewhere").symlink_to(outside.parent)
    (root / "self.png").symlink_to(root / "self.png")
    (root / "dangling.png").symlink_to(root / "nowhere.png")
    found = scan(root)
    assert found.paths == sorted([*real, root / "elsewhere" / "c.png"])
    assert {p.path: p.why for p in found.problems} == dict.fromkeys(
        ("self.png", "dangling.png"), "a link that leads nowhere"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_scan_never_opens_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    assert [p.why for p in scan(tmp_path).problems] == ["not a regular file"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names")
def test_scan_tells_names_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    assert [p.why for p in scan(tmp_path).problems] == ["its name is not valid UTF-8; rename it"]
    folder = tmp_path / os.fsdecode(b"l\xe9a/photos")
    make(folder / "b.png")
    where = "a folder that it lies in has a name that is not valid UTF-8; rename that"
    assert [p.why for p in scan(folder).problems] == [where]


def test_scan_tells_unreadable_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by hand, as root may read everything."""
    make(tmp_path / "ok" / "a.png")
    locked = make(tmp_path / "locked" / "b.png").parent
    listing = os.scandir

    def refuse(folder: str) -> object:
        if folder == str(locked):
            raise PermissionError(13, "Permission denied")
        return listing(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = scan(tmp_path)
    assert [p.name for p in found.paths] == ["a.png"]
    assert [(p.path, p.why) for p in found.problems] == [("locked", "permission denied")]


def test_scan_tells_entries_that_may_not_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = make(tmp_path / "a.png"), tmp_path / "b.png"
    bad.symlink_to(make(tmp_path.parent / "elsewhere.png"))
    is_dir = Path.is_dir

    def refuse(self: Path) -> bool:
        if self == bad:
            raise PermissionError(13, "Permission denied")
        return is_dir(self)

    monkeypatch.setattr(Path, "is_dir", refuse)
    found = scan(tmp_path)
    assert found.paths == [good]
    assert [(p.path, p.why) for p in found.problems] == [("b.png", "permission denied")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_scan_tells_a_really_unreadable_folder(tmp_path: Path) -> None:
    locked = make(tmp_path / "locked" / "b.png").parent
    locked.chmod(0)
    try:
        assert [p.path for p in scan(tmp_path).problems] == ["locked"]
    finally:
        locked.chmod(0o700)


def test_files_that_are_known_are_not_opened(tmp_path: Path) -> None:
    images = [make(tmp_path / name) for name in ("a.png", "b/c.png", "b/d.png")]
    for path in images[:2]:
        path.write_text("no image any more, but nobody looks")
    (tmp_path / "e").write_text("no image")
    (tmp_path / "z.png").symlink_to(images[0])

    def known(files: Sequence[tuple[str, int, int]]) -> list[str]:
        stats = [Path(path).stat() for path, _, _ in files]
        assert [(s.st_size, s.st_mtime_ns) for s in stats] == [(size, when) for _, size, when in files]
        return ["f00" if size == images[0].stat().st_size else "" for _, size, _ in files]

    found = scan(tmp_path, known)
    assert found.paths == [*images, tmp_path / "z.png"], "what a link leads to is looked at"
    assert found.known == dict.fromkeys(["a.png", "b/c.png"], "f00")
    again = find_dropped([tmp_path / "b", images[0]], known)
    assert again.paths == ["a.png", "b/c.png", "b/d.png"] and again.known == {"b/c.png": "f00"}


def test_what_is_passed_over_is_counted_and_its_first_names_are_kept(tmp_path: Path) -> None:
    make(tmp_path / "a.png")
    for i in range(9):
        (tmp_path / f"{i}.json").write_text("{}")
    reporter = SilentReporter()
    assert find_images(tmp_path, reporter).paths == ["a.png"]
    assert reporter.warnings == [
        "Passed over: 9 files, not an image (0.json, 1.json, 2.json, 3.json, 4.json and 4 more)."
    ]


def test_what_is_dropped_together_is_found_once_and_named_from_the_folder_of_all(tmp_path: Path) -> None:
    first, second = make(tmp_path / "a" / "b" / "1.png"), make(tmp_path / "c" / "2.png")
    (tmp_path / "c" / "notes.txt").write_text("x")
    (tmp_path / "c" / "broken.png").symlink_to("nowhere")
    found = find_dropped([tmp_path / "a", tmp_path / "c", second, tmp_path / "c" / "notes.txt"])
    assert found.folder == tmp_path and found.paths == ["a/b/1.png", "c/2.png"]
    assert found.failures == [
        Failure("c/broken.png", "a link that leads nowhere"), Failure("c/notes.txt", "not an image")
    ]  # fmt: skip
    assert find_dropped([first, second]).paths == found.paths


NAMES = st.text("ab. -", min_size=1, max_size=3).filter(lambda name: bool(name.strip(".")))


@given(st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=9))
def test_images_are_in_the_order_of_paths(names: list[list[str]]) -> None:
    found = Scan(Path(), ["/".join(parts) for parts in names])
    found.put_in_order()
    plain = [PurePosixPath(path) for path in found.files]
    assert [path.parts for path in plain] == sorted(path.parts for path in plain)


def test_scan_of_no_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none", make(tmp_path / "file.png")):
        with pytest.raises(InputError, match="can't be read") as caught:
            scan(path)
        assert caught.value.hint
