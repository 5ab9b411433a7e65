"""The normal between images that have an attribute and images that don't: a linear SVM (InterFaceGAN)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.core.options import option
from large_gui.core.reporter import Reporter
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.held_out import by_image, held_out_scores
from large_gui.errors import InputError

_FEWEST = 3  # images of each kind


@dataclass(frozen=True)
class Options:
    """How the SVM is fitted."""

    softness: float = option(
        1.0, "C of the SVM: smaller lets more images lie on the wrong side", low=1e-6, high=1e6
    )


def fit_svm(
    codes: NDArray[np.floating], tags: ArrayLike, softness: float = 1.0
) -> tuple[NDArray[np.float64], float]:
    """Hyperplane of a linear SVM between images that have an attribute and images that don't.

    Codes are moved to their mean and divided by their spread, one number for all entries, so that a softness
    means the same for every model. Whitening them ranked new images no better, and took far longer.

    Parameters
    ----------
    codes
        ``(N, D)``.
    tags
        ``(N,)``, true where the attribute is there; both kinds count alike, however many there are of each.
    softness
        C of the SVM.

    Returns
    -------
    normal, intercept
        ``(D,)`` of unit length, and ``b`` of LARGE's Eq. 1 in units of distance. Both are 0 where the codes
        say nothing about the tags.

    References
    ----------
    Shen et al., "Interpreting the latent space of GANs for semantic face editing", CVPR 2020.
    """
    from sklearn.svm import LinearSVC

    x = np.asarray(codes, np.float64)
    centre = x.mean(0)
    spread = float(np.sqrt(np.square(x - centre).sum(1).mean())) or 1.0
    machine = LinearSVC(
        C=softness, class_weight="balanced", dual="auto", tol=1e-6, random_state=0, max_iter=20_000
    )
    machine.fit((x - centre) / spread, np.asarray(tags, bool))
    normal = np.asarray(machine.coef_[0], np.float64)
    length = float(np.linalg.norm(normal))
    if length < 1e-12:
        return np.zeros_like(normal), 0.0
    normal = normal / length
    return normal, float(machine.intercept_[0]) * spread / length - float(normal @ centre)


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The hyperplane between tagged images, in W: rows of W+ codes are averaged first.

    Its accuracy is that of images that were held out: the direction is found again without them.

    Raises
    ------
    InputError
        When the images with it and those without have the same codes.

    References
    ----------
    Shen et al., "Interpreting the latent space of GANs for semantic face editing", CVPR 2020.
    """
    codes, tags = materials.codes.mean(1, dtype=np.float64), np.asarray(materials.tags, bool)
    has = int(tags.sum())
    without = len(tags) - has
    normal, intercept = fit_svm(codes, tags, options.softness)
    if not normal.any():
        raise InputError(
            "Nothing sets the images with it apart from those without.",
            hint="Tag images that look different.",
        )

    def fit(rest: NDArray[np.intp]) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
        if tags[rest].all() or not tags[rest].any():  # all of a kind are copies of one image
            return lambda part: np.full(len(part), np.nan)
        found, b = fit_svm(codes[rest], tags[rest], options.softness)
        return lambda part: np.asarray(codes[part] @ found + b)

    scores = held_out_scores(materials.images, len(tags), fit, reporter, kinds=tags)
    figures = {"images with it": float(has), "images without it": float(without)}
    said = f"linear SVM on {has} images with it and {without} without"
    if np.isfinite(scores).all():
        right = (scores > 0) == tags
        figures = {"accuracy": float((right[tags].mean() + right[~tags].mean()) / 2)} | figures
        said += f"; {figures['accuracy']:.0%} of held-out images told apart"
    return [
        Direction(
            materials.name, normal, intercept, intercept_means="as likely with as without",
            negative="without", positive="with", provenance=said,
            record=FindingRecord(figures=figures, held_out=by_image(materials.images, scores)),
        )
    ]  # fmt: skip


FINDER = Finder(
    "svm", "From tags",
    "Name something that some of your images have, and tag images as having it or not. The direction between "
    f"the two kinds is found from {_FEWEST} of each; 20 or more of each make it good.",
    frozenset({Need.TAGS}), find, Options, _FEWEST,
)  # fmt: skip
