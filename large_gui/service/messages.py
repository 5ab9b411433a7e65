"""The messages and answers between the window and its worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.errors import LargeError

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress
    from large_gui.project.codes.cache import Inverted
    from large_gui.service.requests import Request

# From the window to the worker


@dataclass(frozen=True)
class Ask:
    """Do a job; every answer about it has its number."""

    id: int
    request: Request[Any]


@dataclass(frozen=True)
class Cancel:
    """Stop a job, whether it runs or waits."""

    id: int


@dataclass(frozen=True)
class Pause:
    """Pause a job; quick jobs are still done."""

    id: int


@dataclass(frozen=True)
class GoOn:
    """Let a paused job go on."""

    id: int


@dataclass(frozen=True)
class Wanted:
    """A person is looking at these images, which therefore come first."""

    paths: Sequence[Path]


@dataclass(frozen=True)
class UseRefined:
    """Use these codes, by model key and SHA-256, instead of those in the cache."""

    codes: Mapping[tuple[str, str], Inverted]


@dataclass(frozen=True)
class Quit:
    """End the worker process."""


# From the worker to the window


@dataclass(frozen=True)
class Progressed:
    """A job has got farther."""

    id: int
    progress: Progress


@dataclass(frozen=True)
class Partial:
    """A part of the result is ready, before all of it is."""

    id: int
    piece: Any


@dataclass(frozen=True)
class Warned:
    """A job goes on, but a person should read this sentence."""

    id: int
    sentence: str


@dataclass(frozen=True)
class Done:
    """The job is done and has this result."""

    id: int
    result: Any


@dataclass(frozen=True)
class Failed:
    """The job could not be done; the parts of the error are sent instead of the exception."""

    id: int
    sentence: str
    hint: str
    detail: str

    @classmethod
    def of(cls, number: int, error: LargeError) -> Failed:
        """The answer that reports an error."""
        return cls(number, error.sentence, error.hint, error.detail)

    def error(self) -> LargeError:
        """The error that the answer reports."""
        return LargeError(self.sentence, hint=self.hint, detail=self.detail)


@dataclass(frozen=True)
class Stopped:
    """The job was cancelled, or a newer one replaced it."""

    id: int


Control = Cancel | Pause | GoOn | Wanted | UseRefined | Quit
Message = Ask | Control
Answer = Progressed | Partial | Warned | Done | Failed | Stopped
