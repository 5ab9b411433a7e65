"""What the arguments of several commands have in common."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from large_gui.cli.progress import KINDS
from large_gui.core.choices import OWN_MODEL

BAD_INPUT = 2  # exit status
Commands = Any  # what `argparse` gives from `add_subparsers`; its own type is private


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"large-gui: {message}. See: {self.prog} --help\n")


def add_command(commands: Commands, name: str, about: str, run: Callable[..., None]) -> Parser:
    """Add a command that calls ``run`` with its arguments and a reporter."""
    parser: Parser = commands.add_parser(name, help=about)
    add_common(parser)
    parser.set_defaults(run=run)
    return parser


def add_common(parser: argparse.ArgumentParser) -> None:
    """Arguments that every command takes."""
    parser.add_argument("--debug", action="store_true", help="show tracebacks and details")
    parser.add_argument(
        "--progress", choices=KINDS, default="auto",
        help="on standard error; a bar on a terminal, else a line every 30 s (default: auto)",
    )  # fmt: skip


def add_model(parser: argparse.ArgumentParser) -> None:
    """The model to use."""
    parser.add_argument("--model", default=OWN_MODEL, help=f"which model (default: {OWN_MODEL})")


def add_device(parser: argparse.ArgumentParser) -> None:
    """Where to compute."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def add_measuring(parser: argparse.ArgumentParser) -> None:
    """Arguments of commands that put a folder of images through a model."""
    add_model(parser)
    add_device(parser)
    parser.add_argument(
        "--engine", default="local", metavar="NAME", help="what runs the images (default: this machine)"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="FILE", help="keep codes in this file (default: one for all)"
    )
    add_force(parser)


def add_folder(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """The folder of images."""
    about = "folder of images; its subfolders are read too"
    if required:
        parser.add_argument("folder", type=Path, help=about)
    else:
        parser.add_argument("folder", type=Path, nargs="?", help=about)


def add_force(parser: argparse.ArgumentParser) -> None:
    """Permission to replace files."""
    parser.add_argument(
        "--force", action="store_true", help="replace files that this program did not write; never an input"
    )


def add_reconstruct(parser: argparse.ArgumentParser) -> None:
    """Another way to judge codes."""
    parser.add_argument(
        "--reconstruct", action="store_true",
        help="judge each inversion by its reconstructed image (slower; needs the generator)",
    )  # fmt: skip


def whole_numbers(text: str) -> list[int]:
    """``2,5,10``."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of whole numbers such as 2,5,10") from None


def value_range(text: str) -> tuple[float, float]:
    """``14,62``: two numbers, the first below the second."""
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as 14,62") from None
    if not low < high:
        raise argparse.ArgumentTypeError(f"in {text!r} the first number is not below the second")
    return low, high
