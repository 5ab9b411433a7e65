"""A model made of codes from another program: it looks images up by their content and computes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import Reporter
from large_gui.errors import ModelFileError
from large_gui.models.model import Frame, Model, Picture, Refusal
from large_gui.models.pack import CODES


class CodesModel(Model):
    """A table of codes by the SHA-256 of their image."""

    doing = "Looking up codes"
    reads_pixels = False

    @property
    def device(self) -> str:
        """No name of a device, as nothing is computed."""
        return ""

    @cached_property
    def key(self) -> str:
        """A hash of the table and of the alignment."""
        decided = f"codes={self.pack.about.files[CODES]}alignment={self.pack.about.alignment}"
        return hashlib.sha256(decided.encode()).hexdigest()[:16]

    @cached_property
    def codes(self) -> dict[str, NDArray[np.float32]]:
        """Codes ``(L, D)`` by SHA-256 of their image.

        Raises
        ------
        ModelFileError
            When they are damaged, or of another size than the pack says.
        """
        codes = self.pack.arrays(CODES)
        if any(code.shape != self.shape for code in codes.values()):
            raise ModelFileError.damaged(self.pack.folder / CODES, f"not all are {self.shape}")
        return codes

    def start(self, device: str, reporter: Reporter) -> None:
        """Read the table of codes."""
        _ = self.codes

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Look up the code of each image."""
        unknown = Refusal(f"no code of this image was imported with {self.name}")
        found = (self.codes.get(picture.sha256) for picture in pictures)
        return [unknown if code is None else Frame(code) for code in found]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Return the codes that `prepare` found."""
        return np.stack([frame.content for frame in frames]).astype(np.float32, copy=False)
