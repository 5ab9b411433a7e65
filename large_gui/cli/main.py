"""The command line ``large-gui``: read the arguments, call a task, return the exit status."""

from __future__ import annotations

import errno
import io
import logging
import os
import sys
import traceback
from argparse import Namespace
from collections.abc import Callable, Sequence

from large_gui import __version__
from large_gui.cli import (
    cache_commands,
    direction_commands,
    doctor_command,
    folder_commands,
    model_commands,
    predict_commands,
    train_commands,
)
from large_gui.cli.codes import invert_command
from large_gui.cli.folders import duplicates_commands
from large_gui.cli.judging import compare_commands, metrics_commands
from large_gui.cli.parsers import Parser
from large_gui.cli.progress import TerminalReporter
from large_gui.cli.projects import project_commands
from large_gui.core.words import shown
from large_gui.errors import BAD_INPUT, CANCELLED, Cancelled, LargeError
from large_gui.extensions import load_extensions

DONE = 0
_NAMING = ("show", "mix", "orthogonalise", "weigh")  # commands on directions that are named
_TAKING_NAMES = ("--", "--without", "--json", "--force", "--debug")  # options that a name may follow
CUT_SHORT = 141  # what a shell reports for a program whose output nobody reads any more


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return the exit status.

    Returns
    -------
    0 when done, 2 on bad input, 3 when cancelled with progress kept, 141 when the output is not read any
    more.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may not be valid text
    parser = build_parser()
    arguments = parser.parse_args(_directions_joined(sys.argv[1:] if argv is None else argv))
    run: Callable[..., None] | None = getattr(arguments, "run", None)
    if run is None:
        parser.print_help()
        return DONE
    try:
        load_extensions()
        further: Callable[[Namespace], None] | None = getattr(arguments, "further", None)
        if further is not None:
            further(arguments)
        logging.basicConfig(level=logging.DEBUG if arguments.debug else logging.CRITICAL)
        with TerminalReporter(arguments.progress) as reporter:
            run(arguments, reporter)
        sys.stdout.flush()
    except Cancelled as error:
        print(error, file=sys.stderr)
        return CANCELLED
    except LargeError as error:
        if arguments.debug:
            traceback.print_exc()
            print(f"detail: {error.detail or 'none'}", file=sys.stderr)
        print(f"large-gui: {shown(str(error))}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return CANCELLED
    except BrokenPipeError:
        # The reader closed the pipe. Without this, Python would fail again when it flushes the rest at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_SHORT
    except OSError as error:
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # as above
        print(f"large-gui: The output can't be written: {error.strerror}.", file=sys.stderr)
        return BAD_INPUT
    return DONE


def _directions_joined(argv: Sequence[str]) -> list[str]:
    """Turn ``--direction -age`` into ``--direction=-age``: argparse would take ``-age`` for an option.

    A command on directions gets such a name with a blank before it.
    """
    named = len(argv) > 1 and argv[0] == "direction" and argv[1] in _NAMING
    joined: list[str] = []
    for word in argv:
        before, dashed = joined[-1] if joined else "", word[:1] == "-" and word[:2] != "--"
        if dashed and before == "--direction":
            joined[-1] += f"={word}"
        elif dashed and named and word != "-h" and (before in _TAKING_NAMES or before[:2] != "--"):
            joined.append(f" {word}")
        else:
            joined.append(word)
    return joined


def build_parser() -> Parser:
    """Return the parser of the whole command line."""
    parser = Parser(
        prog="large-gui",
        description="Sort and measure images by what a generative model knows about them.",
        epilog="Without a command the window opens: large-gui, or large-gui FOLDER for its images.",
    )
    parser.add_argument("--version", action="version", version=f"large-gui {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND")
    for group in (
        folder_commands, invert_command, predict_commands, compare_commands, direction_commands,
        model_commands, cache_commands, train_commands, metrics_commands, project_commands,
        duplicates_commands, doctor_command,
    ):  # fmt: skip
        group.add_to(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
