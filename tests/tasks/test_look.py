"""Looking closer along a direction that is turned round."""

from __future__ import annotations

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.models.gan import GanModel
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
    turned = layers(viewer.walk(code, one.turned(), 0.5), one.turned()).distances.mean()
    before = layers(code, one.turned()).distances.mean()
    assert turned - before == pytest.approx(0.5, abs=1e-5), "its own distance grows"
