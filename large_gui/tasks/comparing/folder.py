"""Compare ways on a folder whose labels are in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.contents import labels_of
from large_gui.project.images.manifest import find_images
from large_gui.tasks.comparing.compare import Plan, compare
from large_gui.tasks.comparing.report import Report
from large_gui.tasks.sorting.labelled import tell_labels, usable_labels


def compare_folder(
    folder: Path, labels: Path, models: Sequence[str], directions: Mapping[str, Sequence[Direction]],
    cache: CodeCache, reporter: Reporter, plan: Plan, *, engine: str = "local", device: str = "auto",
) -> Report:  # fmt: skip
    """Read the labels, report rows that can't be used, and compare as `compare` does.

    Raises
    ------
    InputError
        When the labels can't be read, or name no image of the folder.
    LargeError, Cancelled
        As `compare`.
    """
    table = usable_labels(labels)
    found = find_images(folder, reporter)
    labelled = labels_of(table, found, cache, reporter)
    tell_labels(table, labelled, reporter)
    if not labelled.values:
        raise InputError(
            f"None of the labels in {labels} is of an image in {printable(str(folder.absolute()))}.",
            hint="Their paths are relative to the folder, with / between the parts.",
        )
    return compare(
        found, labelled.used, models, directions, cache, reporter, plan, engine=engine, device=device
    )
