"""Make arguments from an options dataclass, and the dataclass from the arguments that were typed."""

from __future__ import annotations

import argparse
from typing import Any

from large_gui.core.options import checked, options_of


def add_options(parser: argparse.ArgumentParser, kind: type[Any]) -> None:
    """Add one argument ``--field-name`` per field; a field that is true or false becomes a switch."""
    for option in options_of(kind):
        flag = f"--{option.name.replace('_', '-')}"
        metavar = None if option.choices else "NUMBER" if option.kind in (int, float) else "TEXT"
        if option.kind is bool:
            parser.add_argument(
                flag, dest=f"option_{option.name}", default=option.default, help=option.about,
                action=argparse.BooleanOptionalAction,
            )  # fmt: skip
        else:
            parser.add_argument(
                flag, dest=f"option_{option.name}", default=option.default, type=option.kind,
                metavar=metavar, choices=option.choices or None,
                help=f"{option.about} (default: {option.default})".replace("%", "%%"),
            )  # fmt: skip


def read_options(arguments: argparse.Namespace, kind: type[Any]) -> Any:
    """Return the options that were typed.

    Raises
    ------
    InputError
        When an option has a value that is not possible.
    """
    values = {option.name: getattr(arguments, f"option_{option.name}") for option in options_of(kind)}
    return checked(kind(**values))
