"""Which class each training image belongs to: by subfolder, or by a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import InputError
from large_gui.tasks.imports.groups import group_columns

SUBFOLDERS = "subfolders"  # classes by the first folder below the one with the images
_NAMED = 5  # lines of a table that are named


def classes_of(paths: Sequence[str], source: str, reporter: Reporter) -> dict[str, str] | None:
    """The class of each image that has one, by path; ``None`` if none was asked for.

    Parameters
    ----------
    source
        `SUBFOLDERS`, the path of a table with the columns path and class, or empty for no classes.

    Raises
    ------
    InputError
        When the table can't be read, or doesn't say which of its columns has the classes.
    """
    if not source:
        return None
    if source == SUBFOLDERS:
        parts = {path: path.partition("/") for path in paths}
        return {path: printable(first) for path, (first, inside, _) in parts.items() if inside}
    columns = group_columns(paths, Path(source))
    chosen = next(
        (c for c in columns if c.name.lower() == "class"), columns[0] if len(columns) == 1 else None
    )
    if chosen is None:
        raise InputError(
            f"{Path(source).name} has several columns that could be classes: "
            f"{', '.join(column.name for column in columns)}.",
            hint="Call the one that is meant: class.",
        )
    for problem in chosen.problems[:_NAMED]:
        reporter.warn(f"Line {problem.row} of {Path(source).name} is not used: {problem.why}.")
    if len(chosen.problems) > _NAMED:
        reporter.warn(f"{count(len(chosen.problems) - _NAMED, 'more line')} of it can't be used either.")
    return chosen.groups


def check_classes(paths: Iterable[str], classes: Mapping[str, str] | None) -> None:
    """Refuse fewer than two classes, and classes of fewer than two images.

    Raises
    ------
    InputError
        When there are such.
    """
    if classes is None:
        return
    sizes: dict[str, int] = dict.fromkeys(classes.values(), 0)
    for path in paths:
        sizes[classes[path]] += 1
    if len(sizes) < 2:
        raise InputError(
            f"There are not two classes, but {len(sizes)}.",
            hint="Put the images of each class into a subfolder of its own, or train without classes.",
        )
    for name, number in sizes.items():
        if number < 2:
            raise InputError(
                f"The class {name!r} has {count(number, 'image')} that can be used; each class needs two.",
                hint="Add images to it, or train without classes.",
            )
