"""Looking closer along a direction that is turned round."""

from __future__ import annotations

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.tasks.look import Viewer, layers

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
