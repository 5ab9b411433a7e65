"""The reporter, to which a long job reports its progress and which it asks whether to stop."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Unit(StrEnum):
    """The units in which a job can count its progress."""

    STEPS = "steps"
    IMAGES = "images"
    BYTES = "bytes"


@dataclass(frozen=True)
class Progress:
    """The progress of a job.

    Parameters
    ----------
    done
        How much is finished, counted in `unit`.
    total
        How much there is to do in all; 0 if that is not known.
    stage
        What is being done, in words that begin a sentence: ``Inverting``.
    unit
        What is counted.
    device
        The device that computes, ``cpu``, ``cuda`` or ``openvino``; empty if that does not matter.
    remark
        A figure that changes while the stage goes on, such as the error of a training.
    """

    done: int
    total: int
    stage: str
    unit: Unit = Unit.STEPS
    device: str = ""
    remark: str = ""

    @property
    def device_name(self) -> str:
        """The device as a person knows it: ``CPU``."""
        return "OpenVINO" if self.device == "openvino" else self.device.upper()

    @property
    def words(self) -> str:
        """Stage, device and remark for a person: ``Inverting on CPU``."""
        device = f" on {self.device_name}" if self.device else ""
        return f"{self.stage}{device}" + (f" ({self.remark})" if self.remark else "")


class Reporter(Protocol):
    """Receives what a job reports while it runs; the window and the command line each have their own.

    A reporter inherits from this class and implements the last three methods. `progress`, `tell` and `warn`
    may be called on any thread, `check_cancelled` only on the thread that the job began on.
    """

    def progress(
        self, done: int, total: int, stage: str, *, unit: Unit = Unit.STEPS, device: str = "",
        remark: str = "",
    ) -> None:  # fmt: skip
        """Report how far the job is; the arguments are those of `Progress`."""
        self.tell(Progress(done, total, stage, unit, device, remark))

    def tell(self, progress: Progress) -> None:
        """Show how far the job is."""

    def warn(self, sentence: str) -> None:
        """Tell the person something that does not stop the job."""

    def check_cancelled(self) -> None:
        """Raise `large_gui.errors.Cancelled` when the person has asked to stop."""


class SilentReporter(Reporter):
    """A reporter that says nothing and never stops a job; warnings are kept in a list."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def tell(self, progress: Progress) -> None:
        """Say nothing."""

    def warn(self, sentence: str) -> None:
        """Add the sentence to the list of warnings."""
        self.warnings.append(sentence)

    def check_cancelled(self) -> None:
        """Never cancel."""


class Relay(Reporter):
    """A reporter that passes everything on to another; what is to be told otherwise is overridden."""

    def __init__(self, reporter: Reporter) -> None:
        self._reporter = reporter

    def tell(self, progress: Progress) -> None:
        """Pass it on."""
        self._reporter.tell(progress)

    def warn(self, sentence: str) -> None:
        """Pass it on."""
        self._reporter.warn(sentence)

    def check_cancelled(self) -> None:
        """Ask the other."""
        self._reporter.check_cancelled()
