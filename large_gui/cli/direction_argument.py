"""Which direction a command is to use: ``age``, ``-age`` for the same turned round, or a file with one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from large_gui.errors import InputError

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.models import Model


class NamedDirection(NamedTuple):
    """A direction as it was typed; this is the only place where a dash in front of a name means anything.

    Attributes
    ----------
    name
        Of one of the model's directions, or of a file.
    turned
        Whether it is to be turned round.
    """

    name: str
    turned: bool = False

    @classmethod
    def parse(cls, text: str) -> NamedDirection:
        """Take the dash off."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    @property
    def file(self) -> Path | None:
        """The file that it names, where there is one."""
        path = Path(self.name)
        return path if path.suffix and path.is_file() else None

    def of(self, model: Model) -> Direction:
        """The model's direction of that name, or the one in the file.

        Raises
        ------
        InputError
            When there is none, or the file holds several.
        """
        found = model.direction(self.name) if self.file is None else _only_one(self.file, model)
        return found.turned() if self.turned else found


def _only_one(file: Path, model: Model) -> Direction:
    from large_gui.tasks.imports.directions import read_directions

    rows, width = model.shape
    found = read_directions(file, width, rows)
    if len(found) > 1:
        raise InputError(
            f"{file.name} holds {len(found)} directions.", hint="Give a file with one direction."
        )
    return found[0]
