"""Any bytes as a few files, so that one input of a fuzzer can be a folder.

A bundle is a row of records: a byte that chooses a name from the target's list, three bytes of length, and
the content. Every string of bytes is a bundle, and a change of one byte is a small change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_LENGTH = 3  # bytes


def packed(files: Mapping[str, bytes], names: Sequence[str]) -> bytes:
    """The bundle of files with these names."""
    return b"".join(
        bytes([names.index(name)]) + len(content).to_bytes(_LENGTH, "big") + content
        for name, content in files.items()
    )


def unpacked(data: bytes, names: Sequence[str]) -> dict[str, bytes]:
    """The files of a bundle; the last of two of one name counts."""
    files, position = {}, 0
    while position + 1 + _LENGTH <= len(data):
        name = names[data[position] % len(names)]
        start = position + 1 + _LENGTH
        position = start + int.from_bytes(data[position + 1 : start], "big")
        files[name] = data[start:position]
    return files


def laid_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the files into a folder."""
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def gathered(folder: Path, names: Sequence[str]) -> dict[str, bytes]:
    """The files of these names that lie in a folder."""
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
