"""Directions in S and W+ that change channels of the styles."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from large_gui.directions.channels import Channels
from large_gui.nets.generator import Generator


class Found(NamedTuple):
    """A direction's normal, its intercept and the weights of its layers, as `Direction` has them."""

    normal: NDArray[np.float32]
    intercept: float
    layer_importance: NDArray[np.float64] | None = None
    layer_sizes: tuple[int, ...] | None = None


def in_styles(channels: Channels, relevance: NDArray[np.float64]) -> Found:
    """The change of the styles: each channel by its relevance ``(C,)``, in its standard deviations."""
    change = relevance * channels.deviation
    normal = change / np.linalg.norm(change)
    layers = len(channels.sizes)  # the intercept belongs to each, and a distance is their mean
    intercept = -float(channels.mean @ normal) / layers
    return Found(normal.astype(np.float32), intercept, layer_sizes=channels.sizes)


def in_rows(generator: Generator, channels: Channels, relevance: NDArray[np.float64]) -> Found:
    """The change of the rows of W+ that comes nearest to `in_styles`.

    A style is an affine map of a row, so this is a least-squares problem for each row, in which every channel
    counts in its standard deviations: those that are to stay as they are, too. Rows are weighed by how far
    they are changed.
    """
    width, device = len(generator.mean_latent), generator.mean_latent.device
    with torch.inference_mode():
        basis = torch.cat([torch.zeros(1, width), torch.eye(width)]).to(device)
        maps = [style.double().cpu().numpy() for style in generator.styles(basis)]
    starts = np.cumsum((0, *channels.sizes))
    scale = np.divide(1, channels.deviation, out=np.zeros_like(relevance), where=channels.deviation > 0)
    changes = np.zeros((generator.num_ws, width))
    for row in range(generator.num_ws):
        of_row = [i for i, layer in enumerate(generator.style_layers) if layer.row == row]
        if not of_row:
            continue
        matrix = np.concatenate(
            [(maps[i][1:] - maps[i][0]).T * scale[starts[i] : starts[i + 1], None] for i in of_row]
        )
        wanted = np.concatenate([relevance[starts[i] : starts[i + 1]] for i in of_row])
        changes[row] = np.linalg.lstsq(matrix, wanted, rcond=1e-6)[0] if wanted.any() else 0
    lengths = np.linalg.norm(changes, axis=1)
    changes[lengths == 0] = changes[lengths.argmax()]  # a row that is not changed counts nothing
    normals = changes / np.linalg.norm(changes, axis=1, keepdims=True)
    weights = lengths / lengths.sum()
    mean = generator.mean_latent.double().cpu().numpy()
    return Found(normals.astype(np.float32), -float(weights @ (normals @ mean)), weights)
