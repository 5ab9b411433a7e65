"""A model pack: one folder with a model's description, directions, statistics and networks.

Packs that came with the program lie in ``resources/<name>``, imported packs in the user's model folder. A
small generator is one of a pack's files; a large one with a licence of its own is fetched into the user's
model folder when a person asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import safetensors
from numpy.typing import NDArray
from safetensors.numpy import load_file

from large_gui.core.direction import Direction
from large_gui.errors import ModelFileError
from large_gui.folders import resources_folder, user_folder
from large_gui.models.description import read_description, read_pack_directions

DETECTOR = "face_detector.safetensors"
ENCODER = "encoder.safetensors"
GENERATOR = "generator.safetensors"
STATISTICS = "statistics.safetensors"
CODES = "codes.safetensors"
SAMPLES = "samples"  # a folder of images


def imported_folder() -> Path:
    """The folder in which every imported pack has a folder."""
    return user_folder() / "models"


@dataclass(frozen=True, eq=False)
class CodeStatistics:
    """The distribution of the codes of generated images, and the errors that good images get.

    Attributes
    ----------
    mean, axes
        ``(D,)`` and ``(K, D)``. Codes minus ``mean``, multiplied by ``axes``, are white.
    code_quantiles
        ``(101,)``: the 0 to 100 % quantiles of the Mahalanobis distances of generated images.
    image_quantiles
        ``(101,)``: the same quantiles of the feature distance between image and reconstruction.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    code_quantiles: NDArray[np.float32]
    image_quantiles: NDArray[np.float32]


class Pack:
    """A pack on the disk. Opening it reads its description only.

    Attributes
    ----------
    folder
        The pack's folder.
    about
        The pack's description.

    Raises
    ------
    ModelFileError
        When its description can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = read_description(folder)

    @property
    def name(self) -> str:
        """The pack's name, which is the name of its folder."""
        return self.folder.name

    @property
    def is_imported(self) -> bool:
        """Whether a person imported it, so that it may be changed or removed."""
        return self.folder.parent == imported_folder()

    @property
    def came_with_the_program(self) -> bool:
        """Whether it lies among the program's own files."""
        return self.folder.parent == resources_folder()

    @property
    def generator_file(self) -> Path:
        """The file of its generator, which may not exist yet; a fetched one lies among the imported packs."""
        folder = self.folder if GENERATOR in self.about.files else self.own_folder
        return folder / GENERATOR

    @property
    def own_folder(self) -> Path:
        """The folder among the imported packs for what is made or fetched for it; it may not exist."""
        return imported_folder() / self.name

    @property
    def samples(self) -> Path | None:
        """The folder of sample images that came with it, if any did."""
        folder = self.folder / SAMPLES
        return folder if folder.is_dir() else None

    @cached_property
    def directions(self) -> dict[str, Direction]:
        """The pack's directions by name.

        Raises
        ------
        ModelFileError
            When they can't be read.
        """
        return read_pack_directions(self.folder, self.about)

    @cached_property
    def statistics(self) -> CodeStatistics:
        """The statistics of the codes of generated images.

        Raises
        ------
        ModelFileError
            When they are missing, damaged or of another width than the pack's codes.
        """
        arrays = self.arrays(STATISTICS)
        try:
            found = CodeStatistics(**arrays)
        except TypeError as error:
            raise ModelFileError.damaged(self.folder / STATISTICS, repr(error)) from error
        width = self.about.shape[1]
        sizes = [array.shape for array in (found.mean, found.code_quantiles, found.image_quantiles)]
        if sizes != [(width,), (101,), (101,)] or found.axes.shape[1:] != (width,):
            raise ModelFileError.damaged(self.folder / STATISTICS, f"{sizes}, {found.axes.shape}")
        return found

    def arrays(self, file: str) -> dict[str, NDArray[np.float32]]:
        """Read the arrays of one of its files as float32.

        Raises
        ------
        ModelFileError
            When the file is missing or damaged.
        """
        path = self.folder / file
        try:
            return {name: array.astype(np.float32, copy=False) for name, array in load_file(path).items()}
        except (OSError, TypeError, safetensors.SafetensorError) as error:  # NumPy lacks some types
            raise ModelFileError.damaged(path, repr(error)) from error
