"""What a training will take, told before it begins: sizes, memory, speed, hours, disk."""

from __future__ import annotations

import math
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.core.words import about, count, megabytes
from large_gui.errors import InputError
from large_gui.tasks.training.dataset import few
from large_gui.tasks.training.run_file import Settings

_FLOAT = 4  # bytes
# Values that are kept or computed at once for each value of a feature map of a batch, in D's pass with R1:
# measured from the resident memory of steps at 64 to 256 pixels and 16 to 512 channels.
_VALUES = 26
_HIDDEN = 4  # the same for each hidden value of HSR's predictors
_PROGRAM = 350e6  # bytes: Python, torch and libraries
_SNAPSHOTS = 5  # the newest three, the best, and one that is being written
_SHEET_BYTES = 1.0  # of a sheet, for each of its pixels
# Thousands of images until samples can be recognised: at 64 pixels as seen in trainings on vegetables of one
# kind, which are easy; beyond that a rule of thumb.
_USABLE = {64: 50, 128: 100, 256: 300, 512: 1000, 1024: 2500}
_TOO_MUCH = 1.25  # times the free memory: more is refused
_CROPS = {
    Crop.SQUARE: "the centred square",
    Crop.PADDED: "the whole image, padded",
    Crop.FACES: "round the largest face",
}


