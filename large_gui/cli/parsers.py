"""Arguments that several commands share, and how their values are read."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from large_gui.cli.progress import KINDS
from large_gui.core.choices import OWN_MODEL
from large_gui.core.words import shown
from large_gui.errors import BAD_INPUT

Commands = Any  # what `add_subparsers` of `argparse` returns; its own type is private


class Parser(argparse.ArgumentParser):
    """A parser that reports a mistake in one sentence and does not print the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"large-gui: {shown(_in_words(message))}. See: {self.prog} --help\n")


# What `argparse` says, and the same as a person does.
_MISTAKES = (
    (r"unrecognized arguments: (.+)", r"\1 can't be used here"),
    (r"the following arguments are required: (.+)", r"This is missing: \1"),
    (r"one of the arguments (\S+) is required", r"This is missing: \1"),
    (r"one of the arguments (.+) is required", r"This is missing: one of \1"),
    (r"argument (.+?): invalid float value: (.+)", r"\1 can't be \2: it is a number"),
    (r"argument (.+?): invalid int value: (.+)", r"\1 can't be \2: it is a whole number"),
    (r"argument (.+?): invalid choice: (.+?) \(choose from (.+)\)", r"\1 can't be \2. It is one of: \3"),
    (r"argument (.+?): expected (?:one|at least one) argument", r"\1 takes a value, which is missing"),
    (r"argument (.+?): (.+)", r"\1: \2"),
)


def _in_words(message: str) -> str:
    """A mistake that `argparse` found, as this program says it."""
    for pattern, words in _MISTAKES:
        found = re.fullmatch(pattern, message, re.DOTALL)
        if found is not None:
            return found.expand(words)
    return message[:1].upper() + message[1:]


def add_command(commands: Commands, name: str, about: str, run: Callable[..., None]) -> Parser:
    """Add a command that calls ``run`` with its arguments and a reporter."""
    parser: Parser = commands.add_parser(name, help=about)
    add_common(parser)
    parser.set_defaults(run=run)
    return parser


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that every command takes."""
    parser.add_argument("--debug", action="store_true", help="show tracebacks and details")
    parser.add_argument(
        "--progress", choices=KINDS, default="auto",
        help="on standard error; auto: a bar on a terminal, else a line every 30 s (default: auto)",
    )  # fmt: skip


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the name of the model to use."""
    parser.add_argument("--model", default=OWN_MODEL, help=f"which model (default: {OWN_MODEL})")


def add_device(parser: argparse.ArgumentParser) -> None:
    """Add the device to compute on."""
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")


def add_measuring_device(parser: argparse.ArgumentParser) -> None:
    """Add the device to measure images on."""
    parser.add_argument(
        "--device", choices=("auto", "cpu", "cuda", "openvino"), default="auto",
        help="openvino: the processor, about twice as fast (pip install 'large-gui[fast]'); auto: a graphics "
        "card, else OpenVINO if it is installed, else the processor",
    )  # fmt: skip


def add_measuring(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of commands that measure a folder of images with a model."""
    add_model(parser)
    add_running(parser)


def add_running(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of commands that run a folder of images through a model which is known already."""
    add_measuring_device(parser)
    parser.add_argument(
        "--engine", default="local", metavar="NAME", help="where to compute the codes (default: this machine)"
    )
    parser.add_argument(
        "--cache", type=Path, metavar="FILE", help="keep codes in this file (default: a shared one)"
    )
    add_force(parser)


def add_folder(parser: argparse.ArgumentParser, *, without: str = "") -> None:
    """Add the folder of images; it is required, unless it is said what happens without one."""
    about = "folder of images; its subfolders are read too"
    if without:
        parser.add_argument("folder", type=Path, nargs="?", help=f"{about} (default: {without})")
    else:
        parser.add_argument("folder", type=Path, help=about)


def add_force(parser: argparse.ArgumentParser) -> None:
    """Add the permission to replace files."""
    parser.add_argument(
        "--force", action="store_true", help="replace files that this program did not write; never an input"
    )


def add_reconstruct(parser: argparse.ArgumentParser) -> None:
    """Add the choice to judge codes by reconstructed images."""
    parser.add_argument(
        "--reconstruct", action="store_true",
        help="judge each inversion by its reconstructed image (slower; needs the generator)",
    )  # fmt: skip


def add_provenance(parser: argparse.ArgumentParser) -> None:
    """Add the choice to record how a result came about."""
    parser.add_argument(
        "--provenance", action="store_true",
        help="write NAME.provenance.json beside the result: versions, model, direction, labels, fit, methods",
    )  # fmt: skip


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add the choice to print one JSON document for other programs in place of words."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON document on standard output instead"
    )


def whole_numbers(text: str) -> list[int]:
    """Read whole numbers from a text such as ``2,5,10``."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of whole numbers such as 2,5,10") from None


def names(text: str) -> list[str]:
    """Read names from a text such as ``path,distance``."""
    return [name.strip() for name in text.split(",") if name.strip()]


def seed(text: str) -> int:
    """Read a seed of random draws, a whole number from 0."""
    if not text.isdecimal() or len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 999999999")
    return int(text)


def share(text: str) -> float:
    """Read a share, above 0 and at most 1."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share such as 0.95")
    return number


def value_range(text: str) -> tuple[float, float]:
    """Read two numbers, the first below the second, from a text such as ``14,62``."""
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as 14,62") from None
    if not low < high:
        raise argparse.ArgumentTypeError(f"in {text!r} the first number is not below the second")
    return low, high
