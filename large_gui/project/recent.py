"""Remember the folders and projects that were open lately, in a JSON file."""

from __future__ import annotations

import json
import logging
import time
from pathlib import Path
from typing import NamedTuple

from large_gui.errors import InputError

_LOG = logging.getLogger(__name__)
_FILE = "recent.json"
_SHOWN = 12
_KEPT = 4 * _SHOWN  # more than are shown: a disk that is away today may be back tomorrow
_LOOKED_AT, _FOLDERS = 2000, 20  # files and folders that are looked at for an image to show
_FAR = 32_503_680_000  # seconds: the year 3000


class Opened(NamedTuple):
    """A folder or project that was open before.

    Attributes
    ----------
    path
        The folder, or the project file.
    images
        The folder in which its images lie.
    when
        Seconds since 1970 when it was last opened; ``None`` where an earlier version kept no time.
    """

    path: Path
    images: Path
    when: float | None = None


def recent(home: Path) -> list[Path]:
    """The paths that were open lately, newest first, at most 12; those that can't be found are left out."""
    return [opened.path for opened in opened_before(home)]


def opened_before(home: Path) -> list[Opened]:
    """What was open lately, newest first, at most 12; what can't be found is left out."""
    return [opened for opened in _kept(home) if is_there(opened.path)][:_SHOWN]


def last(home: Path) -> Path | None:
    """The path that was open last, whether it can be found or not; ``None`` if nothing was open."""
    return next((opened.path for opened in _kept(home)), None)


def remember(home: Path, path: Path, images: Path | None = None) -> None:
    """Put a path first in the list; if the list can't be written, that is only logged.

    Parameters
    ----------
    images
        The folder in which its images lie, where that isn't the path itself.
    """
    path = path.absolute()
    newest = Opened(path, path if images is None else images.absolute(), time.time())
    _write(home, [newest, *(opened for opened in _kept(home) if opened.path != path)][:_KEPT])


def forget_all(home: Path) -> None:
    """Empty the list; the folders and projects stay as they are."""
    _write(home, [])


def first_image(folder: Path, endings: frozenset[str]) -> Path | None:
    """The first image of a folder by name, or one of a folder in it; ``None`` where none is found soon.

    Parameters
    ----------
    endings
        How the names of images end, in lower case, with the dot.
    """
    try:
        if folder.is_file():
            return folder
        inside = sorted(folder.iterdir())[:_LOOKED_AT]
        below = [path for path in inside if path.is_dir() and not path.is_symlink()][:_FOLDERS]
        for paths in (inside, *(sorted(path.iterdir())[:_LOOKED_AT] for path in below)):
            for path in paths:
                if path.suffix.lower() in endings and path.is_file():
                    return path
    except OSError as error:  # it may not be looked into
        _LOG.info("no image of %s can be shown: %r", folder, error)
    return None


def _write(home: Path, list_of_opened: list[Opened]) -> None:
    from large_gui.files import written_whole

    form = [{"path": str(o.path), "images": str(o.images), "opened": o.when} for o in list_of_opened]
    try:
        home.mkdir(parents=True, exist_ok=True)
        with written_whole(home / _FILE) as unfinished:
            unfinished.write_text(json.dumps(form, indent=1), "utf-8")
    except (OSError, InputError) as error:
        _LOG.warning("the list of recent folders can't be written: %r", error)


def _kept(home: Path) -> list[Opened]:
    try:
        kept = json.loads((home / _FILE).read_text("utf-8"))
        if not isinstance(kept, list):
            raise ValueError("not a list")
        return [_read(entry) for entry in kept]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, RecursionError) as error:
        _LOG.warning("the list of recent folders can't be read: %r", error)
        return []


def _read(entry: object) -> Opened:
    """Read one entry; an earlier version wrote the path alone."""
    if isinstance(entry, str):
        return Opened(Path(entry), Path(entry))
    path = entry.get("path") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(path, str):
        raise ValueError("an entry is not a path")
    images, when = entry.get("images"), entry.get("opened")
    if not isinstance(when, int | float) or isinstance(when, bool) or not 0 <= when < _FAR:
        when = None
    return Opened(Path(path), Path(images if isinstance(images, str) else path), when)


def is_there(path: Path) -> bool:
    """Whether a path can be found."""
    try:
        return path.exists()
    except OSError:  # it lies in a folder that may not be read
        return False
