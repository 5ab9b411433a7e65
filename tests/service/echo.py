"""Small requests that the worker's loop does without any model; a worker that is sent one learns of all."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from large_gui.core.reporter import Progress, Reporter, Unit
from large_gui.errors import Cancelled, InputError
from large_gui.service.jobs import Desk, does
from large_gui.service.requests import Request


@dataclass(frozen=True)
class Echo(Request[str]):
    """Say a word again; quick."""

    quick: ClassVar[bool] = True
    word: str


@dataclass(frozen=True)
class OtherEcho(Request[str]):
    """Of another class, so that it replaces no `Echo`."""

    quick: ClassVar[bool] = True
    word: str


@dataclass(frozen=True)
class Priority(Request[int]):
    """The niceness of the process."""


@dataclass(frozen=True)
class Save(Request[None]):
    """Count for ever, and write a file when that is stopped."""

    file: Path


@dataclass(frozen=True)
class Count(Request[int]):
    """Take steps, with a look at the messages before each."""

    steps: int


@dataclass(frozen=True)
class Pieces(Request[None]):
    """Tell parts."""

    count: int


@dataclass(frozen=True)
class Fail(Request[None]):
    """End with an error that a person understands, or with a mistake of the program's own."""

    mistake: bool = False


@dataclass(frozen=True)
class BreakPipe(Request[None]):
    """End with an error that the connection to the window might raise too."""


@dataclass(frozen=True)
class Chatter(Request[None]):
    """Warn on several threads at once, with long sentences, while the job sends parts."""

    threads: int
    length: int


@dataclass(frozen=True)
class WarnLater(Request[None]):
    """Warn on another thread while a quick request that interrupts the job is done."""


@dataclass(frozen=True)
class WarnNow(Request[None]):
    """Have `WarnLater` warn; quick."""

    quick: ClassVar[bool] = True


@dataclass(frozen=True)
class Unreadable(Request[object]):
    """Answer with something that can't be read."""


@dataclass(frozen=True)
class Die(Request[None]):
    """End the process at once, as an out-of-memory kill does."""


@dataclass(frozen=True)
class Engines(Request[list[str]]):
    """Name the engines that this process knows."""


@does(Echo)
def _echo(desk: Desk, asked: Echo, reporter: Reporter) -> str:
    return asked.word


@does(OtherEcho)
def _other_echo(desk: Desk, asked: OtherEcho, reporter: Reporter) -> str:
    return asked.word


@does(Count)
def _count(desk: Desk, asked: Count, reporter: Reporter) -> int:
    for step in range(asked.steps):
        reporter.check_cancelled()
        reporter.progress(step + 1, asked.steps, "Counting", unit=Unit.IMAGES, device="cpu")
    reporter.warn("It was counted.")
    return asked.steps


@does(Pieces)
def _pieces(desk: Desk, asked: Pieces, reporter: Reporter) -> Iterator[int]:
    yield from range(asked.count)


@does(Fail)
def _fail(desk: Desk, asked: Fail, reporter: Reporter) -> None:
    if asked.mistake:
        raise ZeroDivisionError
    raise InputError("It can't be done.", hint="Do another thing.", detail="inner workings")


@does(Priority)
def _priority(desk: Desk, asked: Priority, reporter: Reporter) -> int:
    return os.nice(0)


@does(Save)
def _save(desk: Desk, asked: Save, reporter: Reporter) -> None:
    try:
        while True:
            reporter.progress(0, 0, "Training")
            reporter.check_cancelled()
    except Cancelled:
        asked.file.write_text("saved", "utf-8")
        raise


@does(BreakPipe)
def _break_pipe(desk: Desk, asked: BreakPipe, reporter: Reporter) -> None:
    raise BrokenPipeError("of a program that the job ran")


@does(Chatter)
def _chatter(desk: Desk, asked: Chatter, reporter: Reporter) -> Iterator[str]:
    threads = [
        threading.Thread(target=lambda: [reporter.warn("w" * asked.length) for _ in range(10)])
        for _ in range(asked.threads)
    ]
    for thread in threads:
        thread.start()
    yield from ("p" * asked.length for _ in range(10))
    for thread in threads:
        thread.join()


_warn = [lambda: None]


@does(WarnLater)
def _warn_later(desk: Desk, asked: WarnLater, reporter: Reporter) -> None:
    _warn[0] = lambda: reporter.warn("Of the long job.")
    reporter.tell(Progress(0, 0, "Waiting"))
    reporter.check_cancelled()


@does(WarnNow)
def _warn_now(desk: Desk, asked: WarnNow, reporter: Reporter) -> None:
    thread = threading.Thread(target=_warn[0])
    thread.start()
    thread.join()


class _NoLoad:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return int, ("no number",)


@does(Unreadable)
def _unreadable(desk: Desk, asked: Unreadable, reporter: Reporter) -> object:
    return _NoLoad()


@does(Die)
def _die(desk: Desk, asked: Die, reporter: Reporter) -> None:
    os._exit(7)


@does(Engines)
def _engines(desk: Desk, asked: Engines, reporter: Reporter) -> list[str]:
    from large_gui.engine.engine import ENGINES

    return list(ENGINES)
