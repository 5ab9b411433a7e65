"""One bad input: what is given, and to which command."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.__main__ import main
from large_gui.errors import BAD_INPUT, LargeError

Make = Callable[[Path], object]


def nothing(_here: Path) -> None:
    """What is wrong stands in the command."""


@dataclass(frozen=True)
class BadInput:
    """One thing that somebody gets wrong.

    Attributes
    ----------
    what
        The input, as part of a sentence.
    command
        The words after ``large-gui``; or, with ``call``, what a person does in the window.
    make
        Changes the files of `tests.bad_inputs.world` so that they are wrong.
    call
        What the window calls, if there is no command.
    status
        The exit status that the command is to have: 0 where only a part of what was given can't be used.
    """

    what: str
    command: str
    make: Make = nothing
    call: Callable[[], object] | None = None
    status: int = BAD_INPUT

    def said(self, here: Path) -> tuple[int, str]:
        """Exit status and what is said, with the paths of this test made those of a person."""
        self.make(here)
        status, said = self._run()
        for folder, name in ((here / "home", "~/.local/share/large-gui"), (here, "/home/ann")):
            said = said.replace(str(folder), name)
        return status, said.strip()

    def _run(self) -> tuple[int, str]:
        heard = io.StringIO()
        with (
            contextlib.redirect_stderr(heard),
            contextlib.redirect_stdout(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("error")
            try:
                if self.call is None:
                    status = main(shlex.split(self.command))
                else:
                    self.call()
                    status = 0
            except SystemExit as end:  # argparse
                status = end.code if isinstance(end.code, int) else 1
            except LargeError as error:  # of what the window calls; it shows the error in a dialog
                return BAD_INPUT, str(error)
        return status, heard.getvalue()


@dataclass(frozen=True)
class Chapter:
    """Bad inputs of one kind."""

    title: str
    inputs: list[BadInput] = field(default_factory=list)


def file(name: str, content: str | bytes) -> Make:
    """Write one file."""

    def make(here: Path) -> None:
        path = here / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    return make


def pipe(name: str) -> Make:
    """Make a named pipe, which nobody writes to: who opens it waits for ever."""
    return lambda here: os.mkfifo(here / name)


def all_of(make: Iterable[Make]) -> Make:
    """One after the other."""

    def made(here: Path) -> None:
        for one in make:
            one(here)

    return made
