"""Losses of inversion: how near a reconstruction is to its photograph, and a code to W.

pSp: Richardson et al. 2021 (arXiv:2008.00951), Eqs. 1 to 5.
e4e: Tov et al. 2021 (arXiv:2102.02766), section 5.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.training.gan.hsr.extractors import Extractor

_VARIANCE_FLOOR = 1e-3  # least variance of a direction of W, as a share of the mean one


def pixel_loss(images: Tensor, targets: Tensor) -> Tensor:
    """Mean squared difference of images ``(B, C, H, W)`` (pSp, Eq. 1, as a mean over pixels)."""
    return (images - targets).square().mean()


class FeatureDistance(nn.Module):
    """Distance of images in the features of a frozen network (pSp, Eq. 2).

    As in LPIPS (Zhang et al. 2018, arXiv:1801.03924, Eq. 1): features are scaled to length 1 at each position
    and their squared differences averaged over positions. Stages are averaged, without learned weights.
    """

    def __init__(self, extractor: Extractor) -> None:
        super().__init__()
        self.extractor = extractor

    def forward(self, images: Tensor, targets: Tensor) -> Tensor:
        """The mean distance of images ``(B, 3, H, W)`` in -1..1; the gradient flows to ``images`` alone."""
        with torch.no_grad():
            wanted = self.extractor(targets)
        found = self.extractor(images)
        return torch.stack([_apart(found[stage], wanted[stage]) for stage in found]).mean()


def _apart(mine: Tensor, theirs: Tensor) -> Tensor:
    return (F.normalize(mine.float()) - F.normalize(theirs.float())).square().sum(1).mean()


def code_loss(codes: Tensor, targets: Tensor, spread: float) -> Tensor:
    """Squared error of W+ codes ``(B, L, D)``, a mean over rows, relative to the spread of W."""
    return (codes - targets).square().sum(-1).mean() / spread


def delta_loss(offsets: Tensor, spread: float) -> Tensor:
    """Squared length of each layer's offset ``(B, L, D)`` from the base code, relative to the spread of W.

    e4e's delta regularisation (section 5.2, L_d-reg) with the mean over layers for their sum.
    """
    return offsets.square().sum(-1).mean() / spread


class CodePrior(nn.Module):
    """Squared Mahalanobis distance of codes ``(B, D)`` in W, per dimension: 1 for codes of W itself.

    Parameters
    ----------
    codes
        Codes of W ``(N, D)``, of which it takes mean and covariance.

    Attributes
    ----------
    spread
        The variance of W, summed over dimensions.
    """

    mean: Tensor
    white: Tensor

    def __init__(self, codes: Tensor) -> None:
        super().__init__()
        codes = codes.double()
        centred = codes - codes.mean(0)
        variances, axes = torch.linalg.eigh(centred.T @ centred / len(codes))
        self.spread = float(variances.sum())
        variances = variances.clamp_min(_VARIANCE_FLOOR * variances.mean())
        self.register_buffer("mean", codes.mean(0).float())
        self.register_buffer("white", (axes / variances.sqrt()).float())

    def forward(self, codes: Tensor) -> Tensor:
        """The mean over the codes."""
        return ((codes - self.mean) @ self.white).square().mean()
