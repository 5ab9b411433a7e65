"""Model packs: one folder with encoder, directions, statistics, and where its generator comes from.

Packs that ship with the program lie in ``resources/<name>``; a generator, which is larger and has
a licence of its own, is fetched on request into the user's model folder. Imported packs lie there whole.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import safetensors
from numpy.typing import NDArray
from safetensors.numpy import load_file

from large_gui.core.direction import Direction
from large_gui.errors import InputError, ModelFileError
from large_gui.folders import resources_folder, user_folder
from large_gui.models.description import read_description, read_pack_directions

if TYPE_CHECKING:
    from large_gui.nets.encoders import Encoder
    from large_gui.nets.generator import Generator
    from large_gui.nets.mtcnn import FaceDetector

_DETECTOR = "face_detector.safetensors"
_PARTS = ("encoder.safetensors", _DETECTOR, "statistics.safetensors")
PREPARATION = 1  # raised when images are read or cropped in another way: codes are then computed again


def imported_folder() -> Path:
    """Where imported packs lie, a folder each."""
    return user_folder() / "models"


def pack_names() -> list[str]:
    """Names of the packs on this machine: those that came with the program, then imported ones.

    A pack that can't be read has its name here too: opening it says why.
    """
    own, imported = (
        sorted(p.parent.name for p in folder.glob("*/pack.json"))
        for folder in (resources_folder(), imported_folder())
    )
    return own + [name for name in imported if name not in own and not name.startswith(".")]


@dataclass(frozen=True, eq=False)
class CodeStatistics:
    """How the codes of generated images lie, and what quality good images get.

    Attributes
    ----------
    mean, axes
        ``(D,)`` and ``(K, D)``: codes are centred, then multiplied by ``axes`` to be white.
    code_quantiles
        ``(101,)``: 0 to 100 % of the Mahalanobis distances that generated images get.
    image_quantiles
        ``(101,)``: the same for the feature distance of image and reconstruction.
    """

    mean: NDArray[np.float32]
    axes: NDArray[np.float32]
    code_quantiles: NDArray[np.float32]
    image_quantiles: NDArray[np.float32]


class ModelPack:
    """A pack on disk; networks are loaded when they are asked for.

    Attributes
    ----------
    about
        What it says of itself.

    Raises
    ------
    ModelFileError
        When its description can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = read_description(folder)

    @classmethod
    def named(cls, name: str) -> ModelPack:
        """Open a pack by name.

        Raises
        ------
        InputError
            When there is no pack of that name.
        """
        if name not in pack_names():
            raise InputError(
                f"There is no model called {name!r}.", hint=f"There are: {', '.join(pack_names())}."
            )
        own = resources_folder() / name
        return cls(own if (own / "pack.json").is_file() else imported_folder() / name)

    @property
    def name(self) -> str:
        """The pack's name: its folder's."""
        return self.folder.name

    @property
    def num_ws(self) -> int:
        """Rows L of its W+ codes."""
        return self.about.num_ws

    @property
    def width(self) -> int:
        """Width D of its codes."""
        return self.about.w_dim

    @property
    def is_imported(self) -> bool:
        """Whether a person brought it, and it may be changed."""
        return self.folder.parent == imported_folder()

    @property
    def has_encoder(self) -> bool:
        """Whether images can be inverted with it."""
        return "encoder.safetensors" in self.about.files

    @property
    def has_codes(self) -> bool:
        """Whether it is a table of codes of images that were inverted elsewhere."""
        return "codes.safetensors" in self.about.files

    @cached_property
    def codes(self) -> dict[str, NDArray[np.float32]]:
        """Codes ``(L, D)`` by SHA-256 of their image, of a pack that has them.

        Raises
        ------
        ModelFileError
            When they are damaged, or of another size than the pack says.
        """
        file = self.folder / "codes.safetensors"
        codes = _arrays(file)
        if any(code.shape != (self.num_ws, self.width) for code in codes.values()):
            raise _damaged(file, f"not all are {self.num_ws} x {self.width}")
        return codes

    @property
    def has_generator(self) -> bool:
        """Whether its generator is on this machine."""
        return self.generator_file.exists()

    @property
    def aligns_faces(self) -> bool:
        """Whether images are cropped round the largest face; otherwise to their centred square."""
        return self.about.alignment == "FFHQ"

    @cached_property
    def encoder_key(self) -> str:
        """Names what decides an image's code and its error: the hashes of the files they rest on, and how.

        What every pack had at first (faces cut out by the pack's own detector, our own encoder, the first
        preparation) adds nothing, so that codes which are known stay known.
        """
        files, encoder = self.about.files, self.about.encoder
        parts = [files.get(name, "") for name in _PARTS]
        if self.has_codes:
            parts.append(f"codes={files['codes.safetensors']}")
        if not self.aligns_faces:
            parts.append(f"alignment={self.about.alignment}")
        elif _DETECTOR not in files:  # it is borrowed
            parts.append(f"detector={read_description(resources_folder() / 'faces').files[_DETECTOR]}")
        if encoder is not None:
            parts.append(f"encoder={json.dumps(encoder, sort_keys=True)}")
            if encoder.get("in_channels") == 6:  # it looks at what the generator makes of its codes
                parts.append(f"generator={files.get('generator.safetensors', '')}")
                parts.append(json.dumps(self.about.generator.config, sort_keys=True))
        if PREPARATION > 1:
            parts.append(f"preparation={PREPARATION}")
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]

    @cached_property
    def directions(self) -> dict[str, Direction]:
        """The pack's directions by name.

        Raises
        ------
        ModelFileError
            When they can't be read.
        """
        return read_pack_directions(self.folder, self.about)

    def direction(self, name: str) -> Direction:
        """A direction by name.

        Raises
        ------
        InputError
            When the pack has none of that name.
        """
        if name not in self.directions:
            known = ", ".join(self.directions)
            raise InputError(f"The model {self.name!r} has no direction {name!r}.", hint=f"It has: {known}.")
        return self.directions[name]

    @cached_property
    def statistics(self) -> CodeStatistics:
        """How the codes of generated images lie.

        Raises
        ------
        ModelFileError
            When they are missing, damaged or not of the pack's codes.
        """
        file = self.folder / "statistics.safetensors"
        arrays = _arrays(file)
        try:
            found = CodeStatistics(**arrays)
        except TypeError as error:
            raise _damaged(file, repr(error)) from error
        sizes = [array.shape for array in (found.mean, found.code_quantiles, found.image_quantiles)]
        if sizes != [(self.width,), (101,), (101,)] or found.axes.shape[1:] != (self.width,):
            raise _damaged(file, f"{sizes}, {found.axes.shape}")
        return found

    def encoder(self) -> Encoder:
        """The inversion encoder, ready for inference (float32, on the CPU).

        Raises
        ------
        ModelFileError
            When the pack has none.
        """
        if not self.has_encoder:
            raise ModelFileError(
                f"The model {self.name!r} has no encoder, so it can't read images.",
                hint=f"Run `large-gui train encoder --model {self.name} --out FOLDER`.",
            )
        from large_gui.models.networks import load_encoder

        return load_encoder(self.folder / "encoder.safetensors", self.about, self.generator)

    def face_detector(self) -> FaceDetector:
        """The detector that alignment rests on; imported packs use the one that came with the program."""
        from large_gui.nets.mtcnn import FaceDetector

        folder = self.folder if _DETECTOR in self.about.files else resources_folder() / "faces"
        detector = FaceDetector()
        detector.load_state_dict(load_weights(folder / _DETECTOR))
        return detector.eval().requires_grad_(False)

    @property
    def generator_file(self) -> Path:
        """Where the generator lies, or would."""
        return imported_folder() / self.name / "generator.safetensors"

    def generator(self) -> Generator:
        """The generator.

        Raises
        ------
        ModelFileError
            When it is not on this machine.
        """
        if not self.has_generator:
            raise ModelFileError(
                f"The generator of {self.name!r} is not on this machine.",
                hint=f"Run `large-gui model fetch {self.name}`.",
            )
        from large_gui.models.networks import load_generator

        return load_generator(self.generator_file, self.about)


def load_weights(file: Path) -> dict[str, Any]:
    """Tensors of a safetensors file, floats as float32.

    Raises
    ------
    ModelFileError
        When the file is missing or damaged.
    """
    from safetensors.torch import load_file as load_tensors

    try:
        return {k: v.float() if v.is_floating_point() else v for k, v in load_tensors(file).items()}
    except (OSError, safetensors.SafetensorError) as error:
        raise _damaged(file, repr(error)) from error


def _arrays(file: Path) -> dict[str, NDArray[np.float32]]:
    """Arrays of a safetensors file as float32."""
    try:
        return {name: array.astype(np.float32, copy=False) for name, array in load_file(file).items()}
    except (OSError, TypeError, safetensors.SafetensorError) as error:  # NumPy lacks some types
        raise _damaged(file, repr(error)) from error


def _damaged(file: Path, detail: str) -> ModelFileError:
    return ModelFileError(
        f"The model file {file.name} is missing or damaged.",
        hint="Run `large-gui model verify` to see which, then fetch or install it again.",
        detail=detail,
    )


def sha256_of(file: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
