"""Write the figures of groups as a CSV, whole or not at all."""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from pathlib import Path

from large_gui.core.comparing.groups import Summary
from large_gui.files import written_whole

COLUMNS = ("group", "images", "mean", "sd", "median", "q1", "q3")


def write_groups(groups: Mapping[str, Summary], path: Path) -> None:
    """Write one row for each group, by its name; figures that are not known are empty.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    with (
        written_whole(path) as temporary,
        temporary.open("x", encoding="utf-8", errors="backslashreplace", newline="") as file,
    ):
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, its in groups.items():
            figures = (its.mean, its.sd, its.median, its.q1, its.q3)
            writer.writerow([name, its.n, *("" if math.isnan(f) else format(f, ".6g") for f in figures)])
