"""Several processes that train together do what one process does with the whole batch."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

from large_gui.errors import InputError
from large_gui.training.gan.distributed import Team
from large_gui.training.gan.trainer import GanTrainer
from tests.training.gan.teams import Recording, SharedChance, in_processes
from tests.training.gan.toys import TOY, toy_images

STEPS = 5
BATCH = 8


def trained(team: Team) -> dict[str, Any]:
    """Train a few steps with the same chance, however many processes there are."""
    recording = Recording(team.rank, team.size)
    torch.manual_seed(0)
    settings = replace(TOY, batch=BATCH, r1_interval=2, path_interval=2)
    trainer = GanTrainer(settings, toy_images(classes=2), team=recording)
    trainer.ada.p = 0.5
    for step in range(STEPS):
        with SharedChance(team, step):
            trainer.step()
    return {
        "gradients": recording.gradients,
        "weights": {**trainer.average.state_dict(), **trainer.discriminator.state_dict()},
        "means": trainer.means.take(), "p": trainer.ada.p, "path": trainer.path_mean,
    }  # fmt: skip


def test_two_processes_give_the_gradients_and_weights_of_one() -> None:
    one = trained(Team())
    two = in_processes(2, trained)

    assert len(one["gradients"]) == len(two[0]["gradients"])
    for mine, theirs in zip(one["gradients"], two[0]["gradients"], strict=True):
        for a, b in zip(mine, theirs, strict=True):
            print((a-b).abs().max()/a.abs().max(), a.abs().max())
    for name, w in one["weights"].items():
        print(name, (w-two[0]["weights"][name]).abs().max(), (w-two[1]["weights"][name]).abs().max(), (two[0]["weights"][name]-two[1]["weights"][name]).abs().max())
    print(one["means"], two[0]["means"], two[1]['means'])
    print(one["p"], two[0]["p"], one["path"], two[0]["path"])
    assert 0
