"""Which direction a command is to use: ``age``, ``-age`` for the same turned round, or one of a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from large_gui.errors import InputError

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.models import Model

_NAMED = 12  # directions of a file that a message lists


class NamedDirection(NamedTuple):
    """A direction as it was typed; this is the only place where a dash in front of a name means anything.

    Attributes
    ----------
    name
        Of one of the model's directions, or of a file; ``FILE:NAME`` is one of several in a file.
    flipped
        Whether it is to be turned round.
    """

    name: str
    flipped: bool = False

    @classmethod
    def parse(cls, text: str) -> NamedDirection:
        """Read a direction as it was typed; a dash in front means that it is turned round."""
        return cls(text.removeprefix("-"), text.startswith("-"))

    def __str__(self) -> str:
        return f"-{self.name}" if self.flipped else self.name

    @property
    def file(self) -> Path | None:
        """The file that it names, where there is one."""
        return self._place()[0]

    def _place(self) -> tuple[Path | None, str]:
        """The file and what is named in it; a colon may also stand in either name, as in ``C:``."""
        head, inside = self.name, ""
        while True:
            path = Path(head)
            if path.suffix and path.is_file():
                return path, inside
            head, colon, tail = head.rpartition(":")
            if not colon:
                return None, ""
            inside = f"{tail}:{inside}" if inside else tail

    def of(self, model: Model) -> Direction:
        """The model's direction of that name, or the one in the file.

        Raises
        ------
        InputError
            When there is none, or the file holds several and none is named.
        """
        file, inside = self._place()
        found = model.direction(self.name) if file is None else _one_of(file, inside, model)
        model.check_fits(found)
        return found.turned() if self.flipped else found


def _one_of(file: Path, name: str, model: Model) -> Direction:
    from large_gui.tasks.imports.directions import clean, read_directions

    rows, width = model.shape
    found = {direction.name: direction for direction in read_directions(file, width, rows)}
    if (direction := found.get(name) or found.get(clean(name))) is not None:
        return direction
    if not name and len(found) == 1:
        return next(iter(found.values()))
    names = ", ".join([*found][:_NAMED]) + (", ..." if len(found) > _NAMED else "")
    if name:
        raise InputError(f"There is no direction {name!r} in {file.name}.", hint=f"It holds: {names}.")
    raise InputError(
        f"{file.name} holds {len(found)} directions.", hint=f"Name one, as in {file.name}:NAME: {names}."
    )
