"""What goes over the line between the window and its worker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.errors import LargeError

if TYPE_CHECKING:
    from large_gui.core.reporter import Progress
    from large_gui.project.code_cache import Inverted
    from large_gui.service.requests import Request

# From the window to the worker


@dataclass(frozen=True)
class Ask:
    """Do a job; every answer to it carries its number."""

    id: int
    request: Request[Any]


@dataclass(frozen=True)
class Cancel:
    """Stop a job, whether it runs or waits."""

    id: int


@dataclass(frozen=True)
class Pause:
    """Hold a job; quick ones are done all the same."""

    id: int


@dataclass(frozen=True)
class GoOn:
    """Let a job that is held go on."""

    id: int


@dataclass(frozen=True)
class Wanted:
    """These images are looked at, and come first."""

    paths: Sequence[Path]


@dataclass(frozen=True)
class Refined:
    """Codes that stand in place of the cache's, by encoder and SHA-256."""

    codes: Mapping[tuple[str, str], Inverted]


@dataclass(frozen=True)
class Quit:
    """End the process."""


# From the worker to the window


@dataclass(frozen=True)
class Progressed:
    """How far a job is."""

    id: int
    progress: Progress


@dataclass(frozen=True)
class Partial:
    """A part of the result, before all of it is there."""

    id: int
    piece: Any


@dataclass(frozen=True)
class Warned:
    """Something a person should know that does not stop the job."""

    id: int
    sentence: str


@dataclass(frozen=True)
class Done:
    """The job is done, with what it was asked for."""

    id: int
    result: Any


@dataclass(frozen=True)
class Failed:
    """The job could not be done; the parts of the error cross the border, and not the exception."""

    id: int
    sentence: str
    hint: str
    detail: str

    @classmethod
    def of(cls, number: int, error: LargeError) -> Failed:
        """The answer that tells of an error."""
        return cls(number, error.sentence, error.hint, error.detail)

    def error(self) -> LargeError:
        """The error that was told of."""
        return LargeError(self.sentence, hint=self.hint, detail=self.detail)


@dataclass(frozen=True)
class Stopped:
    """The job was cancelled, or a newer one took its place."""

    id: int


Control = Cancel | Pause | GoOn | Wanted | Refined | Quit
Message = Ask | Control
Answer = Progressed | Partial | Warned | Done | Failed | Stopped
