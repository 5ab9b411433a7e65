"""The command ``compare``: which model and which way predicts the labels of a folder best."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.cli.direction_argument import NamedDirection
from large_gui.cli.parsers import (
    Commands,
    add_command,
    add_folder,
    add_json,
    add_running,
    names,
    value_range,
    whole_numbers,
)
from large_gui.cli.results import check_json_place, inputs, message_stream, name_of, print_json, result
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, LargeError
from large_gui.project.outputs import check_outputs
from large_gui.tasks.models import model_names, open_model

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.comparing.report import Report, Row

_RANDOM, _APART = "random", "apart"


def add_to(commands: Commands) -> None:
    """Add the command."""
    compare = add_command(
        commands, "compare", "find out which model and way predicts labels best, and from how many", _compare
    )
    add_folder(compare)
    compare.add_argument("--labels", type=Path, required=True, help="CSV with header path,value")
    compare.add_argument(
        "--models", type=names, default=[], metavar="A,B",
        help="which models (default: all that measure these images)",
    )  # fmt: skip
    compare.add_argument(
        "--direction", dest="directions", action="append", default=[], metavar="NAME",
        help="the direction to measure along, or MODEL:NAME; may be given once for each model (default: each "
        "draw chooses among the model's directions by its own labels)",
    )  # fmt: skip
    compare.add_argument("--no-pixels", dest="pixels", action="store_false", help="leave out small pictures")
    compare.add_argument(
        "--shots", type=whole_numbers, default=[], metavar="K,K",
        help="numbers of labels (default: 2,5,10,20,50,... up to 1000 or half of the labels)",
    )  # fmt: skip
    compare.add_argument("--repeats", type=int, default=100, help="draws for each number (default: 100)")
    compare.add_argument("--seed", type=int, default=0)
    compare.add_argument(
        "--draws", choices=(_RANDOM, _APART), default=_RANDOM,
        help="labels are drawn at random, or apart from each other along the first direction that is named, "
        f"as in the paper (default: {_RANDOM})",
    )  # fmt: skip
    compare.add_argument("--values", type=value_range, metavar="LOW,HIGH", help="only labels in this range")
    compare.add_argument(
        "--central", type=float, default=1.0, metavar="SHARE",
        help="only this central share of the labels, such as 0.95",
    )  # fmt: skip
    compare.add_argument(
        "--show", type=int, default=0, metavar="K",
        help="the number of labels for which the page shows predictions (default: up to 100)",
    )  # fmt: skip
    compare.add_argument("--out", type=Path, help="JSON report to write; - is standard output")
    compare.add_argument("--page", type=Path, help="page with plots to write (.html)")
    add_json(compare)
    add_running(compare)


def _compare(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui compare``."""
    from large_gui.files import written_whole
    from large_gui.tasks.comparing.compare import Plan
    from large_gui.tasks.comparing.folder import compare_folder
    from large_gui.tasks.comparing.page import check_page, write_page
    from large_gui.tasks.invert import open_cache

    check_json_place(arguments)
    directions = _directions(arguments.directions, arguments.models)
    if arguments.page is not None:
        check_page(arguments.page)
    outputs = [path for path in (arguments.out, arguments.page) if path is not None]
    read = chain(inputs(arguments, outputs), _files(arguments.directions))
    check_outputs(outputs, read, force=arguments.force, kinds={arguments.out: "comparison"})
    plan = Plan(
        shots=tuple(arguments.shots), repeats=arguments.repeats, seed=arguments.seed,
        apart=arguments.draws == _APART, value_range=arguments.values, central=arguments.central,
        show=arguments.show, pixels=arguments.pixels,
    )  # fmt: skip
    with open_cache(arguments.cache) as cache:
        report = compare_folder(
            arguments.folder, arguments.labels, arguments.models, directions, cache, reporter, plan,
            engine=arguments.engine, device=arguments.device,
        )  # fmt: skip
    out = arguments.out if arguments.out is not None else Path("report.json")
    messages = sys.stderr if arguments.json else message_stream(out)
    if arguments.json:
        print_json(report.as_json())
    else:
        print(*_table(report), sep="\n", file=messages)
    if arguments.out is not None:
        with result(arguments.out) as path, written_whole(path) as whole:
            whole.write_text(json.dumps(report.as_json(), indent=1) + "\n", "utf-8")
        print(f"Report: {name_of(arguments.out)}", file=messages)
    if arguments.page is not None:
        write_page(report, arguments.page)
        print(f"Page: {arguments.page}", file=messages)


def _directions(typed: Sequence[str], models: Sequence[str]) -> dict[str, list[Direction]]:
    """The directions that were typed, by model.

    Raises
    ------
    InputError
        When no model has one of them, or a model is given two.
    """
    found: dict[str, list[Direction]] = {}
    for text in typed:
        for name, direction in _meant(text, models or model_names()).items():
            if name in found:
                raise InputError(
                    f"Two directions are named for the model {name!r}.", hint="Name one for each model."
                )
            found[name] = [direction]
    return found


def _files(typed: Sequence[str]) -> list[Path]:
    """The files that directions are read from."""
    meant = [part for text in typed for part in (text, text.partition(":")[2])]
    return [file for text in meant if (file := NamedDirection.parse(text).file) is not None]


def _meant(text: str, models: Sequence[str]) -> dict[str, Direction]:
    """The direction of each model that a text such as ``age`` or ``faces:age`` means."""
    text = text.removeprefix("-")  # a line goes up or down as the labels say
    head, colon, tail = text.partition(":")
    if colon and head in models:
        return {head: NamedDirection.parse(tail).of(open_model(head))}
    named = NamedDirection.parse(text)
    if named.file is not None:
        if len(models) > 1:
            raise InputError(
                f"It is not said which model's the direction in {named.name} is.",
                hint=f"Write its name in front, as in {models[0]}:{named.name}.",
            )
        return {models[0]: named.of(open_model(models[0]))}
    found, known = {}, []
    for name in models:
        try:
            model = open_model(name)
            known += [f"{name}:{direction}" for direction in model.directions]
            if named.name in model.directions:
                found[name] = named.of(model)
        except LargeError:
            if len(models) == 1:
                raise
            # what is wrong with a model is told when it would be measured with
    if not found:
        there = f"There are: {', '.join(known)}." if known else "None of them has any."
        raise InputError(f"None of the models has a direction called {named.name!r}.", hint=there)
    return found


def _table(report: Report) -> list[str]:
    """The figures as lines of text."""
    wide = max(len(way.name) for way in report.ways)
    head = f"labels   {'way':{wide}}   error (sd)       1 in 20 exceeds      R2   Spearman"
    rows = [_line(row, wide) for row in report.rows]
    mark = "* better than one value for all images, and no way is better, as far as can be told here"
    return [report.drawn, "", head, *rows, mark, "", report.advice]


def _line(row: Row, wide: int) -> str:
    from large_gui.tasks.comparing.report import share, tabled

    error = f"{tabled(row.mae)} ({tabled(row.sd)})"
    mark = "*" if row.good else " "
    fits = f"{tabled(row.worst):>15}   {share(row.r2):>5}   {share(row.spearman):>8}"
    return f"{row.k:6} {mark} {row.way:{wide}}   {error:16} {fits}"
