"""How a long job tells its caller about progress and asks whether to stop."""

from __future__ import annotations

from typing import Protocol


class Reporter(Protocol):
    """What a job may tell while it runs; the window and the command line each bring their own."""

    def progress(self, done: int, total: int, what: str) -> None:
        """``done`` of ``total`` steps of the stage ``what`` are finished."""

    def warn(self, sentence: str) -> None:
        """Tell the person something that does not stop the job."""

    def check_cancelled(self) -> None:
        """Raise `large_gui.errors.Cancelled` when the person has asked to stop."""


class SilentReporter:
    """A reporter that says nothing and never stops a job; warnings are kept in a list."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def progress(self, done: int, total: int, what: str) -> None:
        """Say nothing."""

    def warn(self, sentence: str) -> None:
        """Keep the sentence."""
        self.warnings.append(sentence)

    def check_cancelled(self) -> None:
        """Never cancel."""
