"""Read a table in any common form of CSV into its cells."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import dataclass
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.export import FORMULA


@dataclass(frozen=True)
class Table:
    """The cells of a table that came from outside.

    Attributes
    ----------
    header
        The titles of its columns, in lower case.
    titles
        The same as they are spelled there.
    lines
        The line in the file and the cells of every other row that is not blank.
    separator
        What stands between cells.
    for_spreadsheets
        Whether it begins with a byte order mark.
    """

    header: list[str]
    titles: list[str]
    lines: list[tuple[int, list[str]]]
    separator: str
    for_spreadsheets: bool

    def with_paths(self, place: int) -> list[tuple[int, list[str]]]:
        """The rows, in which an apostrophe that guards a path from spreadsheets is no part of the path."""
        if not self.for_spreadsheets:
            return self.lines
        return [
            (row, [_unguarded(c) if i == place else c for i, c in enumerate(cells)])
            for row, cells in self.lines
        ]


def read_table(path: Path, what: str) -> Table:
    """Read a CSV with a header.

    The file is UTF-8 with or without a BOM. It may have a comma, semicolon or tab between cells, any line
    ends, and blank lines.

    Parameters
    ----------
    what
        What the table holds, for sentences: ``labels``.

    Raises
    ------
    InputError
        When the file can't be read, is not UTF-8 text, or has a quote that never ends.
    """
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise InputError(
            f"The {what} {path} can't be read.",
            hint="It is a folder: give a table." if path.is_dir() else "Check that the file is there.",
            detail=str(error),
        ) from error
    except UnicodeDecodeError as error:
        raise InputError(
            f"The {what} {path} are not UTF-8 text.", hint="Save the table as CSV UTF-8.", detail=str(error)
        ) from error
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if any(c.strip() for c in cells)]
    except csv.Error as error:
        raise InputError(
            f"The {what} {path} can't be read from line {reader.line_num} on.",
            hint="Look for a quotation mark that is opened and never closed.",
            detail=str(error),
        ) from error
    titles = [c.strip() for c in lines[0][1]] if lines else []
    header = [title.lower() for title in titles]
    return Table(header, titles, lines[1:], separator, content.startswith(codecs.BOM_UTF8))


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith(tuple(f"'{c}" for c in FORMULA)) else text
