"""Progress on a terminal: one bar a stage, shown after a second, nothing when not a terminal."""

from __future__ import annotations

import signal
import sys
from types import FrameType, TracebackType
from typing import Any, Self

from tqdm import tqdm

from large_gui.errors import Cancelled


class TerminalReporter:
    """Reports to stderr; Ctrl+C or SIGTERM cancels at the next check, a second Ctrl+C at once."""

    def __init__(self) -> None:
        self._bar: tqdm[Any] | None = None
        self._stage = ""
        self._cancelled = False
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._previous[number] = signal.signal(number, self._cancel)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def progress(self, done: int, total: int, what: str) -> None:
        """Move the bar; a new stage begins a new one. What follows a ``(`` is a remark, not a stage."""
        stage = what.partition(" (")[0]
        if stage != self._stage or self._bar is None:
            self._close()
            self._stage = stage
            self._bar = tqdm(
                total=total, initial=0, desc=stage, unit="", delay=1, disable=not sys.stderr.isatty(),
                dynamic_ncols=True, file=sys.stderr,
            )  # fmt: skip
        self._bar.total = total
        if what != stage:
            self._bar.set_description(what, refresh=False)
        self._bar.update(done - self._bar.n)

    def warn(self, sentence: str) -> None:
        """Write a line that the bar does not overwrite."""
        tqdm.write(f"warning: {sentence}", file=sys.stderr)

    def check_cancelled(self) -> None:
        """Raise `Cancelled` after Ctrl+C."""
        if self._cancelled:
            raise Cancelled

    def _cancel(self, number: int, frame: FrameType | None) -> None:
        if self._cancelled:
            raise Cancelled
        self._cancelled = True

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
