"""Killed while they write: labelling, exporting, migrating."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from large_gui.core.choices import Answer, Comparison
from large_gui.core.direction import Direction
from large_gui.files import written_whole
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import SortedRow, write_csv
from large_gui.project.store import Label, ProjectStore
from tests.nothing_lost.work import Acknowledge, Work

OLD = Path(__file__).resolve().parents[1] / "written_before"


class Labelling(Work):
    """Labels, tags, comparisons, groups and directions in a project; the n-th edit is always the same."""

    share = 70
    edits = 300

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        with ProjectStore(folder / "project.large") as store:
            assert store.claim(), "a killed process holds nothing"
            for n in range(self._next(folder), self.edits):
                _edit(store, n)
                acknowledge(str(n))

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """The edit after the last that was acknowledged may be there, and no other."""
        done = int(acknowledged[-1]) + 1 if acknowledged else self._next(folder)
        with (
            ProjectStore(folder / "project.large") as store,
            ProjectStore(folder / "expected.large") as expected,
        ):
            found = _content(store)
            for n in range(self._next(folder), done):
                _edit(expected, n)
            if found != _content(expected) and done < self.edits:
                _edit(expected, done)
                done += 1
            assert found == _content(expected)
        (folder / "next").write_text(str(done))

    def check_end(self, folder: Path) -> None:
        self.check(folder, [str(self.edits - 1)])

    def begin_again(self, folder: Path) -> None:
        for file in [*folder.glob("*.large*"), folder / "next"]:
            file.unlink(missing_ok=True)

    def _next(self, folder: Path) -> int:
        file = folder / "next"
        return int(file.read_text()) if file.exists() else 0


def _edit(store: ProjectStore, n: int) -> None:
    """Do the n-th edit: one call of the store."""
    chance = random.Random(n)
    paths = sorted({f"{chance.randrange(30)}.png" for _ in range(chance.randrange(1, 6))})
    remove = chance.random() < 0.2
    match chance.choice(["label", "label", "tag", "tag", "compare", "group", "direction", "setting"]):
        case "label":
            store.set_labels(
                "age", {p: None if remove else Label(chance.random(), n % 2 == 0) for p in paths}
            )
        case "tag":
            store.set_tags("glasses", {p: None if remove else chance.random() < 0.5 for p in paths})
        case "compare":
            store.set_comparisons("age", [Comparison(p, "z.png", Answer.FIRST) for p in paths])
        case "group":
            store.set_grouping("site", None if remove else dict.fromkeys(paths, str(n)))
        case "direction":
            mine = Direction("mine", np.eye(3, dtype=np.float32)[n % 3])
            store.set_directions({"mine": None if remove else mine})
        case _:
            store.set_setting("thumbnail", n)


def _content(store: ProjectStore) -> object:
    directions = {name: direction.as_json() for name, direction in store.directions().items()}
    edited = store.labels("age"), store.tags(), store.comparisons("age"), store.groupings(), directions
    return *edited, store.setting("thumbnail")


class Exporting(Work):
    """The table and the sheet of a sorted folder are written again and again, over those before."""

    share = 30

    def prepare(self, folder: Path) -> None:
        for value in (1.0, 2.0):
            (folder / str(value)).mkdir()
            _export(folder / str(value), value)

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        for n in range(12):
            _export(folder, 1.0 + n % 2)
            acknowledge("")

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Each file is one of the two, whole; those that were begun are hidden."""
        for name in ("out.csv", "fit.json"):
            whole = [(folder / value / name).read_bytes() for value in ("1.0", "2.0")]
            assert not acknowledged or (folder / name).read_bytes() in whole
        shown = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        assert shown <= {"1.0", "2.0", "out.csv", "fit.json"}

    def check_end(self, folder: Path) -> None:
        self.check(folder, [""])


def _export(folder: Path, value: float) -> None:
    rows = [
        SortedRow(f"{n}.png", n, value + n, sha256="0" * 64, model="m", direction="age") for n in range(400)
    ]
    write_csv(rows, folder / "out.csv")
    with written_whole(folder / "fit.json") as file:
        file.write_text(json.dumps([value] * 4000))


class Migrating(Work):
    """A project and a cache of an early version are opened, which brings them up to date."""

    share = 25

    def prepare(self, folder: Path) -> None:
        self.begin_again(folder)

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        with ProjectStore(folder / "project.large"), CodeCache(folder / "codes.sqlite"):
            acknowledge("opened")

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Everything that the old files held, whatever version they are of now."""
        with ProjectStore(folder / "project.large") as store:
            found = {name: len(store.labels(name)) for name in store.values()}
            assert found and all(found.values())
            assert store.tags() and store.directions()
        with CodeCache(folder / "codes.sqlite") as cache:
            assert cache.summary().codes == _codes_of_old(folder)
        self.begin_again(folder)

    def begin_again(self, folder: Path) -> None:
        for path in [*folder.glob("project*"), *folder.glob("codes*")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name in ("project.large", "codes.sqlite"):
            shutil.copy(OLD / name, folder / name)


def _codes_of_old(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(f"{(OLD / 'codes.sqlite').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return dict(db.execute("SELECT encoder, count(*) FROM codes GROUP BY encoder"))
