"""Which parts of the augmentation are on, and how its strength follows the discriminator."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AdaOptions:
    """Adaptive discriminator augmentation: Karras et al. 2020, "Training GANs with Limited Data".

    Attributes
    ----------
    blit
        Mirror, quarter turns and translation by whole pixels.
    geometry
        Scaling, turning, stretching and translation by fractions of a pixel.
    colour
        Brightness, contrast, inverted luma, turned hue and saturation.
    target
        The share that the strength aims at: mean sign of the discriminator on real images (section 3: 0.6).
    interval
        Batches between two adjustments of the strength (section 3: 4).
    rise
        Real images in which the strength can rise from 0 to 1 (section 3: 500 000).
    """

    blit: bool = True
    geometry: bool = True
    colour: bool = True
    target: float = 0.6
    interval: int = 4
    rise: int = 500_000
