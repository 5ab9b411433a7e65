"""What ``sort`` and ``predict`` share: the arguments for their table, and how it is written and told."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.cli.parsers import Parser, add_json, add_provenance, names
from large_gui.cli.results import (
    check_json_place,
    inputs,
    message_stream,
    name_of,
    options_told,
    print_json,
    provenance_of,
    result,
)
from large_gui.core.choices import Flag
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.export import COLUMNS, check_columns, write_csv
from large_gui.project.outputs import check_ending, check_outputs, stale_provenance
from large_gui.tasks.models import model_card

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.core.reporter import Reporter
    from large_gui.project.value import Value
    from large_gui.tasks.exports.methods import Account
    from large_gui.tasks.models import Model
    from large_gui.tasks.sort import SortResult
    from large_gui.tasks.sorting.rows import SortedRows


def add_table(parser: Parser) -> None:
    """Add the arguments for the table that a command writes."""
    parser.add_argument("--out", type=Path, required=True, help="CSV to write; - is standard output")
    parser.add_argument("--sheet", type=Path, help="sorted contact sheet to write (.png, .jpg)")
    parser.add_argument(
        "--columns", type=names, metavar="NAME,NAME", default=list(COLUMNS),
        help=f"columns of the table, in this order (default: all, {', '.join(COLUMNS)})",
    )  # fmt: skip
    parser.add_argument(
        "--flags", type=names, metavar="FLAG,FLAG", default=[],
        help="write only the rows of images that have one of these flags; ranks and predictions stay those "
        "of the whole folder",
    )  # fmt: skip
    parser.add_argument(
        "--without-flags", type=names, metavar="FLAG,FLAG", default=[],
        help=f"leave out the rows of images that have one of these flags ({', '.join(Flag)}), and say how "
        "many",
    )  # fmt: skip
    add_provenance(parser)
    add_json(parser)


def check_table(arguments: Namespace, *more: Path) -> None:
    """Check all that can be known of a command's outputs before an image is read.

    Parameters
    ----------
    more
        Files that the command writes beside the table and the sheet.

    Raises
    ------
    InputError
        When a column or flag is not known, or a file can't or may not be written.
    """
    check_columns(arguments.columns)
    for flag in (*arguments.flags, *arguments.without_flags):
        if flag not in list(Flag):
            raise InputError(f"There is no flag {flag!r}.", hint=f"There are: {', '.join(Flag)}.")
    check_json_place(arguments)
    outputs = [arguments.out, *more]
    if (provenance := provenance_of(arguments)) is not None:
        outputs.append(provenance)
    if arguments.sheet is not None:
        from large_gui.tasks.exports.contact_sheet import check_sheet

        check_sheet(arguments.sheet)
        outputs.append(arguments.sheet)
    kinds = {
        arguments.out: "table", arguments.sheet: "picture", getattr(arguments, "fit_out", None): "fit",
        provenance: "provenance",
    }  # fmt: skip
    check_outputs(outputs, inputs(arguments, outputs), force=arguments.force, kinds=kinds)
    check_ending(arguments.out, "A table", ".csv", ".txt", "")
    if (fit := getattr(arguments, "fit_out", None)) is not None:
        check_ending(fit, "A fit", ".json", "")


def write_table(arguments: Namespace, found: SortResult, reporter: Reporter) -> SortedRows:
    """Write the table and return its rows; warn if an earlier provenance now tells of another table."""
    rows = found.rows.flagged(arguments.flags, arguments.without_flags)
    with result(arguments.out) as path:
        write_csv(rows, path, columns=arguments.columns)
    if not arguments.provenance and (stale := stale_provenance(arguments.out)):
        reporter.warn(stale)
    return rows


def write_table_provenance(
    arguments: Namespace, command: str, found: SortResult, model: Model, account: Account
) -> Path | None:
    """Write how the table came about, if it was asked for; return the file."""
    file = provenance_of(arguments)
    if file is None:
        return None
    from large_gui.tasks.fits.provenance import Run, UsedLabel, write_provenance

    run = Run(
        command, options_told(arguments), arguments.folder, arguments.out, model.device,
        labels=getattr(arguments, "labels", None),
        fit=getattr(arguments, "fit", None) or getattr(arguments, "fit_out", None),
    )  # fmt: skip
    labelled = () if found.calibration is None else found.labelled
    used = (UsedLabel(row.path, row.label, row.sha256) for row in labelled if row.label is not None)
    write_provenance(run, model_card(model.name), account, used, file)
    return file


def account_of(found: SortResult, direction: Direction, value: Value, fitted: str = "") -> Account:
    """What was done with the images that were sorted.

    Parameters
    ----------
    fitted
        The date of the fit, if the line comes from a file.
    """
    from large_gui.tasks.exports.methods import Account

    return Account(
        direction, found.calibration, replace(value, name=value.name or direction.name),
        found.rows.measured.flags, found.failed, labels=len(found.labelled) + len(found.unused),
        unused=Counter(found.unused.values()), fitted=fitted,
    )  # fmt: skip


def tell_table(
    arguments: Namespace, found: SortResult, rows: SortedRows, direction: Direction, value: Value,
    line: str, files: dict[str, Path | None],
) -> None:  # fmt: skip
    """Say in words, or as JSON, what was sorted and written; the sheet is written first.

    Parameters
    ----------
    rows
        Those that were written.
    line
        What to say of the calibration; empty without one.
    files
        Further files that were written, by what they hold.
    """
    if arguments.sheet is not None:
        from large_gui.tasks.exports.contact_sheet import SheetWords, write_sheet

        words = SheetWords(direction.low, direction.high, value.name, value.unit)
        write_sheet(found.rows.placed, arguments.folder, arguments.sheet, words=words)
    placed = len(found.rows.placed)
    faceless = len(found.rows) - found.failed - placed
    out = len(found.rows) - len(rows)
    written = {"table": arguments.out, "sheet": arguments.sheet, **files}
    if arguments.json:
        print_json(
            {
                "folder": str(arguments.folder), "model": found.rows[0].model,
                "direction": direction.spelled, "images": len(found.rows), "placed": placed,
                "faceless": faceless, "failed": found.failed, "left_out": out,
                "flags": dict(sorted(found.rows.flags.counts().items())),
                "calibration": None if found.calibration is None else found.calibration.as_json(),
                "files": {name: str(path) for name, path in written.items() if path is not None},
            }
        )  # fmt: skip
        return
    messages = message_stream(arguments.out)
    parts = [f"Sorted {count(placed, 'image')} by {direction.spelled}, {' to '.join(direction.ends)}."]
    if faceless:
        parts.append(f"{faceless:,} without a face {'has' if faceless == 1 else 'have'} no rank.")
    if found.failed:
        parts.append(f"{found.failed:,} could not be read.")
    if out:
        parts.append(f"{count(out, 'image is', 'images are')} left out of the table by {_chosen(arguments)}.")
    print(*parts, file=messages)
    if line:
        print(line, file=messages)
    for name, path in written.items():
        if path is not None:
            print(f"{name.capitalize()}: {name_of(path)}", file=messages)


def _chosen(arguments: Namespace) -> str:
    chosen: dict[str, Any] = {"--flags": arguments.flags, "--without-flags": arguments.without_flags}
    return " and ".join(f"{option} {','.join(flags)}" for option, flags in chosen.items() if flags)
