"""Load what the first label would have to wait for, on a thread, once a folder is open."""

from __future__ import annotations

import importlib
import threading

_NEEDED = ("numpy", "scipy.special", "large_gui.tasks.session")


def warm_up() -> threading.Thread:
    """Start importing; the thread ends by itself."""
    thread = threading.Thread(target=_load, name="warm up")
    thread.start()
    return thread


def _load() -> None:
    for name in _NEEDED:
        importlib.import_module(name)
