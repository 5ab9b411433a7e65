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
from large_gui.nets.folders import resources_folder, user_folder

if TYPE_CHECKING:
    from large_gui.nets.encoders import Encoder
    from large_gui.nets.generator import Generator
    from large_gui.nets.mtcnn import FaceDetector

_PARTS = ("encoder.safetensors", "face_detector.safetensors", "statistics.safetensors")


def imported_folder() -> Path:
    """Where imported packs lie, a folder each."""
    return user_folder() / "models"


def pack_names() -> list[str]:
    """Names of the packs on this machine: those that came with the program, then imported ones."""
    own, imported = (
        sorted(p.parent.name for p in folder.glob("*/pack.json"))
        for folder in (resources_folder(), imported_folder())
    )
    return own + [name for name in imported if name not in own and not name.startswith(".")]


@dataclass(frozen=True)
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
    """A pack on disk; networks are loaded when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self.about: dict[str, Any] = json.loads((folder / "pack.json").read_text("utf-8"))
        except (OSError, json.JSONDecodeError) as error:
            raise ModelFileError(
                f"The model pack {folder.name} can't be read.", hint="Install it again.", detail=repr(error)
            ) from error

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
        """The pack's name."""
        return str(self.about["name"])

    @property
    def num_ws(self) -> int:
        """Rows L of its W+ codes."""
        return int(self.about["num_ws"])

    @property
    def width(self) -> int:
        """Width D of its codes."""
        return int(self.about.get("w_dim", 512))

    @property
    def is_imported(self) -> bool:
        """Whether a person brought it, and it may be changed."""
        return self.folder.parent == imported_folder()

    @property
    def has_encoder(self) -> bool:
        """Whether images can be inverted with it."""
        return "encoder.safetensors" in self.about["files"]

    @property
    def has_codes(self) -> bool:
        """Whether it is a table of codes of images that were inverted elsewhere."""
        return "codes.safetensors" in self.about["files"]

    @cached_property
    def codes(self) -> dict[str, NDArray[np.float32]]:
        """Codes ``(L, D)`` by SHA-256 of their image, of a pack that has them."""
        return load_file(self.folder / "codes.safetensors")

    @property
    def has_generator(self) -> bool:
        """Whether its generator is on this machine."""
        return self.generator_file.exists()

    @property
    def aligns_faces(self) -> bool:
        """Whether images are cropped round the largest face; otherwise to their centred square."""
        return bool(self.about["alignment"] == "FFHQ")

    @cached_property
    def encoder_key(self) -> str:
        """Names what decides an image's code and its error: the hashes of the files they rest on."""
        joined = "".join(self.about["files"].get(name, "") for name in _PARTS)
        if not self.has_encoder:
            joined = json.dumps(self.about["files"])
        return hashlib.sha256(joined.encode()).hexdigest()[:16]

    @cached_property
    def directions(self) -> dict[str, Direction]:
        """The pack's directions by name."""
        entries = json.loads((self.folder / "directions.json").read_text("utf-8"))
        return {
            e["name"]: Direction(
                name=e["name"],
                normal=np.asarray(e["normal"], np.float32),
                intercept=float(e["intercept"]),
                intercept_means=e["intercept_means"],
                layer_importance=(
                    None if e["layer_importance"] is None else np.asarray(e["layer_importance"], np.float32)
                ),
                negative=e["negative"],
                positive=e["positive"],
                provenance=e["provenance"],
                layer_sizes=tuple(e["layer_sizes"]) if e.get("layer_sizes") else None,
            )
            for e in entries
        }

    def direction(self, name: str) -> Direction:
        """A direction by name; a leading ``-`` turns it round.

        Raises
        ------
        InputError
            When the pack has none of that name.
        """
        if name.startswith("-") and name[1:] in self.directions:
            return self.directions[name[1:]].flipped()
        if name not in self.directions:
            known = ", ".join(self.directions)
            raise InputError(f"The model {self.name!r} has no direction {name!r}.", hint=f"It has: {known}.")
        return self.directions[name]

    @cached_property
    def statistics(self) -> CodeStatistics:
        """How the codes of generated images lie."""
        return CodeStatistics(**load_file(self.folder / "statistics.safetensors"))

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
        from large_gui.nets.networks import load_encoder

        return load_encoder(self.folder / "encoder.safetensors", self.about, self.generator)

    def face_detector(self) -> FaceDetector:
        """The detector that alignment rests on; imported packs use the one that came with the program."""
        from large_gui.nets.mtcnn import FaceDetector

        name = "face_detector.safetensors"
        own = self.folder / name
        detector = FaceDetector()
        detector.load_state_dict(load_weights(own if own.is_file() else resources_folder() / "faces" / name))
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
        from large_gui.nets.networks import load_generator

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
        raise ModelFileError(
            f"The model file {file.name} is missing or damaged.",
            hint="Run `large-gui model verify` to see which, then fetch or install it again.",
            detail=repr(error),
        ) from error


def sha256_of(file: Path) -> str:
    """SHA-256 of a file as hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
