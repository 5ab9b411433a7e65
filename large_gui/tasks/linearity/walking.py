"""Straight paths in a model's latent space, drawn and scored: HSR's Figs. 7 and 9."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from large_gui.core.companions import companion_step
from large_gui.core.direction import Direction
from large_gui.core.distance import unit_step
from large_gui.core.latent import LatentSpace, Pixels
from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import InputError
from large_gui.metrics.als import ideal_line, interpolation_points, squared_deviations
from large_gui.metrics.attributes import Attribute, Scorer, embedded, kind_of_likeness, likeness
from large_gui.metrics.linearity import r_squared
from large_gui.metrics.paths import CodePath, as_pictures, between, drawn, shifted, shifted_styles
from large_gui.models.model import Model, generates
from large_gui.models.spaces import measured_along, needs_styles, why_not_measured

if TYPE_CHECKING:
    from large_gui.nets.generator import Generator

Floats = NDArray[np.float64]
Code = NDArray[np.float32]  # (L, D)
FEWEST_STEPS, MOST_STEPS = 2, 200
_CODES = 2000  # random codes that show how codes change with a distance
_MANY = 500  # of them, which show how far apart distances are
_REACH = 2.0  # standard deviations of those distances, to either side
_AT_ONCE = 32  # pictures that are scored together, as networks read them
_SIDE = 256  # pixels a side of the pictures that are kept


class Path(NamedTuple):
    """A path, and the distances along a direction at its points ``(N + 1,)`` if it goes along one."""

    codes: CodePath
    distances: Floats | None = None


class Ground:
    """A generator with its random codes, on which paths are laid.

    Parameters
    ----------
    model
        The model of the generator.
    generator
        It, on the device where it draws; without it the model's is loaded, on the CPU.

    Raises
    ------
    ModelFileError
        When the model makes no pictures, or its generator is not on this machine.
    """

    def __init__(self, model: Model, generator: Generator | None = None) -> None:
        self.model = model
        self.generator = generator if generator is not None else generates(model).generator()

    @cached_property
    def codes(self) -> NDArray[np.float32]:
        """W codes ``(N, D)`` of random z, without truncation."""
        from large_gui.nets.generator import drawn_codes

        return drawn_codes(self.generator, _CODES)

    def random(self, count: int, seed: int) -> Iterator[Code]:
        """Random codes of W, each ``(L, D)`` of equal rows; a seed gives the same ones in every run."""
        from large_gui.nets.generator import drawn_codes

        for w in drawn_codes(self.generator, count, seed):
            yield w[None].repeat(self.model.shape[0], axis=0)

    def usual(self, direction: Direction) -> tuple[float, float]:
        """The distances between which most generated images lie.

        Raises
        ------
        LargeError
            When the model can't measure along the direction.
        """
        if (why := why_not_measured(self.model, direction)) is not None:
            raise why
        in_w = direction.space is LatentSpace.W
        some = self.codes if in_w else self.codes[:_MANY]
        rows = 1 if in_w else self.model.shape[0]
        along = measured_along(self.model, some[:, None].repeat(rows, axis=1), [direction])
        middle, spread = float(along.mean()), float(along.std())
        return middle - _REACH * spread, middle + _REACH * spread

    def along(
        self, direction: Direction, code: Code, steps: int, ends: tuple[float, float] | None = None
    ) -> Path:
        """The edits of a code along a direction, from one distance to another (HSR, Editability).

        In W a code changes as the generator's own codes usually change with the distance (`companion_step`):
        a step along a normal that was fitted to correlated codes changes almost nothing that can be seen. In
        W+ and S it moves along the normals. Either way each step makes the distance grow by as much.

        Parameters
        ----------
        ends
            Distances; `usual` by default.

        Raises
        ------
        LargeError
            When the model can't measure along the direction, or the ends are no distances apart.
        """
        check_steps(steps)
        low, high = self.usual(direction) if ends is None else ends
        if not (np.isfinite([low, high]).all() and low != high):
            raise InputError(
                f"There is no path from distance {low:g} to {high:g}.", hint="Give two different distances."
            )
        distances = np.linspace(low, high, steps + 1)
        here = float(measured_along(self.model, code[None], [direction])[0, 0])
        amounts = direction.sign * (distances - here)
        if needs_styles(self.model, direction):
            return Path(shifted_styles(code, unit_step(direction), amounts), distances)
        in_w = direction.normal.ndim == 1
        change = companion_step(direction.normal, self.codes) if in_w else unit_step(direction)
        return Path(shifted(code, change, amounts), distances)


def straight(first: Code, last: Code, steps: int) -> Path:
    """The interpolation between two codes (HSR, Eq. 3).

    Raises
    ------
    InputError
        When there are too few or too many steps.
    """
    check_steps(steps)
    return Path(between(first, last, steps))


@dataclass(frozen=True, eq=False)
class Course:
    """One path: its pictures, and the scores along it.

    Attributes
    ----------
    t
        ``(N + 1,)``, from 0 to 1.
    distances
        ``(N + 1,)`` along the direction; ``None`` for an interpolation between two images.
    attributes
        What was scored, M of them.
    scores, ideal
        ``(N + 1, M)``: the scores, and the straight line between those of the ends (HSR, Eq. 4).
    als
        ``(M,)``: the mean of the squared deviations from that line (HSR, Eq. 5), in the square of the unit.
    r2
        ``(M,)``: how much of a line the score is of t, its best line; NaN where the score does not change.
    likeness
        ``(N + 1,)``: cosine of the features of each picture with those of the first.
    likeness_by
        What the features are.
    pictures
        ``(N + 1, S, S, 3)``.
    seconds
        How long one picture took, to draw and to score.
    """

    t: Floats
    distances: Floats | None
    attributes: Sequence[Attribute]
    scores: Floats
    ideal: Floats
    als: Floats
    r2: Floats
    likeness: Floats
    likeness_by: str
    pictures: NDArray[np.uint8]
    seconds: float


def walk(ground: Ground, path: Path, scorer: Scorer, eyes: Model | None, reporter: Reporter) -> Course:
    """Draw and score one path.

    Parameters
    ----------
    eyes
        An image model that was started, in whose features likeness is measured.
    """
    began = time.monotonic()
    seen = look(ground, [path], scorer, eyes, reporter, keep=len(path.codes))
    points, t = len(path.codes), interpolation_points(len(path.codes) - 1)
    scores = seen.scores
    return Course(
        t, path.distances, tuple(scorer.attributes), scores, ideal_line(scores),
        squared_deviations(scores).sum(0) / (points - 1), r_squared(t, scores.T),
        likeness(seen.features) if eyes is not None else np.full(points, np.nan),
        kind_of_likeness(eyes) if eyes is not None else "",
        np.stack(seen.pictures), (time.monotonic() - began) / points,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Seen:
    """What was seen on paths, point by point: scores ``(n, M)``, features ``(n, F)``, some pictures."""

    scores: Floats
    features: NDArray[np.float32]
    pictures: list[Pixels]


def look(
    ground: Ground, paths: Sequence[Path], scorer: Scorer, eyes: Model | None, reporter: Reporter, *,
    keep: int = 0, done: int = 0, total: int = 0,
) -> Seen:  # fmt: skip
    """Draw the pictures of paths and score them.

    Parameters
    ----------
    keep
        How many of the first pictures are kept.
    done, total
        How many pictures the job has drawn before, and how many it draws in all.
    """
    import torch

    here = sum(len(path.codes) for path in paths)
    scores, features = [], []
    pictures: list[Pixels] = []
    waiting: list[Any] = []
    seen = 0
    for images in drawn(ground.generator, [path.codes for path in paths]):
        reporter.check_cancelled()
        waiting.append(images.float().expand(-1, 3, -1, -1))
        seen += len(images)
        if sum(map(len, waiting)) >= _AT_ONCE or seen == here:
            some = torch.cat(waiting)
            waiting = []
            scores.append(scorer.scores(some))
            if eyes is not None:
                features.append(embedded(eyes, some).mean(1))
            if len(pictures) < keep:
                pictures += as_pictures(some, _SIDE)[: keep - len(pictures)]
        reporter.progress(done + seen, total or here, "Drawing and scoring", unit=Unit.IMAGES)
    found = np.concatenate(features) if features else np.empty((here, 0), np.float32)
    return Seen(np.concatenate(scores), found, pictures)


def check_steps(steps: int) -> None:
    """Refuse a number of steps that a path can't have.

    Raises
    ------
    InputError
        When there are too few or too many.
    """
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        raise InputError(f"A path can't have {steps} steps.", hint=f"It has {FEWEST_STEPS} to {MOST_STEPS}.")
