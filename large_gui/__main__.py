"""Start ``large-gui``: run the command that is named, or open the window if none is."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from large_gui.errors import BAD_INPUT, CANCELLED
from large_gui.screen import no_qt, no_screen

COMMANDS = (
    "sort", "predict", "invert", "evaluate", "compare", "direction", "model", "cache", "train", "metrics",
    "project", "duplicates", "doctor",
)  # fmt: skip


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line or the window; returns the exit status."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:  # also while the program is still loaded, which takes a second
        return CANCELLED


def _run(arguments: Sequence[str]) -> int:
    if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
        from large_gui.cli.main import main as command_line

        return command_line(arguments)
    wrong = _mistake(arguments) or no_screen() or no_qt()
    if wrong:
        print(f"large-gui: {wrong}", file=sys.stderr)
        return BAD_INPUT
    from large_gui.gui.shell.app import main as window

    return window(["large-gui", *arguments])


def _mistake(arguments: Sequence[str]) -> str:
    """Say what is wrong with a first word that is no command, file or folder; empty if nothing is.

    A word that looks like a path is left to the window.
    """
    word = arguments[0] if arguments else ""
    if not word or os.path.lexists(word) or any(mark in word for mark in ("/", os.sep)):
        return ""
    import difflib

    near = difflib.get_close_matches(word, COMMANDS, 1)
    hint = f"Did you mean {near[0]!r}?" if near else "See: large-gui --help"
    return f"There is no command, file or folder {word!r}. {hint}"


if __name__ == "__main__":
    sys.exit(main())
