"""The settings of a GAN training, with the names, symbols and values of the papers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from large_gui.core.options import option
from large_gui.training.gan.augmentation.options import AdaOptions

if TYPE_CHECKING:
    from large_gui.nets.stylegan2 import StyleGAN2Config

Preset = Literal["small", "paper"]
SIZES = (16, 32, 64, 128, 256, 512, 1024)  # pixels a side
_R1_HEURISTIC = 0.0002  # of gamma: per pixel and for one image in a batch
_CLAMP = 256.0  # of activations where a GPU computes in half precision (ADA, appendix D)
_HALF_RESOLUTIONS = 4  # how many of the highest resolutions that is (ADA, appendix D)


@dataclass(frozen=True)
class GanTraining:
    """The settings of a training of StyleGAN2 with adaptive discriminator augmentation.

    Counts of images are those of real images that the discriminator was shown.

    References
    ----------
    StyleGAN: Karras et al. 2019 (arXiv:1812.04948). StyleGAN2: Karras et al. 2020 (arXiv:1912.04958).
    ADA: Karras et al. 2020 (arXiv:2006.06676).
    """

    size: int = option(64, "Side of the images in pixels.", low=8, high=1024)
    thousands: int = option(400, "Thousands of images to show in all.", low=1)
    batch: int = option(16, "Images in a step (HSR 4.1: 16).", low=2, high=4096)
    seed: int = option(0, "Seed of everything that is drawn.", low=0)
    channel_base: int = option(1024, "Feature channels at a side, times that side.", low=16)
    channel_max: int = option(128, "Most feature channels.", low=4, high=1024)
    z_dim: int = option(128, "Width of z.", low=4, high=2048)
    w_dim: int = option(128, "Width of w.", low=4, high=2048)
    mapping_layers: int = option(8, "Layers of the mapping network (StyleGAN: 8).", low=1, high=16)
    learning_rate: float = option(0.0025, "Learning rate of both networks (ADA, appendix C).", low=0.0)
    r1_gamma: float = option(0.0, "Weight of R1; 0 chooses it by size and batch.", low=0.0)
    r1_interval: int = option(16, "Steps from one R1 to the next (StyleGAN2, B: 16).", low=1)
    path_weight: float = option(2.0, "Weight of path length regularisation (StyleGAN2, B: 2).", low=0.0)
    path_interval: int = option(4, "Steps from one to the next (StyleGAN2 3.1: 4 to 8).", low=1)
    path_decay: float = option(0.01, "Speed of the mean path length.", low=0.0, high=1.0)
    style_mixing: float = option(0.9, "Share of images of two styles (StyleGAN 3.1: 0.9).", low=0.0, high=1.0)
    ema_thousands: float = option(10.0, "Half-life of the averaged weights in thousands of images.", low=0.0)
    ema_rampup: float = option(0.05, "Most half-life as a share of the images so far.", low=0.0)
    augment: bool = option(True, "Augment what the discriminator sees (ADA).")
    ada_target: float = option(
        0.6, "Aim of r_t, the mean sign of D for real images (ADA 3).", low=0.0, high=1.0
    )
    ada_thousands: float = option(500.0, "Thousands of images in which p can go from 0 to 1.", low=1.0)
    mirror: bool = option(True, "Show every image mirrored as well.")
    snapshot_thousands: int = option(10, "Thousands of images from one snapshot to the next.", low=1)
    patience: int = option(0, "Snapshots without a better one after which to stop; 0 for never.", low=0)

    @property
    def augmentation(self) -> AdaOptions:
        """The options of the augmentation."""
        return AdaOptions(target=self.ada_target, rise=int(self.ada_thousands * 1000))

    @property
    def gamma(self) -> float:
        """Weight of R1: what was chosen, or a value that fits the size and the batch."""
        return self.r1_gamma or _R1_HEURISTIC * self.size**2 / self.batch

    def generator_config(self, classes: int = 0) -> StyleGAN2Config:
        """The sizes of the generator; the discriminator has the same widths."""
        from large_gui.nets.stylegan2 import StyleGAN2Config

        sides = [4 << level for level in range(self.size.bit_length() - 2)]
        return StyleGAN2Config(
            channels=tuple(min(self.channel_base // side, self.channel_max) for side in sides),
            z_dim=self.z_dim,
            w_dim=self.w_dim,
            mapping_widths=(self.w_dim,) * self.mapping_layers,
            classes=classes,
            embedding=self.w_dim if classes else 0,
            clamp=_CLAMP,
            fp16_resolutions=_HALF_RESOLUTIONS,
        )


def preset(name: Preset, size: int) -> GanTraining:
    """The settings for a size: ``small`` for processors and small GPUs, ``paper`` as ADA's for large GPUs."""
    small = replace(GanTraining(), size=size)
    if name == "small":
        return small
    wide = 16384 if size <= 256 else 32768  # ADA, appendix C: half as many channels up to 256 pixels
    return replace(
        small, thousands=25_000, batch=32, channel_base=wide, channel_max=512, z_dim=512, w_dim=512,
        ema_thousands=20.0 if size <= 256 else 10.0,
    )  # fmt: skip
