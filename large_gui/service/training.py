"""The requests about training a model of one's own; `large_gui.service.training_jobs` does them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.service.requests import Request

if TYPE_CHECKING:
    from large_gui.tasks.imports.model import ImportedModel  # noqa: F401 - see `Request`
    from large_gui.tasks.training.encoders import EncoderRequest, TrainedEncoder  # noqa: F401
    from large_gui.tasks.training.gan import GanRequest, Trained  # noqa: F401


@dataclass(frozen=True)
class PlanTraining(Request[None]):
    """Look at the images, and measure what a training takes.

    The parts of the result are a `large_gui.tasks.training.overview.looking.Looked` and a
    `large_gui.tasks.training.plan.TrainingPlan`.
    """

    asked: GanRequest


@dataclass(frozen=True)
class TrainGan(Request["Trained"]):
    """Train a generator, or go on with a training that was stopped."""

    asked: GanRequest


@dataclass(frozen=True)
class MakeModel(Request["ImportedModel"]):
    """Make a model of a snapshot of a run.

    Attributes
    ----------
    run
        The folder of the run.
    thousands
        Which snapshot, by its thousands of images; ``None`` for the best.
    """

    run: Path
    name: str
    thousands: int | None = None


@dataclass(frozen=True)
class TrainEncoder(Request["TrainedEncoder"]):
    """Train an encoder for a model that was made of a run, or go on with it."""

    asked: EncoderRequest
