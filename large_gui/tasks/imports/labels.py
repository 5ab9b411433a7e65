"""Read labels for the images of an open folder from a table, and say what each row of it would do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from large_gui.core.words import count
from large_gui.project.commas import Commas, Reading
from large_gui.project.labels import read_labels
from large_gui.project.value import spelled
from large_gui.tasks.session import Session


class Effect(IntEnum):
    """What becomes of a row of the table, in the order in which a person wants to see them."""

    REFUSED = 0
    CHANGES = 1
    ADDS = 2
    KEEPS = 3


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """A row of the table: its line in the file, what it is about, what it says, and what becomes of it."""

    row: int
    text: str
    new: str
    effect: Effect
    remark: str


@dataclass(frozen=True)
class LabelImport:
    """What an import of labels would do.

    Attributes
    ----------
    values
        The labels that are new or other than before, by path.
    rows
        All rows that say something of an image or can't be used, in the order of `Effect`, then of the file.
    repeated
        How many rows say again what another says; they are not in ``rows``.
    excluded
        Paths of ``values`` that are left out of the line, as the table says.
    reading, doubt
        How commas in numbers are read, and a sentence if that is doubtful.
    """

    values: dict[str, float]
    rows: list[ImportedRow]
    repeated: int
    reading: Reading
    doubt: str
    excluded: frozenset[str] = frozenset()

    def count(self, effect: Effect) -> int:
        """How many rows have an effect."""
        return sum(row.effect is effect for row in self.rows)


def labels_for(session: Session, path: Path, commas: Commas | None = None) -> LabelImport:
    """What a table would do to the labels of a session; nothing is changed.

    Parameters
    ----------
    commas
        What a comma in a number means; by default what the numbers of the table show.

    Raises
    ------
    InputError
        When the table can't be read at all.
    """
    table = read_labels(path, commas=commas)
    paths = sorted(session.number)
    found = table.find(paths, (session.sha256[session.number[path]] for path in paths))
    rows = [
        ImportedRow(problem.row, problem.text, "", Effect.REFUSED, problem.why)
        for problem in (*table.problems, *found.problems)
    ]
    low, high = session.value.possible
    values: dict[str, float] = {}
    for image, value in found.values.items():
        number = session.number[image]
        old = session.labels.get(number)
        refused = ""
        if image in session.failures:
            refused = f"the image can't be used: {session.failures[image].why}"
        elif not low <= value <= high:
            refused = f"{spelled(value)} is outside {spelled(low)} to {spelled(high)}"
        out = image in found.excluded
        effect, remark = Effect.ADDS, "new, excluded" if out else "new"
        if refused:
            effect, remark = Effect.REFUSED, refused
        elif old is not None:
            same = old.value == value and old.excluded >= out
            effect = Effect.KEEPS if same else Effect.CHANGES
            remark = "as it is" if same else f"{spelled(old.value)} → {spelled(value)}"
            remark += ", stays excluded" if old.excluded else ", excluded" if out else ""
        if effect in (Effect.ADDS, Effect.CHANGES):
            values[image] = value
        rows.append(ImportedRow(found.rows[image], image, spelled(value), effect, remark))
    rows.sort(key=lambda row: (row.effect, row.row))
    return LabelImport(
        values, rows, table.repeated, table.reading, table.doubt, frozenset(found.excluded & values.keys())
    )


def summary_of(found: LabelImport, value: str) -> str:
    """What an import would do, in sentences.

    Parameters
    ----------
    value
        The name of what is measured, with its unit.
    """
    adds, changes, keeps = (found.count(e) for e in (Effect.ADDS, Effect.CHANGES, Effect.KEEPS))
    told = []
    if found.values:
        told.append(f"{count(adds + changes, 'label')} of {value} will be taken.")
    else:
        told.append(
            f"No label of {value} is new in this file."
            if keeps
            else f"No label of {value} can be taken from this file."
        )
    if changes:
        told.append(f"{count(changes, 'image')} with another label will get the new one.")
    if keeps:
        told.append(f"{count(keeps, 'label')} {'is' if keeps == 1 else 'are'} as in the file already.")
    if found.repeated:
        told.append(
            f"{count(found.repeated, 'row')} {'repeats' if found.repeated == 1 else 'repeat'} others."
        )
    if refused := found.count(Effect.REFUSED):
        told.append(f"{count(refused, 'row')} can't be used.")
    return " ".join(told)
