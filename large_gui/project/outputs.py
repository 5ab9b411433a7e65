"""Check which files may be replaced: never an input, and files of other programs only on request."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from large_gui.errors import InputError
from large_gui.project.export import HEADERS
from large_gui.project.images.content import is_own

STANDARD_OUTPUT = Path("-")
_OF_TRAINING = frozenset({"images", "checkpoint.pt", "encoder.safetensors"})


def check_outputs(outputs: Sequence[Path], inputs: Iterable[Path], *, force: bool = False) -> None:
    """Refuse outputs that would destroy a file or can't be written, before any work is done.

    Two files are the same if they resolve to one path or are one file on the disk, so all links count.

    Parameters
    ----------
    outputs
        Files to write; ``-`` is standard output.
    inputs
        All files that are read; they are only checked if one of the outputs exists.
    force
        Whether to replace files that this program didn't write; an input is never replaced.

    Raises
    ------
    InputError
        When an output may not or can't be written.
    """
    files = [path for path in outputs if path != STANDARD_OUTPUT]
    for path in files:
        _check_place(path)
    if len({path.resolve() for path in files}) < len(files) or len(outputs) - len(files) > 1:
        raise InputError("Two results would go to one file.", hint="Give each a name of its own.")
    there = [path for path in files if path.exists()]
    if there:
        _refuse_inputs(there, inputs)
    for path in there:
        if not force and not _is_own(path):
            raise InputError(
                f"{path} is there already and was not written by this program.",
                hint="Choose another name, or add --force to replace it.",
            )


def check_training_folder(folder: Path, *, force: bool = False) -> None:
    """Refuse a folder with other files than those of an earlier training.

    Raises
    ------
    InputError
        When training could replace files that a person put there.
    """
    try:
        names = [entry.name for entry in folder.iterdir()] if folder.exists() else []
    except OSError as error:
        raise InputError(
            f"The folder {folder} can't be used.", hint="Choose another folder.", detail=repr(error)
        ) from error
    # Unfinished files of a killed run begin with a point.
    found = {name for name in names if not name.startswith(".")}
    # If there is an encoder without the images it was trained on, a person put it there.
    if not force and found and ("images" not in found or found - _OF_TRAINING):
        raise InputError(
            f"The folder {folder} holds other files.", hint="Choose a new folder, or add --force to use it."
        )


def _check_place(path: Path) -> None:
    parent = path.parent
    if not parent.is_dir():
        raise InputError(f"{path} can't be written: there is no folder {parent}.", hint="Choose another.")
    if path.is_dir():
        raise InputError(f"{path} is a folder.", hint="Add a name for the file.")
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is not an ordinary file.", hint="Standard output is written as: -")
    if not os.access(parent, os.W_OK | os.X_OK):
        raise InputError(
            f"Nothing can be written in {parent}.", hint="Choose a folder that you may write to."
        )


def _refuse_inputs(outputs: Sequence[Path], inputs: Iterable[Path]) -> None:
    by_place = {path.resolve(): path for path in outputs}
    by_file = {(status.st_dev, status.st_ino): path for path in outputs for status in [path.stat()]}
    for source in inputs:
        try:
            status = source.stat()
        except OSError:
            continue  # what isn't there can't be lost
        path = by_file.get((status.st_dev, status.st_ino)) or by_place.get(source.resolve())
        if path is not None:
            raise InputError(
                f"{path} is one of the files that are read ({source.name}), and would be lost.",
                hint="Choose another name for what is to be written.",
            )


def _is_own(path: Path) -> bool:
    try:
        return path.stat().st_size == 0 or is_own(path, HEADERS)
    except (OSError, zipfile.BadZipFile):
        return False
