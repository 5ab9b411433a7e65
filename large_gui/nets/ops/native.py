"""The operators' CUDA kernels are compiled on first use, kept in the user's folder and called by ctypes."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib
import logging
import os
import shutil
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
from torch import Tensor

from large_gui.files import written_whole
from large_gui.folders import user_folder

_LOG = logging.getLogger(__name__)
_FOLDER = Path(__file__).parent
_SOURCES = [_FOLDER / name for name in ("bias_act.cu", "upfirdn2d.cu")]
_TYPES = {torch.float32: 0, torch.float16: 1, torch.bfloat16: 2}  # the codes of element.cuh
_MOST = 2**31 - 2**12  # elements; the kernels count in 32 bits and round up to a block
_LOCK = threading.Lock()

_P, _I, _F = ctypes.c_void_p, ctypes.c_int, ctypes.c_float
_SIGNATURES = {
    "large_gui_upfirdn2d": [_P, _P, _P, *[_I] * 14, _F, _P],
    "large_gui_bias_act": [_P, _P, _P, *[_I] * 4, *[_F] * 3, _P],
    "large_gui_bias_act_gradient": [_P, _P, _P, _I, _I, *[_F] * 3, _P],
}


def takes(x: Tensor, size: int = 0) -> bool:
    """Whether the kernels can read ``x`` and return ``size`` elements; the first call compiles them."""
    fits = x.is_cuda and x.dtype in _TYPES and 0 < x.numel() <= _MOST and size <= _MOST
    return fits and library() is not None


def dense(x: Tensor) -> tuple[Tensor, bool]:
    """``x`` without gaps, and whether its channels lie last; it is copied only if it has gaps."""
    if x.ndim == 4 and x.is_contiguous(memory_format=torch.channels_last) and not x.is_contiguous():
        return x, True
    return x.contiguous(), False


def type_code(x: Tensor) -> int:
    """The kernels' number for the element type of ``x``."""
    return _TYPES[x.dtype]


def launch(name: str, device: torch.device, *arguments: float | None) -> None:
    """Queue a kernel on the current stream of ``device``.

    Raises
    ------
    RuntimeError
        When CUDA refuses the launch.
    """
    with torch.cuda.device(device):
        status = getattr(library(), name)(*arguments, torch.cuda.current_stream().cuda_stream)
    if status:
        raise RuntimeError(f"{name}: CUDA error {status}")


def library() -> ctypes.CDLL | None:
    """The compiled kernels; ``None`` if they can't be compiled or loaded, for a reason that is logged."""
    with _LOCK:
        return _library()


@functools.cache
def _library() -> ctypes.CDLL | None:
    try:
        compiled = _compiled_file()
        if not compiled.exists():
            _compile(compiled)
        kernels = ctypes.CDLL(str(compiled))
        for name, types in _SIGNATURES.items():
            getattr(kernels, name).argtypes = types
    except Exception as error:  # noqa: BLE001 - a compiler, a driver and a disk fail in many ways, none fatal
        reason = str(error).partition("\n")[0] or type(error).__name__
        _LOG.warning("PyTorch's operators are used, ours could not be compiled: %s", reason)
        _LOG.debug("%s", error)
        return None
    return kernels


def _architectures() -> list[str]:
    """Compute capabilities of the visible devices, as ``90`` for 9.0."""
    found = {torch.cuda.get_device_capability(i) for i in range(torch.cuda.device_count())}
    return [f"{major}{minor}" for major, minor in sorted(found)]


def _compiled_file() -> Path:
    """The file for the kernels of these sources, this PyTorch, this CUDA and these devices."""
    if torch.version.cuda is None:
        raise RuntimeError("this PyTorch is not built for CUDA")
    key = hashlib.sha256(" ".join([torch.__version__, torch.version.cuda, *_architectures()]).encode())
    for path in [*_SOURCES, _FOLDER / "element.cuh"]:
        key.update(path.read_bytes())
    return user_folder() / "operators" / key.hexdigest()[:16] / "operators.so"


def _compile(target: Path) -> None:
    """Compile in a folder next to ``target`` and move the result there, so that it is whole or missing."""
    if shutil.which("ninja") is None:  # the package's folder is not on the path of an inactive environment
        os.environ["PATH"] += os.pathsep + importlib.import_module("ninja").BIN_DIR
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, ignore_cleanup_errors=True) as scratch, _quiet():
        from torch.utils import cpp_extension

        built = cpp_extension.load(
            "large_gui_operators",
            [str(path) for path in _SOURCES],
            extra_cuda_cflags=[f"-gencode=arch=compute_{a},code=sm_{a}" for a in _architectures()],
            build_directory=scratch,
            is_python_module=False,
        )
        with written_whole(target) as temporary:
            Path(built).replace(temporary)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the builder's remarks about compilers and paths off the terminal."""
    builder = logging.getLogger("torch.utils.cpp_extension")
    before = builder.disabled
    builder.disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        builder.disabled = before
