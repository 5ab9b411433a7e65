"""The directions along which codes vary most, or independently of each other; they need no labels."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.principal import COMPONENTS, components, principal_directions, with_signs
from large_gui.core.reporter import Reporter
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.errors import InputError

_FEWEST = 3  # different codes
PRINCIPAL, INDEPENDENT = "principal", "independent"


@dataclass(frozen=True)
class Options:
    """How many are found, and what they are."""

    count: int = option(COMPONENTS, "how many components, the largest first", low=1, high=100)
    kind: str = option(
        PRINCIPAL, "whether most varies along them, or each varies without the others",
        choices=(PRINCIPAL, INDEPENDENT),
    )  # fmt: skip


def independent_directions(codes: NDArray[np.floating], count: int) -> NDArray[np.float64]:
    """The directions along which codes vary independently of each other, by FastICA.

    They are found in the span of as many principal components, and unmix the codes: the distances along them
    are the independent components.

    Parameters
    ----------
    codes
        ``(N, D)``.

    Returns
    -------
    ``(count, D)`` unit vectors, each with its largest entry positive, those along which most varies first.

    References
    ----------
    Hyvärinen and Oja, "Independent component analysis: algorithms and applications", Neural Networks 2000.
    """
    from sklearn.decomposition import FastICA
    from sklearn.exceptions import ConvergenceWarning

    normals, _ = principal_directions(codes, count)
    short = (np.asarray(codes, np.float64) - codes.mean(0, dtype=np.float64)) @ normals.T
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # what it has found by then is taken
        model = FastICA(whiten="unit-variance", max_iter=1000, tol=1e-6, random_state=0).fit(short)
    found = model.components_ @ normals
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    order = np.argsort(-np.var(short @ (normals @ found.T), axis=0), kind="stable")
    return with_signs(found[order])


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The components of samples, in W: rows of W+ codes are averaged first.

    Raises
    ------
    InputError
        When there are too few codes.

    References
    ----------
    Härkönen et al., "GANSpace: discovering interpretable GAN controls", 2020 (arXiv:2004.02546).
    """
    codes = materials.samples.mean(1)
    different = len({code.tobytes() for code in codes})
    if different < _FEWEST:
        raise InputError(
            f"{different} different codes are too few to find directions in.",
            hint="Take a folder with more images.",
        )
    most = min(options.count, different - 1, codes.shape[1])  # N codes differ along N - 1 components
    if options.kind == PRINCIPAL:
        found = components(codes, most)
    else:
        reporter.progress(0, 0, "Looking for independent components")
        mean = codes.mean(0, dtype=np.float64)
        found = [
            Direction(
                "", normal.astype(np.float32), -float(mean @ normal), intercept_means="the average image",
                negative="less", positive="more",
                provenance=f"independent component {i} of {len(codes):,} codes (FastICA)",
            )
            for i, normal in enumerate(independent_directions(codes, most), 1)
        ]  # fmt: skip
    return [replace(one, name=f"{materials.name}_{i}") for i, one in enumerate(found, 1)]


FINDER = Finder(
    "components", "Components of the images",
    "The directions along which codes vary most, or independently of each other. They need no tags; what "
    "they mean has to be seen.",
    frozenset({Need.SAMPLES}), find, Options, _FEWEST, "component",
)  # fmt: skip
