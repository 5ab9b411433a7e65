"""The settings of the Hierarchical Semantic Regularizer, named after the paper's symbols.

Karmali et al., "Hierarchical Semantic Regularization of Latent Spaces in StyleGANs", ECCV 2022.
"""

from __future__ import annotations

from dataclasses import dataclass

from large_gui.core.options import option

GROUPS: dict[str, tuple[int, ...]] = {
    "high": (32, 16),
    "mid": (16, 8),
    "low": (8, 4),
    "all": (32, 16, 8, 4),
}
"""The divisors of r whose blocks are supervised, by the name of the group (Table 2), low resolution first."""
EMBEDDED = "features"  # the pack with EfficientNet-Lite0's ImageNet weights
_SMALLEST, _PAPERS = 128, 256  # r/32 is the first block from 128 pixels on; the paper's r is 256


@dataclass(frozen=True)
class HsrOptions:
    """How generator blocks are aligned with the stages of a frozen feature extractor F.

    Attributes
    ----------
    weight
        Factor of the sum in Eq. 2, which has none: 1. 0 trains without HSR.
    hidden
        Hidden dimension of the predictors q_i, Conv1x1-LeakyReLU-Conv1x1 (section 4.1: 4096).
    levels
        Group of supervised blocks (section 3.3, Table 2): ``high`` (r/32, r/16), ``mid`` (r/16, r/8), ``low``
        (r/8, r/4) or ``all``, which the paper found best. r is the side of the images that F sees.
    distance
        ``l2`` is the squared norm of Eq. 2, as a mean over channels and positions. ``cosine`` is BYOL's (its
        Eq. 2, which the paper's alignment is inspired by): both sides scaled to length 1 at each position.
    target_gradient
        Whether the gradient flows through the target F(G(z)) too. Eq. 2 as it is written has it. BYOL stops
        it, and so do we by default: with it the generator can also lower the loss by drawing images whose
        features are easy to predict, and on a CPU it costs a backward pass through F.
    standardise
        Whether each stage's target is divided by its deviation on real images, so that every term of the sum
        starts near 1 and counts alike. Eq. 2 has no such factor: off is the equation as it is written.
    extractor
        The model whose network is F (section 3.3, Table 1): ``features`` is the program's own
        EfficientNet-Lite0, any other name a network of timm that was added from its weights. The paper takes
        a ViT of DINO.
    extractor_size
        r, the side of the images that F sees (section 3.3: 256). 0 is the extractor's own: of ``features``,
        the side of the generated images within 128..256; of a network of timm, the side that it was added
        with.
    interval
        HSR is computed once in this many generator steps, with ``interval`` times the weight, as StyleGAN2
        does with its regularisers. The paper says nothing of it, hence 1: every step.
    """

    weight: float = option(1.0, "Weight of HSR; 0 trains without it.", low=0)
    hidden: int = option(4096, "Hidden channels of HSR's predictors.", low=1)
    levels: str = option("all", "The generator's blocks that HSR supervises.", choices=tuple(GROUPS))
    distance: str = option("l2", "Distance between prediction and features.", choices=("l2", "cosine"))
    target_gradient: bool = option(False, "Let the gradient flow through the target's features too.")
    standardise: bool = option(True, "Divide each stage's features by their deviation on real images.")
    extractor: str = option(EMBEDDED, "Model whose network gives the features.")
    extractor_size: int = option(0, "Side of the images that the extractor sees; 0 for its own.", low=0)
    interval: int = option(1, "Generator steps from one computation of HSR to the next.", low=1)

    @property
    def lazy_weight(self) -> float:
        """The weight where HSR is computed, which makes up for the steps where it isn't."""
        return self.weight * self.interval


def embedded_size(resolution: int, size: int = 0) -> int:
    """r for the program's own extractor: ``size`` if it is given, else a generator's side within 128..256."""
    return size or min(max(resolution, _SMALLEST), _PAPERS)
