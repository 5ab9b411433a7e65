"""Model packs: one folder with encoder, directions, statistics, and where its generator comes from.

Packs that ship with the program lie in ``resources/<name>``; a generator, which is larger and has
a licence of its own, is fetched on request into the user's model folder.
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
    from large_gui.nets.encoders import LiteEncoder
    from large_gui.nets.mobile_stylegan import MobileStyleGAN
    from large_gui.nets.mtcnn import FaceDetector


def pack_names() -> list[str]:
    """Names of the packs on this machine."""
    return sorted(p.parent.name for p in resources_folder().glob("*/pack.json"))


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
        return cls(resources_folder() / name)

    @property
    def name(self) -> str:
        """The pack's name."""
        return str(self.about["name"])

    @cached_property
    def encoder_key(self) -> str:
        """Names what decides an image's code and its error: the hashes of the files they rest on."""
        names = ("encoder.safetensors", "face_detector.safetensors", "statistics.safetensors")
        joined = "".join(self.about["files"][name] for name in names)
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
                layer_importance=np.asarray(e["layer_importance"], np.float32),
                negative=e["negative"],
                positive=e["positive"],
                provenance=e["provenance"],
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

    def encoder(self) -> LiteEncoder:
        """The inversion encoder, ready for inference (float32, on the CPU)."""
        import torch

        from large_gui.nets.encoders import LiteEncoder

        state = load_weights(self.folder / "encoder.safetensors")
        encoder = LiteEncoder(int(self.about["num_ws"]))
        encoder.load_state_dict(state)
        return encoder.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]

    def face_detector(self) -> FaceDetector:
        """The detector that alignment rests on."""
        from large_gui.nets.mtcnn import FaceDetector

        detector = FaceDetector()
        detector.load_state_dict(load_weights(self.folder / "face_detector.safetensors"))
        return detector.eval().requires_grad_(False)

    @property
    def generator_file(self) -> Path:
        """Where the fetched generator lies, or would."""
        return user_folder() / "models" / self.name / "generator.safetensors"

    def generator(self) -> MobileStyleGAN:
        """The generator.

        Raises
        ------
        ModelFileError
            When it has not been fetched.
        """
        from large_gui.nets.mobile_stylegan import MobileStyleGAN

        if not self.generator_file.exists():
            raise ModelFileError(
                f"The generator of {self.name!r} is not on this machine.",
                hint=f"Run `large-gui model fetch {self.name}`.",
            )
        generator = MobileStyleGAN()
        generator.load_state_dict(load_weights(self.generator_file))
        return generator.eval().requires_grad_(False)


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
