"""The photographs of a GAN training, drawn in shuffled batches that can be continued exactly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.pixels import scaled


class TrainingImages:
    """Endless shuffled batches of images in -1..1 and of one-hot labels.

    Every image is drawn once in a round. A round's rest that fills no batch begins the next batch.

    Parameters
    ----------
    pixels
        uint8 ``(N, 3, S, S)``; it may lie on the disk.
    labels
        Class of each image, or ``None`` for no classes.
    mirror
        Whether an image is mirrored in half of the cases.
    only
        Indices of the images to draw, or ``None`` for all.
    """

    def __init__(
        self, pixels: NDArray[np.uint8], labels: Sequence[int] | None = None, *, mirror: bool, seed: int,
        only: NDArray[np.intp] | None = None,
    ) -> None:  # fmt: skip
        self.pixels, self._mirror = pixels, mirror
        self.classes = 0 if labels is None else max(labels) + 1
        self._labels = None if labels is None else torch.tensor(labels)
        self._only = np.arange(len(pixels)) if only is None else only
        self._random = torch.Generator().manual_seed(seed)
        self._order = torch.empty(0, dtype=torch.long)

    def batch(self, count: int, rank: int = 0, size: int = 1) -> tuple[Tensor, Tensor | None]:
        """Draw ``(B, 3, S, S)`` and labels ``(B, K)``, or ``None`` without classes.

        Of several processes that draw the same batch, each reads every ``size``-th image from ``rank`` on.
        """
        while len(self._order) < count:
            rest = torch.randperm(len(self._only), generator=self._random)
            self._order = torch.cat([self._order, torch.from_numpy(self._only)[rest]])
        index, self._order = self._order[rank:count:size], self._order[count:]
        chosen = torch.from_numpy(np.stack([self.pixels[i] for i in index.tolist()]))
        images = scaled(chosen)
        if self._mirror:
            turned = torch.rand(count, 1, 1, 1, generator=self._random) < 0.5
            images = torch.where(turned[rank::size], images.flip(3), images)
        return images, self._one_hot(index)

    def drawn_labels(self, count: int) -> Tensor | None:
        """Labels ``(B, K)`` as frequent as those of the images, drawn with torch's global generator."""
        return self._one_hot(torch.randint(len(self.pixels), (count,)))

    def _one_hot(self, index: Tensor) -> Tensor | None:
        if self._labels is None:
            return None
        return F.one_hot(self._labels[index], self.classes).float()

    def state_dict(self) -> dict[str, Any]:
        """What is left of this round, and the state of the random numbers."""
        return {"order": self._order, "random": self._random.get_state()}

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Continue where another run was; of other images, those that are there still are drawn next."""
        self._order = state["order"][state["order"] < len(self.pixels)]
        self._random.set_state(state["random"])
