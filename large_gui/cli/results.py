"""Choose the files and streams that a command reads and writes."""

from __future__ import annotations

import json
import math
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from large_gui.errors import InputError
from large_gui.project.outputs import STANDARD_OUTPUT, check_provenance

_PLAIN = (bool, int, float, list, type(None))  # what JSON has as it is


def inputs(arguments: Namespace, outputs: Iterable[Path]) -> Iterator[Path]:
    """Every file that a command on a folder reads, but for images that can't be one of the outputs.

    Parameters
    ----------
    outputs
        What is to be written. An image of another size or time than all files that are there already is none
        of these, by whatever name, and need not be opened to find out whether it is an image.
    """
    from large_gui.project.codes.parts.about import is_code_folder
    from large_gui.project.images.scan import scan
    from large_gui.tasks.invert import shared_cache

    yield arguments.cache or shared_cache()
    for name in ("labels", "pairs", "weights", "fit"):
        if getattr(arguments, name, None) is not None:
            yield getattr(arguments, name)
    if getattr(arguments, "score", None) is not None:
        yield Path(arguments.score.rpartition(":")[0])
    if getattr(arguments, "direction", None) is not None:
        yield arguments.direction.file or Path(arguments.direction.name)
    if arguments.folder is not None:
        if is_code_folder(arguments.folder):
            yield from arguments.folder.iterdir()
        stats = [path.stat() for path in outputs if path.exists()]
        there = {(status.st_size, status.st_mtime_ns) for status in stats}

        def others(files: Sequence[tuple[str, int, int]]) -> list[str]:
            return ["" if (size, when) in there else "another" for _, size, when in files]

        found = scan(arguments.folder, others)
        yield from (found.folder / file for file in found.files if file not in found.known)
        yield from (found.folder / problem.path for problem in found.problems)


@contextmanager
def result(path: Path) -> Iterator[Path]:
    """Yield the path to write a result to; a result for standard output is copied there at the end."""
    if path != STANDARD_OUTPUT:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "result"
        yield whole
        with whole.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def message_stream(out: Path | None) -> TextIO:
    """The stream for messages: standard error if the result goes to standard output."""
    return sys.stderr if out == STANDARD_OUTPUT else sys.stdout


def provenance_of(arguments: Namespace) -> Path | None:
    """The file for the provenance of a command's result, if it was asked for.

    Raises
    ------
    InputError
        When the result goes to standard output, or the file tells of another result.
    """
    if not arguments.provenance:
        return None
    return check_provenance(arguments.out, force=arguments.force)


def check_json_place(arguments: Namespace) -> None:
    """Refuse to print a JSON document into a result that goes to standard output.

    Raises
    ------
    InputError
        When both would go there.
    """
    if arguments.json and arguments.out == STANDARD_OUTPUT:
        raise InputError(
            "The result and what --json prints can't both go to standard output.",
            hint="Write the result to a file, or leave --json away.",
        )


def options_told(arguments: Namespace) -> dict[str, Any]:
    """Every option of a command with its value, as JSON has it."""
    return {
        name: list(value) if type(value) is tuple else value if isinstance(value, _PLAIN) else str(value)
        for name, value in sorted(vars(arguments).items())
        if not callable(value)
    }


def print_json(document: dict[str, Any]) -> None:
    """Print a document for another program: numbers that are not defined are null, and text is ASCII."""
    print(json.dumps(_finite(document), indent=1, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def figure(value: float | None, digits: int = 2) -> str:
    """Write a figure with so many digits behind the point, or a dash where it is not defined."""
    return "-" if value is None else f"{value:.{digits}f}"


def name_of(path: Path) -> str:
    """The name of an output file in messages."""
    return "standard output" if path == STANDARD_OUTPUT else str(path)
