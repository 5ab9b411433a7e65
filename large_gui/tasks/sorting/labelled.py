"""What commands say of a table of labels before they use it."""

from __future__ import annotations

from collections.abc import Iterable

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.project.labels import Found, LabelProblem, LabelTable


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
