"""What is said of a checkpoint that isn't opened, and how much one file may cost."""

from __future__ import annotations

from dataclasses import dataclass

from large_gui.errors import ModelFileError

_MOST_STEPS = 1_000_000
_COPIES = 3  # of the file's bytes: text turned to bytes, bytes to tensors, tensors to aligned ones


class CutOff(ModelFileError):
    """The file, or what was read of it so far, ends too early."""


def damaged(detail: str) -> ModelFileError:
    """The file breaks the rules of its own format."""
    return ModelFileError("This file is damaged.", hint="Download it again.", detail=detail)


def cut_off(detail: str) -> ModelFileError:
    """The file promises more bytes than it has."""
    return CutOff(
        "This file ends too early: it was not saved or downloaded to the end.",
        hint="Download it again.",
        detail=detail,
    )


def would_run_code(name: str) -> ModelFileError:
    """The file asks for a name that is not plain data; ``name`` is the file's own text."""
    shown = ascii(name)[1:-1][:80]
    return ModelFileError(
        f"This file would run code ({shown}); it was not opened.",
        hint="Get the model from its author's page, or ask for a copy as safetensors.",
    )


def not_supported(what: str, detail: str = "") -> ModelFileError:
    """The file is sound, but holds something that this program can't read."""
    return ModelFileError(
        f"This file holds {what}, which can't be read.",
        hint="Save the weights as plain tensors, for example as safetensors.",
        detail=detail,
    )


def shown(value: object) -> str:
    """The value for a detail; a container by its type alone, as its whole text could be endless."""
    if isinstance(value, str):
        return repr(value[:80])
    return repr(value) if value is None or isinstance(value, int | float) else type(value).__name__


@dataclass
class Budget:
    """What reading one file may still cost: steps of the unpickler, and bytes that are copied."""

    steps: int
    copied: int

    @classmethod
    def of_file(cls, size: int) -> Budget:
        """A budget for a file of ``size`` bytes."""
        return cls(_MOST_STEPS, _COPIES * size)

    def step(self, count: int = 1) -> None:
        """Count instructions, and objects that one instruction handles."""
        self.steps -= count
        if self.steps < 0:
            raise not_supported("more objects than any model", f"{_MOST_STEPS} steps")

    def copy(self, size: int) -> None:
        """Count bytes before they are copied."""
        self.copied -= size
        if self.copied < 0:
            raise damaged("it unfolds to many times its size")
