"""The errors a person can see: a sentence, a hint, and the detail for the log."""

from __future__ import annotations

from pathlib import Path
from typing import Self

# Exit status of a command that was given something it can't use, and of one that was stopped.
BAD_INPUT, CANCELLED = 2, 3


class LargeError(Exception):
    """Base of every error that is shown to a person.

    Parameters
    ----------
    sentence
        What happened, in words a person understands.
    hint
        What to do about it.
    detail
        What a developer wants to know; it is written to the log and not shown to the person.
    """

    def __init__(self, sentence: str, *, hint: str = "", detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.sentence} {self.hint}".strip()


class InputError(LargeError):
    """Something the person gave can't be used: a path, a table, an option."""


class Refused(InputError):
    """The disk or the system refuses to read or write a file of the program now; later it may not.

    Parameters
    ----------
    file
        The file.
    """

    def __init__(self, sentence: str, *, file: Path | None = None, hint: str = "", detail: str = "") -> None:
        super().__init__(sentence, hint=hint, detail=detail)
        self.file = file


class ImageError(LargeError):
    """One image can't be read; the others go on."""


class ModelFileError(LargeError):
    """A model file is missing, damaged or not what it claims to be."""

    @classmethod
    def damaged(cls, file: Path, detail: str) -> Self:
        """The error for a model's file that is missing or damaged."""
        return cls(
            f"The model file {file.name} is missing or damaged.",
            hint="Run `large-gui model verify` to see which, then fetch or install it again.",
            detail=detail,
        )


class Cancelled(LargeError):
    """The person stopped the job; what was done is kept."""

    def __init__(self) -> None:
        super().__init__(
            "Stopped.",
            hint="Codes and checkpoints that were written are kept; run the same again for the rest.",
        )
