"""The functions that the worker calls for the requests of `large_gui.service.backups`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.core.reporter import Reporter
from large_gui.service import backups
from large_gui.service.jobs import Desk, does

if TYPE_CHECKING:
    from large_gui.tasks.backups.restoring import Restored
    from large_gui.tasks.backups.writing import BackedUp


@does(backups.BackUp)
def _back_up(desk: Desk, asked: backups.BackUp, reporter: Reporter) -> BackedUp:
    from large_gui.tasks.backups.writing import back_up

    return back_up(asked.place, asked.project, asked.out, desk.cache, reporter)


@does(backups.Restore)
def _restore(desk: Desk, asked: backups.Restore, reporter: Reporter) -> Restored:
    from large_gui.tasks.backups.restoring import restore

    return restore(asked.file, asked.folder, asked.home, desk.cache, reporter, force=asked.force)
