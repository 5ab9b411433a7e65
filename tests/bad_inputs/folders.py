"""Folders of images that are none, and the images in them."""

from __future__ import annotations

import io
import os
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from large_gui.project.images.manifest import find_dropped
from large_gui.project.images.read import read_image
from tests.bad_inputs.case import BadInput, Chapter, Make, all_of, file, nothing, pipe

_SORT = "sort holidays --model mine --direction age --out out.csv"
_IN = "holidays/{}"


def _emptied(here: Path) -> None:
    (here / "holidays").mkdir()


def _link_to_itself(here: Path) -> None:
    _emptied(here)
    (here / "holidays/again").symlink_to(here / "holidays")


def _link_to_nothing(here: Path) -> None:
    _emptied(here)
    (here / "holidays/a.jpg").symlink_to(here / "gone.jpg")


def _not_utf8(here: Path) -> None:
    _emptied(here)
    Path(os.fsdecode(os.fsencode(here) + b"/holidays/\xff.jpg")).write_bytes(b"\xff\xd8\xff")


def _a_bad_one(here: Path) -> None:
    shutil.copytree(here / "photos", here / "holidays")
    (here / "holidays/z.jpg").write_bytes(b"")


def _in_folder(name: str, content: str | bytes) -> Make:
    return file(_IN.format(name), content)


