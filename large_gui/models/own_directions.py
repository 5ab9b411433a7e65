"""Directions that a person keeps for a model: one JSON file each, used for every folder.

They lie in the user's folder and not in the model's pack, which may have come with the program or be imported
anew. Nothing is deleted: what is replaced or removed goes into the folder `replaced`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.folders import user_folder

_LARGEST = 1 << 26  # bytes of a file
_LONGEST = 120  # characters of a file's name before its hash


def folder_of(model: str) -> Path:
    """The folder of a model's own directions; it may not exist yet."""
    return user_folder() / "directions" / quote(model, safe="")


def read_own(model: str) -> tuple[list[Direction], list[InputError]]:
    """Every direction that a person keeps for a model, by name, and an error for each file that is none."""
    found, problems = [], []
    for file in sorted(folder_of(model).glob("*.json")):
        try:
            if file.stat().st_size > _LARGEST:
                raise ValueError("it is too large")
            found.append(Direction.from_json(json.loads(file.read_text("utf-8"))).printable())
        except (OSError, ValueError, OverflowError, RecursionError) as error:
            problem = InputError(
                f"The direction in {file} can't be read.",
                hint="Find it again, or move this file out of its folder. Other directions are not affected.",
                detail=repr(error),
            )
            problems.append(problem)
    return found, problems


def keep_own(model: str, directions: list[Direction]) -> list[Path]:
    """Keep directions for a model under their names.

    Returns
    -------
    The files of earlier directions of the same names, which were moved out of the way.

    Raises
    ------
    InputError
        When they can't be written.
    """
    moved = []
    try:
        for direction in directions:
            file = _file(model, direction.name)
            if file.exists():
                moved.append(_aside(file))
                shutil.copy2(file, moved[-1])
            file.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(file) as temporary:
                temporary.write_text(json.dumps(direction.as_json()) + "\n", "utf-8")
    except OSError as error:
        raise InputError(
            f"The direction can't be kept in {folder_of(model)}.",
            hint="Make room on the disk, or write it to a file with --out.",
            detail=repr(error),
        ) from error
    return moved


def remove_own(model: str, name: str) -> Path:
    """Take a direction out of those that are kept for a model; return where its file is now.

    Raises
    ------
    InputError
        When none of that name is kept, or it can't be moved.
    """
    file = _file(model, name)
    if not any(one.name == name for one in read_own(model)[0]):
        known = ", ".join(direction.name for direction in read_own(model)[0]) or "none"
        raise InputError(
            f"No direction {name!r} is kept for {model}.",
            hint=f"Kept are: {known}. Those that came with the model stay.",
        )
    try:
        return file.rename(_aside(file))
    except OSError as error:
        raise InputError(f"{file} can't be moved.", detail=repr(error)) from error


def _file(model: str, name: str) -> Path:
    """The file of a direction; a long name is cut, as a file's can be, and told from others by its hash."""
    spelled = quote(name, safe="")
    if len(spelled) > _LONGEST:
        spelled = f"{spelled[:_LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"
    return folder_of(model) / f"{spelled}.json"


def _aside(file: Path) -> Path:
    """A place for a file in the folder of replaced ones, under a name with the time."""
    folder = file.parent / "replaced"
    folder.mkdir(exist_ok=True)
    when = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    return folder / f"{file.stem}-{when}.json"
