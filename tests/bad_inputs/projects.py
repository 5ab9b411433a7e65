"""Projects, caches and trainings."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np

from large_gui.core.choices import Crop
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.images.manifest import Failure
from large_gui.project.store import ProjectStore
from large_gui.tasks.training.prepared import PreparedImages, open_array, read_list, write_list
from large_gui.tasks.training.run_file import Settings, new_form, preset, training_folder, write_form
from large_gui.tasks.training.runs import read_run
from tests.bad_inputs.case import BadInput, Chapter, Make, file, nothing
from tests.bad_inputs.options import SORT
from tests.project.reading import what_is_read

_PROJECT, _CACHE = "photos.large", f"{SORT} --cache given.sqlite"
_TRAIN = "train gan --name mine --thousands 1 --yes"


def _opened() -> None:
    """All that the window reads when it opens a project."""
    with ProjectStore(Path(_PROJECT).absolute()) as store:
        for ask in what_is_read(store):
            ask()


def _sql(name: str, statements: str) -> Make:
    """Change a database with another program."""

    def make(here: Path) -> None:
        with closing(sqlite3.connect(here / name)) as db:
            db.executescript(statements)

    return make


def _cut(name: str, size: int) -> Make:
    def make(here: Path) -> None:
        content = (here / name).read_bytes()
        (here / name).write_bytes(content[:size] + b"\xff" * 300 + content[size + 300 :])

    return make


_PROJECTS: dict[str, Make] = {
    "an empty folder under the name of a project": lambda here: [
        (here / _PROJECT).unlink(),
        (here / _PROJECT).mkdir(),
    ],
    "a text under the name of a project": file(_PROJECT, "my notes"),
    "half a project": lambda here: (here / _PROJECT).write_bytes((here / _PROJECT).read_bytes()[:5000]),
    "a project with a damaged page": _cut(_PROJECT, 4096 * 3),
    "a database of another program": lambda here: [
        (here / _PROJECT).unlink(),
        _sql(_PROJECT, "CREATE TABLE bookmarks (url TEXT)")(here),
    ],
    "a database that another program has marked": _sql(_PROJECT, "PRAGMA application_id = 7"),
    "a project with a view in place of a table": _sql(
        _PROJECT, "DROP TABLE labels; CREATE VIEW labels AS SELECT 'age' AS value_id, 'a' AS path, 1 AS value"
    ),
    "a project that does something by itself when it is changed": _sql(
        _PROJECT, "CREATE TRIGGER t AFTER INSERT ON labels BEGIN DELETE FROM labels; END"
    ),
    "a project without one of its tables": _sql(_PROJECT, "DROP TABLE tags"),
    "a label that is a word": _sql(_PROJECT, "UPDATE labels SET value = 'old'"),
    "a label without end": _sql(_PROJECT, "UPDATE labels SET value = 9e999"),
    "a label of an image outside of the folder": _sql(_PROJECT, "UPDATE labels SET path = '../' || path"),
    "a tag of bytes": _sql(_PROJECT, "UPDATE tags SET name = x'ff00'"),
    "a value whose range falls": _sql(
        _PROJECT, "UPDATE settings SET value = '[9, 1]' WHERE key = 'range:age'"
    ),
    "a value whose range is endless": _sql(
        _PROJECT, f"UPDATE settings SET value = '[0, {'9' * 400}]' WHERE key = 'range:age'"
    ),
    "images at a path that depends on where one is": _sql(
        _PROJECT, "UPDATE settings SET value = '[\"photos\"]' WHERE key = 'dropped'"
    ),
    "a direction that is half a JSON": _sql(_PROJECT, "INSERT INTO own_directions VALUES ('a', '{')"),
    "a comparison with an answer that does not exist": _sql(
        _PROJECT, "INSERT INTO comparisons VALUES (1, 'age', 'a.png', 'b.png', 'neither')"
    ),
}


def _cache(statements: str = "") -> Make:
    def make(here: Path) -> None:
        with CodeCache(here / "given.sqlite") as cache:
            cache.put_many("0" * 16, {"0" * 64: Inverted(np.ones((1, 8), np.float32))})
        _sql("given.sqlite", statements)(here)

    return make


_CACHES: dict[str, tuple[str, Make]] = {
    "a text": (_CACHE, file("given.sqlite", "my notes")),
    "a folder": (f"{SORT} --cache photos", nothing),
    "a project": (f"{SORT} --cache photos.large", nothing),
    "a cache of a newer version": (_CACHE, _cache("PRAGMA user_version = 99")),
    "a cache with one more table": (_CACHE, _cache("CREATE TABLE more (a)")),
    "a cache that lacks a table": (_CACHE, _cache("DROP TABLE files")),
    "a path that is a number of bytes": (
        "cache list --cache given.sqlite",
        _cache("INSERT INTO files VALUES (x'ff', 1, 1, 'a')"),
    ),
    "half a cache": (
        _CACHE,
        lambda here: [
            _cache()(here),
            file("given.sqlite", (here / "given.sqlite").read_bytes()[:5000])(here),
        ],
    ),
}


def _run(change: Callable[[Path], object]) -> Make:
    """A training that was begun and stopped, and then changed."""

    def make(here: Path) -> None:
        run = here / "home/training/mine"
        run.mkdir(parents=True)
        write_form(run, new_form("mine", here / "photos", Settings(preset("small", 16)), 2))
        images = PreparedImages(
            here / "photos", 16, Crop.SQUARE, "", (), ["a.png", "b.png"], [], [Failure("c", "d")], {}
        )
        write_list(run, images)
        np.save(run / "images.npy", np.zeros((2, 3, 16, 16), np.uint8))
        change(run)

    return make


def _form(**changes: object) -> Make:
    def change(run: Path) -> None:
        form = json.loads((run / "run.json").read_text("utf-8")) | changes
        (run / "run.json").write_text(json.dumps(form), "utf-8")

    return change


def _images() -> None:
    """What a training that goes on reads first."""
    run = training_folder() / "mine"
    images = read_list(run)
    assert images is not None
    open_array(run, images)


def _problems() -> None:
    """What the window says of a training that can't be read whole."""
    print("\n".join(read_run(training_folder() / "mine").problems), file=sys.stderr)


