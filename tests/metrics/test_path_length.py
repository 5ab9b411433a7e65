"""Path lengths of generators whose lengths are known, and how they are drawn."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from large_gui.metrics.path_length import PathLengths, arc, codes_at, path_codes, path_lengths
from large_gui.metrics.perceptual import default_distance
from tests import small_models

SIDE, WIDTH = 4, 6


class Squared:
    """The squared distance of pixels, for which lengths have closed forms."""

    name = "squares"

    def __call__(self, one: Tensor, other: Tensor) -> Tensor:
        return (one.double() - other.double()).square().sum((1, 2, 3))

    def to(self, *target: Any) -> Squared:
        return self


class LinearGenerator:
    """w = z, and the image is a matrix times w; in double precision, as closed forms are."""

    z_dim, resolution = WIDTH, SIDE
    mean_latent = torch.zeros(WIDTH, dtype=torch.float64)

    def __init__(self) -> None:
        self.matrix = torch.from_numpy(np.random.default_rng(0).standard_normal((3 * SIDE * SIDE, WIDTH)))

    def mapping(self, z: Tensor) -> Tensor:
        return z.double()

    def __call__(self, w: Tensor) -> Tensor:
        return (w.double() @ self.matrix.T).view(-1, 3, SIDE, SIDE)


def measured(count: int = 40, **options: Any) -> PathLengths:
    return path_lengths(LinearGenerator(), Squared(), count, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize("sampling", ["full", "end"])
def test_straight_lines_of_a_linear_generator(sampling: Any) -> None:
    """In W the picture moves at the speed A (w1 - w0), wherever it is looked at."""
    generator = LinearGenerator()
    lengths = measured(seed=3, sampling=sampling).lengths
    for number, length in enumerate(lengths):
        z0, z1 = path_codes(generator, 3, number, "w", 1).numpy()  # type: ignore[arg-type]
        speed = generator.matrix.numpy() @ (z1 - z0)
        assert length == pytest.approx(speed @ speed, rel=1e-4)


def test_the_mean_is_that_of_the_distribution() -> None:
    found = measured(3000)
    expected = 2 * float(LinearGenerator().matrix.square().sum())  # E |A (w1 - w0)|^2 = 2 tr(A A^T)
    assert abs(found.mean - expected) < 4 * found.error
    assert found.error == pytest.approx(found.lengths.std(ddof=1) / 3000**0.5)


def test_arcs_in_z() -> None:
    """On a sphere of radius sqrt(Z) the speed is sqrt(Z) times the angle."""
    generator = LinearGenerator()
    generator.matrix = torch.eye(3 * SIDE * SIDE, WIDTH, dtype=torch.float64)
    for sampling in ("full", "end"):
        found = path_lengths(
            generator, Squared(), 20, space="z", sampling=sampling  # type: ignore[arg-type]
        )  # fmt: skip
        for number, length in enumerate(found.lengths):
            z0, z1 = path_codes(generator, 0, number, "z", 1).numpy()  # type: ignore[arg-type]
            angle = np.arccos(z0 @ z1 / np.linalg.norm(z0) / np.linalg.norm(z1))
            assert length == pytest.approx(WIDTH * angle**2, rel=1e-2)


@given(st.integers(0, 1000), st.floats(0, 1))
def test_an_arc_stays_on_the_sphere_and_joins_its_ends(seed: int, t: float) -> None:
    z0, z1 = np.random.default_rng(seed).standard_normal((2, 1, 16))
    start, place, end = (arc(z0, z1, np.array([at]))[0] for at in (0.0, t, 1.0))
    assert np.linalg.norm(place) == pytest.approx(4)
    np.testing.assert_allclose(start, 4 * z0[0] / np.linalg.norm(z0), atol=1e-9)
    np.testing.assert_allclose(end, 4 * z1[0] / np.linalg.norm(z1), atol=1e-9)
    whole = np.arccos(np.clip(start @ end / 16, -1, 1))
    assert np.arccos(np.clip(start @ place / 16, -1, 1)) == pytest.approx(t * whole, abs=1e-6)


@pytest.mark.parametrize("space", ["w", "z"])
def test_a_path_can_be_drawn_again_and_keeps_its_class(space: Any) -> None:
    """Without labels, a conditional generator takes classes in turn: they must not change along a path."""
    network = small_models.generator(replace(small_models.CONDITIONAL, fp16_resolutions=0))
    lengths = path_lengths(network, Squared(), 20, space=space).lengths
    for number in (1, 17):
        path = path_codes(network, 0, number, space, 10)
        near = path_codes(network, 0, number, space, 1000)[:2]
        with torch.inference_mode():
            length = float(Squared()(network(near[:1]), network(near[1:]))) / 1e-6
        assert length == pytest.approx(lengths[number], rel=0.1)
        steps = path.diff(dim=0).norm(dim=1)
        assert steps.max() < 3 * steps.min()


def test_an_arc_between_equal_ends_is_that_end() -> None:
    z = np.ones((1, 4))
    np.testing.assert_allclose(arc(z, z, np.array([0.5])), z)


def test_a_path_does_not_depend_on_how_many_are_drawn() -> None:
    assert measured(40).lengths[:17].tolist() == pytest.approx(measured(17).lengths.tolist(), rel=1e-9)
    assert measured(5, seed=1).lengths.tolist() != measured(5).lengths.tolist()


def test_lowest_and_highest_tenth() -> None:
    found = PathLengths(np.array([5.0, 1, 9, 3, 7, 2, 8, 4, 6, 10, 0, 11, 12, 13, 14, 15, 16, 17, 18, 19]))
    assert found.lowest.tolist() == [10, 1]
    assert found.highest.tolist() == [19, 18]
    assert PathLengths(np.arange(3.0)).highest.tolist() == [2]
    tailed = PathLengths(np.r_[1e6, np.ones(198), -1e6])
    assert tailed.mean == pytest.approx(198 / 200)
    assert tailed.mean_without_tails <= 1 + 1e-9


def test_progress_is_told_and_can_stop_it() -> None:
    class Stop(Exception):
        pass

    seen: list[int] = []

    def step(done: int) -> None:
        seen.append(done)
        if done > 20:
            raise Stop

    with pytest.raises(Stop):
        measured(100, step=step)
    assert seen == [0, 16, 32]  # paths that are done


class TestRounding:
    """A step of 1e-4 is large enough for single precision, and no block may use less."""

    def test_single_precision_gives_what_double_precision_gives(self) -> None:
        network, distance = small_models.generator(), default_distance()
        single = path_lengths(network, distance, 8, sampling="full")
        double = path_lengths(network.double(), distance.double(), 8, sampling="full")
        assert single.lengths == pytest.approx(double.lengths, rel=0.02)
        assert single.mean == pytest.approx(double.mean, rel=0.005)

    def test_blocks_of_half_precision_are_lifted_and_set_back(self) -> None:
        network = small_models.generator(small_models.CONDITIONAL)
        block = network.get_submodule("b16")
        seen = []
        block.register_forward_pre_hook(lambda *_: None)
        network.get_submodule("b16.conv1").register_forward_hook(lambda *_: seen.append(block.in_half))
        assert block.in_half
        path_lengths(network, Squared(), 4)
        assert seen == [False, False]
        assert block.in_half


def test_the_noise_is_the_same_at_both_ends() -> None:
    """Pictures of one code are the same, so a path from a code to itself has no length."""
    network = small_models.generator()
    z = np.random.default_rng(0).standard_normal((3, network.z_dim))
    near, far = (codes_at(network, z, z, np.full(3, t), "w") for t in (0.0, 0.5))
    with torch.inference_mode():
        assert Squared()(network(near), network(far)).max() == 0
