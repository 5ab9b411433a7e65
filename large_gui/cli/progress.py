"""Show progress on standard error: as a bar, as lines, or as JSON for another program."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from tqdm import tqdm

from large_gui.core.reporter import Progress, Reporter
from large_gui.core.words import shown
from large_gui.errors import Cancelled

KINDS = ("auto", "bar", "lines", "json", "none")
_SECONDS = {"lines": 30.0, "json": 1.0}  # least time between two lines


class TerminalReporter(Reporter):
    """A reporter that writes to standard error.

    Ctrl+C or SIGTERM cancels the job at its next check, a second Ctrl+C cancels it at once.

    Parameters
    ----------
    kind
        One of `KINDS`; ``auto`` is a bar on a terminal and lines elsewhere.
    clock
        Returns the seconds since some fixed moment.
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

    def tell(self, progress: Progress) -> None:
        """Show how far the job is, unless progress is switched off."""
        if self._shown is not None:
            self._shown.show(progress)

    def warn(self, sentence: str) -> None:
        """Write a line that a bar does not overwrite."""
        line = json.dumps({"warning": sentence}) if self._json else f"warning: {shown(sentence)}"
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
    def show(self, progress: Progress) -> None: ...

    def close(self) -> None: ...


class _Bar:
    """One bar per stage, shown once the stage has taken a second."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._stage = ""

    def show(self, progress: Progress) -> None:
        if progress.stage != self._stage or self._bar is None:
            self.close()
            self._stage = progress.stage
            self._bar = tqdm(
                total=progress.total, initial=0, desc=progress.words, unit="", delay=1, dynamic_ncols=True,
                file=sys.stderr,
            )  # fmt: skip
        self._bar.total = progress.total
        if progress.remark:
            self._bar.set_description(progress.words, refresh=False)
        self._bar.update(progress.done - self._bar.n)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class _Lines:
    """A line every few seconds, and a last one when a stage ends for which a line was written."""

    def __init__(self, seconds: float, words: Callable[[Progress], str], clock: Callable[[], float]) -> None:
        self._seconds, self._words, self._clock = seconds, words, clock
        self._last_time = clock()
        self._last_stage = ""

    def show(self, progress: Progress) -> None:
        now = self._clock()
        ended = progress.done >= progress.total and progress.stage == self._last_stage
        if now - self._last_time >= self._seconds or ended:
            print(self._words(progress), file=sys.stderr, flush=True)
            self._last_time = now
            self._last_stage = "" if ended else progress.stage

    def close(self) -> None:
        """Do nothing, since nothing is left open."""


def _in_words(progress: Progress) -> str:
    if not progress.total:
        return progress.words
    return f"{progress.words}: {progress.done:,} of {progress.total:,}"


def _as_json(progress: Progress) -> str:
    figures = {"stage": progress.words, "done": progress.done, "total": progress.total}
    return json.dumps(figures | {"unit": progress.unit, "device": progress.device})
