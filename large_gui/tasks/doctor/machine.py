"""The machine: processor and memory, the GPU as torch sees it, and what compiles CUDA operators."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from large_gui.tasks.doctor.finding import Finding, State

_LITTLE = 4e9  # bytes of memory; the window, its worker and the largest encoder take less than 3 GB
_CPU_TORCH = "pip install torch --index-url https://download.pytorch.org/whl/cpu"


def machine(home: Path) -> Iterator[Finding]:
    """Processor and memory."""
    cores = os.cpu_count() or 1
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else cores
    told = f"{platform.machine()}, {cores} cores" + (f", {usable} of them usable" if usable < cores else "")
    yield Finding("Processor", told)
    memory = _memory()
    if memory and memory < _LITTLE:
        advice = "Close other programs while images are measured."
        yield Finding("Memory", f"{memory / 1e9:.1f} GB", State.NOTE, advice)
    elif memory:
        yield Finding("Memory", f"{memory / 1e9:.1f} GB")


def gpu(home: Path) -> Iterator[Finding]:
    """Whether torch can use a GPU, and if there is one that it can't use."""
    import torch

    card = Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
    built_for = torch.version.cuda
    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(number)
            yield Finding("GPU", f"{about.name}, {about.total_memory / 1e9:.0f} GB, by CUDA {built_for}")
    elif card and built_for is None:
        yield Finding(
            "GPU", "there is an NVIDIA card, but this torch computes on the processor only", State.PROBLEM,
            "Install the torch for your CUDA: https://pytorch.org/get-started/locally",
        )  # fmt: skip
    elif card:
        yield Finding(
            "GPU", f"there is an NVIDIA card, but torch for CUDA {built_for} can't use it", State.PROBLEM,
            "Update the driver of the card, or install the torch that fits it.",
        )  # fmt: skip
    elif built_for is not None:
        yield Finding(
            "GPU", f"none, yet torch is the one for CUDA {built_for}: the processor computes", State.NOTE,
            f"It takes several GB more than this machine needs: {_CPU_TORCH}",
        )  # fmt: skip
    else:
        yield Finding("GPU", "none: the processor computes")


def compiler(home: Path) -> Iterator[Finding]:
    """What compiles the CUDA operators on their first use; only a GPU needs it."""
    import torch

    found = {name: shutil.which(name) for name in ("nvcc", "cl" if sys.platform == "win32" else "c++")}
    found["ninja"] = shutil.which("ninja") or ("in its package" if find_spec("ninja") else None)
    told = ", ".join(f"{name} {place or 'missing'}" for name, place in found.items())
    if torch.cuda.is_available() and not all(found.values()):
        advice = "Without them torch's slower operators are used: install the CUDA toolkit and a compiler."
        yield Finding("Compiler", told, State.NOTE, advice)
    elif torch.cuda.is_available():
        yield Finding("Compiler", told)
    else:
        yield Finding("Compiler", f"{told}; only a GPU needs them")


def _memory() -> int:
    """Bytes of memory of this machine; 0 where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0
