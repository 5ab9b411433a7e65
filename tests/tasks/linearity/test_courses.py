"""Paths of a small generator, drawn and scored."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError, ModelFileError
from large_gui.metrics.attributes import Attribute, Scorers
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.models.spaces import measured_along, style_sizes
from large_gui.tasks.linearity.courses import score_paths
from large_gui.tasks.linearity.walking import Ground, straight, walk
from tests import small_models

RANDOM = np.random.default_rng(0)
TOLD = SilentReporter()


class Colours:
    """Scores the mean of red, and half of the mean of green."""

    attributes: Sequence[Attribute] = (Attribute("red", "share"), Attribute("green"))

    def scores(self, images: Tensor) -> NDArray[np.float64]:
        assert images.ndim == 4 and images.shape[1] == 3
        means = images.double().mean((2, 3)).numpy()
        return np.stack([means[:, 0], means[:, 1] / 2], axis=1)


@pytest.fixture
def ground(home: Path) -> Ground:
    return Ground(small_models.generator_pack("small"))


def in_w(seed: int = 1) -> Direction:
    normal = np.random.default_rng(seed).normal(size=48)
    return Direction("ripe", normal / np.linalg.norm(normal))


def test_an_interpolation_is_equation_3(ground: Ground) -> None:
    first, last = ground.random(2, seed=3)
    course = walk(ground, straight(first, last, 4), Colours(), None, TOLD)
    assert course.t.tolist() == [0, 0.25, 0.5, 0.75, 1] and course.distances is None
    codes = torch.from_numpy(np.stack([first + t * (last - first) for t in course.t]).astype(np.float32))
    with torch.inference_mode():
        wanted = Colours().scores(ground.generator.preview(codes))
    np.testing.assert_allclose(course.scores, wanted, atol=1e-6)
    line = wanted[0] + course.t[:, None] * (wanted[-1] - wanted[0])
    np.testing.assert_allclose(course.ideal, line, atol=1e-6)
    np.testing.assert_allclose(course.als, ((wanted - line) ** 2).sum(0) / 4, rtol=1e-5)
    assert course.pictures.shape == (5, 32, 32, 3) and course.pictures.dtype == np.uint8
    assert course.r2.shape == (2,) and np.isnan(course.likeness).all()


def normals(model: GanModel) -> list[Direction]:
    """One direction of each space."""
    sizes = style_sizes(model)
    plus, styles = RANDOM.normal(size=model.shape), RANDOM.normal(size=sum(sizes))
    plus /= np.linalg.norm(plus, axis=1, keepdims=True)
    return [
        in_w(),
        Direction("plus", plus),
        Direction("s", styles / np.linalg.norm(styles), layer_sizes=sizes),
    ]


def test_an_edit_goes_evenly_from_one_distance_to_the_other(ground: Ground) -> None:
    (code,) = ground.random(1, seed=0)
    for direction in normals(ground.model)[:2]:
        for one in (direction, direction.turned()):
            path = ground.along(one, code, 5, (-1.0, 2.0))
            assert path.distances is not None and path.codes.changes is None
            measured = measured_along(ground.model, path.codes.codes, [one])[:, 0]
            np.testing.assert_allclose(measured, np.linspace(-1, 2, 6), atol=1e-4)
            np.testing.assert_allclose(path.distances, np.linspace(-1, 2, 6))


def test_an_edit_in_s_moves_the_styles(ground: Ground) -> None:
    (code,), direction = ground.random(1, seed=0), normals(ground.model)[2]
    here = float(measured_along(ground.model, code[None], [direction])[0, 0])
    path = ground.along(direction, code, 2, (here, here + 1))
    assert path.codes.changes is not None
    course = walk(ground, path, Colours(), None, TOLD)
    with torch.inference_mode():
        itself = Colours().scores(ground.generator.preview(torch.from_numpy(code[None])))
    np.testing.assert_allclose(course.scores[0], itself[0], atol=1e-6)
    assert not np.allclose(course.scores[1], course.scores[0])


def test_without_ends_it_goes_where_generated_images_are(ground: Ground) -> None:
    low, high = ground.usual(in_w())
    along = measured_along(ground.model, np.stack([*ground.random(400, seed=9)]), [in_w()])[:, 0]
    share = np.mean((along > low) & (along < high))
    assert 0.9 < share < 1


@pytest.mark.parametrize("direction", [None, in_w()])
def test_the_figures_of_many_paths(ground: Ground, direction: Direction | None) -> None:
    found = score_paths(ground, Colours(), TOLD, direction=direction, pairs=5, steps=3, seed=2)
    again = score_paths(ground, Colours(), TOLD, direction=direction, pairs=5, steps=3, seed=2)
    other = score_paths(ground, Colours(), TOLD, direction=direction, pairs=5, steps=3, seed=3)
    assert found.score.als == again.score.als != other.score.als
    assert found.score.pairs == 5 and found.score.by_attribute.shape == (2,) and found.score.als_error > 0
    assert len(found.together) == (0 if direction is None else 2)
    told = json.loads(json.dumps(found.as_json()))
    assert told["direction"] == (None if direction is None else "ripe")
    assert [one["name"] for one in told["attributes"]] == ["red", "green"]
    assert told["als"] == pytest.approx(np.mean([one["als"] for one in told["attributes"]]))
    assert len(told["by_t"]) == 4 and told["by_t"][0] == told["by_t"][-1] == 0


def test_they_are_those_of_each_path(ground: Ground) -> None:
    codes = list(ground.random(80, seed=2))
    each = [
        walk(ground, straight(codes[2 * i], codes[2 * i + 1], 2), Colours(), None, TOLD) for i in range(40)
    ]
    found = score_paths(ground, Colours(), TOLD, pairs=40, steps=2, seed=2)
    np.testing.assert_allclose(
        found.score.by_attribute, np.mean([one.als for one in each], axis=0), rtol=1e-5
    )
    np.testing.assert_allclose(found.r2, np.mean([one.r2 for one in each], axis=0), atol=1e-5)


def test_likeness_by_the_features_that_ship(ground: Ground) -> None:
    eyes = open_model("features")
    eyes.start("cpu", TOLD)
    first, last = ground.random(2, seed=0)
    course = walk(ground, straight(first, last, 2), Colours(), eyes, TOLD)
    assert course.likeness[0] == pytest.approx(1) and course.likeness[2] < 1
    assert course.likeness_by == "EfficientNet-Lite0 features, not an identity network"
    found = score_paths(ground, Colours(), TOLD, eyes=eyes, pairs=2, steps=2)
    assert found.likeness == pytest.approx(course.likeness[2], abs=0.2) and found.likeness_of_others < 1


class Stops(SilentReporter):
    """Stops after some steps, and notes how far the job was."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Progress] = []

    def tell(self, progress: Progress) -> None:
        self.told.append(progress)

    def check_cancelled(self) -> None:
        if len(self.told) == 3:
            raise Cancelled


