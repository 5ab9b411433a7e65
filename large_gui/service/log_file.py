"""The log files of the window and of its worker; one older file of each is kept."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

WINDOW_LOG = "large-gui.log"
WORKER_LOG = "large-gui-worker.log"
_MOST_BYTES = 1 << 20


def log_to(path: Path) -> None:
    """Write this process's log to a file; `logging.handlers` is not used because it is slow to load."""
    with suppress(OSError):  # on Windows another window may have it open: then the file grows further
        if path.stat().st_size > _MOST_BYTES:
            path.replace(path.with_suffix(".old"))
    try:
        handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    except OSError:
        return  # without a log the program still works
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("large_gui")
    for old in [h for h in root.handlers if isinstance(h, logging.FileHandler)]:
        root.removeHandler(old)
        old.close()
    root.addHandler(handler)
