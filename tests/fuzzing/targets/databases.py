"""SQLite files: projects, caches of codes, thumbnails."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from large_gui.core.calibrating.ordinal import Grades
from large_gui.core.choices import Answer, Chosen, Comparison
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.images.thumbnails import ThumbnailStore
from large_gui.project.schema import is_project
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value
from large_gui.tasks.projects import open_project
from tests.fuzzing.targets.documents import direction
from tests.fuzzing.targets.target import Target, tried
from tests.project.reading import what_is_read

_BEFORE = Path(__file__).resolve().parents[2] / "written_before"
_SHA, _KEY, _STRANGER = "0" * 64, "0123456789abcdef", "f" * 64
_PROJECT, _CODES, _THUMBNAILS = ("p.large",), ("codes.sqlite",), ("thumbnails.sqlite", "a.png")


def _write_project(folder: Path, number: int) -> None:
    path = folder / "p.large"
    if number:
        path.write_bytes((_BEFORE / "project.large").read_bytes())
        return
    with ProjectStore(path) as store:
        store.set_opened([folder])
        store.set_value("age", Value("age", "age", "years", 0, 120))
        store.set_labels("age", {"a.jpg": Label(1), "b/c.jpg": Label(2.5, True)})
        store.set_grades("age", Grades(("low", "high"), (10.0,)))
        store.set_tags("glasses", {"a.jpg": True, "d.jpg": False})
        store.set_comparisons("age", [Comparison("a.jpg", "d.jpg", Answer.FIRST)])
        store.set_grouping("treatment", {"a.jpg": "control"})
        store.set_directions({"mine": direction("mine")})
        store.set_chosen_direction(Chosen("mine", True))
        store.set_refined(_KEY, {_SHA: Inverted(np.ones((2, 4), np.float32), 0.5, ("refined",))})
    _settled(path)


def _read_project(folder: Path) -> None:
    path = folder / "p.large"
    is_project(path)
    opened = tried(open_project, [path], folder / "home")
    if opened is None:
        return
    store = opened[0]
    try:
        for ask in what_is_read(store):
            tried(ask)
        tried(store.refined, _KEY)
        tried(store.setting, "used_model")
        if tried(store.claim):
            tried(store.set_labels, "age", {"a.jpg": Label(3), "b/c.jpg": None})
            tried(store.copy_to, folder / "copy.large")
    finally:
        store.close()


def _write_codes(folder: Path, number: int) -> None:
    path = folder / "codes.sqlite"
    if number:
        path.write_bytes((_BEFORE / "codes.sqlite").read_bytes())
        return
    with CodeCache(path) as cache:
        codes = {sha * 64: Inverted(np.ones((2, 4), np.float32), 0.5, ("unaligned",)) for sha in "0123"}
        cache.put_many(_KEY, codes)
        cache.remember_shas([("/a/b.jpg", 10, 20, _SHA), ("/a/c.jpg", 10, 20, "1" * 64)])
    _settled(path)


def _read_codes(folder: Path) -> None:
    cache = tried(CodeCache, folder / "codes.sqlite")
    if cache is None:
        return
    try:
        tried(cache.get_many, [sha * 64 for sha in "0123f"], _KEY)
        tried(cache.known_sha, "/a/b.jpg", 10, 20)
        tried(cache.summary)
        tried(cache.put_many, _KEY, {_STRANGER: Inverted(np.ones((2, 4), np.float32))})
        tried(cache.clear, Path("/a"))
        tried(cache.clear)
    finally:
        cache.close()


def _write_thumbnails(folder: Path, _number: int) -> None:
    Image.new("RGB", (40, 30), "red").save(folder / "a.png")
    store = ThumbnailStore(folder / "thumbnails.sqlite")
    store.thumbnail(folder / "a.png", 16)
    store.close()
    _settled(folder / "thumbnails.sqlite")


def _read_thumbnails(folder: Path) -> None:
    store = ThumbnailStore(folder / "thumbnails.sqlite")
    try:
        for side in (16, 8):
            tried(store.thumbnail, folder / "a.png", side)
        store.keep_at_most(10)
        store.clear()
    finally:
        store.close()


def _settled(path: Path) -> None:
    """The log must be in the file, of which alone the seed is made."""
    assert not path.with_name(f"{path.name}-wal").exists()


TARGETS = (
    Target("projects", _PROJECT, _write_project, _read_project, 2),
    Target("caches", _CODES, _write_codes, _read_codes, 2),
    Target("thumbnails", _THUMBNAILS, _write_thumbnails, _read_thumbnails),
)
