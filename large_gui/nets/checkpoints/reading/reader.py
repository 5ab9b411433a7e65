"""Read a checkpoint file as plain data. Nothing in the file is ever executed."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import safetensors
from safetensors.torch import load_file
from torch import Tensor

from large_gui.core.words import printable
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.names import checkpoint_names
from large_gui.nets.checkpoints.reading.archive import check_end, read_archive
from large_gui.nets.checkpoints.reading.arrays import NPY_MAGIC, is_npz, read_npy, read_npz
from large_gui.nets.checkpoints.reading.legacy import is_legacy, read_legacy
from large_gui.nets.checkpoints.reading.plain import plain
from large_gui.nets.checkpoints.reading.refusals import Budget, CutOff, damaged, too_many
from large_gui.nets.checkpoints.reading.signatures import HEAD, refuse_other_files, unknown
from large_gui.nets.checkpoints.reading.unpickler import Unpickler

_LARGEST = 16 * 2**30  # bytes
_PART, _LARGER = 16 * 2**20, 8  # bytes of a pickle that are read first, and the factor for the next part
_LONGEST_HEADER, _MOST_TENSORS = 8 * 2**20, 20_000  # of safetensors


def read_checkpoint(file: Path) -> object:
    """Read a checkpoint of any kind; its content says which kind it is, and its name does not matter.

    The kinds are pickles of protocol 2 to 5 (NVIDIA's snapshots, TensorFlow-era snapshots, codes), torch's
    zip and older formats, safetensors, ``.npy`` and ``.npz``.

    Returns
    -------
    object
        dict, list, tuple, set, str, bytes, numbers, None, `torch.Tensor`, `numpy.ndarray`, and `Stub` for
        objects of other classes; no deeper than 64, without cycles. Tensors may share memory.

    Raises
    ------
    ModelFileError
        When the file can't be read, is damaged, is no checkpoint, or would run code.
    """
    try:
        return _read(file)
    except ModelFileError:
        raise
    except OSError as error:
        raise ModelFileError(
            f"{file.name} can't be read.", hint="Is it there, and may it be read?", detail=repr(error)
        ) from error
    except MemoryError as error:
        raise ModelFileError(f"There is not enough memory to read {file.name}.") from error
    # A malformed file can make the reader fail anywhere and in any way (empty stacks, missing keys, wrong
    # types, numbers out of range, errors of zipfile and safetensors). Each time the file is damaged.
    except Exception as error:
        raise damaged(f"{type(error).__name__}: {error}"[:500]) from error


def read_safetensors(file: Path) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file, as they are.

    Raises
    ------
    ModelFileError
        When the file can't be read, is damaged, or is of another kind.
    """
    if file.is_file():
        with suppress(OSError), file.open("rb") as handle:
            if not _is_safetensors(handle.read(HEAD), os.fstat(handle.fileno()).st_size):
                raise not_safetensors(file)
    content = read_checkpoint(file)
    assert isinstance(content, dict)
    return content


def metadata_of(file: Path) -> dict[str, str]:
    """The texts in the header of a safetensors file that `read_checkpoint` has read; none of other kinds."""
    with suppress(safetensors.SafetensorError), safetensors.safe_open(file, "pt") as opened:
        return opened.metadata() or {}
    return {}


def not_safetensors(file: Path) -> ModelFileError:
    """The error for weights that are to be safetensors and are something else, such as a pickle."""
    name = printable(file.name)
    return ModelFileError(
        f"{name} is not a safetensors file, and no other kind is opened here.",
        hint="Ask for the weights as safetensors. If you trust the file, convert it: "
        'python -c "import torch, safetensors.torch as s; '
        f"s.save_file(torch.load('{name}', weights_only=True), 'converted.safetensors')\"",
        detail=str(file),
    )


def _read(file: Path) -> object:
    if file.is_dir():
        raise ModelFileError(f"{file.name} is a folder, not a model file.", hint="Choose a file in it.")
    if file.exists() and not file.is_file():
        raise ModelFileError(f"{file.name} is a device, not a model file.")
    with file.open("rb") as handle:
        size = os.fstat(handle.fileno()).st_size
        head = handle.read(HEAD)
        if _is_safetensors(head, size):
            _check_header(handle)
            return load_file(file)
        refuse_other_files(head)
        if size > _LARGEST:
            raise ModelFileError("This file is larger than any model.", detail=f"{size} bytes")
        if is_npz(head):
            return read_npz(handle, size)
        if not head.startswith((b"PK\x03\x04", b"\x80", NPY_MAGIC)):
            raise unknown()
        if head.startswith(NPY_MAGIC):
            return read_npy(memoryview(_start(handle, size)), Budget.of_file(size))
        if head.startswith(b"PK\x03\x04"):
            check_end(handle, size)
            budget = Budget.of_file(size)
            return plain(read_archive(handle, _start(handle, size), checkpoint_names(budget), budget), size)
        return _read_pickle(handle, size)


def _read_pickle(handle: BinaryIO, size: int) -> object:
    """Read a part of the file, then larger parts, so that a bad file is refused before all is read."""
    part = min(_PART, size)
    while True:
        data, budget = memoryview(_start(handle, part)), Budget.of_file(size)
        known = checkpoint_names(budget)
        try:
            if is_legacy(data):
                return plain(read_legacy(data, known, budget), size)
            return plain(Unpickler(data, 0, known, budget).load(), size)
        except CutOff:
            if part == size:
                raise
        part = min(_LARGER * part, size)


def _start(handle: BinaryIO, size: int) -> bytearray:
    """Read the first ``size`` bytes."""
    data = bytearray(size)
    handle.seek(0)
    del data[handle.readinto(data) :]  # type: ignore[attr-defined]
    return data


def _check_header(handle: BinaryIO) -> None:
    """Refuse safetensors with more tensors than any model has, before an object is made for each."""
    handle.seek(0)
    size = int.from_bytes(handle.read(8), "little")
    if size > _LONGEST_HEADER or handle.read(size).count(b'"data_offsets"') > _MOST_TENSORS:
        raise too_many("tensors", f"a header of {size} bytes")


def _is_safetensors(head: bytes, size: int) -> bool:
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= size - 8
