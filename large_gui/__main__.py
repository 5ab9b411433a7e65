"""Start ``large-gui``: run the command that is named, or open the window if none is."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from large_gui.errors import BAD_INPUT

COMMANDS = (
    "sort", "predict", "invert", "evaluate", "compare", "direction", "model", "cache", "train", "metrics",
    "project",
)  # fmt: skip
QT_NEEDS = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libegl1 libgl1 "
    "libfontconfig1 libdbus-1-3 libglib2.0-0"
)  # packages of Debian and Ubuntu


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line or the window; returns the exit status."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments and (arguments[0] in COMMANDS or arguments[0].startswith("-")):
        from large_gui.cli.main import main as command_line

        return command_line(arguments)
    wrong = _mistake(arguments) or _no_screen() or _no_qt()
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
    near = difflib.get_close_matches(word, COMMANDS, 1)
    hint = f"Did you mean {near[0]!r}?" if near else "See: large-gui --help"
    return f"There is no command, file or folder {word!r}. {hint}"


def _no_screen() -> str:
    """Say why no window can open, because Qt would abort without a word; empty if one can."""
    if not sys.platform.startswith("linux"):
        return ""
    if any(os.environ.get(name) for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM")):
        return ""
    if _answers(os.environ.get("DISPLAY", "")):
        return ""
    return "There is no screen to open the window on. For the commands, see: large-gui --help"


def _answers(display: str) -> bool:
    """Whether the X server of a display accepts connections; true for a display on another machine."""
    import socket

    host, _, number = display.rpartition(":")
    if host not in ("", "unix"):
        return True
    place = f"/tmp/.X11-unix/X{number.partition('.')[0]}"
    for address in (place, f"\0{place}"):
        with socket.socket(socket.AF_UNIX) as server:
            try:
                server.connect(address)
            except OSError:
                continue
            return True
    return False


def _no_qt() -> str:
    """What Qt lacks here: to import it would end in a traceback, and to start it in an abort."""
    import ctypes
    from importlib.util import find_spec

    try:
        found = find_spec("PySide6")
        if found is None:
            raise ImportError("PySide6 is not installed")
        if sys.platform.startswith("linux"):
            for library in _libraries(Path(found.origin or "").parent / "Qt"):
                ctypes.CDLL(str(library))
    except (ImportError, OSError) as error:
        hint = f" On Debian and Ubuntu: apt install {QT_NEEDS}." if ".so" in str(error) else ""
        return f"Qt can't open a window here: {error}.{hint} The commands don't need it: large-gui --help"
    return ""


def _libraries(qt: Path) -> list[Path]:
    """What is loaded first and what draws on an X server; both name the first library that is missing."""
    x = not os.environ.get("WAYLAND_DISPLAY") and os.environ.get("QT_QPA_PLATFORM") in (None, "", "xcb")
    names = ["lib/libQt6Widgets.so.6", *(["plugins/platforms/libqxcb.so"] if x else [])]
    return [qt / name for name in names if (qt / name).exists()]


if __name__ == "__main__":
    sys.exit(main())
