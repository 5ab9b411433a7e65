"""A model made of codes that exist already: it looks images up by their content and computes nothing."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core import forms
from large_gui.core.reporter import Reporter
from large_gui.errors import ModelFileError
from large_gui.models.description import QUALITY_FILE, read_json
from large_gui.models.model import Frame, Model, Picture, Refusal
from large_gui.models.pack import CODES


@dataclass(frozen=True)
class CodeQuality:
    """What is known of a code beside its numbers: its error as a percentile (NaN if not known), and flags."""

    error: float = math.nan
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class _Known(Frame):
    """A frame whose content is the code itself; its error is known already."""

    error: float = math.nan


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
        """A hash of the table, of the alignment, and of the errors and flags if there are any."""
        files = self.pack.about.files
        if CODES not in files:
            raise ModelFileError.damaged(self.pack.folder / CODES, "the pack does not list it")
        decided = f"codes={files[CODES]}alignment={self.pack.about.alignment}"
        if QUALITY_FILE in files:
            decided += f"quality={files[QUALITY_FILE]}"
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

    @cached_property
    def qualities(self) -> Mapping[str, CodeQuality]:
        """Errors and flags by SHA-256 of the image; empty where the other program kept none.

        Raises
        ------
        ModelFileError
            When they can't be read.
        """
        if QUALITY_FILE not in self.pack.about.files:
            return {}
        file = self.pack.folder / QUALITY_FILE
        try:
            values, _ = forms.versioned(read_json(file), "code-quality", _VERSION)
            images = forms.table(values.get("images"), "images")
            return {sha: _quality(one) for sha, one in images.items()}
        except ValueError as error:
            raise ModelFileError.damaged(file, str(error)) from error

    def start(self, device: str, reporter: Reporter) -> None:
        """Read the table of codes."""
        _ = self.codes, self.qualities

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Look up the code of each image."""
        return [self._frame(picture.sha256) for picture in pictures]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Return the codes that `prepare` found."""
        return np.stack([frame.content for frame in frames]).astype(np.float32, copy=False)

    def quality(self, frames: Sequence[Frame], codes: NDArray[np.float32]) -> NDArray[np.float64]:
        """The errors that were kept with the codes; NaN where none was."""
        return np.array([frame.error if isinstance(frame, _Known) else math.nan for frame in frames])

    def _frame(self, sha256: str) -> Frame | Refusal:
        code = self.codes.get(sha256)
        if code is None:
            return Refusal(f"no code of this image was imported with {self.name}")
        known = self.qualities.get(sha256, CodeQuality())
        return _Known(code, known.flags, known.error)


_VERSION = 1  # version of quality.json


def write_quality(folder: Path, qualities: Mapping[str, CodeQuality]) -> None:
    """Write the errors and flags of codes into the folder of a pack; nothing where nothing is known."""
    known = {
        sha: {"error": one.error if math.isfinite(one.error) else None, "flags": list(one.flags)}
        for sha, one in sorted(qualities.items())
        if one.flags or math.isfinite(one.error)
    }
    if known:
        form = {"kind": "code-quality", "version": _VERSION, "images": known}
        (folder / QUALITY_FILE).write_text(json.dumps(form) + "\n", "utf-8")


def _quality(form: object) -> CodeQuality:
    values = forms.document(form, "an image")
    flags = values.get("flags")
    if not isinstance(flags, list) or not all(isinstance(flag, str) and ";" not in flag for flag in flags):
        raise ValueError("'flags' is not a list of words")
    error = math.nan if values.get("error") is None else forms.number(values, "error")
    return CodeQuality(error, tuple(flags))
