"""Pickles, torch files and arrays put together byte by byte, for tests of what no program writes."""

import io
import pickle
import pickletools
import struct
import zipfile
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

# Pickles are put together from instructions; see `pickletools` for their letters.
START, STOP = b"\x80\x04", b"."
FOUR = np.arange(4, dtype=np.float32).tobytes()
FOUR_STORED = struct.pack("<q", 4) + FOUR  # as torch's older format stores them


def push(*items: Any) -> bytes:
    """Instructions that push plain values, one after the other."""
    return b"".join(pickletools.optimize(pickle.dumps(item, 2))[2:-1] for item in items)


def mention(name: str) -> bytes:
    """Instructions that push the global ``module:name``."""
    return push(*name.split(":")) + b"\x93"


def call(name: str, *arguments: Any) -> bytes:
    return mention(name) + push(arguments) + b"R"


def pickled(*instructions: bytes) -> bytes:
    return START + b"".join(instructions) + STOP


def torch_zip(content: bytes, compression: int = zipfile.ZIP_STORED, **parts: bytes) -> bytes:
    """A torch file with this pickle; ``data_0`` is its entry ``data/0``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        archive.writestr("archive/data.pkl", content)
        for name, part in parts.items():
            archive.writestr(f"archive/{name.replace('_', '/')}", part)
    return buffer.getvalue()


def storage(count: Any, key: Any = "0") -> bytes:
    """Instructions that push a storage of a torch file."""
    return b"(" + push("storage") + mention("torch:FloatStorage") + push(key, "cpu", count) + b"tQ"


def tensor(of: bytes, offset: Any, size: Any, stride: Any) -> bytes:
    return mention("torch._utils:_rebuild_tensor_v2") + b"(" + of + push(offset, size, stride) + b"\x89}tR"


def view(offset: Any, size: Any, stride: Any, count: Any = 4, key: Any = "0") -> bytes:
    """A torch file with one tensor over a storage of four numbers."""
    return torch_zip(pickled(tensor(storage(count, key), offset, size, stride)), data_0=FOUR)


def array(shape: Any, code: Any, data: Any, state: Any = (3, "<", None, None, None, -1, -1, 0)) -> bytes:
    """A pickle of one NumPy array."""
    dtype = call("numpy:dtype", code, False, True) + push(state) + b"b"
    made = (
        mention("numpy._core.multiarray:_reconstruct")
        + b"("
        + mention("numpy:ndarray")
        + push((0,), b"b")
        + b"tR"
    )
    return pickled(made, b"(", push(1, shape), dtype, push(False, data), b"tb")


def npy(shape: str, code: str = "'<f4'") -> bytes:
    header = f"{{'descr': {code}, 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + FOUR


def saved(content: object, *, new: bool = True) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=new)
    return buffer.getvalue()


def with_two_parts_of_one_name() -> bytes:
    return torch_zip(START + b"N.", data_0=FOUR, data_1=FOUR).replace(b"data/1", b"data/0")


def with_overlapping_parts() -> bytes:
    data = bytearray(torch_zip(START + b"N.", data_0=FOUR, data_1=FOUR))
    last = data.rindex(b"PK\x01\x02")
    before = data.rindex(b"PK\x01\x02", 0, last)
    data[last + 42 : last + 46] = data[before + 42 : before + 46]
    return bytes(data)


def encrypted() -> bytes:
    data = bytearray(torch_zip(START + b"N."))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def with_a_wrong_byte() -> bytes:
    content = saved({"a": torch.zeros(1000)})
    return content.replace(bytes(4000), bytes(1999) + b"\x01" + bytes(2000))


def huge_zip_entry() -> bytes:
    data = bytearray(torch_zip(START + b"N.", data_0=FOUR))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = struct.pack("<II", 2**31, 2**31)
    return bytes(data)


def legacy(content: bytes, keys: Sequence[object] = ("0",), rest: bytes = b"") -> bytes:
    """A file of torch's older format."""
    head = saved(1, new=False)
    return head[: head.index(b"uu.") + 3] + content + pickle.dumps(list(keys), 2) + rest
