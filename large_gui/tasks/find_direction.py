"""Find a direction from images that a person has tagged (a linear SVM, as InterFaceGAN does)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.code_cache import CodeCache

FEWEST = 3  # images of each kind


def from_tagged_images(
    name: str, sha256: Sequence[str], tags: Sequence[bool], model: Model, cache: CodeCache
) -> Direction:
    """The normal between images that have an attribute and images that don't.

    Raises
    ------
    InputError
        When there are too few of one kind.
    """
    from large_gui.directions.supervised import from_tags

    known = cache.get_many(sorted(set(sha256)), model.key)
    pairs = [(known[sha].code.mean(0), tag) for sha, tag in zip(sha256, tags) if sha in known]
    has = sum(tag for _, tag in pairs)
    if min(has, len(pairs) - has) < FEWEST:
        raise InputError(
            f"{has} images with it and {len(pairs) - has} without are too few to find a direction.",
            hint=f"Tag at least {FEWEST} of each; 20 or more of each make it good.",
        )
    normal, intercept = from_tags(np.stack([code for code, _ in pairs]), [tag for _, tag in pairs])
    return Direction(
        name, normal, intercept, intercept_means="as likely with as without", negative="without",
        positive="with", provenance=f"linear SVM on {has} images with it and {len(pairs) - has} without",
    )  # fmt: skip