_RUNS: dict[str, Make] = {
    "half of what a training is": lambda run: (run / "run.json").write_text('{"ver', "utf-8"),
    "a training of another version": _form(version=99),
    "settings in words": _form(settings="small"),
    "a setting that is not known": _form(settings={"magic": 1}),
    "half of the list of images": lambda run: (run / "images.json").write_text("{", "utf-8"),
    "a list of images of a newer version": lambda run: (run / "images.json").write_text(
        '{"kind": "training images", "version": 99}', "utf-8"
    ),
}
_ARRAYS: dict[str, Make] = {
    "images that are gone": lambda run: (run / "images.npy").unlink(),
    "images that are an archive": lambda run: (run / "images.npy").write_bytes(b"PK\x05\x06" + bytes(18)),
    "images of another size": lambda run: np.save(run / "images.npy", np.zeros((2, 3, 8, 8), np.uint8)),
}
_LOGS: dict[str, Make] = {
    "a log with lines that are none": lambda run: (run / "log.jsonl").write_text("{}\n[\nx\n", "utf-8"),
    "a log with a name that is no text": lambda run: (run / "log.jsonl").write_text(
        '{"images": 5, "metric_name": ["KID"]}\n', "utf-8"
    ),
    "a best snapshot that is a word": lambda run: (run / "best.json").write_text('"the last"', "utf-8"),
}

CHAPTERS = [
    Chapter(
        "Projects, opened in the window",
        [BadInput(what, _PROJECT, make, _opened) for what, make in _PROJECTS.items()],
    ),
    Chapter("Caches of codes", [BadInput(what, command, make) for what, (command, make) in _CACHES.items()]),
    Chapter(
        "Trainings that were begun",
        [BadInput(what, _TRAIN, _run(change)) for what, change in _RUNS.items()]
        + [BadInput(what, "mine", _run(change), _images) for what, change in _ARRAYS.items()]
        + [BadInput(what, "mine", _run(change), _problems, status=0) for what, change in _LOGS.items()],
    ),
]
