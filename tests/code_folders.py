"""Folders of codes as LARGE writes them, and their import."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.latent import S_SIZES_1024
from large_gui.core.reporter import SilentReporter
from large_gui.tasks.imports.codes import ImportedCodes, import_codes

SHAPES = {"w": (512,), "w+": (18, 512), "s": (9088,)}
ENDS = np.cumsum(S_SIZES_1024)[:-1]
Codes = dict[str, NDArray[np.float32]]


def write(file: Path, code: Any) -> Path:
    """A code as LARGE keeps it: ``.npy``, or a dict of layers in a pickle for S."""
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.suffix == ".npy":
        np.save(file, code)
    else:
        layers = enumerate(np.split(code, ENDS))
        file.write_bytes(pickle.dumps({f"S{i}": layer[None] for i, layer in layers}))
    return file


def suffix(space: str) -> str:
    return ".pickle" if space == "s" else ".npy"


def drawn(shape: tuple[int, ...], seed: int) -> NDArray[np.float32]:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


class CodeFolder:
    """A folder of codes beside the folder of their images."""

    def __init__(self, path: Path, images: Path) -> None:
        self.path = path
        self.images = images
        self.photos = sorted(images.rglob("*.jpg"))

    def fill(self, space: str) -> Codes:
        """Write a code of every photo but the last two; they are given by the photo's path."""
        result = {}
        for i, photo in enumerate(self.photos[:-2]):
            path = photo.relative_to(self.images)
            result[path.as_posix()] = drawn(SHAPES[space], i)
            write(self.path / path.with_suffix(suffix(space)), result[path.as_posix()])
        return result

    def bring(self, *boundaries: Path, name: str = "mine", **options: Any) -> ImportedCodes:
        """Import them."""
        return import_codes(self.path, self.images, boundaries, name, SilentReporter(), **options)
