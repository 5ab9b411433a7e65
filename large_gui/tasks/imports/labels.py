"""Read labels for the images of an open folder from a table."""

from __future__ import annotations

from pathlib import Path

from large_gui.project.labels import LabelProblem, normalise_path, read_labels
from large_gui.tasks.session import Session


def labels_for(session: Session, path: Path) -> tuple[dict[str, float], list[LabelProblem]]:
    """The values by the session's paths, and the rows that can't be used, by line.

    Raises
    ------
    InputError
        When the table can't be read at all.
    """
    table = read_labels(path)
    found, unknown = table.match(sorted(session.number))
    unreadable = [
        LabelProblem(table.rows[normalise_path(p)], p, f"the image can't be used: {session.failures[p].why}")
        for p in found
        if p in session.failures
    ]
    low, high = session.value.possible
    outside = [
        LabelProblem(table.rows[normalise_path(p)], p, f"{value:g} is outside {low:g} to {high:g}")
        for p, value in found.items()
        if p not in session.failures and not low <= value <= high
    ]
    unused = {problem.text for problem in (*unreadable, *outside)}
    values = {p: value for p, value in found.items() if p not in unused}
    problems = [*table.problems, *unknown, *unreadable, *outside]
    return values, sorted(problems, key=lambda problem: problem.row)
