"""Which layers a direction acts on: LARGE, section 3.2, Eq. 2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.nets.generator import Generator

_STEP = 0.05  # length of a descent step relative to the gradient's norm, in units of w or of scaled styles
_LEAST = 1e-12  # of a gradient's mean magnitude: a layer that never changes the image has none
_MANY = 500  # codes that tell how far apart styles and distances in S are

Parts = Sequence[Tensor]  # a code, one (1, C_i) for each layer


class _Space(NamedTuple):
    """How a code of W becomes one tensor a layer, and how these are drawn.

    Attributes
    ----------
    scales
        What each layer's numbers are divided by, so that a step means as much in each.
    strength
        How far along a normal is one unit of strength.
    """

    parts: Callable[[Tensor], Parts]
    draw: Callable[[Parts], Tensor]
    scales: Sequence[float]
    strength: Callable[[Direction], float]


def layer_importance(
    generator: Generator, directions: Mapping[str, Direction], reporter: Reporter, *,
    strength: float = 3.0, codes: int = 6, steps: int = 4, seed: int = 0,
) -> dict[str, NDArray[np.float64]]:  # fmt: skip
    """Measure the importance of every layer for some directions in W, W+ or S.

    A random code is edited to ``code + strength * n`` and drawn; then a copy of it descends toward the edited
    image, each layer for itself. Of a layer's gradient the part along the normal counts, as distances tell of
    nothing else: a layer in which the edit does nothing has none, even if it could imitate the edit. Its mean
    magnitude is divided by that of the whole gradient toward unrelated images, and scaled to sum 1. In W and
    W+ the layers are rows of a W+ code, in S they are styles.

    Parameters
    ----------
    strength
        How far a code is edited; every other code is edited the other way. In W and W+ it is in units of w,
        in S in standard deviations of the distances of generated codes, as styles have scales of their own.
    seed
        Of the random codes; a seed gives the same importance in every run on one machine.

    Returns
    -------
    ``(L,)`` by name, each summing to 1.
    """
    rng = np.random.default_rng(seed)
    z = torch.from_numpy(rng.standard_normal((codes + 1, generator.z_dim)).astype(np.float32))
    with torch.no_grad():
        w = _truncated(generator, z)
    found: dict[str, NDArray[np.float64]] = {}
    for of_s in (False, True):
        names = [name for name, one in directions.items() if (one.layer_sizes is not None) == of_s]
        if not names:
            continue
        space = _styles_of(generator) if of_s else _rows_of(generator)
        with torch.no_grad():
            starts = [space.parts(one[None]) for one in w]
        runs: list[tuple[Parts, Parts, Parts | None]]
        runs = [(start, target, None) for start, target in pairwise(starts)]  # toward unrelated images
        for name in names:
            normals = [n.to(w.device) for n in _normals(directions[name], space.scales)]
            far = strength * space.strength(directions[name])
            for i, start in enumerate(starts[:-1]):
                signed = far if i % 2 else -far
                edited = [part + signed * normal for part, normal in zip(start, normals, strict=True)]
                runs.append((start, edited, normals))
        magnitudes = np.zeros((len(runs), len(space.scales)))
        for run, (start, target, along) in enumerate(runs):
            reporter.check_cancelled()
            reporter.progress(run, len(runs), "Measuring layer importance")
            magnitudes[run] = _descend(space.draw, start, target, along, steps)
        unrelated, *of_each = magnitudes.reshape(-1, codes, len(space.scales)).sum(1)
        for name, its in zip(names, of_each, strict=True):
            found[name] = shares(its / np.maximum(unrelated, _LEAST))
    return {name: found[name] for name in directions}


def mean_magnitudes(gradients: Sequence[Tensor]) -> Tensor:
    """Mean magnitude ``(L,)`` of the gradient of each layer."""
    return torch.stack([gradient.abs().mean() for gradient in gradients])


def shares(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """The scores ``(L,)`` of layers, scaled to sum 1; all alike where all are zero."""
    total = scores.sum()
    return scores / total if total > 0 else np.full(len(scores), 1 / len(scores))


def _truncated(generator: Generator, z: Tensor) -> Tensor:
    mean = generator.mean_latent
    return mean + 0.7 * (generator.mapping(z.to(mean.device)) - mean)


def _rows_of(generator: Generator) -> _Space:
    """W+: every row is a layer, and the longest of a normal counts as one of unit length."""
    layers = generator.num_ws

    def draw(rows: Parts) -> Tensor:
        return generator.preview(torch.stack(list(rows), 1))

    def strength(direction: Direction) -> float:
        return float(np.linalg.norm(np.atleast_2d(direction.normal), axis=1).max() ** -1)

    return _Space(lambda w: [w] * layers, draw, [1.0] * layers, strength)


def _styles_of(generator: Generator) -> _Space:
    """S: every style is a layer. Styles of some layers are a hundred times as large as those of others."""
    z = np.random.default_rng(0).standard_normal((_MANY, generator.z_dim)).astype(np.float32)
    with torch.no_grad():
        many = generator.styles(_truncated(generator, torch.from_numpy(z)))
    scales = [float(style.std(0).mean()) or 1.0 for style in many]
    joined = torch.cat(many, 1).cpu().numpy()
    return _Space(
        lambda w: [style / scale for style, scale in zip(generator.styles(w), scales)],
        lambda parts: generator.preview_of_styles([part * scale for part, scale in zip(parts, scales)]),
        scales,
        lambda direction: float(np.std(joined @ direction.normal)),
    )


def _normals(direction: Direction, scales: Sequence[float]) -> list[Tensor]:
    """The normal of each layer, ``(1, C_i)``, as a change of its scaled numbers."""
    normal = np.asarray(direction.normal, np.float32)
    if direction.layer_sizes is not None:
        parts = np.split(normal, np.cumsum(direction.layer_sizes)[:-1])
    else:
        parts = [normal] * len(scales) if normal.ndim == 1 else list(normal)
    return [torch.from_numpy(part)[None] / scale for part, scale in zip(parts, scales, strict=True)]


def _descend(
    draw: Callable[[Parts], Tensor], start: Parts, target: Parts, along: Parts | None, steps: int
) -> NDArray[np.float64]:
    """Mean gradient magnitude of each layer ``(L,)`` on the way from one code toward another's image.

    Parameters
    ----------
    along
        The vector of each layer whose part of the gradient counts; ``None`` takes the whole gradient.
    """
    with torch.no_grad():
        image = draw(target)
    parts = [part.clone().requires_grad_() for part in start]
    magnitudes = torch.zeros(len(parts))
    for _ in range(steps):
        loss = (draw(parts) - image).square().mean()
        gradients = torch.autograd.grad(loss, parts)
        if along is None:
            magnitudes += mean_magnitudes(gradients).cpu()
        else:
            magnitudes += torch.stack([(g * part).sum().abs() for g, part in zip(gradients, along)]).cpu()
        length = torch.cat([gradient.flatten() for gradient in gradients]).norm().clamp_min(_LEAST)
        with torch.no_grad():
            for part, gradient in zip(parts, gradients):
                part -= _STEP * len(parts) ** 0.5 * gradient / length
    return magnitudes.double().numpy() / steps
