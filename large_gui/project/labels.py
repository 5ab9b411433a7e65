"""Read a table of labels in any common form of CSV, and say for every row that was not used why."""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.commas import Commas, Reading, reading_of, without_thousands
from large_gui.project.export import COLUMNS
from large_gui.project.tables import read_table
from large_gui.project.value import plain_number, spelled

_CONTENT, _EXCLUDED = "sha256", "excluded"
HEADER_HINT = "The first line must be: path,value"
_SHA = re.compile(r"[0-9a-f]{64}")
_NAMED = 20  # lines that are named
_AS_TYPED = Reading(Commas.DECIMAL)
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
    reading
        What commas in its numbers mean.
    contents
        Path to SHA-256 of the image, where the table has such a column.
    repeated
        How many rows say again what another says.
    excluded
        Paths whose value a person left out of the calibration, in a table that this program wrote.
    """

    values: dict[str, float]
    rows: dict[str, int] = field(default_factory=dict)
    problems: list[LabelProblem] = field(default_factory=list)
    reading: Reading = _AS_TYPED
    contents: dict[str, str] = field(default_factory=dict)
    repeated: int = 0
    excluded: frozenset[str] = frozenset()

    @property
    def doubt(self) -> str:
        """A sentence if commas in its numbers may mean two things; otherwise empty."""
        number = self.reading.doubtful
        if not number:
            return ""
        try:
            meant = [plain_number(text) for text in (without_thousands(number), number)]
        except ValueError:  # more than any label can be
            return ""
        if self.reading.commas is Commas.DECIMAL:
            meant.reverse()
        return f"{number} is read as {spelled(meant[0])}, and not as {spelled(meant[1])}."

    def match(self, paths: Iterable[str]) -> tuple[dict[str, float], list[LabelProblem]]:
        """Labels of the images at ``paths`` (as spelled there), and a problem for each unknown path."""
        found = self.find(paths)
        return found.values, found.problems

    def find(self, paths: Iterable[str], sha256: Iterable[str] = ()) -> Found:
        """Labels of images by path, or else by content where the table says contents.

        Parameters
        ----------
        paths
            The images, as they are spelled in the result.
        sha256
            Contents of the first of these images, empty where one is not known.
        """
        wanted = set(self.contents.values())
        spelled: dict[str, str] = {}  # of a million paths only those with a label are kept
        twice: set[str] = set()
        places: dict[str, list[str]] = {}
        for path, sha in zip_longest(paths, sha256, fillvalue=""):
            if (plain := normalise_path(path)) in self.values:
                if spelled.setdefault(plain, path) != path:
                    twice.add(plain)
            elif sha in wanted:
                places.setdefault(sha, []).append(path)
        found = Found({}, {}, [], set())
        elsewhere: dict[str, list[str]] = {}  # paths in the table, by the content that is here under others
        for p, value in self.values.items():
            if p in twice:
                why = "two images of the folder have this path, spelled in two ways"
                found.problems.append(LabelProblem(self.rows.get(p, 0), p, why))
            elif p in spelled:
                found.values[spelled[p]], found.rows[spelled[p]] = value, self.rows.get(p, 0)
                found.excluded.update({spelled[p]} if p in self.excluded else ())
            elif (sha := self.contents.get(p, "")) in places:
                elsewhere.setdefault(sha, []).append(p)
            else:
                found.problems.append(LabelProblem(self.rows.get(p, 0), p, "no such image in the folder"))
        for sha, names in elsewhere.items():
            if len({self.values[p] for p in names}) == 1:
                found.values.update(dict.fromkeys(places[sha], self.values[names[0]]))
                found.rows.update(dict.fromkeys(places[sha], self.rows[names[0]]))
                found.excluded.update(places[sha] if self.excluded.intersection(names) else ())
                continue
            where = _listed([self.rows[p] for p in names])
            why = f"lines {where} give this content different values; none of them is used"
            found.problems.extend(LabelProblem(self.rows[p], p, why) for p in names)
        return found


class Found(NamedTuple):
    """The labels of a table that are of images of a folder.

    Attributes
    ----------
    values, rows
        The value of each image that has one, and the line of the table that says so, by path.
    problems
        The rows that are of no image, or contradict each other.
    excluded
        The images, among those with a value, whose value is left out of the calibration.
    """

    values: dict[str, float]
    rows: dict[str, int]
    problems: list[LabelProblem]
    excluded: set[str]

    @property
    def used(self) -> dict[str, float]:
        """The values of the images whose values are not left out."""
        return {path: value for path, value in self.values.items() if path not in self.excluded}

    @property
    def left_out(self) -> str:
        """A sentence if values are left out; otherwise empty."""
        out, are = len(self.excluded), "is" if len(self.excluded) == 1 else "are"
        return f"{count(out, 'label')} {are} excluded, as their table says." if out else ""


def _listed(rows: Sequence[int]) -> str:
    """The numbers of lines in words, the first of them if they are many."""
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    return ", ".join(map(str, rows[:_NAMED])) + more


def normalise_path(path: str) -> str:
    """The path with slashes, without ``.`` parts, in Unicode NFC: systems write one name in several ways."""
    text = unicodedata.normalize("NFC", path).replace("\\", "/")
    while (shorter := posixpath.normpath(text.strip()) if text.strip() else "") != text:
        text = shorter  # what is taken away may leave a blank at the end
    return text


def read_labels(
    path: Path, number: Callable[[str], float] = plain_number, commas: Commas | None = None
) -> LabelTable:
    """Read a CSV of labels.

    The file is UTF-8 with or without a BOM. It may have a comma, semicolon or tab between cells, a decimal
    point or comma, commas between thousands, any line ends, and blank lines. Columns other than ``path``,
    ``value`` and ``sha256`` are ignored; with ``sha256``, the contents of images, ``path`` may be missing.
    Without ``value``, ``label`` stands for it; in a table that this program wrote, 1 in ``excluded`` leaves
    it out of the calibration. In a file with a BOM, an apostrophe that keeps a spreadsheet from taking a path
    for a formula is not part of the path.

    Parameters
    ----------
    number
        Reads a value; the text of its ValueError completes "the value is ...".
    commas
        What a comma in a number means; by default what the numbers of the column show.

    Raises
    ------
    InputError
        When the file can't be read, is not UTF-8 text, lacks the header, or has a quote that never ends.
    """
    table = read_table(path, "labels")
    ours = tuple(table.header[:2]) == COLUMNS[:2] and "label" in table.header  # this program wrote it
    if ours or ("label" in table.header and "value" not in table.header):
        table.header[table.header.index("label")] = "value"
    if "path" not in table.header and _CONTENT in table.header:
        table.header[table.header.index(_CONTENT)] = "path"  # the content itself names an image
    if "path" not in table.header or "value" not in table.header:
        raise InputError(f"The labels {path} lack the columns path and value.", hint=HEADER_HINT)
    lines = table.with_paths(table.header.index("path"))
    place = table.header.index("value")
    reading = reading_of((cells[place] for _, cells in lines if place < len(cells)), table.separator)
    if commas is not None:
        reading = reading._replace(commas=commas)

    def read(text: str) -> float:
        return number(without_thousands(text) if reading.commas is Commas.THOUSANDS else text)

    out = table.header.index(_EXCLUDED) if ours and _EXCLUDED in table.header else None
    return replace(_collect(lines, table.header, table.separator, read, out), reading=reading)


def _collect(
    lines: list[tuple[int, list[str]]], header: list[str], separator: str, number: Callable[[str], float],
    out: int | None,
) -> LabelTable:  # fmt: skip
    """The labels of lines; ``out`` is the place of the column that leaves labels out, if there is one."""
    problems: list[LabelProblem] = []
    seen: dict[str, list[tuple[int, str, float]]] = {}
    contents: dict[str, str] = {}
    excluded: set[str] = set()
    content = header.index(_CONTENT) if _CONTENT in header else header.index("path")
    for row, cells in lines:
        try:
            name, value = _parse(cells, header, number)
            if out is not None and _left_out(cells[out : out + 1]):
                excluded.add(name)
        except ValueError as error:
            problems.append(LabelProblem(row, separator.join(cells), str(error)))
        else:
            seen.setdefault(name, []).append((row, separator.join(cells), value))
            if content < len(cells) and _SHA.fullmatch(sha := cells[content].strip().lower()):
                contents[name] = sha
    values, rows, repeated = {}, {}, 0
    for name, entries in seen.items():
        if len({value for _, _, value in entries}) == 1:
            rows[name], _, values[name] = entries[0]
            repeated += len(entries) - 1
            continue
        where = _listed([row for row, _, _ in entries])
        why = f"lines {where} give this path different values; none of them is used"
        problems += [LabelProblem(row, text, why) for row, text, _ in entries]
    problems.sort(key=lambda p: p.row)
    return LabelTable(
        values, rows, problems, contents=contents, repeated=repeated,
        excluded=frozenset(excluded & values.keys()),
    )  # fmt: skip


def _left_out(cell: Sequence[str]) -> bool:
    """Whether a cell, which may be missing, says that a label is left out."""
    text = cell[0].strip() if cell else ""
    if text not in ("", "0", "1"):
        raise ValueError(f"{_EXCLUDED} is neither 0 nor 1")
    return text == "1"


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
