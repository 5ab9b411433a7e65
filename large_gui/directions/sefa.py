"""Directions from the generator's weights alone, in closed form (SeFa)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.principal import with_signs
from large_gui.core.reporter import Reporter
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.layer_groups import ABOUT, ALL, layer_groups


@dataclass(frozen=True)
class Options:
    """How many are found, and where they act."""

    count: int = option(10, "how many of each group of layers, the strongest first", low=1, high=50)
    layers: str = option(ALL, f"groups of layers on which they act: {ABOUT}")


def strongest(weights: NDArray[np.floating], count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The directions along which a code changes the styles most.

    They are the n of unit length that make ``|A n|`` largest: the eigenvectors of ``A^T A`` with the largest
    eigenvalues.

    Parameters
    ----------
    weights
        ``A``: the weights ``(C, D)`` of some affine layers, one below the other.

    Returns
    -------
    normals, values
        ``(count, D)``, each with its largest entry positive, and the eigenvalue of each.

    References
    ----------
    Shen and Zhou, "Closed-form factorization of latent semantics in GANs", CVPR 2021, Eq. 7.
    """
    matrix = np.asarray(weights, np.float64)
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    return with_signs(vectors.T[::-1][:count]), values[::-1][:count]


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The strongest directions in W of each group of layers; only these layers count in its distances.

    Raises
    ------
    InputError
        When the generator has no such layers.
    """
    from large_gui.nets.affines import affines, resolutions

    assert materials.generator is not None
    generator = materials.generator()
    known = affines(generator)
    groups = layer_groups(options.layers, resolutions(generator))
    mean = generator.mean_latent.cpu().numpy().astype(np.float64)
    found = []
    for group in groups:
        reporter.check_cancelled()
        weights = np.concatenate([layer.weight for layer in known if layer.row in group.rows])
        normals, values = strongest(weights, options.count)
        whole = float(np.square(weights).sum())
        for i, (normal, value) in enumerate(zip(normals, values), 1):
            found.append(
                Direction(
                    "_".join(filter(None, (materials.name, group.name, str(i)))), normal.astype(np.float32),
                    -float(mean @ normal), intercept_means="the average image",
                    layer_importance=group.importance(materials.layers),
                    negative="less", positive="more",
                    provenance=f"eigenvector {i} of the weights of {group.name or 'all'} layers, "
                    f"{value / whole:.0%} of their effect (SeFa)",
                )
            )  # fmt: skip
    return found


FINDER = Finder(
    "sefa", "From the generator's weights",
    "The directions that change the styles of the generator's layers most, from its weights alone. They need "
    "no images; what they mean has to be seen.",
    frozenset({Need.WEIGHTS}), find, Options, 1,
)  # fmt: skip
