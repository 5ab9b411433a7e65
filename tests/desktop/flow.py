"""The flow that decides everything, with real mouse and keys: drop a folder, give twelve values, export.

    python -m tests.desktop.flow FOLDER_OF_IMAGES OUT_FOLDER

It prints how many actions and keystrokes it took, and compares the table with that of the command line.
"""

from __future__ import annotations

import csv
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.desktop.desktop import ROOT, Desktop, desktop, large_gui

VALUES = "195372846195"  # of the low end, the high end, the middle, and then of the gaps


class Counts(NamedTuple):
    """What the flow took, and whether its table is that of the command line."""

    actions_to_order_and_table: int
    keystrokes_per_image: float
    labels: dict[str, float]
    same_table: bool


def labels(home: Path) -> dict[str, float]:
    """The labels that are on the disk, by path of the image."""
    found: dict[str, float] = {}
    for file in home.rglob("*.large"):
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
            found |= dict(db.execute("SELECT path, value FROM labels").fetchall())
    return found


def measured(home: Path) -> int:
    """How many images have a code on the disk."""
    file = home / "codes.sqlite"
    if not file.exists():
        return 0
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as db:
        return int(db.execute("SELECT coalesce(sum(rows), 0) FROM shards").fetchone()[0])


def play(images: Path, out: Path, made: Desktop) -> Counts:
    """Play the flow on a desktop that has no window yet."""
    home, table = out / "large-gui", out / "window.csv"
    large_gui(made, out / "program.log")
    made.run(sys.executable, str(ROOT / "tests/desktop/drag_source.py"), str(images), log=out / "files.log")
    made.wait("both windows", lambda: {"files", "large-gui"} <= set(made.titles()))
    made.place("files", 1000, 560, 200, 100)
    made.place("^large-gui$", 0, 0, 960, 700)
    made.place("files", 1000, 560, 200, 100)

    made.actions = made.keystrokes = 0
    made.drag((1100, 620), (500, 400))
    count = sum(1 for file in images.iterdir() if file.suffix == ".jpg")
    made.wait("the order", lambda: measured(home) == count)
    made.wait("the title", lambda: f"{images.name} – large-gui" in made.titles())
    made.shot(out / "1-dropped.png")
    first = out / "first.csv"
    made.key("ctrl+s")
    made.wait("the dialog", lambda: "Export CSV" in made.titles())
    made.type(str(first))
    made.key("Return")
    made.wait("the first table", first.exists)
    to_table = made.actions

    made.actions = made.keystrokes = 0
    made.key("n")
    for n, value in enumerate(VALUES, 1):
        made.key(value, "Return")
        made.wait(f"label {n}", lambda n=n: len(labels(home)) == n)
    strokes = made.keystrokes
    made.shot(out / "2-labelled.png")

    made.key("ctrl+s")
    made.wait("the dialog", lambda: "Export CSV" in made.titles())
    made.type(str(table))
    made.key("Return")
    made.wait("the table", table.exists)
    made.shot(out / "3-exported.png")
    given = labels(home)
    return Counts(to_table, strokes / len(VALUES), given, _same(images, given, table, out))


def _same(images: Path, given: dict[str, float], table: Path, out: Path) -> bool:
    """Whether the command line writes the same table from the same labels."""
    with (out / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("path", "value"), *given.items()])
    again = out / "command-line.csv"
    subprocess.run(
        [
            sys.executable, "-m", "large_gui", "sort", str(images), "--direction", "age",
            "--labels", str(out / "labels.csv"), "--out", str(again),
        ],
        check=True, cwd=ROOT, capture_output=True,
    )  # fmt: skip
    return again.read_bytes() == table.read_bytes()


def main() -> None:
    """Play the flow and print what it took."""
    images, out = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    with desktop(out) as made:
        counts = play(images, out, made)
    print(f"actions to the first order and table: {counts.actions_to_order_and_table}")
    print(f"keystrokes an image while labelling: {counts.keystrokes_per_image:.2f}")
    print(f"labels kept: {len(counts.labels)}; the command line's table is the same: {counts.same_table}")


if __name__ == "__main__":
    main()
