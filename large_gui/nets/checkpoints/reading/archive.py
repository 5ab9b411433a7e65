"""Torch's file format: a zip archive of one pickle and the uncompressed bytes of its storages."""

from __future__ import annotations

import struct
import zipfile
import zlib
from typing import BinaryIO

from large_gui.nets.checkpoints.reading.pickled import Names
from large_gui.nets.checkpoints.reading.refusals import Budget, cut_off, damaged, not_supported, too_many
from large_gui.nets.checkpoints.reading.tensors import Storage, StorageId
from large_gui.nets.checkpoints.reading.unpickler import Unpickler

_MOST_ENTRIES = 100_000
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # signature, length of the name, length of the extra field
_ENCRYPTED = 1
_LONGEST_END = 22 + 65_535  # bytes: the record and its comment


def check_end(handle: BinaryIO, size: int) -> None:
    """Refuse an archive that lacks its directory, before the rest is read."""
    handle.seek(max(0, size - _LONGEST_END))
    if b"PK\x05\x06" not in handle.read(_LONGEST_END):
        raise cut_off("no directory at the end of the zip archive")


def read_archive(handle: BinaryIO, data: bytearray, known: Names, budget: Budget) -> object:
    """Read the saved object; its tensors share memory with ``data``.

    Parameters
    ----------
    handle, data
        The same file, open and in memory.
    """
    entries = _Entries(handle, data)
    pickles = [name for name in entries.all if name.endswith("/data.pkl") and name.count("/") == 1]
    folder = pickles[0].removesuffix("data.pkl") if len(pickles) == 1 else ""
    if not folder or f"{folder}constants.pkl" in entries.all:
        raise not_supported("a program or an archive of another kind", ", ".join(list(entries.all)[:5]))
    order = f"{folder}byteorder"
    if order in entries.all and bytes(entries.read(order)) != b"little":
        raise not_supported("numbers in the byte order of another kind of computer")
    storages: dict[str, Storage] = {}

    def storage(persistent_id: object) -> Storage:
        asked = StorageId.parse(persistent_id)
        if asked.key not in storages:
            storages[asked.key] = Storage.over(entries.read(f"{folder}data/{asked.key}"), asked.dtype)
        memory = storages[asked.key].memory
        if memory.nbytes() < asked.nbytes:
            raise damaged(f"storage {asked.key:.40} of {asked.nbytes} bytes has {memory.nbytes()}")
        return Storage(memory, asked.dtype)

    return Unpickler(entries.read(pickles[0]), 0, known, budget, storage).load()


class _Entries:
    """The entries of the archive, none of which may be compressed, appear twice or overlap another."""

    def __init__(self, handle: BinaryIO, data: bytearray) -> None:
        self._data = memoryview(data)
        if data.count(b"PK\x01\x02") > _MOST_ENTRIES:  # before zipfile takes memory for each
            raise too_many("parts", f"more than {_MOST_ENTRIES}")
        with zipfile.ZipFile(handle) as archive:
            entries = archive.infolist()
        self.all = {entry.filename: entry for entry in entries}
        if len(self.all) != len(entries):
            raise damaged("two parts of one name")
        end = 0
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & _ENCRYPTED:
                raise not_supported("compressed parts", entry.filename[:80])
            if entry.header_offset < end:
                raise damaged(f"parts that overlap: {entry.filename:.80}")
            if entry.compress_size != entry.file_size:
                raise damaged(f"a part of two sizes: {entry.filename:.80}")
            end = self._start(entry) + entry.file_size
            if end > len(data):
                raise cut_off(f"{entry.filename:.80} ends at {end}, {len(data)} bytes are there")

    def read(self, name: str) -> memoryview:
        if name not in self.all:
            raise damaged(f"no {name:.80}")
        entry = self.all[name]
        start = self._start(entry)
        content = self._data[start : start + entry.file_size]
        if zlib.crc32(content) != entry.CRC:
            raise damaged(f"the check sum of {name:.80}")
        return content

    def _start(self, entry: zipfile.ZipInfo) -> int:
        offset = entry.header_offset
        signature, name, extra = _LOCAL_HEADER.unpack_from(self._data, offset)
        if signature != b"PK\x03\x04":
            raise damaged(f"no header of {entry.filename:.80}")
        return int(offset + _LOCAL_HEADER.size + name + extra)
