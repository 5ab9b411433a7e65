"""The project file holds what a person did with a folder of images; every change is written at once."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.core.choices import Answer, Chosen, Comparison
from large_gui.project.images.contents import ContentStore, inside, text
from large_gui.project.value import Value

if TYPE_CHECKING:
    from large_gui.core.calibrating.ordinal import Grades
    from large_gui.core.direction import Direction
    from large_gui.project.codes.cache import Inverted

_CHOSEN, _MEASURED = "direction", "measured_with"  # keys of settings
_KEEP_DIRECTION = (
    "INSERT INTO own_directions VALUES (?, ?) "
    "ON CONFLICT (name) DO UPDATE SET direction = excluded.direction"  # it keeps its place in the list
)


@dataclass(frozen=True)
class Label:
    """A value that a person gave an image, and whether it is left out of the calibration."""

    value: float
    excluded: bool = False

    def __post_init__(self) -> None:
        if not math.isfinite(self.value):
            raise ValueError(f"a label is a finite number, not {self.value}")


class ProjectStore(ContentStore):
    """Labels, names, tags, directions and settings of one folder, and what was compared or grouped."""

    def setting(self, key: str, default: Any = None) -> Any:
        """Return a setting that `set_setting` stored."""
        with self.understood():
            rows = self.read("SELECT value FROM settings WHERE key = ?", key)
            return json.loads(rows[0][0]) if rows else default

    def set_setting(self, key: str, value: Any) -> None:
        """Store a setting, which may be anything that JSON can hold."""
        self.change([("INSERT OR REPLACE INTO settings VALUES (?, ?)", (key, json.dumps(value)))])

    def measured_with(self, model: str) -> str:
        """The key of a model when distances were measured with it last; empty if that is not known."""
        with self.understood():
            return text(self.setting(f"{_MEASURED}:{model}", ""))

    def set_measured_with(self, model: str, key: str) -> None:
        """Store the key that a model has now, as distances are measured with it."""
        self.set_setting(f"{_MEASURED}:{model}", key)

    def opened(self) -> list[Path]:
        """Absolute paths of the folder, or of the files and folders, that the project is about."""
        with self.understood():
            kept = self.setting("dropped", [])
            if not isinstance(kept, list):
                raise TypeError(f"a {type(kept).__name__} as paths")
            paths = [Path(path) for path in kept]
            if any("\0" in str(path) or not path.is_absolute() for path in paths):
                raise ValueError("paths that are not absolute")
            return paths

    def set_opened(self, paths: Sequence[Path]) -> None:
        """Store the paths that the project is about."""
        self.set_setting("dropped", [str(path) for path in paths])

    def values(self) -> dict[str, Value]:
        """The values that labels measure, by id."""
        with self.understood():
            rows = self.read("SELECT id, name, unit FROM value_names")
            named = [[text(word) for word in row] for row in rows]
            return {i: Value(i, name, unit, *self._possible(i)) for i, name, unit in named}

    def _possible(self, value_id: str) -> tuple[float, float]:
        low, high = self.setting(f"range:{value_id}") or (-math.inf, math.inf)
        if not float(low) < float(high):
            raise ValueError(f"a value from {low} to {high}")
        return float(low), float(high)

    def set_value(self, value_id: str, value: Value | None) -> None:
        """Store a value, or delete it if it is ``None``; its labels stay, so that it can be added again.

        Raises
        ------
        ValueError
            When ``value`` has another id.
        """
        if value is None:
            gone = ("DELETE FROM settings WHERE key = ?", (f"range:{value_id}",))
            self.change([("DELETE FROM value_names WHERE id = ?", (value_id,)), gone])
        elif value.id != value_id:
            raise ValueError(f"value {value.id!r} can't be kept as {value_id!r}")
        else:
            row = (value_id, value.name, value.unit)
            ends = json.dumps(value.possible if value.bounded else None)
            kept = ("INSERT OR REPLACE INTO settings VALUES (?, ?)", (f"range:{value_id}", ends))
            self.change([("INSERT OR REPLACE INTO value_names VALUES (?, ?, ?)", row), kept])

    def grades(self, value_id: str) -> Grades | None:
        """The grades of a value that images are sorted into; ``None`` if the person made none."""
        from large_gui.core.calibrating.ordinal import Grades

        with self.understood():
            kept = self.setting(f"grades:{value_id}")
            return None if kept is None else Grades(tuple(kept["names"]), tuple(kept["cuts"]))

    def set_grades(self, value_id: str, grades: Grades | None) -> None:
        """Store the grades of a value, or delete them if they are ``None``."""
        kept = None if grades is None else {"names": list(grades.names), "cuts": list(grades.cuts)}
        self.set_setting(f"grades:{value_id}", kept)

    def labels(self, value_id: str) -> dict[str, Label]:
        """The labels of a value, by path of the image."""
        with self.understood():
            rows = self.read("SELECT path, value, excluded FROM labels WHERE value_id = ?", value_id)
            return {inside(path): Label(value, bool(excluded)) for path, value, excluded in rows}

    def set_labels(self, value_id: str, labels: Mapping[str, Label | None]) -> None:
        """Store labels by path, or delete those that are ``None``, in one transaction."""
        changes: list[tuple[str, tuple[Any, ...]]] = []
        for path, label in labels.items():
            if label is None:
                changes.append(("DELETE FROM labels WHERE value_id = ? AND path = ?", (value_id, path)))
            else:
                row = (value_id, path, float(label.value), int(label.excluded))
                changes.append(("INSERT OR REPLACE INTO labels VALUES (?, ?, ?, ?)", row))
        self.change(changes)

    def tags(self) -> dict[str, dict[str, bool]]:
        """All tags, by their name and then by path of the image: whether the image has it."""
        found: dict[str, dict[str, bool]] = {}
        with self.understood():
            for name, path, has in self.read("SELECT name, path, has FROM tags"):
                found.setdefault(text(name), {})[inside(path)] = bool(has)
        return found

    def set_tags(self, name: str, tags: Mapping[str, bool | None]) -> None:
        """Store tags by path, or delete those that are ``None``, in one transaction."""
        changes: list[tuple[str, tuple[Any, ...]]] = []
        for path, has in tags.items():
            if has is None:
                changes.append(("DELETE FROM tags WHERE name = ? AND path = ?", (name, path)))
            else:
                changes.append(("INSERT OR REPLACE INTO tags VALUES (?, ?, ?)", (name, path, int(has))))
        self.change(changes)

    def comparisons(self, value_id: str) -> list[Comparison]:
        """What a person said of pairs of images, oldest first."""
        query = "SELECT first, second, answer FROM comparisons WHERE value_id = ? ORDER BY id"
        with self.understood():
            rows = self.read(query, value_id)
            return [Comparison(inside(a), inside(b), Answer(answer)) for a, b, answer in rows]

    def set_comparisons(self, value_id: str, comparisons: Sequence[Comparison]) -> None:
        """Store all that a person said of pairs, in place of what was stored, in one transaction."""
        changes: list[tuple[str, tuple[Any, ...]]] = [
            ("DELETE FROM comparisons WHERE value_id = ?", (value_id,))
        ]
        keep = "INSERT INTO comparisons (value_id, first, second, answer) VALUES (?, ?, ?, ?)"
        changes += [(keep, (value_id, c.first, c.second, str(c.answer))) for c in comparisons]
        self.change(changes)

    def groupings(self) -> dict[str, dict[str, str]]:
        """Groupings that came from tables, by name, then by path of the image: the image's group."""
        found: dict[str, dict[str, str]] = {}
        with self.understood():
            for name, path, member in self.read("SELECT name, path, member FROM groupings"):
                found.setdefault(text(name), {})[inside(path)] = text(member)
        return found

    def set_grouping(self, name: str, groups: Mapping[str, str] | None) -> None:
        """Store a grouping by path, in place of one of that name, or delete it if it is ``None``."""
        changes: list[tuple[str, tuple[Any, ...]]] = [("DELETE FROM groupings WHERE name = ?", (name,))]
        for path, member in (groups or {}).items():
            changes.append(("INSERT INTO groupings VALUES (?, ?, ?)", (name, path, member)))
        self.change(changes)

    def chosen_direction(self) -> Chosen | None:
        """The direction that the folder was last sorted by; ``None`` if there is none."""
        with self.understood():
            kept = self.setting(_CHOSEN)
            if kept is None:
                return None
            if not isinstance(kept["flipped"], bool):
                raise TypeError("neither turned round nor not")
            return Chosen(text(kept["name"]), kept["flipped"])

    def set_chosen_direction(self, chosen: Chosen) -> None:
        """Store the direction that the folder is sorted by."""
        self.set_setting(_CHOSEN, chosen._asdict())

    def directions(self) -> dict[str, Direction]:
        """The person's own directions, by name, oldest first; none is turned round."""
        from large_gui.core.direction import Direction

        found = {}
        with self.understood():
            rows = self.read("SELECT name, direction FROM own_directions ORDER BY rowid")
            for name, form in rows:
                found[text(name)] = direction = Direction.from_json(json.loads(form))
                if direction.name != name or direction.flipped:
                    raise ValueError(f"{direction.spelled!r} in the place of {name!r}")
        return found

    def set_directions(self, directions: Mapping[str, Direction | None]) -> None:
        """Store directions, or delete those that are ``None``, in one transaction; tags and labels stay.

        Raises
        ------
        ValueError
            When a direction is turned round, or has another name than the one it is stored under.
        """
        changes: list[tuple[str, tuple[Any, ...]]] = []
        for name, direction in directions.items():
            if direction is None:
                changes.append(("DELETE FROM own_directions WHERE name = ?", (name,)))
            elif direction.flipped or direction.name != name:
                raise ValueError(f"direction {direction.spelled!r} can't be kept as {name!r}")
            else:
                form = json.dumps(direction.as_json(), allow_nan=False)
                changes.append((_KEEP_DIRECTION, (name, form)))
        self.change(changes)

    def rename_direction(self, name: str, renamed: Direction) -> None:
        """Store a direction under another name, in the same place of the list."""
        kept = (renamed.name, json.dumps(renamed.as_json(), allow_nan=False), name)
        self.change([("UPDATE own_directions SET name = ?, direction = ? WHERE name = ?", kept)])

    def remove_direction(self, name: str) -> None:
        """Delete a direction; tags and labels under its name stay."""
        self.set_directions({name: None})

    def refined(self, model_key: str) -> dict[str, Inverted]:
        """Refined codes, by SHA-256 of the image, that replace the codes of a model."""
        from large_gui.project.codes.cache import Inverted

        query = "SELECT sha, layers, width, code, inversion_error, flags FROM refined WHERE encoder = ?"
        with self.understood():
            return {text(sha): Inverted.from_row(*row) for sha, *row in self.read(query, model_key)}

    def set_refined(self, model_key: str, codes: Mapping[str, Inverted | None]) -> None:
        """Store refined codes, or delete those that are ``None``, in one transaction."""
        changes: list[tuple[str, tuple[Any, ...]]] = []
        for sha, item in codes.items():
            if item is None:
                changes.append(("DELETE FROM refined WHERE encoder = ? AND sha = ?", (model_key, sha)))
            else:
                row = (model_key, sha, *item.as_row())
                changes.append(("INSERT OR REPLACE INTO refined VALUES (?, ?, ?, ?, ?, ?, ?)", row))
        self.change(changes)
