"""Progress on standard error: a bar, a line now and then, or JSON for another program."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from tqdm import tqdm

from large_gui.errors import Cancelled

KINDS = ("auto", "bar", "lines", "json", "none")
_SECONDS = {"lines": 30.0, "json": 1.0}  # between two lines


class TerminalReporter:
    """Reports to stderr; Ctrl+C or SIGTERM cancels at the next check, a second Ctrl+C at once.

    Parameters
    ----------
    kind
        One of `KINDS`; ``auto`` is a bar on a terminal and lines elsewhere.
    clock
        Seconds since some moment.
    """

    def __init__(self, kind: str = "auto", clock: Callable[[], float] = time.monotonic) -> None:
        if kind == "auto":
            kind = "bar" if sys.stderr.isatty() else "lines"
        self._json = kind == "json"
        self._shown: _Shown | None = None
        if kind == "bar":
            self._shown = _Bar()
        elif kind in _SECONDS:
            self._shown = _Lines(_SECONDS[kind], _as_json if self._json else _in_words, clock)
        self._cancelled = False
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._previous[number] = signal.signal(number, self._cancel)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown is not None:
            self._shown.close()
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def progress(self, done: int, total: int, what: str) -> None:
        """Tell a step; what follows a ``(`` in ``what`` is a remark, not a stage."""
        if self._shown is not None:
            self._shown.progress(done, total, what)

    def warn(self, sentence: str) -> None:
        """Write a line that a bar does not overwrite."""
        line = json.dumps({"warning": sentence}) if self._json else f"warning: {sentence}"
        tqdm.write(line, file=sys.stderr)

    def check_cancelled(self) -> None:
        """Raise `Cancelled` after Ctrl+C."""
        if self._cancelled:
            raise Cancelled

    def _cancel(self, number: int, frame: FrameType | None) -> None:
        if self._cancelled:
            raise Cancelled
        self._cancelled = True


class _Shown(Protocol):
    def progress(self, done: int, total: int, what: str) -> None: ...

    def close(self) -> None: ...


class _Bar:
    """One bar a stage, shown after a second."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def progress(self, done: int, total: int, what: str) -> None:
        stage = what.partition(" (")[0]
        if stage != self._stage or self._bar is None:
            self.close()
            self._stage = stage
            self._bar = tqdm(
                total=total, initial=0, desc=stage, unit="", delay=1, dynamic_ncols=True, file=sys.stderr
            )
        self._bar.total = total
        if what != stage:
            self._bar.set_description(what, refresh=False)
        self._bar.update(done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _Lines:
    """A line whenever some seconds have passed, and a last one for a stage that had one."""

    def __init__(
        self, seconds: float, words: Callable[[int, int, str], str], clock: Callable[[], float]
    ) -> None:
        self._seconds, self._words, self._clock = seconds, words, clock
        self._told = clock()
        self._stage = self._spoken = ""

    def progress(self, done: int, total: int, what: str) -> None:
        self._stage = what.partition(" (")[0]
        now = self._clock()
        ended = done >= total and self._stage == self._spoken
        if now - self._told >= self._seconds or ended:
            print(self._words(done, total, what), file=sys.stderr, flush=True)
            self._told = now
            self._spoken = "" if ended else self._stage

    def close(self) -> None:
        """Nothing is left open."""


def _in_words(done: int, total: int, what: str) -> str:
    return f"{what}: {done:,} of {total:,}" if total else what


def _as_json(done: int, total: int, what: str) -> str:
    return json.dumps({"stage": what, "done": done, "total": total})
