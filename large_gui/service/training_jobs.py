"""The functions that the worker calls for the requests of `large_gui.service.training`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from large_gui.core.reporter import Reporter
from large_gui.service import training
from large_gui.service.jobs import Desk, does

if TYPE_CHECKING:
    from large_gui.tasks.imports.model import ImportedModel
    from large_gui.tasks.training.encoders import TrainedEncoder
    from large_gui.tasks.training.gan import Trained
    from large_gui.tasks.training.overview.looking import Looked
    from large_gui.tasks.training.plan import TrainingPlan


@does(training.PlanTraining)
def _plan(desk: Desk, asked: training.PlanTraining, reporter: Reporter) -> Iterator[Looked | TrainingPlan]:
    from large_gui.tasks.training.gan import plan_gan
    from large_gui.tasks.training.overview.looking import look_at_images

    yield look_at_images(asked.asked, reporter)
    yield plan_gan(asked.asked, reporter)


@does(training.TrainGan)
def _train(desk: Desk, asked: training.TrainGan, reporter: Reporter) -> Trained:
    from large_gui.tasks.training.gan import train_gan

    return train_gan(asked.asked, reporter)


@does(training.MakeModel)
def _make(desk: Desk, asked: training.MakeModel, reporter: Reporter) -> ImportedModel:
    from large_gui.tasks.training.finish import make_model

    return make_model(asked.run, asked.name, reporter, asked.thousands)


@does(training.TrainEncoder)
def _train_encoder(desk: Desk, asked: training.TrainEncoder, reporter: Reporter) -> TrainedEncoder:
    from large_gui.tasks.training.encoders import train_any_encoder

    return train_any_encoder(asked.asked, reporter, reporter.warn)
