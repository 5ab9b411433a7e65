"""Choose the files and streams that a command reads and writes."""

from __future__ import annotations

import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from large_gui.project.outputs import STANDARD_OUTPUT


def inputs(arguments: Namespace) -> Iterator[Path]:
    """Every file that a command on a folder reads."""
    from large_gui.project.images.scan import scan
    from large_gui.tasks.invert import shared_cache

    yield arguments.cache or shared_cache()
    if getattr(arguments, "labels", None) is not None:
        yield arguments.labels
    if getattr(arguments, "direction", None) is not None:
        yield arguments.direction.file or Path(arguments.direction.name)
    if arguments.folder is not None:
        found = scan(arguments.folder)
        yield from map(Path, found.files)
        yield from (problem.path for problem in found.problems)


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


def figure(value: float | None, digits: int = 2) -> str:
    """Write a figure with so many digits behind the point, or a dash where it is not defined."""
    return "-" if value is None else f"{value:.{digits}f}"


def name_of(path: Path) -> str:
    """The name of an output file in messages."""
    return "standard output" if path == STANDARD_OUTPUT else str(path)
