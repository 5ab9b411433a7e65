"""A semantic direction: the unit normal of a hyperplane in a latent space, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from large_gui.core.latent import LatentSpace


@dataclass(frozen=True, eq=False)
class Direction:
    """Hyperplane ``n·w + b = 0`` whose normal is a semantic direction (LARGE, Eq. 1).

    Attributes
    ----------
    name
        Short name, as typed on the command line.
    normal
        ``(D,)`` for a W direction, ``(L, D)`` for W+, every row of unit length; for S the joined vectors
        of all layers, of unit length together.
    intercept
        ``b``. Only means something when ``intercept_means`` says what distance 0 is.
    intercept_means
        What a distance of 0 stands for (``"frontal face"``), or empty.
    layer_importance
        ``(L,)``, non-negative, sums to 1 (LARGE, section 3.2); ``None`` weighs all layers alike.
    negative, positive
        What grows toward either side, in a word or two.
    provenance
        How the direction was found.
    layer_sizes
        Length of every layer's part of the normal in S; ``None`` in W and W+.
    """

    name: str
    normal: NDArray[np.floating]
    intercept: float = 0.0
    intercept_means: str = ""
    layer_importance: NDArray[np.floating] | None = None
    negative: str = ""
    positive: str = ""
    provenance: str = ""
    layer_sizes: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        lengths = np.linalg.norm(self.normal, axis=-1)
        if self.normal.ndim not in (1, 2) or not np.allclose(lengths, 1.0, atol=1e-3):
            raise ValueError(f"direction {self.name!r}: rows must have unit length, got {lengths}")
        s = self.layer_importance
        if s is not None and (s.ndim != 1 or (s < 0).any() or not np.isclose(s.sum(), 1.0, atol=1e-3)):
            raise ValueError(f"direction {self.name!r}: layer importance must be >= 0 and sum to 1")
        sizes = self.layer_sizes
        if sizes is not None and (min(sizes) < 1 or self.normal.shape != (sum(sizes),)):
            raise ValueError(f"direction {self.name!r}: {self.normal.shape} is not joined of layers {sizes}")

    @property
    def space(self) -> LatentSpace:
        """W for a single normal, W+ for one normal per layer, S for layers of different lengths."""
        if self.layer_sizes is not None:
            return LatentSpace.S
        return LatentSpace.W if self.normal.ndim == 1 else LatentSpace.W_PLUS

    def flipped(self) -> Direction:
        """The same hyperplane seen from the other side: every distance changes its sign."""
        return replace(
            self,
            name=self.name[1:] if self.name.startswith("-") else f"-{self.name}",
            normal=-self.normal,
            intercept=-self.intercept,
            negative=self.positive,
            positive=self.negative,
        )
