"""Arguments from an options dataclass, and the dataclass from what was typed."""

from __future__ import annotations

import argparse
from typing import Any

from large_gui.core.options import checked, options_of


def add_options(parser: argparse.ArgumentParser, kind: type[Any]) -> None:
    """Add an argument a field: ``--field-name``; one that is true or false is a switch."""
    for one in options_of(kind):
        flag = f"--{one.name.replace('_', '-')}"
        metavar = None if one.choices else "NUMBER" if one.kind in (int, float) else "TEXT"
        if one.kind is bool:
            parser.add_argument(
                flag, dest=f"option_{one.name}", default=one.default, help=one.about,
                action=argparse.BooleanOptionalAction,
            )  # fmt: skip
        else:
            parser.add_argument(
                flag, dest=f"option_{one.name}", default=one.default, type=one.kind, metavar=metavar,
                choices=one.choices or None, help=f"{one.about} (default: {one.default})".replace("%", "%%"),
            )  # fmt: skip


def read_options(arguments: argparse.Namespace, kind: type[Any]) -> Any:
    """The options that were typed.

    Raises
    ------
    InputError
        When one is not possible.
    """
    return checked(kind(**{one.name: getattr(arguments, f"option_{one.name}") for one in options_of(kind)}))
