"""Straight paths in a generator's latent space, and the pictures along them (HSR, Eq. 3 and section 4.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from large_gui.core.latent import Pixels

if TYPE_CHECKING:
    import torch

    from large_gui.nets.generator import Generator

AT_ONCE = 8  # pictures that are drawn together; at 256 pixels a generator takes 1 GB for that


@dataclass(frozen=True, eq=False)
class CodePath:
    """Codes at equally spaced points of a straight line.

    Attributes
    ----------
    codes
        ``(N + 1, L, D)``.
    changes
        ``(N + 1, F)``: what is added to the styles of the codes, joined; ``None`` for a path in W or W+.
    """

    codes: NDArray[np.float32]
    changes: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.codes)


def between(first: NDArray[np.floating], last: NDArray[np.floating], steps: int) -> CodePath:
    """The convex combinations ``w_t = w_0 + t (w_1 - w_0)`` of two codes ``(L, D)`` (HSR, Eq. 3).

    Parameters
    ----------
    steps
        N; there are N + 1 points, both ends among them.
    """
    w0, w1 = np.asarray(first, np.float64), np.asarray(last, np.float64)
    t = np.linspace(0.0, 1.0, steps + 1)[:, None, None]
    return CodePath((w0 + t * (w1 - w0)).astype(np.float32))


def shifted(
    code: NDArray[np.floating], change: NDArray[np.floating], amounts: NDArray[np.floating]
) -> CodePath:
    """The edits ``w + alpha d`` of a code ``(L, D)`` (HSR, section 4.3, Editability).

    Parameters
    ----------
    change
        ``(D,)`` or ``(L, D)``: what a change by 1 adds to the code.
    amounts
        ``(N + 1,)``: how far each point lies from the code.
    """
    rows = np.broadcast_to(np.asarray(change, np.float64), np.shape(code))
    moved = np.asarray(code, np.float64) + np.asarray(amounts, np.float64)[:, None, None] * rows
    return CodePath(moved.astype(np.float32))


def shifted_styles(
    code: NDArray[np.floating], change: NDArray[np.floating], amounts: NDArray[np.floating]
) -> CodePath:
    """The same in S: ``change`` ``(F,)`` is added to the styles of the code, joined."""
    changes = np.asarray(amounts, np.float64)[:, None] * np.asarray(change, np.float64)
    codes = np.repeat(np.asarray(code, np.float32)[None], len(changes), axis=0)
    return CodePath(codes, changes.astype(np.float32))


def drawn(generator: Generator, paths: Sequence[CodePath]) -> Iterator[torch.Tensor]:
    """Draw the pictures along paths, in order, some at a time: ``(B, 3, R, R)``, nominally in -1..1."""
    import torch

    device = generator.mean_latent.device
    for path in paths:
        for start in range(0, len(path), AT_ONCE):
            codes = torch.from_numpy(path.codes[start : start + AT_ONCE]).to(device)
            with torch.inference_mode():
                if path.changes is None:
                    yield generator.preview(codes)
                    continue
                styles = generator.styles(codes)
                change = torch.from_numpy(path.changes[start : start + AT_ONCE]).to(device)
                parts = torch.split(change, [style.shape[1] for style in styles], dim=1)
                moved = [style + part for style, part in zip(styles, parts, strict=True)]
                yield generator.preview_of_styles(moved)


def as_pictures(images: torch.Tensor, largest: int) -> list[Pixels]:
    """Pictures of at most ``largest`` pixels a side, of images ``(B, 3, R, R)`` in -1..1."""
    from torch.nn import functional as F

    from large_gui.nets.pixels import to_pixels

    return list(to_pixels(F.adaptive_avg_pool2d(images, largest) if images.shape[-1] > largest else images))
