"""Augment what the discriminator sees, as strongly as it overfits, without leaking into the generator.

Written from Karras et al. 2020, "Training Generative Adversarial Networks with Limited Data"
(arXiv:2006.06676), section 3 and appendix B: the groups blitting, geometry and colour, which are the paper's
best set ("bgc"). The groups filtering and corruptions, which helped little or not at all, aren't here.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from large_gui.training.gan.augmentation.options import AdaOptions
from large_gui.training.gan.augmentation.warping import move_whole_pixels, warp

# Up to here augmentations hardly show in what the generator draws (section 2.2, figure 3).
LIMIT = 0.8


class AdaPipe(nn.Module):
    """Transform each image by chance: every transformation of the groups with probability p.

    All chance comes from PyTorch's generator of the CPU, whatever device the images are on.
    """

    def __init__(self, options: AdaOptions | None = None) -> None:
        super().__init__()
        self.options = options or AdaOptions()

    def forward(self, images: Tensor, p: float | Tensor) -> Tensor:
        """Augment a batch; gradients pass to the images, twice if need be.

        Parameters
        ----------
        images
            ``(B, C, H, W)`` in -1..1, with one or three channels.
        p
            Probability of each transformation, 0..1.

        Returns
        -------
        The images, augmented and not clipped; at 0 the very same tensor.
        """
        p = float(p)
        if p <= 0:
            return images
        with torch.autocast(images.device.type, enabled=False):  # positions need more than 8 bits
            wide = images if images.dtype == torch.float64 else images.float()
            return self._augmented(wide, p).to(images.dtype)

    def _augmented(self, images: Tensor, p: float) -> Tensor:
        n, _, height, width = images.shape
        moves = torch.eye(3).expand(n, 3, 3)
        warped = torch.zeros(n, dtype=torch.bool)
        if self.options.blit:
            moves = draw_blits(n, p, width, height) @ moves
        if self.options.geometry:
            geometry, warped = draw_geometry(n, p, width, height)
            moves = geometry @ moves
        blitted = ~warped & (moves != torch.eye(3)).flatten(1).any(1)
        images = _replaced(images, blitted, move_whole_pixels, moves)
        images = _replaced(images, warped, warp, moves)
        return recolour(images, draw_colours(n, p)) if self.options.colour else images


def _replaced(
    images: Tensor, chosen: Tensor, move: Callable[[Tensor, Tensor], Tensor], matrices: Tensor
) -> Tensor:
    """Only the chosen images moved."""
    which = chosen.nonzero()[:, 0]
    if not len(which):
        return images
    if len(which) == len(images):
        return move(images, matrices)
    at = which.to(images.device)
    return images.index_copy(0, at, move(images.index_select(0, at), matrices[which]))


def draw_blits(n: int, p: float, width: int, height: int) -> Tensor:
    """Matrices ``(n, 3, 3)`` of mirrors, quarter turns and translations by whole pixels."""
    mirror = _chosen(p, torch.randint(2, (n,)))
    quarter = _chosen(p, torch.randint(4, (n,)))
    shift = _chosen(p, torch.empty(n, 2).uniform_(-0.125, 0.125))
    pixels = (shift * torch.tensor([width, height])).round()
    return (
        translation(pixels)
        @ rotation(-math.pi / 2 * quarter).round()
        @ scaling(1.0 - 2 * mirror, torch.ones(n))
    )


def draw_geometry(n: int, p: float, width: int, height: int) -> tuple[Tensor, Tensor]:
    """Matrices ``(n, 3, 3)`` of scalings, turns and translations, and which of them are chosen at all."""
    p_rot = 1 - math.sqrt(1 - min(p, 1.0))  # so that one turn or both happen with probability p
    scale = _chosen(p, torch.randn(n))
    before = _chosen(p_rot, torch.empty(n).uniform_(-math.pi, math.pi))
    stretch = _chosen(p, torch.randn(n))
    after = _chosen(p_rot, torch.empty(n).uniform_(-math.pi, math.pi))
    shift = _chosen(p, torch.randn(n, 2) * 0.125)
    chosen = (scale != 0) | (before != 0) | (stretch != 0) | (after != 0) | (shift != 0).any(1)
    s, t = torch.exp2(0.2 * scale), torch.exp2(0.2 * stretch)
    matrices = (
        translation(shift * torch.tensor([width, height]))
        @ rotation(-after)
        @ scaling(t, 1 / t)
        @ rotation(-before)
        @ scaling(s, s)
    )
    return matrices, chosen


def draw_colours(n: int, p: float) -> Tensor:
    """Matrices ``(n, 4, 4)`` of colours: brightness, contrast, inverted luma, turned hue, saturation."""
    bright = _chosen(p, torch.randn(n) * 0.2)
    contrast = torch.exp2(_chosen(p, torch.randn(n) * 0.5))
    flip = _chosen(p, torch.randint(2, (n,)))
    hue = _chosen(p, torch.empty(n).uniform_(-math.pi, math.pi))
    saturation = torch.exp2(_chosen(p, torch.randn(n)))
    return (
        saturating(saturation) @ hue_turn(hue) @ luma_flip(flip) @ contrasting(contrast) @ brightening(bright)
    )


def _chosen(p: float, drawn: Tensor) -> Tensor:
    """The drawn values where a transformation falls on an image, and elsewhere 0, which changes nothing."""
    falls = torch.rand(len(drawn)) < p
    return torch.where(falls.view(-1, *(1,) * (drawn.ndim - 1)), drawn, 0)


def translation(shift: Tensor) -> Tensor:
    """``(n, 2)`` x and y in pixels."""
    matrix = torch.eye(3).repeat(len(shift), 1, 1)
    matrix[:, :2, 2] = shift
    return matrix


def scaling(x: Tensor, y: Tensor) -> Tensor:
    """``(n,)`` factors of x and y."""
    return torch.diag_embed(torch.stack((x, y, torch.ones_like(x)), 1))


def rotation(angle: Tensor) -> Tensor:
    """``(n,)`` radians, from x towards y."""
    matrix = torch.eye(3).repeat(len(angle), 1, 1)
    matrix[:, 0, 0] = matrix[:, 1, 1] = angle.cos()
    matrix[:, 1, 0] = angle.sin()
    matrix[:, 0, 1] = -angle.sin()
    return matrix


_LUMA = torch.full((3, 3), 1 / 3)  # projects on the axis of the greys


def _colours(linear: Tensor, offset: Tensor | float = 0.0) -> Tensor:
    matrix = torch.eye(4).repeat(len(linear), 1, 1)
    matrix[:, :3, :3] = linear
    matrix[:, :3, 3] = offset
    return matrix


def brightening(b: Tensor) -> Tensor:
    """Add ``b`` to every channel."""
    return _colours(torch.eye(3).expand(len(b), 3, 3), b[:, None])


def contrasting(c: Tensor) -> Tensor:
    """Multiply every channel by ``c``."""
    return _colours(torch.eye(3) * c[:, None, None])


def luma_flip(flip: Tensor) -> Tensor:
    """Mirror the luma where ``flip`` is 1 and keep the chroma."""
    return _colours(torch.eye(3) - 2 * _LUMA * flip[:, None, None])


def hue_turn(angle: Tensor) -> Tensor:
    """Turn colours around the axis of the greys, by radians (Rodrigues' formula)."""
    axis = 1 / math.sqrt(3)
    across = torch.tensor([[0, -axis, axis], [axis, 0, -axis], [-axis, axis, 0]])
    cos, sin = angle.cos()[:, None, None], angle.sin()[:, None, None]
    return _colours(_LUMA + cos * (torch.eye(3) - _LUMA) + sin * across)


def saturating(s: Tensor) -> Tensor:
    """Multiply the chroma by ``s`` and keep the luma."""
    return _colours(_LUMA + s[:, None, None] * (torch.eye(3) - _LUMA))


def recolour(images: Tensor, matrices: Tensor) -> Tensor:
    """Apply colour matrices ``(B, 4, 4)`` to images ``(B, C, H, W)`` of one channel or three."""
    linear, offset = matrices[:, :3, :3], matrices[:, :3, 3:]
    if images.shape[1] == 1:  # a grey image is one whose three channels are equal
        linear, offset = linear.sum(2, keepdim=True).mean(1, keepdim=True), offset.mean(1, keepdim=True)
    elif images.shape[1] != 3:
        raise ValueError("colours are changed in images of one channel or three")
    return torch.baddbmm(offset.to(images), linear.to(images), images.flatten(2)).view_as(images)


class AdaControl:
    """Keep the augmentation's strength p where the discriminator overfits as little as wanted (section 3).

    Attributes
    ----------
    p
        The strength now, 0 at the start, 0..`LIMIT`.
    sign
        r_t = E[sign(D(real))] as it was at the last adjustment.
    """

    def __init__(self, options: AdaOptions | None = None) -> None:
        self.options = options or AdaOptions()
        self.p = 0.0
        self.sign = 0.0
        self._total: Tensor | float = 0.0
        self._count = 0
        self._batches = 0

    def record(self, sign: Tensor, images: int) -> None:
        """Take in the mean sign of D's logits on a batch of real images, and adjust p when it is time."""
        self._total = self._total + sign.detach().double() * images
        self._count += images
        self._batches += 1
        if self._batches < self.options.interval:
            return
        self.sign = float(self._total) / self._count
        step = self._count / self.options.rise
        direction = (self.sign > self.options.target) - (self.sign < self.options.target)
        self.p = min(max(self.p + direction * step, 0.0), LIMIT)
        self._total, self._count, self._batches = 0.0, 0, 0

    def state_dict(self) -> dict[str, Any]:
        """The strength, and the signs since it was last adjusted."""
        return {
            "p": self.p, "sign": self.sign,
            "total": float(self._total), "count": self._count, "batches": self._batches,
        }  # fmt: skip

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Continue where another run was."""
        self.p, self.sign = state["p"], state["sign"]
        self._total, self._count, self._batches = state["total"], state["count"], state["batches"]
