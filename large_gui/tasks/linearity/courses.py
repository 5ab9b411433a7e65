"""Score many paths of a generator: the Attribute Linearity Score, and LARGE's own question."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.engine.stages import chunks
from large_gui.errors import InputError
from large_gui.metrics.als import (
    AttributeLinearity,
    attribute_linearity,
    interpolation_points,
    standard_error,
)
from large_gui.metrics.attributes import Attribute, Scorer, kind_of_likeness, likeness
from large_gui.metrics.few_shot import check_seed
from large_gui.metrics.linearity import Linearity, linearity, r_squared
from large_gui.models.model import Model
from large_gui.tasks.linearity.plan import STEPS
from large_gui.tasks.linearity.walking import Ground, Path, check_steps, look, straight

__all__ = ["Attribute", "Courses", "Linearity", "check_paths", "score_paths", "some_paths"]

Floats = NDArray[np.float64]
PAIRS = 50  # paths
MOST_PAIRS = 20_000
_AT_ONCE = 32  # paths


@dataclass(frozen=True, eq=False)
class Courses:
    """What was found on P paths of N steps, for M attributes.

    Attributes
    ----------
    along
        The direction that paths go along; empty for paths between random codes.
    attributes
        What was scored.
    score
        The Attribute Linearity Score.
    r2, r2_error
        ``(M,)``: R² of the score against t within a path, the mean over paths and its standard error.
    together
        For each attribute, the value against the distance over the pictures of all paths: one line for all
        of them, which is what LARGE fits; empty for paths between random codes.
    likeness, likeness_error
        Cosine of the features of the last picture with those of the first, the mean over paths and its
        standard error; NaN if it was not measured.
    likeness_of_others
        The same of the first pictures of different paths, to which it compares.
    likeness_by
        What the features are.
    """

    along: str
    attributes: Sequence[Attribute]
    score: AttributeLinearity
    r2: Floats
    r2_error: Floats
    together: Sequence[Linearity]
    likeness: float
    likeness_error: float
    likeness_of_others: float
    likeness_by: str

    @property
    def what(self) -> str:
        """What the paths are, in words."""
        return f"edits along {self.along}" if self.along else "paths between random codes"

    def as_json(self) -> dict[str, Any]:
        """The figures as they are written for other programs."""
        score = self.score
        return {
            "paths": self.what, "direction": self.along or None, "pairs": score.pairs, "steps": score.steps,
            "als": score.als, "als_error": score.als_error,
            "relative_als": score.relative, "relative_als_error": score.relative_error,
            "by_t": score.by_point.tolist(), "relative_by_t": score.relative_by_point.tolist(),
            "attributes": [self._attribute(j) for j in range(len(self.attributes))],
            "likeness": self.likeness, "likeness_error": self.likeness_error,
            "likeness_of_others": self.likeness_of_others, "likeness_by": self.likeness_by,
        }  # fmt: skip

    def _attribute(self, j: int) -> dict[str, Any]:
        one, score = self.attributes[j], self.score
        together = self.together[j] if self.together else None
        return {
            "name": one.name, "unit": one.unit, "scored_by": one.scored_by, "independent": one.independent,
            "scorer_r2": one.r2, "labels": one.labels,
            "als": score.by_attribute[j], "als_error": score.by_attribute_error[j],
            "relative_als": score.relative_by_attribute[j],
            "relative_als_error": score.relative_by_attribute_error[j],
            "r2": self.r2[j], "r2_error": self.r2_error[j],
            "r2_against_distance": None if together is None else together.r2,
            "r2_against_distance_error": None if together is None else together.r2_error,
        }  # fmt: skip


def score_paths(
    ground: Ground, scorer: Scorer, reporter: Reporter, *, direction: Direction | None = None,
    eyes: Model | None = None, pairs: int = PAIRS, steps: int = STEPS, seed: int = 0,
) -> Courses:  # fmt: skip
    """Score paths between random codes, or edits of random codes along a direction.

    Memory does not grow with the number of paths but by their scores and features.

    Raises
    ------
    InputError
        When there is nothing to score, or the number of paths, steps or the seed is not possible.
    LargeError
        When the model can't measure along the direction.
    """
    attributes = tuple(scorer.attributes)
    if not attributes:
        raise InputError("There is nothing to score.", hint="Give labelled images or a saved fit.")
    check_paths(pairs, steps)
    check_seed(seed)
    paths = some_paths(ground, direction, pairs, steps, seed)
    points, total = steps + 1, pairs * (steps + 1)
    scores: list[Floats] = []
    kept, firsts, done = [], [], 0
    for group in chunks(paths, _AT_ONCE):
        seen = look(ground, group, scorer, eyes, reporter, done=done, total=total)
        done += len(seen.scores)
        scores.append(seen.scores.reshape(len(group), points, -1))
        if eyes is not None:
            features = seen.features.reshape(len(group), points, -1)
            kept.append(likeness(features)[:, -1])
            firsts.append(features[:, 0])
    found = np.concatenate(scores)  # (P, N + 1, M)
    r2, r2_error = _over_paths(r_squared(interpolation_points(steps), found.transpose(0, 2, 1)))
    together: list[Linearity] = []
    if direction is not None:
        distances = np.tile(np.linspace(*ground.usual(direction), points), pairs)
        of_path = np.repeat(np.arange(pairs), points)  # whose pictures belong together
        columns = found.reshape(pairs * points, -1).T
        together = [linearity(distances, column, seed, of_path) for column in columns]
    end, end_error, others = _likeness(kept, firsts)
    return Courses(
        direction.spelled if direction is not None else "", attributes, attribute_linearity(found),
        r2, r2_error, together, end, end_error, others, kind_of_likeness(eyes) if eyes is not None else "",
    )  # fmt: skip


def check_paths(pairs: int, steps: int) -> None:
    """Refuse numbers of paths, or of steps on each, that can't be scored.

    Raises
    ------
    InputError
        When there are too few or too many.
    """
    if not 1 <= pairs <= MOST_PAIRS:
        raise InputError(f"{pairs:,} paths can't be scored.", hint=f"It is 1 to {MOST_PAIRS:,}.")
    check_steps(steps)


def some_paths(
    ground: Ground, direction: Direction | None, pairs: int, steps: int, seed: int
) -> Iterator[Path]:
    """Paths between random codes, or edits of random codes along a direction, made as they are needed."""
    if direction is None:
        codes = ground.random(2 * pairs, seed)
        for first, last in zip(codes, codes):
            yield straight(first, last, steps)
        return
    ends = ground.usual(direction)
    for code in ground.random(pairs, seed):
        yield ground.along(direction, code, steps, ends)


def _over_paths(r2: Floats) -> tuple[Floats, Floats]:
    """Means and standard errors ``(M,)`` over those paths ``(P, M)`` on which the score changes."""
    means, errors = np.full(r2.shape[1], np.nan), np.full(r2.shape[1], np.nan)
    for j, column in enumerate(r2.T):
        known = column[np.isfinite(column)]
        if len(known):
            means[j], errors[j] = known.mean(), standard_error(known)
    return means, errors


def _likeness(kept: list[Floats], firsts: list[NDArray[np.float32]]) -> tuple[float, float, float]:
    """Mean likeness of both ends of paths, its standard error, and the mean of different paths."""
    if not kept:
        return math.nan, math.nan, math.nan
    ends, starts = np.concatenate(kept), np.concatenate(firsts)
    others = likeness(np.stack([starts, np.roll(starts, 1, axis=0)], axis=1))[:, -1]
    different = float(others.mean()) if len(others) > 1 else math.nan
    return float(ends.mean()), float(standard_error(ends)), different
