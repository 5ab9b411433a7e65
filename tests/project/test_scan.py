"""Finding images in a folder: by content, in all subfolders, past links and what can't be read."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image

from large_gui.errors import InputError
from large_gui.project.images import scan as scanning
from large_gui.project.images.manifest import find_dropped
from large_gui.project.images.read import (
    read_image,
    readable_formats,
)
from large_gui.project.images.scan import scan
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
    assert [path.path.name for path in found.passed] == ["notes.txt"]
    why = {problem.path.name: problem.why for problem in found.problems}
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
    assert {p.path.name: p.why for p in found.problems} == dict.fromkeys(
        ("self.png", "dangling.png"), "a link that leads nowhere"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_scan_never_opens_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    assert [p.why for p in scan(tmp_path).problems] == ["not a regular file"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has such names")
def test_scan_tells_names_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    assert ["UTF-8" in p.why for p in scan(tmp_path).problems] == [True]


def test_scan_tells_unreadable_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by hand, as root may read everything."""
    make(tmp_path / "ok" / "a.png")
    locked = make(tmp_path / "locked" / "b.png").parent
    listing = os.listdir

    def refuse(folder: Path) -> list[str]:
        if folder == locked:
            raise PermissionError(13, "Permission denied")
        return listing(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    found = scan(tmp_path)
    assert [p.name for p in found.paths] == ["a.png"]
    assert [(p.path, p.why) for p in found.problems] == [(locked, "permission denied")]


def test_scan_tells_entries_that_may_not_be_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = make(tmp_path / "a.png"), make(tmp_path / "b.png")
    is_dir = Path.is_dir

    def refuse(self: Path) -> bool:
        if self == bad:
            raise PermissionError(13, "Permission denied")
        return is_dir(self)

    monkeypatch.setattr(Path, "is_dir", refuse)
    found = scan(tmp_path)
    assert found.paths == [good]
    assert [(p.path, p.why) for p in found.problems] == [(bad, "permission denied")]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_scan_tells_a_really_unreadable_folder(tmp_path: Path) -> None:
    locked = make(tmp_path / "locked" / "b.png").parent
    locked.chmod(0)
    try:
        assert [p.path for p in scan(tmp_path).problems] == [locked]
    finally:
        locked.chmod(0o700)


def test_what_was_read_before_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, new = make(tmp_path / "sub" / "a.png"), make(tmp_path / "sub" / "b.png")
    link = tmp_path / "c.png"
    link.symlink_to(known)
    asked: list[tuple[str, int, int]] = []

    def hashes(files: Sequence[tuple[str, int, int]]) -> list[str]:
        asked.extend(files)
        return ["1" * 64 if file.endswith("a.png") else "" for file, _, _ in files]

    opened: list[Path] = []
    read_head = scanning.read_head
    monkeypatch.setattr(scanning, "read_head", lambda path: opened.append(path) or read_head(path))
    found = scan(tmp_path, hashes)
    assert found.paths == [link, known, new] and sorted(opened) == [link, new]
    status = known.stat()
    assert (str(known.resolve()), status.st_size, status.st_mtime_ns) in asked
    assert found.known == {str(known): "1" * 64}
    assert find_dropped([tmp_path], hashes).known == {"sub/a.png": "1" * 64}


def test_scan_of_no_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none", make(tmp_path / "file.png")):
        with pytest.raises(InputError, match="can't be read") as caught:
            scan(path)
        assert caught.value.hint
