"""Read from a table which group each image of a folder belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.words import natural, printable
from large_gui.errors import InputError
from large_gui.project.labels import LabelProblem, normalise_path
from large_gui.project.tables import Table, read_table

PATHS = ("path", "file", "filename", "file name", "image")  # titles of the column that names the images
_MOST = 100  # groups of one column: with more it says something of each image, and groups nothing
_HINT = "The first line must name its columns, one of them path: path,treatment"


@dataclass(frozen=True)
class GroupColumn:
    """A column of a table that sorts images into groups.

    Attributes
    ----------
    name
        Its title.
    groups
        The group of each image, by its path in the folder.
    problems
        Rows that can't be used, by line.
    """

    name: str
    groups: dict[str, str]
    problems: list[LabelProblem]

    @property
    def sizes(self) -> dict[str, int]:
        """How many images each group has, by its name, in order of names."""
        found: dict[str, int] = {}
        for group in self.groups.values():
            found[group] = found.get(group, 0) + 1
        return {group: found[group] for group in sorted(found, key=natural)}


def group_columns(paths: Sequence[str], path: Path) -> list[GroupColumn]:
    """The columns of a table that sort images, given by their paths in the folder, into at least two groups.

    The table may be in any form that `read_table` reads. Images are named by their path in the folder, or by
    the name of the file alone where only one image has it.

    Raises
    ------
    InputError
        When the table can't be read, names no images, or has no such column.
    """
    table = read_table(path, "groups")
    place = next((table.header.index(title) for title in PATHS if title in table.header), -1)
    if place < 0:
        raise InputError(f"The table {path.name} does not say which images it is about.", hint=_HINT)
    named, problems = _images(paths, table, place)
    found = []
    for column, title in enumerate(table.titles):
        if column != place and title:
            groups, empty = _grouped(named, column, table.separator)
            made = GroupColumn(printable(title), groups, sorted([*problems, *empty], key=lambda p: p.row))
            if 1 < len(made.sizes) <= _MOST:
                found.append(made)
    if not found:
        hint = "A column has to say the group of each image, such as treated or control."
        if not named:
            hint = "None of its rows names an image of this folder; paths are relative to the folder."
        raise InputError(f"The table {path.name} makes no groups of these images.", hint=hint)
    return found


_Row = tuple[int, list[str]]  # line in the file, and its cells


def _images(
    paths: Sequence[str], table: Table, place: int
) -> tuple[dict[str, list[_Row]], list[LabelProblem]]:
    """The rows of each image, by its path, and a problem for each other row."""
    spelled: dict[str, str] = {}
    by_name: dict[str, list[str]] = {}
    for path in paths:
        spelled[normalise_path(path)] = path
        by_name.setdefault(normalise_path(path).rpartition("/")[2], []).append(path)
    named: dict[str, list[_Row]] = {}
    problems = []
    for row, cells in table.with_paths(place):
        name = normalise_path(cells[place]) if place < len(cells) else ""
        image, alike = spelled.get(name), by_name.get(name, [])
        why = ""
        if any(cell.strip() for cell in cells[len(table.header) :]):
            why = "more cells than the header"
        elif not name:
            why = "the path is empty"
        elif image is None and len(alike) > 1:
            why = f"{len(alike)} images have this name: give the path"
        elif image is None and not alike:
            why = "no such image in the folder"
        if why:
            problems.append(LabelProblem(row, table.separator.join(cells), why))
        else:
            named.setdefault(image or alike[0], []).append((row, cells))
    return named, problems


def _grouped(
    named: dict[str, list[_Row]], column: int, separator: str
) -> tuple[dict[str, str], list[LabelProblem]]:
    """The group of each image by one column, and a problem for each row that says none or another one."""
    groups, problems = {}, []
    for path, rows in named.items():
        said = {row: printable(cells[column].strip()) if column < len(cells) else "" for row, cells in rows}
        if len(set(said.values())) == 1 and all(said.values()):
            groups[path] = next(iter(said.values()))
            continue
        why = "the group is empty"
        if all(said.values()):
            where = ", ".join(str(row) for row in said)
            why = f"lines {where} put this image into different groups; none of them is used"
        problems += [LabelProblem(row, separator.join(cells), why) for row, cells in rows]
    return groups, problems
