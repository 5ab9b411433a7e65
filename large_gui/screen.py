"""Whether a window can open here: a screen, and the libraries that Qt takes from the system."""

from __future__ import annotations

import os
import sys
from pathlib import Path

QT_NEEDS = (
    "libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0 libegl1 libgl1 "
    "libfontconfig1 libdbus-1-3 libglib2.0-0"
)  # packages of Debian and Ubuntu


def no_screen() -> str:
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


def no_qt() -> str:
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
