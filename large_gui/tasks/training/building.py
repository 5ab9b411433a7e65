"""Make the trainer of a run from its settings and its images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from large_gui.tasks.training.run_file import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.training.gan.distributed import Team
    from large_gui.training.gan.hsr.regularizer import SemanticRegularizer
    from large_gui.training.gan.trainer import GanTrainer

_MEASURED = 64  # real images that HSR takes its units from


def build_trainer(
    settings: Settings, pixels: NDArray[np.uint8], labels: Sequence[int], device: str,
    team: Team | None = None,
) -> GanTrainer:  # fmt: skip
    """The trainer at its first step; torch's random numbers begin at the seed.

    With and without HSR the networks begin alike.

    Parameters
    ----------
    pixels
        ``(N, 3, S, S)``.
    labels
        Class of each image; empty without classes.
    team
        The processes that train together.

    Raises
    ------
    InputError
        When HSR can't be done with these settings.
    """
    import torch

    from large_gui.training.gan.images import TrainingImages
    from large_gui.training.gan.trainer import GanTrainer

    gan = settings.gan
    torch.manual_seed(gan.seed)
    with torch.random.fork_rng(devices=[]):
        hsr = _regularizer(settings, pixels, device)
    images = TrainingImages(pixels, list(labels) or None, mirror=gan.mirror, seed=gan.seed)
    return GanTrainer(gan, images, hsr, device, team)


def _regularizer(settings: Settings, pixels: NDArray[np.uint8], device: str) -> SemanticRegularizer | None:
    if settings.hsr is None or not settings.hsr.weight:
        return None
    import numpy as np
    import torch

    from large_gui.nets.pixels import scaled
    from large_gui.training.gan.hsr.regularizer import semantic_regularizer

    channels = {4 << level: width for level, width in enumerate(settings.gan.generator_config().channels)}
    spread = np.linspace(0, len(pixels) - 1, min(len(pixels), _MEASURED)).astype(int)
    reals = scaled(torch.from_numpy(pixels[spread]))
    return semantic_regularizer(settings.hsr, channels, reals, device)
