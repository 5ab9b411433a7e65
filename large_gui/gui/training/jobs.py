"""The jobs of trainings that take hours: one at a time, in a process beside the window's worker."""

from __future__ import annotations

import math
import time
from collections import deque
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from large_gui.core.reporter import Unit
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.training.words import Now

if TYPE_CHECKING:
    from collections.abc import Callable

    from large_gui.core.reporter import Progress
    from large_gui.tasks.training.gan import GanRequest, Trained
    from large_gui.tasks.training.runs import Run

_RECENT = 60.0  # seconds that the speed is taken over
_LOST = LargeError(
    "The process that trained ended by itself.",
    hint="It may have run out of memory. Resume goes on from its last checkpoint.",
)


class Trainings(QObject):
    """What this window trains.

    Attributes
    ----------
    gan, encoder
        The jobs.
    folder
        The folder of the run that was trained last, also while it is not there yet.
    model
        The name of the model whose encoder was trained last.
    told
        What was told of that encoder: how long it takes.
    progress
        How far the training is, until it has ended.
    errors
        What went wrong with a run or a model since it was last begun, by the run's folder or the model's
        name.

    Signals
    -------
    changed
        Something began, went on, or ended.
    ended
        A training or an encoder has ended, well or not.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self.gan = Job(document, self, document.trainer)
        self.encoder = Job(document, self, document.trainer)
        self.folder: Path | None = None
        self.model = self.told = ""
        self.progress: Progress | None = None
        self.errors: dict[Path | str, LargeError] = {}
        self._times: deque[tuple[float, int]] = deque()  # seconds of the clock, images shown
        self.gan.progressed.connect(self._progressed)
        for job in (self.gan, self.encoder):
            job.changed.connect(self.changed)

    @property
    def busy(self) -> str:
        """What runs now, in words; empty if nothing does."""
        if self.gan.running and self.folder is not None:
            return f"{self.folder.name} is being trained"
        return f"The encoder of {self.model} is being trained" if self.encoder.running else ""

    def trains(self, folder: Path) -> bool:
        """Whether this window trains a run."""
        return self.gan.running and self.folder == folder

    def now(self, run: Run) -> Now | None:
        """How far a run is that this window trains; ``None`` for any other, or while it is prepared."""
        told = self.progress
        if (
            told is None
            or not self.trains(run.folder)
            or told.unit is not Unit.IMAGES
            or told.total != run.total
        ):
            return None
        (first, before), (last, after) = self._times[0], self._times[-1]
        return Now(told.done, (after - before) / (last - first) if last > first else math.nan)

    def begin(self, asked: GanRequest) -> None:
        """Begin a training, or go on with one."""
        from large_gui.service.training import TrainGan
        from large_gui.tasks.training.run_file import training_folder

        folder = self.folder = training_folder() / asked.name
        self.progress = None
        self.errors.pop(folder, None)
        self.gan.begin(
            "Beginning", TrainGan(asked), done=self._trained, stopped=self._over(folder),
            failed=self._over(folder), lost=self._over(folder, _LOST),
        )  # fmt: skip

    def resume(self, run: Run, thousands: int = 0) -> None:
        """Go on with a run as it was begun, or longer.

        Parameters
        ----------
        thousands
            Thousands of images to show in all; 0 for as many as before.
        """
        from large_gui.tasks.training.gan import GanRequest

        assert run.settings is not None
        gan = replace(run.settings.gan, thousands=thousands or run.settings.gan.thousands)
        settings = replace(run.settings, gan=gan)
        self.begin(GanRequest(run.name, None, settings, device=self._document.device))

    def train_encoder(self, model: str, run: Run, minutes: int) -> None:
        """Train the encoder of a model that was made of a run, or go on with it.

        Parameters
        ----------
        minutes
            How long it may take.
        """
        from large_gui.service.training import TrainEncoder
        from large_gui.tasks.training.encoders import EncoderRequest

        self.model, self.told = model, ""
        self.errors.pop(model, None)
        self.encoder.begin(
            "Beginning",
            TrainEncoder(EncoderRequest(model, minutes=minutes, device=self._document.device)),
            done=lambda _: self._has_encoder(model), warned=self._told, stopped=self._over(model),
            failed=self._over(model), lost=self._over(model, _LOST),
        )  # fmt: skip

    def _over(self, what: Path | str, error: LargeError | None = None) -> Callable[..., None]:
        def over(told: LargeError | None = error) -> None:
            self.progress = None
            if told is not None:
                self.errors[what] = told
                self._document.tell_error(told)
            self.ended.emit()

        return over

    def _trained(self, result: Trained) -> None:
        self.progress = None
        told = f"The training {result.run.name} has ended: {result.ended}."
        hint = result.told or f"Its best snapshot is the model {result.model.name}."
        self._document.notice.emit(told, hint, False)
        self.ended.emit()

    def _told(self, sentence: str) -> None:
        self.told = sentence
        self.changed.emit()

    def _has_encoder(self, model: str) -> None:
        self._document.notice.emit(f"{model} can read photographs now.", "Sort a folder with it.", False)
        self.ended.emit()

    def _progressed(self, progress: Progress) -> None:
        if self.progress is None or progress.stage != self.progress.stage:
            self._times.clear()
        self.progress, now = progress, time.monotonic()
        self._times.append((now, progress.done))
        while now - self._times[0][0] > _RECENT and len(self._times) > 2:
            self._times.popleft()
        self.changed.emit()
