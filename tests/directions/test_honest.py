"""What finders say of their quality is of images that they did not see: noise is never called good."""

from __future__ import annotations

import numpy as np
import pytest

from large_gui.core.reporter import SilentReporter
from large_gui.directions import rank, svm
from large_gui.directions.finder import Materials
from large_gui.directions.rank import pairs_of_values
from large_gui.errors import InputError

REPORTER = SilentReporter()


def noise(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((count, 1, 200)).astype(np.float32)


def names(count: int) -> list[str]:
    return [f"{i:064x}" for i in range(count)]


def test_tags_of_noise_are_told_apart_no_better_than_by_chance() -> None:
    tags = np.arange(40) % 2 == 0
    shares = []
    for seed in range(5):
        codes = noise(40, seed)
        (found,) = svm.find(Materials("x", codes=codes, images=names(40), tags=tags), svm.Options(), REPORTER)
        assert ((codes[:, 0] @ found.normal + found.intercept > 0) == tags).all(), "it knows these by heart"
        held_out = np.array([found.record.held_out[name] for name in names(40)])
        right = (held_out > 0) == tags
        assert found.record.figures["accuracy"] == pytest.approx(right.mean())
        shares.append(right.mean())
    assert 0.3 < np.mean(shares) < 0.65


def test_an_order_of_noise_is_found_again_no_better_than_by_chance() -> None:
    shares = []
    for seed in range(4):
        values = np.random.default_rng(seed).permutation(24).astype(float)
        pairs, won = pairs_of_values(values, 100)
        materials = Materials("x", codes=noise(24, seed), images=names(24), pairs=pairs, won=won)
        (found,) = rank.find(materials, rank.Options(0.01), REPORTER)
        along = materials.codes[:, 0] @ found.normal
        assert ((along[pairs[:, 0]] > along[pairs[:, 1]]) == won).mean() > 0.9, "it knows these by heart"
        shares.append(found.record.figures["pairs ordered rightly"])
    assert 0.3 < np.mean(shares) < 0.65


def test_a_real_order_is_found_again_with_a_strength_of_its_own() -> None:
    codes = noise(30, 0)
    values = codes[:, 0, :3].sum(1)
    codes[:, 0, 3:] *= 0.1
    pairs, won = pairs_of_values(values, 120)
    materials = Materials("x", codes=codes, images=names(30), pairs=pairs, won=won)
    (found,) = rank.find(materials, rank.Options(), REPORTER)
    assert found.record.figures["pairs ordered rightly"] > 0.9
    assert set(found.record.held_out) == set(names(30))


def test_copies_of_one_image_say_nothing_of_others() -> None:
    """All that have it are one image, so that nothing is left to find it by without it."""
    codes = np.concatenate([np.repeat(noise(1, 0), 3, 0), noise(4, 1)])
    images = [names(1)[0]] * 3 + names(8)[4:]
    materials = Materials("x", codes=codes, images=images, tags=np.arange(7) < 3)
    (found,) = svm.find(materials, svm.Options(), REPORTER)
    assert "accuracy" not in found.record.figures and "told apart" not in found.provenance


def test_codes_that_say_nothing_are_told() -> None:
    same = np.ones((10, 1, 4), np.float32)
    with pytest.raises(InputError, match="Nothing sets the images with it apart"):
        svm.find(Materials("x", codes=same, tags=np.arange(10) < 5), svm.Options(), REPORTER)
    pairs, won = pairs_of_values(np.arange(10.0))
    with pytest.raises(InputError, match="No direction orders these images"):
        rank.find(Materials("x", codes=same, pairs=pairs, won=won), rank.Options(), REPORTER)
