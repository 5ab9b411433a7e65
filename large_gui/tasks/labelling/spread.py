"""Which images to label while there is no direction: such that differ as much as the folder's images do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.sampling import farthest_first
from large_gui.core.choices import Flag
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache

_PIECE = 256  # codes that are in memory at a time
_MOST = 5_000  # images that are looked at, which takes a second or two; of more, some are chosen evenly
_WIDTH = 64  # numbers that are kept of a code


def spread_out(
    sha256: Sequence[str], labelled: Sequence[str], count: int, model: Model, cache: CodeCache,
    reporter: Reporter,
) -> list[str]:  # fmt: skip
    """Choose images whose codes lie far from each other and from those of the labelled images.

    Parameters
    ----------
    sha256
        The images to choose from; those without a code in the cache, or without the face that the model
        needs, are left out.
    labelled
        Those among them that have a label.
    count
        How many to choose.

    Returns
    -------
    At most ``count`` images by their SHA-256, the most telling first. Of every code only its products with
    64 random vectors are kept, which change the distances between codes by a tenth or so: memory grows by
    256 bytes an image.

    Raises
    ------
    InputError
        When no image has a code.

    References
    ----------
    Johnson and Lindenstrauss 1984: such products keep distances.
    """
    different = sorted({*filter(None, sha256)} - {*labelled})
    places = np.linspace(0, len(different) - 1, min(_MOST, len(different))).astype(int)
    asked = [*sorted({*filter(None, labelled)}), *(different[i] for i in places)]
    size = int(np.prod(model.shape))
    rng = np.random.default_rng(0)
    mixing = rng.standard_normal((size, _WIDTH), np.float32) if size > _WIDTH else None
    points: list[NDArray[np.float32]] = []
    names: list[str] = []
    for start in range(0, len(asked), _PIECE):
        piece = asked[start : start + _PIECE]
        known = cache.get_many(piece, model.key)
        there = [sha for sha in piece if sha in known and Flag.UNALIGNED not in known[sha].flags]
        if there:
            codes = np.stack([known[sha].code.reshape(-1) for sha in there])
            points.append(codes if mixing is None else codes @ mixing)
            names += there
        reporter.progress(start + len(piece), len(asked), "Comparing the images")
        reporter.check_cancelled()
    if not names:
        raise InputError("No image is measured yet.", hint="Wait until some are.")
    given = {*labelled}
    first = [i for i, sha in enumerate(names) if sha in given]
    return [names[i] for i in farthest_first(np.concatenate(points), count, first)]
