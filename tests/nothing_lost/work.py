"""One kind of work that is killed, in general."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

Acknowledge = Callable[[str], None]


class Work(ABC):
    """One kind of work, which goes on where it was when it is done again.

    Attributes
    ----------
    share
        Its share of all kills.
    """

    share = 1

    def prepare(self, folder: Path) -> None:  # noqa: B027 - not every work needs something
        """Make what the work needs; called once."""

    @abstractmethod
    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        """Work from where it is; say of each step that it is done. A process of its own calls this."""

    @abstractmethod
    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Check what is there after a kill: all that was acknowledged, and nothing that is half done."""

    def check_end(self, folder: Path) -> None:  # noqa: B027
        """Check what is there once the work was done to its end."""

    def begin_again(self, folder: Path) -> None:  # noqa: B027
        """Bring the work to its beginning."""
