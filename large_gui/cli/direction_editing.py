"""``large-gui direction import``, ``mix`` and ``orthogonalise``: directions from files and from others."""

from __future__ import annotations

import math
from argparse import ArgumentTypeError, Namespace
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, NamedTuple

from large_gui.cli.direction_argument import NamedDirection
from large_gui.cli.parsers import Parser, add_command, add_force, add_model
from large_gui.cli.results import message_stream, name_of, result
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.outputs import STANDARD_OUTPUT, check_outputs
from large_gui.tasks.models import open_model

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.models import Model


class Part(NamedTuple):
    """A direction and its weight, as they are typed: ``age=1``, or ``-age=0.5``."""

    direction: NamedDirection
    weight: float

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read a direction and its weight."""
        name, equals, number = text.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = math.nan
        if not (name and equals and math.isfinite(weight)):
            raise ArgumentTypeError(f"{text.strip()!r} is not a direction and its weight such as age=0.5")
        return cls(NamedDirection.parse(name), weight)


def add_editing(actions: Any) -> None:
    """Add the commands."""
    importing = add_command(actions, "import", "keep the directions of a file for a model", _import)
    importing.add_argument(
        "file", type=Path,
        help=".json, .npy, .npz, .csv, .pt, .pkl or .safetensors, such as LARGE's boundary files, "
        "InterFaceGAN's directions or GANSpace's components",
    )  # fmt: skip
    importing.add_argument("--name", default="", help="of the direction (default: as in the file)")
    add_model(importing)
    mix = add_command(actions, "mix", "make a weighted sum of directions", _mix)
    mix.add_argument("parts", nargs="+", type=Part.parse, metavar="NAME=WEIGHT", help="names or files")
    mix.add_argument("--name", required=True, help="of the sum")
    _add_result(mix)
    clear = add_command(
        actions, "orthogonalise", "take out of a direction what it shares with others", _clear
    )
    clear.add_argument("direction", metavar="NAME", type=NamedDirection.parse, help="a name or a file")
    clear.add_argument(
        "--without", nargs="+", type=NamedDirection.parse, required=True, metavar="OTHER",
        help="what must not change along it",
    )  # fmt: skip
    clear.add_argument("--name", default="", help="of what is left (default: NAME_only)")
    _add_result(clear)


def check_is_json(out: Path) -> None:
    """Refuse a name that promises another format: a file of directions is read by the end of its name.

    Raises
    ------
    InputError
        When it does.
    """
    if out != STANDARD_OUTPUT and out.suffix.lower() != ".json":
        raise InputError(f"{out} does not end in .json.", hint="Directions are written as JSON.")


def store(directions: Sequence[Direction], model: Model, out: Path | None) -> list[Path]:
    """Keep directions for a model, or write them to a file.

    Returns
    -------
    The files of earlier directions of these names, which were moved out of the way.
    """
    from large_gui.tasks.finding.find import write_directions
    from large_gui.tasks.finding.own import keep

    if out is None:
        return keep(model, directions)
    with result(out) as path:
        write_directions(directions, path)
    return []


def tell_stored(directions: Sequence[Direction], model: Model, out: Path | None, moved: list[Path]) -> None:
    """Say where directions are now, and how they are used."""
    which, told = directions[0].name, message_stream(out)
    if out is not None:
        which = f"{out}:{which}" if len(directions) > 1 else str(out)
    place = f"kept for {model.name}" if out is None else name_of(out)
    print(f"{count(len(directions), 'direction')}: {place}", file=told)
    for file in moved:
        print(f"An earlier direction of that name is now {file}", file=told)
    if out != STANDARD_OUTPUT:
        print(f"Use it: large-gui sort FOLDER --model {model.name} --direction {quote(which)} --out out.csv")


def _add_result(parser: Parser) -> None:
    parser.add_argument(
        "--out", type=Path, help="JSON to write (default: it is kept for the model, under its name)"
    )
    add_model(parser)
    add_force(parser)


def _import(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction import``."""
    from large_gui.tasks.finding.own import renamed
    from large_gui.tasks.imports.directions import directions_for

    model = open_model(arguments.model)
    found = renamed(directions_for(model, arguments.file), arguments.name)
    for direction in found:
        print(f"{direction.name}: {direction.low} -> {direction.high}; {direction.provenance}")
    tell_stored(found, model, None, store(found, model, None))


def _mix(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction mix``."""
    from large_gui.tasks.finding.edit import mix

    model = open_model(arguments.model)
    read = [part.direction for part in arguments.parts]
    _check(arguments, model, arguments.name, read)
    made = mix([(part.direction.of(model), part.weight) for part in arguments.parts], arguments.name, model)
    _tell(made, model, arguments.out)


def _clear(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction orthogonalise``."""
    from large_gui.tasks.finding.edit import without

    model = open_model(arguments.model)
    direction = arguments.direction.of(model)
    name = arguments.name or f"{direction.name}_only"
    _check(arguments, model, name, [arguments.direction, *arguments.without])
    _tell(
        without(direction, [other.of(model) for other in arguments.without], name, model),
        model,
        arguments.out,
    )


def _check(arguments: Namespace, model: Model, name: str, read: Sequence[NamedDirection]) -> None:
    """Refuse a name or a file that the result can't have, before anything is read."""
    from large_gui.tasks.finding.own import check_name

    if arguments.out is None:
        check_name(model, name)
        return
    files = [named.file for named in read if named.file is not None]
    check_outputs([arguments.out], files, force=arguments.force, kinds={arguments.out: "direction"})
    check_is_json(arguments.out)


def _tell(made: Direction, model: Model, out: Path | None) -> None:
    print(f"{made.name}: {made.provenance}", file=message_stream(out))
    tell_stored([made], model, out, store([made], model, out))
