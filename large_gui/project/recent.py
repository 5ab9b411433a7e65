"""Remember the folders and projects that were open lately, in a JSON file."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from large_gui.errors import InputError

_LOG = logging.getLogger(__name__)
_FILE = "recent.json"
_SHOWN = 12
_KEPT = 4 * _SHOWN  # more than are shown: a disk that is away today may be back tomorrow


def recent(home: Path) -> list[Path]:
    """The paths that were open lately, newest first, at most 12; those that can't be found are left out."""
    return [path for path in _kept(home) if _is_there(path)][:_SHOWN]


def remember(home: Path, path: Path) -> None:
    """Put a path first in the list; if the list can't be written, that is only logged."""
    from large_gui.files import written_whole

    path = path.absolute()
    paths = [path, *(p for p in _kept(home) if p != path)][:_KEPT]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with written_whole(home / _FILE) as unfinished:
            unfinished.write_text(json.dumps([str(p) for p in paths], indent=1), "utf-8")
    except (OSError, InputError) as error:
        _LOG.warning("the list of recent folders can't be written: %r", error)


def _kept(home: Path) -> list[Path]:
    try:
        kept = json.loads((home / _FILE).read_text("utf-8"))
        if not isinstance(kept, list) or not all(isinstance(p, str) for p in kept):
            raise ValueError("not a list of paths")
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        _LOG.warning("the list of recent folders can't be read: %r", error)
        return []
    return [Path(p) for p in kept]


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # it lies in a folder that may not be read
        return False
