"""Loading, on a thread, the modules that the first label would otherwise have to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui import threads

if TYPE_CHECKING:
    from threading import Thread

_NEEDED = ("numpy", "scipy.special", "large_gui.tasks.session")


def warm_up() -> Thread:
    """Start a thread that imports them and then ends."""
    return threads.start(_load, "warm up")


def _load() -> None:
    import importlib  # not before the window shows

    for name in _NEEDED:
        importlib.import_module(name)
