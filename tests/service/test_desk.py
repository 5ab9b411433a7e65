"""The networks that the worker keeps are of the model as it is now."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.library import staged
from large_gui.models.pack import GENERATOR
from large_gui.nets.weights import save_weights
from large_gui.service.jobs import Desk
from tests import small_models


@pytest.fixture
def workers_desk(home: Path) -> Desk:
    return Desk()


def test_a_model_that_another_process_replaced_is_drawn_anew(workers_desk: Desk) -> None:
    small_models.generator_pack("run")
    after = small_models.generator(seed=7)
    code = np.repeat(after.mean_latent.numpy()[None], after.num_ws, 0) + 0.5
    first = workers_desk.viewer("run")
    drawn = first.picture(code)
    assert workers_desk.viewer("run") is first
    walker = workers_desk.walker("run", "cpu")
    with staged("run") as folder:
        save_weights(after.state_dict(), folder / GENERATOR)
        described = NetworkDescription("StyleGAN2", "MIT", small_models.CONFIG.as_json())
        shape = (after.num_ws, small_models.CONFIG.w_dim)
        write_description(folder, PackDescription("run", "gan", shape, generator=described))
    assert not np.array_equal(workers_desk.viewer("run").picture(code), drawn)
    assert workers_desk.walker("run", "cpu") is not walker
    workers_desk.close()