_FOLDERS: dict[str, tuple[str, Make]] = {
    "a folder that is not there": (_SORT, nothing),
    "a file in place of a folder": (_SORT.replace("holidays", "notes.txt"), nothing),
    "an empty folder": (_SORT, _emptied),
    "a folder of texts": (_SORT, _in_folder("a.txt", "x")),
    "a folder of raw files of a camera": (_SORT, _in_folder("a.cr2", b"II*\0")),
    "a folder of HEIC files, without the extra that reads them": (
        _SORT,
        _in_folder("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    ),
    "a folder of links to itself": (_SORT, _link_to_itself),
    "a link that leads nowhere": (_SORT, _link_to_nothing),
    "a pipe that is named like an image": (_SORT, all_of([_emptied, pipe("holidays/a.jpg")])),
    "a name that is not valid text": (_SORT, _not_utf8),
    "a name that moves the cursor of the terminal": (_SORT, _in_folder("\x1b[2J.txt", "x")),
    "a contact sheet of this program, and nothing else": (
        _SORT,
        _in_folder("sheet.webp", b"RIFF\x20\0\0\0WEBP" + b"Made by large-gui 0.1.0"),
    ),
    "images that the model has never seen": (
        "sort few --model mine --direction age --out out.csv",
        lambda here: _pictures(here / "few", 2),
    ),
    "too few images to train on": (
        "train gan few --name new --size 16",
        lambda here: _pictures(here / "few", 3),
    ),
}


def _pictures(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(count):
        Image.new("RGB", (20, 20), (0, 0, 200 + number)).save(folder / f"{number}.png")


def _made(kind: str, **options: Any) -> bytes:
    """A good image of 64 x 64 pixels."""
    pixels = np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, kind, **options)
    return stream.getvalue()


def _half(kind: str) -> bytes:
    whole = _made(kind)
    return whole[: len(whole) // 2]


def _png(width: int, height: int, body: bytes = b"", depth: int = 8) -> bytes:
    """A PNG that says its size and has these pixels, packed."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(body))
        + chunk(b"IEND", b"")
    )


def _tiff(entries: bytes, count: int) -> bytes:
    return b"II*\0\x08\0\0\0" + struct.pack("<H", count) + entries + b"\x08\0\0\0"


_WEB_PAGE = b"<!DOCTYPE html><html><body>404 Not Found</body></html>"
_IMAGES: dict[str, tuple[str, bytes]] = {
    "an empty file": ("a.jpg", b""),
    "half a JPEG": ("a.jpg", _half("JPEG")),
    "a JPEG without anything behind its first bytes": ("a.jpg", b"\xff\xd8\xff\xe0"),
    "a web page that was saved as an image": ("a.jpg", _WEB_PAGE),
    "a PDF under another name": ("a.jpg", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "a film under another name": ("a.jpg", b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41"),
    "a pointer of Git LFS": (
        "a.jpg",
        b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n",
    ),
    "a zip archive under another name": ("a.png", b"PK\x03\x04" + bytes(40)),
    "half a PNG": ("a.png", _half("PNG")),
    "a PNG of no width": ("a.png", _png(0, 5)),
    "a PNG of 10,000 megapixels": ("a.png", _png(100_000, 100_000)),
    "a PNG that unpacks to a thousand times its size": ("a.png", _png(12_000, 12_000, bytes(1000))),
    "a PNG with a wrong check sum": ("a.png", _made("PNG").replace(b"IDAT", b"IDAX", 1)),
    "a PNG of a depth that does not exist": ("a.png", _png(5, 5, depth=77)),
    "half a WebP": ("a.webp", _half("WEBP")),
    "a WebP whose size is a lie": ("a.webp", b"RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\xff" * 6),
    "half a GIF": ("a.gif", _made("GIF")[:20]),
    "half a TIFF": ("a.tif", _half("TIFF")),
    "a TIFF whose directory begins again and again": ("a.tif", _tiff(b"", 0)),
    "a TIFF of a compression that does not exist": (
        "a.tif",
        _tiff(struct.pack("<HHIHHHHIHHHHIHH", 256, 3, 1, 9, 0, 257, 3, 1, 9, 0, 259, 3, 1, 999, 0), 3),
    ),
    "half a BMP": ("a.bmp", _half("BMP")),
    "a BMP of a negative width": ("a.bmp", _made("BMP")[:18] + b"\0\0\0\x80" + _made("BMP")[22:]),
    "an icon without a picture": ("a.ico", b"\0\0\1\0\0\0"),
    "half an AVIF": ("a.avif", b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf" + bytes(20)),
    "half a JPEG 2000": ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(20)),
    "half a PSD": ("a.psd", b"8BPS\0\1" + bytes(6) + b"\0\3"),
    "a PPM of endless size": ("a.ppm", b"P6 999999999 999999999 255\n"),
    "a drawing in PostScript": ("a.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
    "a drawing in SVG": ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
}


def _looked_at(name: str) -> Callable[[], object]:
    return lambda: read_image(Path("holidays", name))


def _images() -> list[BadInput]:
    """Single images: a cell of the grid is red, and its tip says this."""
    found = [
        BadInput(what, _IN.format(name), _in_folder(name, content), _looked_at(name))
        for what, (name, content) in _IMAGES.items()
    ]
    found.append(BadInput("an image that was moved away", "holidays/a.jpg", nothing, _looked_at("a.jpg")))
    found.append(
        BadInput(
            "a folder that is named like an image",
            "holidays/a.jpg",
            _in_folder("a.jpg/x", "x"),
            _looked_at("a.jpg"),
        )
    )
    return found


_DROPPED = [
    BadInput(
        "a folder that is gone, dropped",
        "holidays",
        nothing,
        lambda: find_dropped([Path("holidays").absolute()]),
    ),
    BadInput("a text, dropped", "notes.txt", nothing, lambda: find_dropped([Path("notes.txt").absolute()])),
    BadInput(
        "a folder of nothing, dropped",
        "holidays",
        _emptied,
        lambda: find_dropped([Path("holidays").absolute()]),
    ),
    BadInput(
        "one bad image among good ones",
        _SORT,
        _a_bad_one,
        status=0,
    ),
]

CHAPTERS = [
    Chapter(
        "Folders", [BadInput(what, command, make) for what, (command, make) in _FOLDERS.items()] + _DROPPED
    ),
    Chapter("Images in a folder", _images()),
]
