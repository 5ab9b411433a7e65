"""Look at the runs again and again without reading anew what has not changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.images.manifest import Failure
from large_gui.tasks.training.holding import is_training
from large_gui.tasks.training.overview.made import Made, made_of
from large_gui.tasks.training.prepared import LIST_FILE, read_list
from large_gui.tasks.training.run_file import RUN_FILE, training_folder
from large_gui.tasks.training.runs import Run, read_run
from large_gui.training.gan.record import BEST, LOG

_PARTS = (RUN_FILE, LIST_FILE, LOG, BEST, "sheets", "snapshots")
_Known = tuple[object, ...]


@dataclass(frozen=True)
class Seen:
    """A run as it was when it was looked at.

    Attributes
    ----------
    left_out
        Images of its folder that it does not train on, and why.
    made
        The models that were made of it.
    """

    run: Run
    left_out: Sequence[Failure] = ()
    made: Sequence[Made] = ()


class Watch:
    """Remembers the runs as they were read; one thread at a time may call it."""

    def __init__(self) -> None:
        self._seen: dict[Path, tuple[_Known, Seen]] = {}

    def look(self) -> list[Seen]:
        """Every run on this machine as it is now."""
        try:
            folders = [path for path in training_folder().iterdir() if (path / RUN_FILE).is_file()]
        except OSError:
            folders = []
        self._seen = {folder: self._look_at(folder) for folder in folders}
        return [replace(seen, made=made_of(seen.run)) for _, seen in self._seen.values()]

    def _look_at(self, folder: Path) -> tuple[_Known, Seen]:
        known: _Known = (is_training(folder), *(_mark(folder / part) for part in _PARTS))
        before = self._seen.get(folder)
        if before is not None and before[0] == known:
            return before
        try:
            images = read_list(folder)
        except InputError:  # told when it is trained on
            images = None
        return known, Seen(read_run(folder), images.left_out if images is not None else ())


def _mark(path: Path) -> tuple[int, int]:
    """What differs after a file or folder was changed."""
    try:
        stat = path.stat()
    except OSError:
        return (0, 0)
    return (stat.st_mtime_ns, stat.st_size)
