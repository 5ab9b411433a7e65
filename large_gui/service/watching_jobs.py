"""The jobs about a folder that changes while it is open, and about images that show the same."""

from __future__ import annotations

from collections.abc import Iterator

from large_gui.core.reporter import Reporter
from large_gui.project.images.manifest import Manifest
from large_gui.service import watching
from large_gui.service.jobs import Desk, does
from large_gui.tasks.measure import Measured, measure_images
from large_gui.tasks.models import open_model
from large_gui.tasks.watching.changes import Changes
from large_gui.tasks.watching.looking import look


@does(watching.MeasureFiles)
def _measure_files(desk: Desk, asked: watching.MeasureFiles, reporter: Reporter) -> Iterator[Measured]:
    yield from measure_images(
        Manifest(asked.folder, list(asked.paths)), open_model(asked.model), asked.directions, desk.cache,
        reporter, device=asked.device, engine=asked.engine, wanted=lambda: desk.wanted,
    )  # fmt: skip


@does(watching.LookAgain)
def _look_again(desk: Desk, asked: watching.LookAgain, reporter: Reporter) -> Changes:
    desk.listing, changes = look(asked.dropped, asked.known, desk.listing, desk.cache, reporter)
    return changes


@does(watching.FindDuplicates)
def _find_duplicates(desk: Desk, asked: watching.FindDuplicates, reporter: Reporter) -> list[tuple[str, ...]]:
    from large_gui.tasks.duplicates.near import near_duplicates

    found = near_duplicates(asked.sha256, open_model(asked.model), desk.cache, reporter)
    return [group.sha256 for group in found]
