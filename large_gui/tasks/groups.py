"""The groupings of a folder's images: by subfolder, by tag, and by the columns of tables."""

from __future__ import annotations

from collections.abc import Mapping

from large_gui.tasks.session import Session
from large_gui.tasks.shown import Tags

FOLDER = "folder"
Groups = dict[str, list[int]]  # name of a group: numbers of its images


def groupings(session: Session, tags: Tags, columns: Mapping[str, Mapping[str, str]]) -> dict[str, Groups]:
    """Every grouping by its name; only those of at least two groups that have images.

    Parameters
    ----------
    tags
        Marks by name, then by path.
    columns
        Groupings from tables by name, then by path.
    """
    found = {FOLDER: _by_folder(session)}
    for name, marks in tags.items():
        if name:
            found[f"tag {name}"] = _grouped(session, {path: _TAGGED[has] for path, has in marks.items()})
    for name, groups in columns.items():
        found[name] = _grouped(session, groups)
    return {name: groups for name, groups in found.items() if len(groups) > 1}


_TAGGED = {True: "with", False: "without"}


def _by_folder(session: Session) -> Groups:
    """Groups by the first folder below the one that is open; images in that one itself are a group too."""
    return _grouped(
        session, {path: path.rpartition("/")[0].partition("/")[0] or "." for path in session.paths}
    )


def _grouped(session: Session, groups: Mapping[str, str]) -> Groups:
    found: Groups = {}
    for path, group in groups.items():
        if path in session.number:
            found.setdefault(group, []).append(session.number[path])
    return dict(sorted(found.items()))
