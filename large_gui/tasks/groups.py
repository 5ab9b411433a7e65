"""The groupings of a folder's images: by subfolder, by tag, by columns of tables, and the folder before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.words import natural
from large_gui.tasks.duplicates.report import twins
from large_gui.tasks.session import Session
from large_gui.tasks.shown import Tags

FOLDER, DUPLICATES = "folder", "duplicates"
Groups = dict[str, list[int]]  # name of a group: numbers of its images
_TAG = "tag "


def groupings(session: Session, tags: Tags, columns: Mapping[str, Mapping[str, str]]) -> dict[str, Groups]:
    """Every grouping by its name; only those of at least two groups that have images.

    Parameters
    ----------
    tags
        Marks by name, then by path.
    columns
        Groupings from tables by name, then by path.
    """
    found = {FOLDER: _by_folder(session), DUPLICATES: _by_duplicates(session)}
    for name, marks in tags.items():
        if name:
            found[tagged(name)] = _grouped(session, {path: _TAGGED[has] for path, has in marks.items()})
    for name, groups in columns.items():
        found[name] = _grouped(session, groups)
    return {name: groups for name, groups in found.items() if len(groups) > 1}


_TAGGED = {True: "with", False: "without"}


def may_be_named(name: str) -> bool:
    """Whether a grouping from a table may have a name: not that of subfolders, duplicates or a tag."""
    return bool(name) and name not in (FOLDER, DUPLICATES) and not name.startswith(_TAG)


def in_words(grouping: str, group: str, session: Session) -> str:
    """The name of a group as it is said beside others: ``with glasses`` and not only ``with``."""
    if grouping.startswith(_TAG):
        return f"{group} {grouping.removeprefix(_TAG)}"
    return f"{session.folder.name} itself" if (grouping, group) == (FOLDER, ".") else group


def figures(session: Session, numbers: Sequence[int]) -> NDArray[np.float64]:
    """The calibrated values of images if there is a line, else their distances; only of those that count."""
    values = session.distances if session.calibration is None else session.predictions()
    return np.asarray(values[counted(session, numbers)], np.float64)


def counted(session: Session, numbers: Sequence[int]) -> NDArray[np.intp]:
    """The images of a group that count, in their order: those with a rank, and of copies in it the first."""
    ranked = _ranked(session, numbers)
    _, first = np.unique(session.originals[ranked], return_index=True)
    return ranked[np.sort(first)]


def copies_among(session: Session, numbers: Sequence[int]) -> int:
    """How many images of a group have a rank and don't count, because they are copies of others in it."""
    return len(_ranked(session, numbers)) - len(counted(session, numbers))


def _ranked(session: Session, numbers: Sequence[int]) -> NDArray[np.intp]:
    asked = np.array(numbers, np.intp)
    return asked[np.isfinite(session.distances[asked]) & ~session.faceless[asked]]


def tagged(name: str) -> str:
    """The name of the grouping by a tag."""
    return f"{_TAG}{name}"


def _by_folder(session: Session) -> Groups:
    """Groups by the first folder below the one that is open; images in that one itself are a group too."""
    return _grouped(
        session, {path: path.rpartition("/")[0].partition("/")[0] or "." for path in session.number}
    )


def _by_duplicates(session: Session) -> Groups:
    """Images with a copy of the same content, those that are nearly the same as another, and all others."""
    paths = list(session.number)
    groups = twins(paths, [session.sha256[i] for i in session.number.values()], session.near)
    kinds = {path: str(group.kind(i)) for group in groups for i, path in enumerate(group.paths)}
    return _grouped(session, {path: kinds.get(path, "no duplicate") for path in paths})


def _grouped(session: Session, groups: Mapping[str, str]) -> Groups:
    found: Groups = {}
    for path, group in groups.items():
        if path in session.number:
            found.setdefault(group, []).append(session.number[path])
    return {group: found[group] for group in sorted(found, key=natural)}


# The folder that was open before


@dataclass(frozen=True, eq=False)
class Earlier:
    """What is remembered of a folder that was closed: distances, and no images.

    Attributes
    ----------
    folder
        Where its images are.
    model
        The key of the model that measured them.
    along
        Distances of its images that count, for each direction by `_fingerprint`.
    copies
        How many images with a rank don't count, because they are copies of others.
    """

    folder: Path
    model: str
    along: Mapping[str, NDArray[np.float32]]
    copies: int = 0

    def figures(self, session: Session) -> NDArray[np.float64] | None:
        """The same as `figures` says of a session's images; ``None`` along a direction it does not know."""
        direction = session.direction
        found = None if direction is None else self.along.get(_fingerprint(direction))
        if direction is None or found is None:
            return None
        distances = direction.sign * found.astype(np.float64)
        return distances if session.calibration is None else session.calibration.predict(distances)


def remember(known: Sequence[Earlier], session: Session, model: str) -> list[Earlier]:
    """What to remember once a folder is closed: it, and one other, for it may be opened again next."""
    numbers = session.numbers().tolist()
    count = counted(session, numbers)
    if not len(count):
        return list(known)
    along = {_fingerprint(d): session.along(d.name)[count].astype(np.float32) for d in session.directions}
    others = [earlier for earlier in known if earlier.folder != session.folder]
    return [*others[-1:], Earlier(session.folder, model, along, copies_among(session, numbers))]


def before(known: Sequence[Earlier], session: Session, model: str) -> Earlier | None:
    """The folder that was open before this one, if it was measured in the same way."""
    for earlier in reversed(known):
        if (
            earlier.folder != session.folder
            and earlier.model == model
            and earlier.figures(session) is not None
        ):
            return earlier
    return None


def _fingerprint(direction: Direction) -> str:
    """What decides the distances along a direction, whichever way it is turned."""
    parts = (direction.normal, direction.layer_importance, np.float64(direction.intercept))
    content = b"".join(np.ascontiguousarray(part).tobytes() for part in parts if part is not None)
    return f"{direction.name} {sha256(content).hexdigest()}"
