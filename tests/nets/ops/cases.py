"""Geometries, tensors and a naive definition for the tests of the operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from hypothesis import strategies as st
from torch import Tensor

LAYOUTS = [torch.contiguous_format, torch.channels_last]
ALLOWED = {torch.float32: 1e-5, torch.float16: 6e-3, torch.bfloat16: 4e-2}  # relative error

# What the generators use, and what only the general kernel takes.
GEOMETRIES: list[dict[str, Any]] = [
    {"padding": (1, 1), "gain": 4.0},
    {"up": 2, "padding": (2, 1), "gain": 4.0},
    {"down": 2, "padding": (1, 1)},
    {"up": 3, "down": 2, "padding": (-1, 4)},
    {"up": 2, "down": 2, "padding": (5, -2), "gain": 0.5},
]
KERNELS = [
    torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8,
    torch.arange(1.0, 17.0).view(4, 4) / 50,
    torch.ones(3, 3) / 9,
    torch.tensor([0.2, 0.5, -0.1, 0.3, 0.1]),
]


@st.composite
def geometries(draw: st.DrawFn) -> tuple[tuple[int, int], tuple[int, ...], dict[str, Any]]:
    """Image size, kernel shape and options that give at least one sample."""
    k = draw(st.integers(1, 5))
    up, down = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    height, width = draw(st.integers(1, 5)), draw(st.integers(1, 5))
    padding = draw(st.integers(-3, 6)), draw(st.integers(-3, 6))
    short = k - min(height, width) * up - sum(padding)
    if short > 0:
        padding = padding[0] + short, padding[1]
    shape = draw(st.sampled_from([(k,), (k, k)]))
    return (
        (height, width),
        shape,
        {"up": up, "down": down, "padding": padding, "gain": draw(st.floats(0.5, 4))},
    )


def naive_upfirdn2d(
    x: np.ndarray, kernel: np.ndarray, *, up: int = 1, down: int = 1,
    padding: tuple[int, int] = (0, 0), gain: float = 1.0,
) -> np.ndarray:  # fmt: skip
    """The definition, sample by sample."""
    if kernel.ndim == 1:
        kernel = np.outer(kernel, kernel)
    k, (b, c, h, w), (before, after) = len(kernel), x.shape, padding
    inserted = np.zeros((b, c, h * up, w * up))
    inserted[:, :, ::up, ::up] = x
    grown = np.pad(inserted, [(0, 0), (0, 0), *[(max(before, 0), max(after, 0))] * 2])
    top, bottom = max(-before, 0), max(-after, 0)
    grown = grown[:, :, top : grown.shape[2] - bottom, top : grown.shape[3] - bottom]
    rows, columns = range(0, grown.shape[2] - k + 1, down), range(0, grown.shape[3] - k + 1, down)
    flipped = kernel[::-1, ::-1] * gain
    samples = [[(grown[:, :, i : i + k, j : j + k] * flipped).sum((2, 3)) for j in columns] for i in rows]
    return np.array(samples).transpose(2, 3, 0, 1)


def normal(*shape: int, seed: int = 0, layout: torch.memory_format = torch.contiguous_format) -> Tensor:
    """Standard normal in float64."""
    x = torch.randn(*shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return x.contiguous(memory_format=layout) if x.ndim == 4 else x


def off_kinks(x: Tensor) -> Tensor:
    """``x`` on a grid that every type holds, away from zero and the clamps, also after a bias."""
    return (x * 4).round() / 4 + 1 / 16


def relative_error(found: Tensor, expected: Tensor) -> float:
    """Largest difference over the largest magnitude expected."""
    found, expected = found.detach().double(), expected.detach().double()
    return float((found - expected).abs().max() / expected.abs().max().clamp_min(1e-12))
