"""Draw and score paths for the window; networks and the learned scorer are kept between two paths."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.core.reporter import Reporter
from large_gui.metrics.attributes import Scorer, Scorers, image_model
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.tasks.linearity.courses import Courses, score_paths
from large_gui.tasks.linearity.plan import Judges, Labelled, PathPlan
from large_gui.tasks.linearity.scorers import direction_scorer, learned_scorer
from large_gui.tasks.linearity.walking import Course, Ground, straight, walk
from large_gui.tasks.look import known_code

if TYPE_CHECKING:
    from large_gui.nets.generator import Generator


class Walker:
    """Walks in the latent space of one model.

    Parameters
    ----------
    model, generator
        The model, and its generator.
    """

    def __init__(self, model: Model, generator: Generator, device: str = "auto") -> None:
        self._ground, self._device = Ground(model, generator), device
        self._eyes: Model | None = None
        self._learned: tuple[Labelled, Scorer] | None = None

    def course(self, plan: PathPlan, judges: Judges, cache: CodeCache, reporter: Reporter) -> Course:
        """Draw and score one path.

        Raises
        ------
        InputError
            When an image has no code yet, or nothing can be learned from the labels.
        LargeError
            When the model can't measure along the direction.
        """
        ground = self._ground
        scorer, eyes = self._scorer(judges, cache, reporter), self._started(judges.eyes, reporter)
        one, other = ground.random(2, plan.seed)
        if plan.first:
            one = known_code(plan.first, ground.model, cache)
        if plan.last:
            other = known_code(plan.last, ground.model, cache)
        if plan.direction is None:
            path = straight(one, other, plan.steps)
        else:
            path = ground.along(plan.direction, one, plan.steps, plan.ends)
        return walk(ground, path, scorer, eyes, reporter)

    def courses(
        self, plan: PathPlan, judges: Judges, pairs: int, cache: CodeCache, reporter: Reporter
    ) -> Courses:
        """Score many paths of the same kind from random codes.

        Raises
        ------
        LargeError
            As `course`.
        """
        scorer, eyes = self._scorer(judges, cache, reporter), self._started(judges.eyes, reporter)
        return score_paths(
            self._ground, scorer, reporter, direction=plan.direction, eyes=eyes, pairs=pairs,
            steps=plan.steps, seed=plan.seed,
        )  # fmt: skip

    def _started(self, eyes: str, reporter: Reporter) -> Model:
        if self._eyes is None or self._eyes.name != eyes:
            self._eyes = image_model(open_model(eyes))
            self._eyes.start(self._device, reporter)
        return self._eyes

    def _scorer(self, judges: Judges, cache: CodeCache, reporter: Reporter) -> Scorers:
        model, scorers = self._ground.model, []
        if judges.labelled is not None:
            if self._learned is None or self._learned[0] != judges.labelled:
                found = learned_scorer(
                    judges.labelled, model, cache, reporter, eyes=judges.eyes, device=self._device
                )
                self._learned = judges.labelled, found
            scorers.append(self._learned[1])
        if judges.told:
            scorers.append(direction_scorer(judges.told, model, reporter, device=self._device))
        return Scorers(scorers)
