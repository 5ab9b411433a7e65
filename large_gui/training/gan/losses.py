"""The losses of StyleGAN2: non-saturating logistic loss, R1 and path length regularisation."""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F


def generator_loss(fake: Tensor) -> Tensor:
    """Non-saturating loss ``-log sigmoid(D(G(z)))`` of logits ``(B,)`` (Goodfellow et al. 2014, sec. 3)."""
    return F.softplus(-fake).mean()


def discriminator_loss(real: Tensor, fake: Tensor) -> Tensor:
    """Logistic loss ``-log sigmoid(D(x)) - log(1 - sigmoid(D(G(z))))`` of logits ``(B,)``."""
    return F.softplus(-real).mean() + F.softplus(fake).mean()


def r1_penalty(logits: Tensor, images: Tensor) -> Tensor:
    """Mean squared norm of the logits' gradient by images (Mescheder et al. 2018, Eq. 9), without gamma / 2.

    Parameters
    ----------
    logits
        ``(B,)``, computed from ``images``.
    images
        ``(B, C, H, W)``, with a gradient asked for.
    """
    (gradient,) = torch.autograd.grad(logits.sum(), images, create_graph=True)
    return gradient.square().sum((1, 2, 3)).mean()


def path_lengths(images: Tensor, ws: Tensor, noise: Tensor) -> Tensor:
    """Lengths ``|J^T y|`` of images by codes, ``(B,)`` (StyleGAN2, Eq. 4).

    Parameters
    ----------
    images
        ``(B, C, H, W)``, computed from ``ws``.
    ws
        W+ codes ``(B, L, D)``, with a gradient asked for; the square is averaged over the L rows.
    noise
        ``y``: normal numbers of the shape of ``images``; they are divided by the root of the pixels' number,
        so that the length does not depend on the size.
    """
    y = noise / math.sqrt(images.shape[2] * images.shape[3])
    (gradient,) = torch.autograd.grad((images * y).sum(), ws, create_graph=True)
    return gradient.square().sum(2).mean(1).sqrt()
