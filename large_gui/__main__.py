"""``large-gui``: a command where one is named, else the window."""

from __future__ import annotations

import sys
from collections.abc import Sequence

COMMANDS = frozenset({"sort", "invert", "evaluate", "direction", "model", "train"})


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line or the window; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
        from large_gui.cli.main import main as command_line

        return command_line(arguments)
    from large_gui.gui.app import main as window

    return window(["large-gui", *arguments])


if __name__ == "__main__":
    sys.exit(main())
