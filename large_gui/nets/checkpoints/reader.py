"""A checkpoint file -> plain data. Nothing in the file is ever executed."""

from __future__ import annotations

import os
from pathlib import Path

from safetensors.torch import load_file

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.archive import read_archive
from large_gui.nets.checkpoints.arrays import NPY_MAGIC, is_npz, read_npy, read_npz
from large_gui.nets.checkpoints.legacy import is_legacy, read_legacy
from large_gui.nets.checkpoints.names import checkpoint_names
from large_gui.nets.checkpoints.plain import plain
from large_gui.nets.checkpoints.refusals import Budget, damaged
from large_gui.nets.checkpoints.signatures import HEAD, refuse_other_files, unknown
from large_gui.nets.checkpoints.unpickler import Unpickler

_LARGEST = 16 * 2**30  # bytes


def read_checkpoint(file: Path) -> object:
    """Read a checkpoint of any kind; its kind follows from its content, never from its name.

    Read are pickles of protocol 2 to 5 (NVIDIA's snapshots, TensorFlow-era snapshots, codes), torch's
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
    # A malformed file can make its reading fail anywhere, in any way (empty stacks, missing keys, wrong
    # types, numbers out of range, errors of zipfile and safetensors); all of that is a damaged file.
    except Exception as error:
        raise damaged(f"{type(error).__name__}: {error}"[:500]) from error


def _read(file: Path) -> object:
    if file.is_dir():
        raise ModelFileError(f"{file.name} is a folder, not a model file.", hint="Choose a file in it.")
    if file.exists() and not file.is_file():
        raise ModelFileError(f"{file.name} is a device, not a model file.")
    with file.open("rb") as handle:
        size = os.fstat(handle.fileno()).st_size
        head = handle.read(HEAD)
        if _is_safetensors(head, size):
            return load_file(file)
        refuse_other_files(head)
        if size > _LARGEST:
            raise ModelFileError("This file is larger than any model.", detail=f"{size} bytes")
        if is_npz(head):
            return read_npz(handle, size)
        if not head.startswith((b"PK\x03\x04", b"\x80", NPY_MAGIC)):
            raise unknown()
        whole = bytearray(size)
        handle.seek(0)
        del whole[handle.readinto(whole) :]
        data, budget = memoryview(whole), Budget.of_file(size)
        if head.startswith(NPY_MAGIC):
            return read_npy(data, budget)
        known = checkpoint_names(budget)
        if head.startswith(b"PK\x03\x04"):
            content = read_archive(handle, whole, known, budget)
        elif is_legacy(data):
            content = read_legacy(data, known, budget)
        else:
            content = Unpickler(data, 0, known, budget).load()
        return plain(content, size)


def _is_safetensors(head: bytes, size: int) -> bool:
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") <= size - 8