def test_it_can_be_stopped(ground: Ground) -> None:
    reporter = Stops()
    with pytest.raises(Cancelled):
        score_paths(ground, Colours(), reporter, pairs=100, steps=2)
    assert [progress.done for progress in reporter.told] == [3, 6, 9] and reporter.told[0].total == 300


@pytest.mark.parametrize(
    ("options", "why"),
    [({"pairs": 0}, "0 paths"), ({"pairs": 10**6}, "1,000,000 paths"), ({"steps": 1}, "1 steps"),
     ({"seed": -1}, "seed can't be -1"), ({"steps": 10**6}, "can't have 1000000 steps")],
)  # fmt: skip
def test_what_is_not_possible_is_said(ground: Ground, options: dict[str, int], why: str) -> None:
    with pytest.raises(InputError, match=why):
        score_paths(ground, Colours(), TOLD, **options)


def test_without_a_scorer_there_is_nothing_to_score(ground: Ground) -> None:
    with pytest.raises(InputError, match="nothing to score"):
        score_paths(ground, Scorers([]), TOLD)
    with pytest.raises(InputError, match="no path from distance 1 to 1"):
        ground.along(in_w(), next(ground.random(1, 0)), 3, (1.0, 1.0))


def test_a_model_without_a_generator_is_told() -> None:
    with pytest.raises(ModelFileError, match="makes no pictures"):
        Ground(open_model("features"))
    with pytest.raises(ModelFileError, match="not on this machine"):
        Ground(open_model("faces"))
