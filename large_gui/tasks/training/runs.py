"""The training runs on this machine, as the window and the command line show them; torch isn't needed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from large_gui.core import forms
from large_gui.core.words import count, natural, printable
from large_gui.errors import InputError
from large_gui.tasks.training.holding import is_training
from large_gui.tasks.training.run_file import RUN_FILE, RunForm, Settings, read_form, training_folder
from large_gui.training.gan.record import BEST, LOG

_NAMED = 3  # damaged lines of the log that are named
_MOST_IMAGES = 1e12


class RunState(StrEnum):
    """What a run is doing."""

    TRAINING = "training"
    STOPPED = "stopped"
    FINISHED = "finished"
    DAMAGED = "damaged"


@dataclass(frozen=True)
class LogRecord:
    """A line of the log: means since the line before; ``nan`` for what was not computed.

    Attributes
    ----------
    images
        How many real images the discriminator was shown so far.
    seconds
        How long the training took so far.
    sign
        ADA's r_t, the mean sign of the discriminator's logits on real images.
    p
        Probability of each augmentation.
    rate
        Images a second.
    metric, metric_name
        The figure of the snapshot, where one was made, and its name.
    """

    images: int
    seconds: float = math.nan
    loss_g: float = math.nan
    loss_d: float = math.nan
    r1: float = math.nan
    path_length: float = math.nan
    hsr: float = math.nan
    p: float = math.nan
    sign: float = math.nan
    rate: float = math.nan
    metric: float = math.nan
    metric_name: str = ""


@dataclass(frozen=True)
class Best:
    """The best snapshot; the metric is ``nan`` if none is measured, and the newest is the best then."""

    images: int
    metric: float
    metric_name: str


@dataclass(frozen=True)
class Run:
    """A run as it lies on the disk.

    Attributes
    ----------
    folder
        The folder of the run; that of its images is `images_folder`.
    settings
        ``None`` if they can't be read.
    images
        How many images it trains on.
    created
        When it was begun, as ISO 8601 in UTC.
    log
        One record a tick, in order.
    sheets, snapshots
        Files with samples and generators, by thousands of images.
    ended
        Why it ended by itself; empty if it may go on.
    problems
        What can't be read of it, a sentence each.
    """

    name: str
    folder: Path
    state: RunState
    images_folder: Path | None = None
    settings: Settings | None = None
    images: int = 0
    created: str = ""
    log: tuple[LogRecord, ...] = ()
    sheets: Mapping[int, Path] = field(default_factory=dict)
    snapshots: Mapping[int, Path] = field(default_factory=dict)
    best: Best | None = None
    ended: str = ""
    problems: tuple[str, ...] = ()

    @property
    def seen(self) -> int:
        """How many images were shown so far, as the log tells it."""
        return self.log[-1].images if self.log else 0

    @property
    def total(self) -> int:
        """How many images are to be shown in all; 0 if that is not known."""
        return self.settings.gan.thousands * 1000 if self.settings is not None else 0

    @property
    def seconds_left(self) -> float:
        """How long it takes to the end at the last rate; ``nan`` if that is not known."""
        rate = next((r.rate for r in reversed(self.log) if r.rate > 0), math.nan)
        return max(self.total - self.seen, 0) / rate if self.total else math.nan


def runs() -> list[Run]:
    """Every run on this machine, by name; one that can't be read is listed too, and says why."""
    folder = training_folder()
    try:
        found = [path for path in folder.iterdir() if (path / RUN_FILE).is_file()]
    except OSError:
        return []
    return [read_run(path) for path in sorted(found, key=lambda path: natural(path.name))]


def read_run(folder: Path) -> Run:
    """Read a run; whatever is wrong with its files is told in `Run.problems`."""
    problems: list[str] = []
    form: RunForm | None = None
    try:
        form = read_form(folder)
    except InputError as error:
        problems.append(error.sentence)
    log = _read_log(folder / LOG, problems)
    best = _read_best(folder / BEST, problems)
    parts: dict[str, Any] = {
        "log": log, "best": best, "sheets": _by_thousands(folder / "sheets", ".webp"),
        "snapshots": _by_thousands(folder / "snapshots", ".safetensors"), "problems": tuple(problems),
    }  # fmt: skip
    if form is None:
        return Run(folder.name, folder, RunState.DAMAGED, **parts)
    state = RunState.FINISHED if form.ended else RunState.STOPPED
    return Run(
        folder.name, folder, RunState.TRAINING if is_training(folder) else state, form.folder, form.settings,
        form.images, form.created, ended=form.ended, **parts,
    )  # fmt: skip


def _read_log(file: Path, problems: list[str]) -> tuple[LogRecord, ...]:
    if not file.exists():
        return ()
    try:
        text = file.read_text("utf-8", errors="replace")
    except OSError as error:
        problems.append(f"{file.name} can't be read: {error.strerror or error}.")
        return ()
    whole = text.split("\n")[:-1]  # a last line without an end is being written, or was when it was killed
    records, damaged = [], []
    for number, line in enumerate(whole, 1):
        try:
            records.append(_record(json.loads(line)))
        except (ValueError, TypeError, RecursionError):
            damaged.append(number)
    if damaged:
        named = ", ".join(map(str, damaged[:_NAMED])) + (" and more" if len(damaged) > _NAMED else "")
        lines = count(len(damaged), "line")
        problems.append(f"{lines} of {file.name} can't be read and {_are(len(damaged))} left out: {named}.")
    return tuple(sorted(records, key=lambda record: record.images))


def _record(form: object) -> LogRecord:
    values = forms.document(form, "a line of the log")
    numbers = {
        one.name: _figure(values, one.name)
        for one in fields(LogRecord)
        if one.name not in ("images", "metric_name")
    }
    images = int(forms.number(values, "images", least=0, most=_MOST_IMAGES))
    return LogRecord(images, metric_name=printable(_text_or_none(values, "metric_name")), **numbers)


def _figure(values: Mapping[str, Any], name: str) -> float:
    return math.nan if values.get(name) is None else forms.number(values, name)


def _text_or_none(values: Mapping[str, Any], name: str) -> str:
    return "" if values.get(name) is None else forms.text(values, name)


def _read_best(file: Path, problems: list[str]) -> Best | None:
    if not file.exists():
        return None
    try:
        values = forms.table(json.loads(file.read_bytes()), "the best snapshot")
        images = int(forms.number(values, "images", least=0, most=_MOST_IMAGES))
        return Best(images, _figure(values, "metric"), printable(forms.text(values, "metric_name")))
    except (OSError, ValueError, RecursionError):
        problems.append(f"{file.name} can't be read, so the best snapshot is not known.")
        return None


def _by_thousands(folder: Path, ending: str) -> dict[int, Path]:
    """Files that are named by thousands of images, by that number."""
    try:
        found = [path for path in folder.iterdir() if path.suffix == ending and path.stem.isdecimal()]
    except OSError:
        return {}
    return {int(path.stem): path for path in sorted(found, key=lambda path: int(path.stem))}


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
