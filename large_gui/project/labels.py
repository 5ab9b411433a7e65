"""Read a table of labels in any common form of CSV, and say for every row that was not used why."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.export import COLUMNS
from large_gui.project.tables import read_table
from large_gui.project.value import plain_number

HEADER_HINT = "The first line must be: path,value"
_OUTSIDE = re.compile(r"/|[A-Za-z]:|\.\.(/|$)")


@dataclass(frozen=True)
class LabelProblem:
    """A row that was not used: its line in the file (the header is 1), what it says, and why."""

    row: int
    text: str
    why: str


@dataclass(frozen=True)
class LabelTable:
    """Labels by path, relative to the folder of images with ``/`` between the parts.

    Attributes
    ----------
    values
        Path to value.
    rows
        Path to the line it was read from.
    problems
        Rows that were not used, by line. If two rows give one path different values, both are in this list,
        because nobody knows which one is right. Rows that repeat the same value are not.
    """

    values: dict[str, float]
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[LabelProblem] = field(default_factory=list)

    def match(self, paths: Iterable[str]) -> tuple[dict[str, float], list[LabelProblem]]:
        """Labels of the images at ``paths`` (as spelled there), and a problem for each unknown path."""
        # Of a million paths only those with a label are kept.
        spelled = {plain: p for p in paths if (plain := normalise_path(p)) in self.values}
        found = {spelled[p]: v for p, v in self.values.items() if p in spelled}
        unknown = [
            LabelProblem(self.rows.get(p, 0), p, "no such image in the folder")
            for p in self.values
            if p not in spelled
        ]
        return found, unknown


def normalise_path(path: str) -> str:
    """The path with slashes, without ``.`` parts, in Unicode NFC: systems write one name in several ways."""
    text = unicodedata.normalize("NFC", path).replace("\\", "/")
    while (shorter := posixpath.normpath(text.strip()) if text.strip() else "") != text:
        text = shorter  # what is taken away may leave a blank at the end
    return text


def read_labels(path: Path, number: Callable[[str], float] = plain_number) -> LabelTable:
    """Read a CSV of labels.

    The file is UTF-8 with or without a BOM. It may have a comma, semicolon or tab between cells, a decimal
    point or comma, any line ends, and blank lines. Columns other than ``path`` and ``value`` are ignored; in
    a table that this program wrote, ``label`` stands for ``value``. In a file with a BOM, an apostrophe that
    keeps a spreadsheet from taking a path for a formula is not part of the path.

    Parameters
    ----------
    number
        Reads a value; the text of its ValueError completes "the value is ...".

    Raises
    ------
    InputError
        When the file can't be read, is not UTF-8 text, lacks the header, or has a quote that never ends.
    """
    table = read_table(path, "labels")
    if tuple(table.header[:2]) == COLUMNS[:2] and "label" in table.header:  # a table that this program wrote
        table.header[table.header.index("label")] = "value"
    if "path" not in table.header or "value" not in table.header:
        raise InputError(f"The labels {path} lack the columns path and value.", hint=HEADER_HINT)
    lines = table.with_paths(table.header.index("path"))
    return _collect(lines, table.header, table.separator, number)


def _collect(
    lines: list[tuple[int, list[str]]], header: list[str], separator: str, number: Callable[[str], float]
) -> LabelTable:
    problems: list[LabelProblem] = []
    seen: dict[str, list[tuple[int, str, float]]] = {}
    for row, cells in lines:
        try:
            name, value = _parse(cells, header, number)
        except ValueError as error:
            problems.append(LabelProblem(row, separator.join(cells), str(error)))
        else:
            seen.setdefault(name, []).append((row, separator.join(cells), value))
    values, rows = {}, {}
    for name, entries in seen.items():
        if len({value for _, _, value in entries}) == 1:
            rows[name], _, values[name] = entries[0]
            continue
        where = ", ".join(str(row) for row, _, _ in entries)
        why = f"lines {where} give this path different values; none of them is used"
        problems += [LabelProblem(row, text, why) for row, text, _ in entries]
    return LabelTable(values, rows, sorted(problems, key=lambda p: p.row))


def _parse(cells: list[str], header: list[str], read: Callable[[str], float]) -> tuple[str, float]:
    """Path and value of one row; the ValueError's text says what is wrong."""
    if any(c.strip() for c in cells[len(header) :]):
        raise ValueError("more cells than the header; a decimal comma needs quotes or semicolons")
    cells = [*cells, *[""] * (len(header) - len(cells))]
    name, number = normalise_path(cells[header.index("path")]), cells[header.index("value")].strip()
    if not name:
        raise ValueError("the path is empty")
    if _OUTSIDE.match(name):
        raise ValueError("the path is not relative to the folder of images")
    try:
        return name, read(number)
    except ValueError as error:
        raise ValueError(f"the value is {error}") from error
