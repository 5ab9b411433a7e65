"""Which layers a direction acts on: LARGE, section 3.2, Eq. 2."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.reporter import Reporter
from large_gui.nets.generator import Generator

_STEP = 0.05  # length of a descent step relative to the gradient's norm, in units of w
_LEAST = 1e-12  # of a gradient's mean magnitude: a layer that never changes the image has none


def layer_importance(
    generator: Generator, normals: dict[str, NDArray[np.floating]], reporter: Reporter, *,
    strength: float = 3.0, codes: int = 6, steps: int = 4, seed: int = 0,
) -> dict[str, NDArray[np.float64]]:  # fmt: skip
    """Measure the importance of every layer for some directions in W or W+.

    A random code w is edited to ``w + strength * n`` and drawn; then a copy of w for every layer
    descends toward the edited image. Layers that don't matter hardly move. The mean gradient
    magnitude of each layer is divided by the one toward unrelated images, and scaled to sum 1.

    Parameters
    ----------
    normals
        Normals ``(D,)`` or ``(L, D)`` by name, every row of unit length.
    strength
        How far a code is edited, in units of w; every other code is edited the other way.

    Returns
    -------
    ``(L,)`` by name, each summing to 1.
    """
    rng = np.random.default_rng(seed)
    z = torch.from_numpy(rng.standard_normal((codes + 1, generator.z_dim)).astype(np.float32))
    z = z.to(generator.mean_latent.device)
    with torch.no_grad():
        w = generator.mean_latent + 0.7 * (generator.mapping(z) - generator.mean_latent)
    total = codes * (len(normals) + 1)
    magnitudes: dict[str, NDArray[np.float64]] = {}
    for name, normal in [("", None), *normals.items()]:
        sums = torch.zeros(generator.num_ws)
        for i in range(codes):
            reporter.check_cancelled()
            reporter.progress(len(magnitudes) * codes + i, total, "Measuring layer importance")
            if normal is None:
                target = w[i + 1]
            else:
                target = w[i] + (strength if i % 2 else -strength) * torch.from_numpy(normal).float()
            sums += _descend(generator, w[i], target, steps)
        magnitudes[name] = sums.double().numpy()
    unrelated = magnitudes.pop("")
    scores = {name: m / np.maximum(unrelated, _LEAST) for name, m in magnitudes.items()}
    return {name: s / s.sum() if s.sum() > 0 else np.full(len(s), 1 / len(s)) for name, s in scores.items()}


def _descend(generator: Generator, start: Tensor, target: Tensor, steps: int) -> Tensor:
    """Mean gradient magnitude of each layer ``(L,)`` on the way from one code toward an image."""
    with torch.no_grad():
        image = generator.preview(target[None])
    ws = start.expand(1, generator.num_ws, -1).clone().requires_grad_()
    magnitudes = torch.zeros(generator.num_ws)
    for _ in range(steps):
        loss = (generator.preview(ws) - image).square().mean()
        (gradient,) = torch.autograd.grad(loss, ws)
        magnitudes += gradient[0].abs().mean(1)
        with torch.no_grad():
            ws -= _STEP * gradient / gradient.norm().clamp_min(_LEAST) * generator.num_ws**0.5
    return magnitudes / steps