@dataclass(frozen=True)
class TrainingPlan:
    """What a training will take.

    Attributes
    ----------
    images, crop
        How many images there are, and how each is made square.
    generator, discriminator, predictors
        Their parameters; the predictors are HSR's.
    memory, memory_there
        Bytes that the networks, their optimisers and the activations of a batch need on the device, and
        that are free there; 0 if that is not known.
    disk, disk_there
        Most bytes that the files of the run take, and that are free.
    rate
        Images a second, measured on this machine; ``nan`` if it was not.
    seen
        Images that were shown already, if the run goes on.
    missing
        Levels of HSR that are left out, as divisors of the side that its extractor sees.
    """

    settings: Settings
    images: int
    crop: Crop
    device: str
    generator: int
    discriminator: int
    predictors: int
    memory: float
    memory_there: float
    disk: float
    disk_there: float
    rate: float = math.nan
    seen: int = 0
    missing: tuple[int, ...] = ()

    @property
    def thousands_to_usable(self) -> int:
        """Thousands of images until samples can be recognised, by a rule of thumb."""
        gan = self.settings.gan
        thousands = next((n for side, n in _USABLE.items() if gan.size <= side), _USABLE[1024])
        return min(thousands, gan.thousands)

    @property
    def seconds_to_usable(self) -> float:
        """How long it takes until samples can be recognised; ``nan`` if the speed is not known."""
        return max(self.thousands_to_usable * 1000 - self.seen, 0) / self.rate

    @property
    def seconds_to_end(self) -> float:
        """How long it takes until all images were shown; ``nan`` if the speed is not known."""
        return max(self.settings.gan.thousands * 1000 - self.seen, 0) / self.rate

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The plan as names and values, for a person."""
        gan, hsr = self.settings.gan, self.settings.hsr
        side, place = gan.size, "memory" if self.device == "cpu" else "GPU memory"
        predictors = f", HSR's predictors {_millions(self.predictors)}" if self.predictors else ""
        there = f" of {megabytes(int(self.memory_there))} free" if self.memory_there else ""
        lines = [
            ("images", f"{count(self.images, 'image')}, {_CROPS[self.crop]}, {side} x {side} pixels"),
            ("parameters", f"generator {_millions(self.generator)}, discriminator "
             f"{_millions(self.discriminator)}{predictors}"),
            (place, f"about {megabytes(int(self.memory))}{there}"),
            ("disk", f"at most {megabytes(int(self.disk))} of {megabytes(int(self.disk_there))} free"),
            ("step", f"batch {gan.batch}, {'with HSR' if hsr else 'without HSR'}, "
             f"{'ADA' if gan.augment else 'no augmentation'}{', mirrored too' if gan.mirror else ''}"),
            ("length", f"{gan.thousands:,} thousand images"
             + (f", {self.seen // 1000:,} thousand of them done" if self.seen else "")),
        ]  # fmt: skip
        if math.isfinite(self.rate):
            measured = "measured with augmentation at work" if gan.augment else "measured"
            lines += [
                ("speed", f"{self.rate:.3g} images a second on {self.device.upper()}, {measured}"),
                ("first usable", f"{duration(self.seconds_to_usable)}, as a rule of thumb "
                 f"({self.thousands_to_usable:,} thousand images)"),
                ("to the end", duration(self.seconds_to_end)),
            ]  # fmt: skip
        return lines

    @property
    def cautions(self) -> list[str]:
        """What speaks against it, a sentence each."""
        said = []
        if 0 < self.memory_there < self.memory:
            said.append("It needs more memory than is free: a smaller batch or size needs less.")
        if self.disk > self.disk_there:
            said.append("Its files may not fit on the disk.")
        if self.missing:
            levels = ", ".join(f"r/{divisor}" for divisor in self.missing)
            said.append(f"HSR leaves out {levels}: the generator has no block of that side.")
        if caution := few(self.images):
            said.append(caution)
        return said

    @property
    def words(self) -> str:
        """The plan as text, a line for each fact and each caution."""
        width = max(len(name) for name, _ in self.lines)
        lines = [f"{name.ljust(width)}  {value}" for name, value in self.lines]
        return "\n".join([*lines, *(f"! {caution}" for caution in self.cautions)])


def plan_training(
    settings: Settings, run: Path, images: int, crop: Crop, device: str, *, classes: int = 0
) -> TrainingPlan:
    """The plan of a training, without its speed.

    The memory is four bytes for each parameter of both networks, its gradient and Adam's two means, of the
    averaged generator, and for 26 values at each place of the feature maps of a batch.

    Parameters
    ----------
    run
        The folder of the run, which may not be there yet.
    """
    import torch

    from large_gui.nets.discriminator import Discriminator
    from large_gui.nets.stylegan2 import StyleGAN2

    gan = settings.gan
    config = gan.generator_config(classes)
    with torch.device("meta"):  # shapes alone
        generator, discriminator = _parameters(StyleGAN2(config)), _parameters(Discriminator(config))
    places = {4 << level: width for level, width in enumerate(config.channels)}
    maps = gan.batch * sum(side**2 * width for side, width in places.items())
    predictors, hidden, missing = _predictors(settings, places)
    trained = generator + discriminator + predictors
    memory = _FLOAT * (4 * trained + generator + _VALUES * maps + _HIDDEN * hidden)
    checkpoint = _FLOAT * (3 * trained + generator)
    sheets = gan.thousands / gan.snapshot_thousands * 32 * min(gan.size, 256) ** 2 * _SHEET_BYTES
    disk = images * 3 * gan.size**2 + 2 * checkpoint + _SNAPSHOTS * _FLOAT * generator + sheets
    return TrainingPlan(
        settings, images, crop, device, generator, discriminator, predictors,
        memory + (_PROGRAM if device == "cpu" else 0), _memory_there(device), disk, _disk_there(run),
        missing=missing,
    )  # fmt: skip


def with_speed(plan: TrainingPlan, reporter: Reporter, *, classes: int = 0) -> TrainingPlan:
    """The plan with the speed of ten steps on images of noise, unless the memory is too small for one."""
    if 0 < plan.memory_there < plan.memory:
        return plan
    import numpy as np

    from large_gui.nets.memory import keep_freed_memory
    from large_gui.tasks.training.building import build_trainer
    from large_gui.training.gan.speed import images_a_second

    keep_freed_memory()
    gan = plan.settings.gan
    number = max(gan.batch, 2 * classes)
    pixels = np.random.default_rng(0).integers(0, 256, (number, 3, gan.size, gan.size), np.uint8)
    labels = [i % classes for i in range(number)] if classes else []
    trainer = build_trainer(plan.settings, pixels, labels, plan.device)
    return replace(plan, rate=images_a_second(trainer, reporter))


def check_memory(plan: TrainingPlan) -> None:
    """Refuse a training that would be killed for its memory.

    Raises
    ------
    InputError
        When it needs far more than is free.
    """
    if 0 < plan.memory_there * _TOO_MUCH < plan.memory:
        raise InputError(
            f"This training needs about {megabytes(int(plan.memory))} of memory, and "
            f"{megabytes(int(plan.memory_there))} are free.",
            hint="Train at a smaller size, or with a smaller batch or fewer channels.",
        )


def duration(seconds: float) -> str:
    """A duration as a person says it, in days if it is long."""
    return about(seconds) if seconds < 48 * 3600 else f"about {count(round(seconds / 86400), 'day')}"


def _millions(number: int) -> str:
    return f"{number / 1e6:.1f} million" if number > 1e5 else f"{number:,}"


def _parameters(network: object) -> int:
    from torch import nn

    assert isinstance(network, nn.Module)
    return sum(parameter.numel() for parameter in network.parameters())


def _predictors(settings: Settings, places: dict[int, int]) -> tuple[int, int, tuple[int, ...]]:
    """Parameters of HSR's predictors, the hidden values that they make of a batch, and levels left out."""
    if settings.hsr is None or not settings.hsr.weight:
        return 0, 0, ()
    import torch

    from large_gui.training.gan.hsr.extractors import open_extractor
    from large_gui.training.gan.hsr.regularizer import SemanticRegularizer

    extractor = open_extractor(settings.hsr, settings.gan.size)
    with torch.device("meta"):
        regularizer = SemanticRegularizer(extractor, places, settings.hsr)
    hidden = settings.gan.batch * settings.hsr.hidden * sum(side**2 for side in regularizer.levels)
    return _parameters(regularizer), hidden, regularizer.missing


def _memory_there(device: str) -> float:
    """Bytes that this process can have on a device; 0 if the system doesn't say.

    What it holds already counts too: after the speed was measured, it keeps freed memory for the training.
    """
    if device != "cpu":
        import torch

        kept = torch.cuda.memory_reserved(device) - torch.cuda.memory_allocated(device)
        return float(torch.cuda.mem_get_info(device)[0] + kept)
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = 1024.0 * next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable"))
        return free + int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, StopIteration):
        pass
    try:
        return float(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (AttributeError, ValueError, OSError):
        return 0.0


def _disk_there(run: Path) -> float:
    """Free bytes of the disk that a folder lies on, or would lie on."""
    there = next(folder for folder in (run, *run.parents) if folder.exists())
    return float(shutil.disk_usage(there).free)
