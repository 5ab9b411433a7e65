"""The requests about backups of projects; `large_gui.service.backup_jobs` does them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.service.requests import Request

if TYPE_CHECKING:
    from large_gui.tasks.backups.restoring import Restored  # noqa: F401 - see `Request`
    from large_gui.tasks.backups.writing import BackedUp  # noqa: F401


@dataclass(frozen=True)
class BackUp(Request["BackedUp"]):
    """Write a project as one file.

    Attributes
    ----------
    place
        The folder of images, or the project.
    project, out
        The project, and the file to write.
    """

    place: Path
    project: Path
    out: Path


@dataclass(frozen=True)
class Restore(Request["Restored"]):
    """Make the project of a folder from a backup.

    Attributes
    ----------
    file, folder, home
        The backup, the folder of images, and the folder of the user's data.
    force
        Whether to replace a project with work of its own.
    """

    file: Path
    folder: Path
    home: Path
    force: bool = False
