"""What a training is said to take."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from large_gui.cli.main import main
from large_gui.core.choices import Crop
from large_gui.core.reporter import SilentReporter
from large_gui.nets.discriminator import Discriminator
from large_gui.nets.stylegan2 import StyleGAN2
from large_gui.tasks.training import plan as planning
from large_gui.tasks.training.building import build_trainer
from large_gui.tasks.training.plan import duration, plan_training
from large_gui.tasks.training.run_file import GanTraining, HsrOptions, Settings
from large_gui.training.gan.speed import images_a_second
from large_gui.training.gan.trainer import GanTrainer
from tests.tasks.training.conftest import TOY as CLI_TOY
from tests.tasks.training.conftest import write_images

TOY = GanTraining(size=8, batch=4, channel_base=32, channel_max=4, z_dim=4, w_dim=4, mapping_layers=1)


def planned(settings: Settings, run: Path, *, images: int = 1000, classes: int = 0) -> planning.TrainingPlan:
    return plan_training(settings, run, images, Crop.SQUARE, "cpu", classes=classes)


def test_the_plan_counts_parameters_memory_and_disk(tmp_path: Path) -> None:
    plan = planned(Settings(GanTraining()), tmp_path / "not" / "there")
    config = GanTraining().generator_config()
    for network, said in ((StyleGAN2(config), plan.generator), (Discriminator(config), plan.discriminator)):
        assert sum(p.numel() for p in network.parameters()) == said
    assert 0.4e9 < plan.memory < 0.7e9  # a step's process was measured at 0.59 GB
    checkpoint = 4 * (3 * (plan.generator + plan.discriminator) + plan.generator)
    assert plan.disk > 1000 * 3 * 64**2 + 2 * checkpoint
    assert planned(Settings(GanTraining(batch=64)), tmp_path).memory > plan.memory + 0.5e9
    assert planned(Settings(GanTraining()), tmp_path, classes=5).generator > plan.generator
    with_hsr = planned(Settings(GanTraining(), HsrOptions()), tmp_path)
    assert with_hsr.predictors > 1e6 and with_hsr.memory > plan.memory + 16 * with_hsr.predictors
    assert with_hsr.missing == () and with_hsr.memory_there > plan.memory_there / 2
    small = planned(Settings(GanTraining(size=16), HsrOptions(hidden=8)), tmp_path)
    assert "! HSR leaves out r/4: the generator has no block of that side." in small.words


def test_the_plan_in_words(tmp_path: Path) -> None:
    plan = replace(
        planned(Settings(GanTraining(), HsrOptions()), tmp_path, images=400), rate=50.0, seen=100_000,
        memory_there=1e8, disk_there=1e3,
    )  # fmt: skip
    words = plan.words
    for part in (
        "400 images, the centred square, 64 x 64 pixels",
        "generator 0.9 million, discriminator 0.9 million, HSR's predictors",
        "400 thousand images, 100 thousand of them done",
        "50 images a second on CPU, measured",
        "to the end    about 2 hours",
        "! It needs more memory than is free: a smaller batch or size needs less.",
        "! Its files may not fit on the disk.",
        "! 400 images are few: below 500",
    ):
        assert part in words
    assert math.isnan(replace(plan, rate=math.nan).seconds_to_end)


@pytest.mark.parametrize(
    ("seconds", "words"), [(40, "about 40 seconds"), (7200, "about 2 hours"), (9e5, "about 10 days")]
)
def test_durations(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_speed_counts_each_kind_of_step_as_often_as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(replace(TOY, r1_interval=16, path_interval=4))
    pixels = torch.zeros(8, 3, 8, 8, dtype=torch.uint8).numpy()
    trainer = build_trainer(settings, pixels, [], "cpu")
    seconds = [0.0]
    steps = []

    def step() -> None:
        number = len(steps) - 1  # the first is a warm-up
        steps.append(number)
        seconds[0] += 1 + 2 * (number % 4 == 0) + 4 * (number % 16 == 0)

    monkeypatch.setattr(trainer, "step", step)
    rate = images_a_second(trainer, SilentReporter(), lambda: seconds[0])
    assert len(steps) == 11
    assert rate == pytest.approx(4 / (1 + 2 / 4 + 4 / 16))


def test_the_speed_is_that_of_steps_as_the_training_makes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With augmentation at work, and on as many threads."""
    real, steps = GanTrainer.step, list[tuple[float, int]]()

    def step(self: GanTrainer) -> None:
        steps.append((self.ada.p, torch.get_num_threads()))
        real(self)

    monkeypatch.setattr(GanTrainer, "step", step)
    photos = write_images(tmp_path / "photos", 100)
    assert main(["train", "gan", str(photos), "--name", "toy", "--yes", *CLI_TOY]) == 0
    assert "measured with augmentation at work" in capsys.readouterr().out
    assert all(p > 0.19 for p, _ in steps[:11]) and steps[11][0] == 0
    assert len(steps) == 11 + 10 and len({threads for _, threads in steps}) == 1


@pytest.mark.parametrize("augment", [True, False])
def test_the_strength_of_the_augmentation_is_measured_and_put_back(augment: bool) -> None:
    pixels = torch.zeros(8, 3, 8, 8, dtype=torch.uint8).numpy()
    trainer = build_trainer(Settings(replace(TOY, augment=augment)), pixels, [], "cpu")
    assert images_a_second(trainer, SilentReporter()) > 0 and trainer.ada.p == 0


def test_with_and_without_hsr_the_networks_begin_alike() -> None:
    pixels = torch.randint(0, 255, (16, 3, 32, 32), dtype=torch.uint8).numpy()
    gan = replace(TOY, size=32, channel_base=256)
    one = build_trainer(Settings(gan), pixels, [], "cpu")
    after = torch.get_rng_state()
    other = build_trainer(Settings(gan, HsrOptions(hidden=8)), pixels, [], "cpu")
    assert torch.equal(torch.get_rng_state(), after)
    assert one.hsr is None and other.hsr is not None
    for name, weights in one.generator.state_dict().items():
        assert torch.equal(weights, other.generator.state_dict()[name])
    assert build_trainer(Settings(gan, HsrOptions(weight=0)), pixels, [], "cpu").hsr is None
