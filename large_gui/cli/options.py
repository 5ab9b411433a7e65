"""Make arguments from an options dataclass, and the dataclass from the arguments that were typed."""

from __future__ import annotations

import argparse
from typing import Any

from large_gui.core.options import checked, options_of


def add_options(
    parser: argparse._ActionsContainer, kind: type[Any], *, prefix: str = "", typed_only: bool = False
) -> None:
    """Add one argument ``--field-name`` per field; a field that is true or false becomes a switch.

    Parameters
    ----------
    prefix
        The beginning of the arguments' names, such as ``hsr-``.
    typed_only
        Whether an argument that is not typed has no value, for `typed_options`; otherwise it has the default.
    """
    for option in options_of(kind):
        flag = f"--{prefix}{option.name.replace('_', '-')}"
        metavar = None if option.choices else "NUMBER" if option.kind in (int, float) else "TEXT"
        dest, default = _dest(option.name, prefix), argparse.SUPPRESS if typed_only else option.default
        if option.kind is bool:
            parser.add_argument(
                flag, dest=dest, default=default, help=option.about, action=argparse.BooleanOptionalAction
            )
        else:
            parser.add_argument(
                flag, dest=dest, default=default, type=option.kind,
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
    values = {option.name: getattr(arguments, _dest(option.name)) for option in options_of(kind)}
    return checked(kind(**values))


def typed_options(arguments: argparse.Namespace, kind: type[Any], prefix: str = "") -> dict[str, Any]:
    """The options that were typed, by name; not whether they are possible.

    They were added with ``typed_only``.
    """
    dests = {option.name: _dest(option.name, prefix) for option in options_of(kind)}
    return {name: getattr(arguments, dest) for name, dest in dests.items() if hasattr(arguments, dest)}


def _dest(name: str, prefix: str = "") -> str:
    return f"option_{prefix}{name}"
