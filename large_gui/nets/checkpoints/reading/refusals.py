"""The errors for a checkpoint that is refused, and the limits on what reading one file may cost."""

from __future__ import annotations

from dataclasses import dataclass

from large_gui.errors import ModelFileError

_MOST_STEPS = 1_000_000
_COPIES = 3  # how often each byte may be copied: text to bytes, bytes to tensors, tensors to aligned ones


class CutOff(ModelFileError):
    """The error for a file that ends too early, or of which too little was read so far."""


def damaged(detail: str) -> ModelFileError:
    """The error for a file that breaks the rules of its own format."""
    return ModelFileError("This file is damaged.", hint="Download it again.", detail=detail)


def cut_off(detail: str) -> ModelFileError:
    """The error for a file that announces more bytes than it has."""
    return CutOff(
        "This file ends too early: it was not saved or downloaded to the end.",
        hint="Download it again.",
        detail=detail,
    )


def would_run_code(name: str) -> ModelFileError:
    """The error for a file that mentions a name that is no plain data; the file chose the ``name``."""
    shown = ascii(name)[1:-1][:80]
    return ModelFileError(
        f"This file would run code ({shown}); it was not opened.",
        hint="Get the model from its author's page, or ask for a copy as safetensors.",
    )


def not_supported(what: str, detail: str = "") -> ModelFileError:
    """The error for a sound file that holds something that this program can't read."""
    return ModelFileError(
        f"This file holds {what}, which can't be read.",
        hint="Save the weights as plain tensors, for example as safetensors.",
        detail=detail,
    )


def too_many(what: str, detail: str) -> ModelFileError:
    """The error for a file that holds more of something than any model has."""
    return ModelFileError(
        f"This file holds more {what} than any model; it was not read.",
        hint="Get the model from its author's page, or ask for a copy as safetensors.",
        detail=detail,
    )


def shown(value: object) -> str:
    """The value as text for a detail; of a container only its type, because its text could be endless."""
    if isinstance(value, str):
        return repr(value[:80])
    return repr(value) if value is None or isinstance(value, int | float) else type(value).__name__


@dataclass
class Budget:
    """The steps of the unpickler and the copied bytes that reading one file may still take."""

    steps: int
    copied: int

    @classmethod
    def of_file(cls, size: int) -> Budget:
        """The budget for a file of ``size`` bytes."""
        return cls(_MOST_STEPS, _COPIES * size)

    def step(self, count: int = 1) -> None:
        """Count instructions, and objects that one instruction handles."""
        self.steps -= count
        if self.steps < 0:
            raise too_many("objects", f"{_MOST_STEPS} steps")

    def copy(self, size: int) -> None:
        """Count bytes before they are copied."""
        self.copied -= size
        if self.copied < 0:
            raise damaged("it unfolds to many times its size")
