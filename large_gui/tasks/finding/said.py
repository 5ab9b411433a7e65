"""What a person said of a folder's images, in a table: values, tags, or which of two images has more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Answer
from large_gui.core.comparing.compared import WON
from large_gui.core.reporter import Reporter
from large_gui.directions.finder import Finder, Need
from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.contents import labels_of
from large_gui.project.images.manifest import Manifest
from large_gui.project.labels import LabelProblem, normalise_path, read_labels
from large_gui.project.tables import read_table
from large_gui.project.value import plain_number
from large_gui.tasks.sorting.labelled import tell_labels

_TAGS = {"yes": 1.0, "no": 0.0, "true": 1.0, "false": 0.0}
_COLUMNS = ("first", "second", "answer")
Judged = tuple[int, int, float]  # numbers of two images, and 1, 0 or 0.5 as in `bradley_terry`


def read_said(
    table: Path, images: Manifest, finder: Finder, cache: CodeCache, reporter: Reporter
) -> Mapping[str, float]:
    """What a table says of images, by path; rows that can't be used are reported.

    Tags are 1 or 0, yes or no, true or false.

    Raises
    ------
    InputError
        When it can't be read, or tags are something else.
    """
    tagged = Need.TAGS in finder.needs
    rows = read_labels(table, _tag) if tagged else read_labels(table)
    found = labels_of(rows, images, cache, reporter)
    tell_labels(rows, found, reporter, name=table.name)
    matched = found.used
    wrong = [path for path, value in matched.items() if value not in (0, 1)]
    if tagged and wrong:
        raise InputError(
            f"{table.name} gives {wrong[0]} the tag {matched[wrong[0]]:g}, which is neither 1 nor 0.",
            hint="Write 1 for images that have it and 0 for those that don't.",
        )
    return matched


def read_answers(table: Path, paths: Sequence[str], reporter: Reporter) -> tuple[list[str], list[Judged]]:
    """Answers to "which of these two has more?", from a CSV with the header ``first,second,answer``.

    Rows that can't be used are reported.

    Returns
    -------
    images, answers
        The images that are named, as spelled in ``paths``, and the answers about their numbers there.

    Raises
    ------
    InputError
        When it can't be read, or lacks its header.
    """
    read = read_table(table, "answers")
    if not set(_COLUMNS) <= set(read.header):
        raise InputError(
            f"The answers {table} have no header.", hint=f"The first line must be: {','.join(_COLUMNS)}"
        )
    places = [read.header.index(column) for column in _COLUMNS]
    spelled = {normalise_path(path): path for path in paths}
    numbers: dict[str, int] = {}
    answers: list[Judged] = []
    problems = []
    lines = replace(read, lines=read.with_paths(places[0])).with_paths(places[1])
    for row, cells in lines:
        first, second, answer = (cells[place].strip() if place < len(cells) else "" for place in places)
        named = [spelled.get(normalise_path(name)) for name in (first, second)]
        why = ""
        if None in named:
            why = "no such image in the folder"
        elif named[0] == named[1]:
            why = "both are the same image"
        elif answer.lower() not in WON:
            why = f"the answer is none of {', '.join(Answer)}"
        if why:
            problems.append(LabelProblem(row, read.separator.join(cells), why))
            continue
        one, other = (numbers.setdefault(str(name), len(numbers)) for name in named)
        answers.append((one, other, WON[Answer(answer.lower())]))
    _warn(table, problems, reporter)
    return list(numbers), answers


def materials_of(
    finder: Finder, said: Sequence[float], answers: Sequence[Judged], places: NDArray[np.intp]
) -> dict[str, Any]:
    """The part of a finder's materials that somebody said.

    Parameters
    ----------
    said
        The value or tag of each image, empty where there are answers.
    places
        Numbers of the images that have codes, in their order.

    Raises
    ------
    InputError
        When the finder takes more.
    """
    if Need.PAIRS in finder.needs:
        from large_gui.directions.rank import pairs_of_values

        if len(said):
            pairs, won = pairs_of_values(np.asarray(said, np.float64)[places])
            return {"pairs": pairs, "won": won}
        number = {int(place): i for i, place in enumerate(places)}
        known = [(number[a], number[b], won) for a, b, won in answers if a in number and b in number]
        pairs = np.array([pair[:2] for pair in known], np.intp).reshape(-1, 2)
        return {"pairs": pairs, "won": np.array([won for _, _, won in known])}
    values = np.asarray(said, np.float64)[places]
    finder.check(list(values))
    return {"tags": values > 0} if Need.TAGS in finder.needs else {"values": values}


def _tag(text: str) -> float:
    """A tag as a person writes it; the ValueError's text says what is wrong."""
    return _TAGS[text.lower()] if text.lower() in _TAGS else plain_number(text)


def _warn(table: Path, problems: Iterable[LabelProblem], reporter: Reporter) -> None:
    for problem in sorted(problems, key=lambda problem: problem.row):
        reporter.warn(f"{table.name}, row {problem.row}: {problem.why} ({problem.text})")
