"""An encoder learns to invert photographs, and a run that was stopped goes on exactly."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError, LargeError
from large_gui.nets.efficientnet import EfficientNetLite0
from large_gui.nets.encoders.lite import LiteEncoder, LiteEncoderConfig
from large_gui.nets.stylegan2 import StyleGAN2Config
from large_gui.training.checkpoint import Origin, load_run
from large_gui.training.gan.hsr.extractors import EfficientNetStages
from large_gui.training.gan.images import TrainingImages
from large_gui.training.inversion.losses import FeatureDistance
from large_gui.training.inversion.plan import planned
from large_gui.training.inversion.run import inversion_figures, train_inversion
from large_gui.training.inversion.settings import InversionTraining
from large_gui.training.inversion.trainer import InversionTrainer
from tests.small_models import generator

CONFIG = StyleGAN2Config((8, 8, 8), z_dim=8, w_dim=8, mapping_widths=(8, 8))  # 16 pixels
READS = LiteEncoderConfig(32, 32, 1, (1.0,))


class StopAfter(SilentReporter):
    """Somebody presses Ctrl+C when ``last`` steps are done."""

    def __init__(self, last: int) -> None:
        self.last, self.done = last, 0

    def tell(self, progress: Progress) -> None:
        self.done = progress.done

    def check_cancelled(self) -> None:
        if self.done >= self.last:
            raise Cancelled


def photographs(colour: int = 200) -> TrainingImages:
    """Ten images of nearly one colour that the generator does not draw."""
    random = np.random.default_rng(0)
    pixels = np.full((10, 3, 16, 16), 30, np.uint8) + random.integers(0, 20, (10, 3, 16, 16), np.uint8)
    pixels[:, 0] = colour
    return TrainingImages(pixels, mirror=True, seed=0)


def trainer(
    settings: InversionTraining, images: TrainingImages | None = None, *, fixed: bool = False
) -> InversionTrainer:
    network = generator(CONFIG)
    torch.manual_seed(1)
    encoder = LiteEncoder(network.num_ws, 8, network.mean_latent.clone(), READS)
    perceptual = FeatureDistance(EfficientNetStages(EfficientNetLite0(head=False), 32))
    return InversionTrainer(
        encoder, network, perceptual, images or photographs(), settings, fixed_steps=fixed
    )


def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path) -> None:
    settings = InversionTraining(4, real=2, generated=2)
    once = train_inversion(trainer(settings), tmp_path / "once.pt", SilentReporter()).state_dict()
    with pytest.raises(Cancelled):
        train_inversion(trainer(settings), tmp_path / "again.pt", StopAfter(2))
    torch.manual_seed(5)  # another process draws other numbers
    again = train_inversion(trainer(settings), tmp_path / "again.pt", SilentReporter()).state_dict()
    assert [name for name in once if not torch.equal(once[name], again[name])] == []


def test_a_slow_machine_has_fewer_steps_says_so_and_keeps_to_them(tmp_path: Path) -> None:
    """The clock of this test says that a step takes two seconds; one minute has room for thirty."""
    times = iter(range(0, 10**6, 8))
    said: list[str] = []
    settings = InversionTraining(500, real=2, generated=2)
    slow = trainer(settings)
    with pytest.raises(Cancelled):
        train_inversion(
            slow, tmp_path / "c.pt", StopAfter(1), minutes=5, say=said.append, clock=lambda: next(times)
        )
    assert slow.schedule.steps == 150 and said == ["150 steps to train, which takes about 5 minutes."]
    later = trainer(settings)
    with pytest.raises(Cancelled):
        train_inversion(later, tmp_path / "c.pt", StopAfter(2), minutes=99)
    assert (later.schedule.steps, later.schedule.done) == (150, 2)
    asked = trainer(InversionTraining(3, real=2, generated=2), fixed=True)
    train_inversion(asked, tmp_path / "c.pt", SilentReporter())
    assert asked.schedule.done == 3


def test_photographs_are_inverted() -> None:
    """Reconstructions of photographs that the generator does not draw come nearer to them."""
    rest = {"code": 0.0, "perceptual": 0.0, "delta": 0.0, "prior": 0.0}
    run = trainer(InversionTraining(12, real=4, generated=2, learning_rate=1e-3, **rest))
    apart = []
    while run.schedule.done < run.schedule.steps:
        run.step()
        apart.append(run.losses["pixels"])
    assert min(apart) < 0.85 * apart[0]


def test_figures_of_a_perfect_and_of_an_idle_encoder() -> None:
    network = generator(CONFIG)
    perceptual = FeatureDistance(EfficientNetStages(EfficientNetLite0(head=False), 32))

    class Knows(LiteEncoder):
        """Finds the code of each image among those that there are."""

        def read(self, aligned: Tensor) -> Tensor:
            return network.mean_latent.expand(len(aligned), self.num_ws, -1)

    idle = Knows(network.num_ws, 8, network.mean_latent, LiteEncoderConfig(32, 32, 1, (1.0,)))
    seen = torch.randint(0, 255, (8, 3, 16, 16), dtype=torch.uint8)
    figures = inversion_figures(idle, network, perceptual, seen)
    assert figures["pixels_r2"] < 0 and figures["perceptual"] > 0
    assert figures["code_r2"] < 0.05
    network.preview_resolution = 8  # as of 512 pixels, whose previews are smaller
    assert inversion_figures(idle, network, perceptual, seen)["pixels_r2"] < 0


def test_a_run_does_not_go_on_for_another_generator_or_from_other_images(tmp_path: Path) -> None:
    settings = InversionTraining(3, real=2, generated=2)
    with pytest.raises(Cancelled):
        train_inversion(trainer(settings), tmp_path / "c.pt", StopAfter(1))
    network, begun = generator(CONFIG), trainer(settings)
    begun.parts()["origin"].load_state_dict(Origin(network.mean_latent, "photographs").state_dict())
    network.mean_latent.add_(1)
    for origin, why in (
        (Origin(network.mean_latent, "photographs"), "is for another generator"),
        (Origin(generator(CONFIG).mean_latent, "generated images"), "learns from photographs"),
    ):
        with pytest.raises(InputError, match=why):
            load_run(tmp_path / "c.pt", {"origin": origin}, "cpu", SilentReporter())


def test_losses_that_are_no_numbers_end_it(tmp_path: Path) -> None:
    broken = trainer(InversionTraining(5, real=2, generated=2))
    with torch.no_grad():
        broken.encoder.base.bias.fill_(float("nan"))
    with pytest.raises(LargeError, match="came apart"):
        train_inversion(broken, tmp_path / "c.pt", SilentReporter())


@pytest.mark.parametrize("side", [16, 32, 64, 128, 256])
def test_every_side_has_a_plan(side: int) -> None:
    plan = planned(side)
    assert plan.encoder.input_size == plan.encoder.aligned_size <= 128
    assert plan.features % 32 == 0 and plan.encoder.input_size * plan.encoder.enlarged == 128
    assert planned(side, 7).training.steps == 7
