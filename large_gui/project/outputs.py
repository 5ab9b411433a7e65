"""Check which files may be replaced: never an input, and files of other programs only on request."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.files import sha256_of
from large_gui.folders import user_folder
from large_gui.project.export import COLUMNS, HEADERS
from large_gui.project.images.content import own_kind, read_head
from large_gui.project.schema import is_project

STANDARD_OUTPUT = Path("-")
_PROVENANCE = ".provenance.json"
_MOST_BYTES = 256 << 20  # of a provenance; a hundred thousand labels take some 20 MB
_OF_THE_PROGRAM = ("directions", "models", "projects", "training")  # in the user's folder
_OF_TRAINING = frozenset({"images", "checkpoint.pt", "encoder.safetensors", "images.npy", "images.json"})
_BEGUN_WITH = frozenset({"images", "images.npy", "checkpoint.pt"})  # what a training writes first


def check_outputs(
    outputs: Sequence[Path], inputs: Iterable[Path], *, force: bool = False,
    kinds: Mapping[Path | None, str] | None = None,
) -> None:  # fmt: skip
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
    kinds
        What is to be written into each, as `own_kind` says it. A result of another kind is only replaced with
        ``force``; a file of no known kind here may replace any result.

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
    for path in [] if force else there:
        if is_project(path):
            raise InputError(
                f"{path} is there already and is a project, or the backup of one.",
                hint="Choose another name, or add --force to replace it.",
            )
        kind, wanted = _kind(path), (kinds or {}).get(path, "")
        if kind and wanted and wanted != kind:
            raise InputError(
                f"{path} is there already and holds something else of this program: {kind}.",
                hint="Choose another name, or add --force to replace it.",
            )
        if not kind and not _is_as_told(path):
            known = "and can't be told from a table of yours" if _may_be_ours(path) else ""
            raise InputError(
                f"{path} is there already {known or 'and was not written by this program'}.",
                hint="Choose another name, or add --force to replace it."
                + (" With --provenance such a table is known again." if known else ""),
            )


def check_ending(path: Path, what: str, *endings: str, hint: str = "") -> None:
    """Refuse a name that promises another format than the one that is written.

    Parameters
    ----------
    path
        A file to write; ``-`` is standard output.
    what
        What is written, such as ``A table``.
    endings
        Those that are possible, the usual one first; empty for a name without one.
    hint
        What else to choose, as a sentence.

    Raises
    ------
    InputError
        When it has none of the endings.
    """
    if path != STANDARD_OUTPUT and path.suffix.lower() not in endings:
        raise InputError(
            f"{what} can't be written as {path.name}.",
            hint=hint or f"Choose a name that ends in {endings[0]}.",
        )


def provenance_file(result: Path) -> Path:
    """The file beside a result that tells how it came about: ``out.provenance.json`` for ``out.csv``."""
    return result.with_name(f"{result.stem}{_PROVENANCE}")


def check_provenance(result: Path, *, force: bool = False) -> Path:
    """The file for the provenance of a result, unless it tells of another result already.

    Raises
    ------
    InputError
        When the result goes to standard output, or the file tells of another one.
    """
    if result == STANDARD_OUTPUT:
        raise InputError(
            "A provenance is written beside the result, which goes to standard output.",
            hint="Write the result to a file, or leave --provenance away.",
        )
    file = provenance_file(result)
    other, _ = _told(file)
    if other not in ("", result.name) and not force:
        raise InputError(
            f"{file} tells of {printable(other)[:80]}, and would be lost.",
            hint="Give the result a name of its own, or add --force to replace it.",
        )
    return file


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
    # If there is an encoder without what its training wrote before, a person put it there.
    if not force and found and (not found & _BEGUN_WITH or found - _OF_TRAINING):
        raise InputError(
            f"The folder {folder} holds other files.", hint="Choose a new folder, or add --force to use it."
        )


def check_codes_folder(folder: Path, *, force: bool = False) -> None:
    """Refuse to write codes in parts into a folder that holds something else.

    Raises
    ------
    InputError
        When it is a file, the program's own, or has other files and no ``codes.json``.
    """
    _refuse_own_data(folder)
    try:
        if folder.exists() and not folder.is_dir():
            raise InputError(f"{folder} is not a folder.", hint="Choose another name for --out.")
        names = {entry.name for entry in folder.iterdir()} if folder.exists() else set()
    except OSError as error:
        raise InputError(
            f"The folder {folder} can't be used.", hint="Choose another folder.", detail=repr(error)
        ) from error
    if not force and "codes.json" not in names and any(not name.startswith(".") for name in names):
        raise InputError(
            f"The folder {folder} holds other files.", hint="Choose a new folder, or add --force to use it."
        )


def stale_provenance(result: Path) -> str:
    """A sentence for a result that replaced the one that the provenance beside it tells of; or empty."""
    file = provenance_file(result)
    if result == STANDARD_OUTPUT or _told(file)[0] != result.name:
        return ""
    return f"{file.name} tells of the {result.name} that was replaced. Add --provenance to write it anew."


def _check_place(path: Path) -> None:
    parent = path.parent
    _refuse_own_data(path)
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


def _refuse_own_data(path: Path) -> None:
    if any(path.resolve().is_relative_to((user_folder() / name).resolve()) for name in _OF_THE_PROGRAM):
        raise InputError(f"{path} lies among the program's own data.", hint="Choose another folder.")


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


def _kind(path: Path) -> str:
    """What this program wrote into a file; empty if it is of another one, or can't be read."""
    try:
        return own_kind(path, HEADERS)
    except (OSError, zipfile.BadZipFile):
        return ""


def _is_as_told(path: Path) -> bool:
    """Whether a file is empty, or just as the provenance beside it says that it was written."""
    try:
        name, sha256 = _told(provenance_file(path))
        return path.stat().st_size == 0 or (name == path.name and sha256 == sha256_of(path))
    except OSError:
        return False


def _may_be_ours(path: Path) -> bool:
    """Whether a file is a table of some of our columns, as ``--columns`` writes it, or as a person may."""
    try:
        first = read_head(path).split(b"\n", 1)[0].decode("utf-8", "replace").removesuffix("\r")
    except OSError:
        return False
    return set(first.split(",")) <= set(COLUMNS)


def _told(provenance: Path) -> tuple[str, str]:
    """The name and the SHA-256 of the result that a provenance tells of; empty if it is none of ours."""
    try:
        if not provenance.is_file() or provenance.stat().st_size > _MOST_BYTES:
            return "", ""
        form = json.loads(provenance.read_bytes())
        if list(form)[:2] != ["large_gui", "kind"] or form["kind"] != "provenance":
            return "", ""
        return str(form["result"]["file"]), str(form["result"]["sha256"])
    except (OSError, ValueError, TypeError, KeyError, RecursionError):  # of another program, or damaged
        return "", ""
