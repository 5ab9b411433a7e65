"""The tables of a project file, and the steps that bring a file of an older version up to date.

A step that was released never changes. A step that is a function must run on empty tables too, which is how
`project.database` knows the schema that a file should have.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.project.database import Kind, read_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FIRST = """
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE value_names (id TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE labels (
    value_id TEXT NOT NULL, path TEXT NOT NULL, value REAL NOT NULL, excluded INTEGER NOT NULL,
    PRIMARY KEY (value_id, path)
) WITHOUT ROWID;
CREATE TABLE tags (
    name TEXT NOT NULL, path TEXT NOT NULL, has INTEGER NOT NULL, PRIMARY KEY (name, path)
) WITHOUT ROWID;
CREATE TABLE directions (
    name TEXT PRIMARY KEY, about TEXT NOT NULL, normal BLOB NOT NULL, importance BLOB
);
"""
_REFINED = """
CREATE TABLE refined (
    encoder TEXT NOT NULL, sha TEXT NOT NULL, layers INTEGER NOT NULL, width INTEGER NOT NULL,
    code BLOB NOT NULL, inversion_error REAL, flags TEXT NOT NULL, PRIMARY KEY (encoder, sha)
) WITHOUT ROWID;
"""
_COMPARED = """
CREATE TABLE comparisons (
    id INTEGER PRIMARY KEY, value_id TEXT NOT NULL, first TEXT NOT NULL, second TEXT NOT NULL,
    answer TEXT NOT NULL
);
CREATE TABLE groupings (
    name TEXT NOT NULL, path TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY (name, path)
) WITHOUT ROWID;
"""
_OWN_DIRECTIONS = "CREATE TABLE own_directions (name TEXT PRIMARY KEY, direction TEXT NOT NULL)"


def _directions_as_json(db: sqlite3.Connection) -> None:
    """Store each direction as its JSON, and the chosen one as its name and whether it is turned round."""
    db.execute(_OWN_DIRECTIONS)
    rows = db.execute("SELECT name, about, normal, importance FROM directions ORDER BY rowid").fetchall()
    try:
        for row in rows:
            db.execute("INSERT INTO own_directions VALUES (?, ?)", (row[0], _as_json(*row)))
        for (text,) in db.execute("SELECT value FROM settings WHERE key = 'direction'").fetchall():
            spelled = json.loads(text)
            chosen = {"name": spelled.removeprefix("-"), "flipped": spelled.startswith("-")}
            db.execute("UPDATE settings SET value = ? WHERE key = 'direction'", (json.dumps(chosen),))
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"unexpected content: {error!r}") from error
    db.execute("DROP TABLE directions")


def _as_json(name: str, about: str, normal: bytes, importance: bytes | None) -> str:
    """The JSON of a direction from a first version's row, which has its numbers as bytes."""
    import numpy as np

    from large_gui.core.direction import Direction

    def floats(data: bytes) -> NDArray[np.float64]:
        return np.frombuffer(data, "<f8").astype(np.float64)

    kept = json.loads(about)
    direction = Direction(
        name, floats(normal).reshape(kept["shape"]), float(kept["intercept"]), kept["intercept_means"],
        None if importance is None else floats(importance), kept["negative"], kept["positive"],
        kept["provenance"], found_by=_found_by(kept["provenance"]),
    )  # fmt: skip
    form = direction.as_json()
    Direction.from_json(form)  # a direction that can't be read back is damaged, and is not written
    return json.dumps(form, allow_nan=False)


def _found_by(provenance: str) -> str:
    """What found a direction of a first version's project, which said it only in a sentence."""
    from large_gui.core.direction import FROM_FILE

    if provenance.startswith("linear SVM on "):
        return "svm"
    return FROM_FILE if provenance.startswith("imported from ") else ""


_RENAMED = {"tags": "svm", "component": "components"}  # finders that had other names before


def _finders_renamed(db: sqlite3.Connection) -> None:
    """Call the finder of each direction as it is called since version 5."""
    try:
        for name, text in db.execute("SELECT name, direction FROM own_directions").fetchall():
            form = json.loads(text)
            if form.get("found_by") in _RENAMED:
                form["found_by"] = _RENAMED[form["found_by"]]
                changed = (json.dumps(form, allow_nan=False), name)
                db.execute("UPDATE own_directions SET direction = ? WHERE name = ?", changed)
    except (ValueError, TypeError, AttributeError, ArithmeticError, RecursionError) as error:
        raise sqlite3.DatabaseError(f"unexpected content: {error!r}") from error


KIND = Kind(
    "project",
    (_FIRST, _REFINED, _directions_as_json, _COMPARED, _finders_renamed),
    synchronous="FULL",
    when_damaged="Open an older copy of it, or the folder of images itself.",
    when_newer="Update the program to open it.",
    application_id=0x4C475549,  # "LGUI"
)


def is_project(path: Path) -> bool:
    """Whether a file is a project, according to its header."""
    try:
        return KIND.marks(read_header(path))
    except OSError:
        return False
