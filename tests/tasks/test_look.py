"""Looking closer along a direction that is turned round."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.models.spaces import style_sizes
from large_gui.nets.generator import drawn_codes
from large_gui.nets.pixels import to_pixels
from large_gui.tasks.look import Viewer, layers
from tests import small_models

RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("shape", [(8,), (3, 8)])
def test_a_walk_along_it_goes_the_other_way(
    pack: GanModel, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, codes = Viewer(pack), RANDOM.normal(size=(50, 8)).astype(np.float32)
    monkeypatch.setattr(viewer, "picture", lambda code, **_: code)
    monkeypatch.setattr(viewer, "_generated_codes", lambda: codes)
    normal = RANDOM.normal(size=shape)
    one = Direction("age", normal / np.linalg.norm(normal, axis=-1, keepdims=True))
    code = RANDOM.normal(size=(3, 8)).astype(np.float32)
    np.testing.assert_array_equal(viewer.walk(code, one.turned(), 0.5), viewer.walk(code, one, -0.5))
    assert not np.array_equal(viewer.walk(code, one, 0.5), viewer.walk(code, one, -0.5))
    turned = layers(viewer.walk(code, one.turned(), 0.5), one.turned(), pack).distances.mean()
    before = layers(code, one.turned(), pack).distances.mean()
    assert turned - before == pytest.approx(0.5, abs=1e-5), "its own distance grows"


@pytest.mark.parametrize("shape", [(8,), (3, 8)])
def test_a_strip_goes_from_the_lowest_to_the_highest(
    pack: GanModel, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer, codes, drawn = Viewer(pack), RANDOM.normal(size=(500, 8)).astype(np.float32), []

    def picture(code: np.ndarray, **_: object) -> np.ndarray:
        drawn.append(code)
        return np.full((64, 64, 3), 50 * len(drawn), np.uint8)

    monkeypatch.setattr(viewer, "picture", picture)
    monkeypatch.setattr(viewer, "_generated_codes", lambda: codes)
    normal = RANDOM.normal(size=shape)
    one = Direction("age", normal / np.linalg.norm(normal, axis=-1, keepdims=True))
    strip = viewer.strip(one, SilentReporter(), side=16)
    assert strip.shape == (16, 80, 3) and strip.dtype == np.uint8
    assert [int(strip[8, 16 * i + 8, 0]) for i in range(5)] == [50, 100, 150, 200, 250]
    distances = np.array([layers(code, one, pack).distances.mean() for code in drawn])
    usual = (codes @ np.atleast_2d(one.normal).T).mean(1)
    np.testing.assert_allclose(distances, usual.mean() + usual.std() * np.linspace(-2.5, 2.5, 5), atol=1e-4)


def test_a_walk_in_s_changes_the_styles_and_draws_them(home: Path) -> None:
    model = small_models.generator_pack("small")
    generator, sizes = model.generator(), style_sizes(model)
    normal = RANDOM.normal(size=sum(sizes))
    normal /= np.linalg.norm(normal)
    one = Direction("smile", normal, layer_sizes=sizes)
    code, viewer = RANDOM.normal(size=model.shape).astype(np.float32), Viewer(model)
    np.testing.assert_array_equal(viewer.walk(code, one, 0.0), viewer.picture(code))
    for steps, full in ((0.7, False), (-0.7, True)):
        with torch.inference_mode():
            parts = torch.from_numpy(normal * steps * len(sizes)).float().split(sizes)
            styles = [s + part for s, part in zip(generator.styles(torch.from_numpy(code[None])), parts)]
            draw = generator.image_of_styles if full else generator.preview_of_styles
            expected = to_pixels(draw(styles))[0]
        np.testing.assert_array_equal(viewer.walk(code, one, steps, full=full), expected)
        np.testing.assert_array_equal(viewer.walk(code, one.turned(), -steps, full=full), expected)
        moved = np.concatenate([style.numpy() for style in styles], 1)
        before = layers(code, one, model).distances.mean()
        assert distances(moved, one)[0] - before == pytest.approx(steps, abs=1e-3), "its own distance grows"


def test_a_strip_in_s_goes_from_the_lowest_to_the_highest(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = small_models.generator_pack("small")
    sizes = style_sizes(model)
    one = Direction("smile", np.ones(sum(sizes)) / sum(sizes) ** 0.5, layer_sizes=sizes)
    viewer, walked = Viewer(model), []
    drawn = viewer.walk

    def walk(code: np.ndarray, direction: Direction, steps: float) -> np.ndarray:
        walked.append(steps)
        return drawn(code, direction, steps)

    monkeypatch.setattr(viewer, "walk", walk)
    assert viewer.strip(one, SilentReporter(), side=16).shape == (16, 80, 3)
    usual = drawn_codes(model.generator(), 2000)[:500, None].repeat(model.shape[0], 1)
    spread = distances(np.concatenate(model.styles(usual), 1), one).std()
    np.testing.assert_allclose(walked, spread * np.linspace(-2.5, 2.5, 5), rtol=1e-3)
