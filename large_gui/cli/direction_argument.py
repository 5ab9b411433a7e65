"""Which direction a command is to use: ``age``, ``-age`` for the same turned round, or one of a file."""

from __future__ import annotations

from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from large_gui.cli.parsers import Parser
from large_gui.core.layers import Distances, flattened, narrowed, weighed_by
from large_gui.errors import InputError

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.models import Model

_MOST_LAYERS = 1024  # no code has more rows
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
        """Read a direction as it was typed; a dash in front means that it is turned round.

        A blank before the dash, by which it is told from an option, means nothing.
        """
        text = text[1:] if text.startswith(" -") else text
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


def add_direction(parser: Parser, about: str) -> None:
    """Add the direction to measure along, and which of its layers count how much."""
    parser.add_argument("--direction", type=NamedDirection.parse, required=True, help=about)
    parser.add_argument(
        "--layers", type=layer_numbers, metavar="LAYERS",
        help="count these layers only, such as 4-8 or 1-4,9; layer 1 is the coarsest",
    )  # fmt: skip
    parser.add_argument(
        "--weights", type=Path, metavar="FILE",
        help="weigh the layers by the numbers in this .npy, .csv or .txt, one for each, instead of by their "
        "importance",
    )  # fmt: skip
    parser.add_argument(
        "--distances", choices=[one.value for one in Distances], default=Distances.PER_LAYER.value,
        help="per-layer: measure each layer, and weigh them (default); euclidean: measure to the plane of "
        "all layers as one vector, where no layer has a weight",
    )  # fmt: skip


def layer_numbers(text: str) -> tuple[int, ...]:
    """Read the numbers of layers from a text such as ``1-4,9``, in order."""
    found: set[int] = set()
    try:
        for part in text.split(","):
            first, dash, last = part.partition("-")
            low, high = int(first), int(last if dash else first)
            if not 1 <= low <= high <= _MOST_LAYERS:
                raise ValueError
            found.update(range(low, high + 1))
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a list of layers such as 4-8 or 1-4,9") from None
    return tuple(sorted(found))


def chosen_direction(arguments: Namespace, model: Model) -> Direction:
    """The direction that a command is to measure along, its layers weighed as was asked for.

    Raises
    ------
    InputError
        When there is none, it has no such layers, the weights are not of its layers, or layers are weighed
        whose distances are Euclidean.
    """
    direction: Direction = arguments.direction.of(model)
    rows = model.shape[0]
    if arguments.distances == Distances.EUCLIDEAN:
        if arguments.layers is not None or arguments.weights is not None:
            raise InputError(
                "Euclidean distances take all layers as one vector.",
                hint="Leave out --layers and --weights, or --distances euclidean.",
            )
        return flattened(direction, rows)
    if arguments.weights is not None:
        from large_gui.tasks.imports.weights import read_weights

        direction = weighed_by(direction, read_weights(arguments.weights), rows)
    return direction if arguments.layers is None else narrowed(direction, arguments.layers, rows)


def _one_of(file: Path, name: str, model: Model) -> Direction:
    from large_gui.tasks.imports.directions import clean, directions_for

    found = {direction.name: direction for direction in directions_for(model, file)}
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
