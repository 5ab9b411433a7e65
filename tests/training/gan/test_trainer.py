"""A training step by step: averages, lazy regularisation, what is drawn, exact resume."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.training.checkpoint import load_run, save_run
from large_gui.training.gan.averages import Means, average_weights
from large_gui.training.gan.settings import GanTraining, preset
from large_gui.training.gan.trainer import GanTrainer
from tests.training.gan.toys import TOY, toy_images, toy_trainer


def test_the_average_has_its_half_life() -> None:
    average, current = torch.nn.Linear(1, 1, bias=False), torch.nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        average.weight.fill_(1.0)
        current.weight.fill_(0.0)
    for _ in range(10):  # a half-life of 10 steps
        average_weights(average, current, 0.5 ** (1 / 10))
    assert average.weight.item() == pytest.approx(0.5)


def test_the_average_follows_at_first() -> None:
    trainer = toy_trainer()
    trainer.step()
    for mine, other in zip(trainer.average.parameters(), trainer.generator.parameters()):
        assert torch.allclose(mine, other, atol=1e-4)


def test_means_are_over_all_elements_since_they_were_taken() -> None:
    means = Means()
    means.add(loss=torch.tensor([1.0, 2.0]))
    means.add(loss=torch.tensor(6.0))
    assert means.take() == {"loss": 3.0}
    assert means.take() == {}


def test_lazy_regularisation_comes_every_few_steps_with_its_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = toy_trainer(path_interval=2, r1_interval=4, r1_gamma=10.0, path_weight=2.0)
    called: list[tuple[str, float]] = []

    def noted(name: str):  # type: ignore[no-untyped-def]
        original = getattr(trainer, name)

        def call(*given: torch.Tensor) -> torch.Tensor:
            loss: torch.Tensor = original(*given)
            called.append((name, loss.item()))
            return loss

        monkeypatch.setattr(trainer, name, call)

    noted("_path_penalty")
    noted("_r1")
    trainer.means.take()
    for _ in range(8):
        trainer.step()
    assert [name for name, _ in called].count("_path_penalty") == 4
    assert [name for name, _ in called].count("_r1") == 2
    mean = trainer.means.take()["r1"]  # gamma / 2, times the interval
    assert sum(loss for name, loss in called if name == "_r1") / 2 == pytest.approx(mean * 5 * 4, rel=1e-5)


def test_adam_makes_up_for_the_steps_of_regularisation() -> None:
    """StyleGAN2, appendix B: c = k / (k + 1) of the rate, and the betas to its power."""
    group = toy_trainer(r1_interval=16)._judging_optimizer.param_groups[0]
    assert group["lr"] == pytest.approx(0.0025 * 16 / 17)
    assert group["betas"] == pytest.approx((0.0, 0.99 ** (16 / 17)))


def test_every_image_is_shown_once_a_round_and_mirrored_in_half_of_the_cases() -> None:
    images = toy_images(24)
    drawn = torch.cat([images.batch(4)[0] for _ in range(6)])
    upright = torch.from_numpy(images.pixels.copy()).float() / 127.5 - 1
    mirrored = sum(bool((one == other.flip(2)).all()) for one in drawn for other in upright)
    found = {i for one in drawn for i, other in enumerate(upright) if (one == other).all() or
             (one == other.flip(2)).all()}  # fmt: skip
    assert found == set(range(24))
    assert 4 < mirrored < 20


@pytest.mark.parametrize("classes", [0, 2])
def test_a_resumed_run_ends_as_one_that_was_not_stopped(tmp_path: Path, classes: int) -> None:
    whole = toy_trainer(classes)
    for _ in range(9):
        whole.step()
    first = toy_trainer(classes)
    for _ in range(5):
        first.step()
    save_run(tmp_path / "checkpoint.pt", 5, first.parts(), "cpu")
    torch.manual_seed(99)  # another process
    second = toy_trainer(classes, seed=7)
    load_run(tmp_path / "checkpoint.pt", second.parts(), "cpu", SilentReporter())
    for _ in range(4):
        second.step()
    assert second.seen == whole.seen
    assert second.means.take() == whole.means.take()
    assert second.ada.p == whole.ada.p
    for name in ("generator", "average", "discriminator"):
        mine, other = getattr(second, name).state_dict(), getattr(whole, name).state_dict()
        assert all(torch.equal(mine[key], other[key]) for key in other)


def test_a_generator_learns_the_colours_of_its_images() -> None:
    trainer = toy_trainer(r1_gamma=0.1)
    images = toy_images()
    goal = torch.from_numpy(images.pixels.copy()).float().div(127.5).sub(1).mean((0, 1, 2))  # by column
    goal = (goal + goal.flip(0)) / 2  # mirrored

    def error() -> float:
        with torch.inference_mode():
            z = torch.randn(64, TOY.z_dim, generator=torch.Generator().manual_seed(3))
            drawn = trainer.average(trainer.average.mapping(z)).mean((0, 1, 2))
        return float((drawn - goal).abs().mean())

    before = error()
    for _ in range(80):
        trainer.step()
    assert error() < before / 2


def test_style_mixing_gives_rows_of_two_codes() -> None:
    trainer = toy_trainer(style_mixing=1.0)
    with torch.no_grad():
        _, _, ws = trainer._drawn(8)
    assert all(len(torch.unique(code, dim=0)) == 2 for code in ws)
    trainer = toy_trainer(style_mixing=0.0)
    with torch.no_grad():
        _, _, ws = trainer._drawn(8)
    assert all(len(torch.unique(code, dim=0)) == 1 for code in ws)


def test_the_paper_preset_has_the_widths_of_the_papers() -> None:
    assert preset("paper", 256).generator_config().channels == (512, 512, 512, 512, 256, 128, 64)
    assert preset("paper", 1024).generator_config().channels[-1] == 32
    assert GanTraining().generator_config().channels == (128, 128, 64, 32, 16)


def test_a_run_begins_with_the_same_weights_whatever_was_drawn_before() -> None:
    first = toy_trainer()
    torch.randn(17)
    second = GanTrainer(TOY, toy_images())
    state = second.generator.state_dict()
    assert all(torch.equal(state[key], value) for key, value in first.generator.state_dict().items())
