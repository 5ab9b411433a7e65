"""How fast a GAN is trained: against the plain passes that a step can't do without, and on a GPU."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from large_gui.nets.memory import keep_freed_memory
from large_gui.training.gan.images import TrainingImages
from large_gui.training.gan.losses import discriminator_loss, generator_loss
from large_gui.training.gan.settings import GanTraining, preset
from large_gui.training.gan.trainer import GanTrainer

# stylegan2-ada-pytorch's table of training times: 21.6 to 24.2 s for 1,000 images of 256 px on one V100.
_PUBLISHED = 1000 / 24.2, 1000 / 21.6


def _trainer(settings: GanTraining, device: str) -> GanTrainer:
    side = settings.size
    pixels = np.random.default_rng(0).integers(0, 255, (64, 3, side, side), np.uint8)
    return GanTrainer(settings, TrainingImages(pixels, mirror=True, seed=0), device=device)


def _seconds(trainer: GanTrainer, steps: int) -> float:
    def synchronise() -> None:
        if trainer.device != "cpu":
            torch.cuda.synchronize()

    synchronise()
    start = time.perf_counter()
    for _ in range(steps):
        trainer.step()
    synchronise()
    return time.perf_counter() - start


def _plain_step(trainer: GanTrainer) -> None:
    """The losses of both networks without augmentation, regularisers, averages and optimisers."""
    real, _ = trainer.images.batch(trainer.settings.batch)
    networks = trainer.generator, trainer.discriminator
    z = torch.randn(len(real), trainer.settings.z_dim)
    for drawing in (True, False):
        networks[0].requires_grad_(drawing)
        networks[1].requires_grad_(not drawing)
        fake = networks[0](networks[0].mapping(z), "random")
        if drawing:
            generator_loss(networks[1](fake)).backward()  # type: ignore[no-untyped-call]
        else:
            logits = networks[1](real), networks[1](fake)
            discriminator_loss(*logits).backward()  # type: ignore[no-untyped-call]
    for network in networks:
        network.zero_grad(set_to_none=True)
        network.requires_grad_(False)


@pytest.mark.benchmark
def test_a_step_against_its_plain_passes(capsys: pytest.CaptureFixture[str]) -> None:
    keep_freed_memory()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        trainer = _trainer(GanTraining(), "cpu")
        trainer.ada.p = 0.2
        cycle = trainer.settings.r1_interval  # steps after which everything lazy was done
        _seconds(trainer, cycle)
        whole, plain = [], []
        for _ in range(3):
            whole.append(_seconds(trainer, cycle) / cycle)
            start = time.perf_counter()
            for _ in range(cycle):
                _plain_step(trainer)
            plain.append((time.perf_counter() - start) / cycle)
    finally:
        torch.set_num_threads(threads)
    rate = trainer.settings.batch / min(whole)
    with capsys.disabled():
        print(f"\n64 px, small, one thread, p 0.2: {rate:.0f} images/s,", end=" ")
        print(f"{min(whole) / min(plain):.2f} times its plain passes")


@pytest.mark.benchmark
@pytest.mark.gpu
def test_images_a_second_at_256_pixels_against_the_published(capsys: pytest.CaptureFixture[str]) -> None:
    if not torch.cuda.is_available():
        with capsys.disabled():
            print("\n256 px, paper: not run, because this machine has no GPU")
        pytest.skip("no GPU")
    trainer = _trainer(preset("paper", 256), "cuda")
    _seconds(trainer, 2 * trainer.settings.r1_interval)
    rate = 4 * trainer.settings.r1_interval * trainer.settings.batch / _seconds(trainer, 64)
    with capsys.disabled():
        print(f"\n256 px, paper, {torch.cuda.get_device_name()}: {rate:.1f} images/s", end="")
        print(f" (published, one V100: {_PUBLISHED[0]:.0f} to {_PUBLISHED[1]:.0f})")
