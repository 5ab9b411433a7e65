"""The normal between images that have an attribute and images that don't: a linear SVM (InterFaceGAN)."""

from __future__ import annotations

from dataclasses import dataclass

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.reporter import Reporter
from large_gui.directions.finder import Finder, Materials, Need

_FEWEST = 3  # images of each kind


@dataclass(frozen=True)
class Options:
    """How the SVM is fitted."""

    softness: float = option(
        0.01, "C of the SVM: smaller lets more images lie on the wrong side", low=1e-6, high=1e6
    )


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The hyperplane between tagged images, in W: rows of W+ codes are averaged first.

    References
    ----------
    Shen et al., "Interpreting the latent space of GANs for semantic face editing", CVPR 2020.
    """
    from large_gui.directions.supervised import from_tags

    has = int(materials.tags.sum())
    without = len(materials.tags) - has
    normal, intercept = from_tags(materials.codes.mean(1), materials.tags, options.softness)
    return [
        Direction(
            materials.name, normal, intercept, intercept_means="as likely with as without",
            negative="without", positive="with",
            provenance=f"linear SVM on {has} images with it and {without} without",
        )
    ]  # fmt: skip


FINDER = Finder(
    "svm", "From tags",
    "Name something that some of your images have, and tag images as having it or not. The direction between "
    f"the two kinds is found from {_FEWEST} of each; 20 or more of each make it good.",
    frozenset({Need.TAGS}), find, Options, _FEWEST,
)  # fmt: skip
