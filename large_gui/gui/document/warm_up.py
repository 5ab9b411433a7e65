"""Load the modules that labelling needs on a thread, so that the first label does not wait for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui import threads

if TYPE_CHECKING:
    from threading import Thread

_NEEDED = ("numpy", "scipy.special", "large_gui.tasks.session")


def warm_up() -> Thread:
    """Start a thread that imports these modules and then ends."""
    return threads.start(_load, "warm up")


def _load() -> None:
    import importlib  # not before the window shows

    for name in _NEEDED:
        importlib.import_module(name)
