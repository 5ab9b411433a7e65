"""What commands say of a table of labels before they use it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.labels import Found, LabelProblem, LabelTable, read_labels

_ROW = "A row is a path relative to the folder of images, and a plain number: photos/a.jpg,26"


def tell_labels(
    table: LabelTable, found: Found, reporter: Reporter, more: Iterable[LabelProblem] = (), *,
    name: str = "labels",
) -> None:  # fmt: skip
    """Report the rows that can't be used, by line, numbers that may mean two things, and excluded labels.

    Parameters
    ----------
    found
        What the table says of the images of a folder.
    more
        Further rows that can't be used.
    name
        What the sentences call the table.
    """
    for problem in sorted([*table.problems, *found.problems, *more], key=lambda problem: problem.row):
        reporter.warn(f"{name}, row {problem.row}: {problem.why} ({problem.text})")
    if table.doubt:
        reporter.warn(f"{name}: {table.doubt}")
    if found.left_out:
        reporter.warn(found.left_out)


def copies_left_out(copies: int) -> str:
    """A sentence for labelled images that are the same file as another one."""
    return f"{count(copies, 'copy', 'copies')} of other images {'is' if copies == 1 else 'are'} left out."


def usable_labels(file: Path) -> LabelTable:
    """Read a table of labels, as `read_labels` does, of which at least one row can be used.

    Raises
    ------
    InputError
        When none can, also because there is none.
    """
    table = read_labels(file)
    if not table.values and not table.problems:
        raise InputError(f"The labels {file.name} have no row below their header.", hint=_ROW)
    if not table.values:
        first = table.problems[0]
        raise InputError(
            f"None of the labels in {file.name} can be used. Row {first.row}: {first.why} ({first.text}).",
            hint=_ROW,
        )
    return table
