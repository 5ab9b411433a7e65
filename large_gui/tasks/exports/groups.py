"""Write the figures of groups as a CSV, whole or not at all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

from large_gui.core.comparing.groups import Summary
from large_gui.project.export import write_rows

COLUMNS = ("group", "images", "mean", "sd", "median", "q1", "q3")


def write_groups(groups: Mapping[str, Summary], path: Path) -> None:
    """Write one row for each group, by its name; figures that are not known are empty.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    rows = (
        [name, its.n, *(_figure(f) for f in (its.mean, its.sd, its.median, its.q1, its.q3))]
        for name, its in groups.items()
    )
    write_rows(COLUMNS, rows, path)


def _figure(value: float) -> str:
    return "" if math.isnan(value) else format(value, ".6g")
