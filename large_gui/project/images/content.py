"""Find out from a file's content which kind of image it is, and whether this program wrote it."""

from __future__ import annotations

import os
import re
import zipfile
from pathlib import Path

from large_gui import __version__

HEAD = 2048  # bytes at the start of a file that are enough to recognise it
_DOCUMENT = re.compile(rb'(?:"large_gui": "[^"]*",\s*)?"kind": "(\w+)"')
_MARK = "Made by large-gui"
SOFTWARE = f"{_MARK} {__version__}"  # the note "Software" in every picture that this program writes
_RAW = (
    *(".3fr", ".arw", ".cr2", ".cr3", ".crw", ".dcr", ".dng", ".erf", ".iiq", ".kdc", ".mrw", ".nef", ".nrw"),
    *(".orf", ".pef", ".raf", ".rw2", ".rwl", ".sr2", ".srf", ".srw", ".x3f"),
)
_SIGNATURES = {
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    b"II*\0": "TIFF",
    b"MM\0*": "TIFF",
    b"\0\0\0\x0cjP  \r\n\x87\n": "JPEG2000",
    b"\xff\x4f\xff\x51": "JPEG2000",
    b"8BPS\0\x01": "PSD",
}
_HEIF = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_HEIF_ENDINGS = frozenset({".heic", ".heif", ".hif"})
_NPZ = (
    frozenset({"paths.npy", "codes.npy", "inversion_error.npy", "encoder.npy", "model.npy"}),
    frozenset({"paths.npy", "distances.npy", "direction.npy", "encoder.npy", "model.npy"}),
)
_PER_LAYER = re.compile(r"path(,layer_\d+)+")  # the first line of a table of the distances of every layer


def read_head(path: Path | str) -> bytes:
    """Read the first bytes of a file, enough to recognise it."""
    with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - a million paths are text
        return file.read(HEAD)


def image_kind(head: bytes, ending: str = "") -> str:
    """Pillow's name of an image format, ``RAW`` for a camera's raw file, or empty if it is not known.

    Only formats with an unmistakable signature are recognised by their bytes.

    Parameters
    ----------
    ending
        Ending of the file's name, in lower case and with the point. It is needed because a camera's raw file
        looks like a TIFF.
    """
    kind = next((name for start, name in _SIGNATURES.items() if head.startswith(start)), "")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        kind = "WEBP"
    elif head[:2] == b"BM" and head[6:10] == bytes(4):
        kind = "BMP"
    elif head[4:8] == b"ftyp":
        size = int.from_bytes(head[:4], "big")
        brands = {head[i : i + 4] for i in (8, *range(16, min(size, 256), 4))}
        kind = "AVIF" if brands & {b"avif", b"avis"} else "HEIF" if brands & _HEIF else ""
    if ending in _RAW and kind in ("", "TIFF"):
        return "RAW"
    return "HEIF" if ending in _HEIF_ENDINGS and not kind else kind


def is_own_picture(path: Path | str, head: bytes) -> bool:
    """Whether this program wrote a picture: a contact sheet or a plot."""
    mark = _MARK.encode()
    if head[8:12] != b"WEBP":
        return mark in head
    with Path(path).open("rb") as file:  # a WebP has its notes at the end
        file.seek(max(0, file.seek(0, os.SEEK_END) - HEAD))
        return mark in file.read()


def own_kind(path: Path, headers: frozenset[str]) -> str:
    """What this program wrote into a file, in a word such as ``table``; empty if it is of another program.

    A table is recognised by its first line, codes by the names of their arrays, a document by its first keys
    and a picture by its note. A table to which a person added a column therefore counts as the person's.
    """
    head = read_head(path)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "codes" if any(set(archive.namelist()) >= names for names in _NPZ) else ""
    first = head.split(b"\n", 1)[0].decode("utf-8", "replace").removesuffix("\r")
    if first in headers:
        return "table"
    if _PER_LAYER.fullmatch(first) is not None:
        return "distances of every layer"
    return _own_document(head) or ("picture" if is_own_picture(path, head) else "")


def _own_document(head: bytes) -> str:
    """Which JSON of this program a text begins like: a direction or a list of them, a fit, a report."""
    inside = head.removeprefix(b"[").lstrip().removeprefix(b"{").lstrip()
    if head[:1] not in (b"{", b"[") or not inside.startswith((b'"large_gui"', b'"kind": "direction"')):
        return ""
    said = _DOCUMENT.match(inside)
    return said[1].decode() if said else "report"
