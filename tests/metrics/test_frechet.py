"""The Fréchet distance against closed forms, scipy and torch-fidelity, and how training asks for it."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from scipy.linalg import sqrtm
from torch import Tensor

from large_gui.metrics.feature_network import default_network, features_of, in_batches
from large_gui.metrics.frechet import FrechetToFolder, Moments, frechet_distance, frechet_error, frechet_name
from tests.small_models import generator

Features = np.ndarray


def drawn(n: int, width: int = 12, seed: int = 0, shift: float = 0.0) -> Features:
    rng = np.random.default_rng(seed)
    mix = np.random.default_rng(width).standard_normal((width, width))
    return (rng.standard_normal((n, width)) @ mix + shift).astype(np.float32)


def by_scipy(one: Moments, other: Moments) -> float:
    """The definition: Heusel et al. 2017, Eq. 6."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of singular matrices
        root = sqrtm(one.covariance @ other.covariance)
    shift = one.mean - other.mean
    return float(shift @ shift + np.trace(one.covariance + other.covariance - 2 * np.real(root)))


def test_two_gaussians_have_the_closed_form() -> None:
    one = Moments(np.array([1.0, 2.0]), np.diag([4.0, 9.0]))
    other = Moments(np.array([4.0, 6.0]), np.diag([1.0, 25.0]))
    assert frechet_distance(one, other) == pytest.approx(9 + 16 + (2 - 1) ** 2 + (3 - 5) ** 2)


@given(st.integers(2, 40), st.integers(2, 40), st.floats(-3, 3))
def test_agrees_with_scipy_also_where_images_are_fewer_than_features(n: int, m: int, shift: float) -> None:
    one, other = Moments.of(drawn(n, seed=1)), Moments.of(drawn(m, seed=2, shift=shift))
    scale = np.trace(one.covariance) + np.trace(other.covariance)
    assert frechet_distance(one, other) == pytest.approx(by_scipy(one, other), rel=1e-3, abs=1e-4 * scale)
    assert frechet_distance(one, other) == pytest.approx(frechet_distance(other, one), abs=1e-6 * scale)
    assert frechet_distance(one, one) == pytest.approx(0, abs=1e-6 * scale)


def test_moments_are_those_of_numpy_whatever_the_blocks() -> None:
    rows = drawn(9000, 5, shift=100)
    found = Moments.of(rows)
    np.testing.assert_allclose(found.mean, rows.mean(0, dtype=np.float64), rtol=1e-12)
    np.testing.assert_allclose(found.covariance, np.cov(rows.astype(np.float64), rowvar=False), rtol=1e-9)


def test_the_standard_error_is_as_large_as_the_figure_varies() -> None:
    real = drawn(400, seed=100)

    def of(seed: int) -> Features:
        return drawn(400, seed=seed, shift=0.5)

    found = [frechet_distance(Moments.of(drawn(400, seed=200 + s)), Moments.of(of(s))) for s in range(60)]
    errors = [frechet_error(real, of(seed), seed) for seed in range(10)]
    assert np.mean(errors) == pytest.approx(np.std(found, ddof=1), rel=0.4)


class Colours:
    """A network whose features are the mean colours."""

    name, is_fids = "mean colours", False

    def features(self, images: Tensor) -> Tensor:
        return images.float().mean((2, 3))

    def to(self, *target: object) -> Colours:
        return self


class TestToAFolder:
    real = np.random.default_rng(0).integers(0, 256, (80, 3, 32, 32)).astype(np.uint8)

    def test_a_seed_gives_a_figure_and_nothing_else_changes(self) -> None:
        to = FrechetToFolder(Colours(), in_batches(self.real))
        network = generator().train()
        before, state = torch.get_rng_state(), {k: v.clone() for k, v in network.state_dict().items()}
        first = to.of(network, 70, 3)
        assert torch.equal(torch.get_rng_state(), before)
        assert network.training
        assert all(torch.equal(state[name], tensor) for name, tensor in network.state_dict().items())
        assert to.of(network, 70, 3) == first
        assert to.of(network, 70, 4) != first
        assert to.of(generator(seed=5), 70, 3) != first

    def test_batches_do_not_matter(self) -> None:
        whole = features_of(Colours(), [self.real])
        np.testing.assert_array_equal(features_of(Colours(), in_batches(self.real)), whole)
        assert FrechetToFolder(Colours(), [self.real]).of(generator(), 40) == pytest.approx(
            FrechetToFolder(Colours(), in_batches(self.real)).of(generator(), 40)
        )

    def test_its_name_is_that_of_the_network(self) -> None:
        assert FrechetToFolder(Colours(), [self.real]).name == "Fréchet distance (mean colours)"
        assert frechet_name(default_network()) == "Fréchet distance (EfficientNet-Lite0 at 128 px)"


def test_the_network_that_comes_with_the_program_reads_any_size() -> None:
    network = default_network()
    with torch.inference_mode():
        for side in (16, 128, 200):
            images = torch.randint(0, 256, (2, 3, side, side), dtype=torch.uint8)
            assert network.features(images).shape == (2, 320)


def test_the_distance_grows_with_what_is_wrong_with_the_pictures(sample_images: list[np.ndarray]) -> None:
    pictures = [Image.fromarray(picture).resize((64, 64)) for picture in sample_images]
    first, second = pictures[::2], pictures[1::2]

    def as_bytes(some: list[Image.Image]) -> np.ndarray:
        return np.stack([np.asarray(picture) for picture in some]).transpose(0, 3, 1, 2)

    blurred, very_blurred = (
        [picture.filter(ImageFilter.GaussianBlur(radius)) for picture in second] for radius in (1, 3)
    )
    network = default_network()
    real = Moments.of(features_of(network, [as_bytes(first)]))
    good, worse, worst = (
        frechet_distance(real, Moments.of(features_of(network, [as_bytes(some)])))
        for some in (second, blurred, very_blurred)
    )
    assert good < worse < worst
