"""Codes in the space of a direction: W and W+ as a model gives them, S by computing their styles."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction, direction_sha256
from large_gui.core.distance import distances_along
from large_gui.core.latent import Codes
from large_gui.errors import InputError, LargeError, ModelFileError
from large_gui.models.model import Generates, HasStyles, Model, has_styles
from large_gui.models.pack import GENERATOR

_MEASURING = 1  # increased when distances are computed in another way


class Spaces:
    """The codes of some images in every space that a direction may be in; styles are computed once.

    Parameters
    ----------
    codes
        ``(N, L, D)``, as the model gives them, or in half precision as they are kept.
    """

    def __init__(self, model: Model, codes: Codes) -> None:
        self._model, self._codes = model, codes

    def of(self, direction: Direction) -> Codes:
        """The codes that `large_gui.core.distance` measures along a direction.

        Raises
        ------
        ModelFileError
            When the direction is in S, and the model has no styles or its generator is not here.
        """
        if direction.layer_sizes is None:
            return self._codes
        if needs_styles(self._model, direction):
            return self._styles
        return self._codes.reshape(len(self._codes), 1, -1)

    @cached_property
    def _styles(self) -> NDArray[np.float32]:
        return np.concatenate(
            has_styles(self._model).styles(self._codes.astype(np.float32, copy=False)), axis=1
        )


def style_sizes(model: Model) -> tuple[int, ...]:
    """The widths of the layers of S of a model; empty if its codes have no styles."""
    return tuple(layer.width for layer in model.style_layers) if isinstance(model, HasStyles) else ()


def sizes_in_s(model: Model) -> tuple[int, ...]:
    """The widths of the layers of S in which directions of a model may be; empty if there are none.

    Codes that were imported in S are as long as their directions say.
    """
    found = (direction.layer_sizes for direction in model.directions.values())
    return style_sizes(model) or next(filter(None, found), ())


def needs_styles(model: Model, direction: Direction) -> bool:
    """Whether a direction is in S and the codes of the model are not, so that styles are computed."""
    sizes, rows_times_width = direction.layer_sizes, int(np.prod(model.shape))
    return sizes is not None and (sum(sizes) != rows_times_width or sizes == style_sizes(model))


def why_not_measured(model: Model, direction: Direction) -> LargeError | None:
    """Why a model can't measure images along a direction now; ``None`` if it can."""
    if direction.layer_sizes is None or not needs_styles(model, direction):
        return None
    try:
        has_styles(model)
        sizes = style_sizes(model)
        if direction.layer_sizes not in (sizes, (sum(sizes),)):
            return InputError(
                f"{direction.name} is a direction in S of another generator.",
                hint=f"The styles of {model.name!r} have {sum(sizes):,} numbers in {len(sizes)} layers.",
            )
        if isinstance(model, Generates) and not model.generator_is_here:
            model.generator()  # tells what to do
    except ModelFileError as error:
        return error
    return None


def measured_along(model: Model, codes: Codes, directions: Sequence[Direction]) -> NDArray[np.float64]:
    """Distances ``(N, K)`` of codes ``(N, L, D)`` along K directions in any space.

    Raises
    ------
    ModelFileError
        When a direction is in S, and the model has no styles or its generator is not here.
    """
    spaces, table = Spaces(model, codes), np.empty((len(codes), len(directions)))
    columns: dict[tuple[bool, bool], list[int]] = {}  # of directions in the same space
    for column, direction in enumerate(directions):
        space = direction.layer_sizes is None, needs_styles(model, direction)
        columns.setdefault(space, []).append(column)
    for same in columns.values():
        along = [directions[column] for column in same]
        table[:, same] = distances_along(spaces.of(along[0]), along)
    return table


def what_decides(model: Model, direction: Direction) -> str:
    """A hash of all that decides a distance along a direction, the code of the image apart."""
    parts = [f"distance {_MEASURING}", direction_sha256(direction)]
    if needs_styles(model, direction):
        pack = model.pack
        generator = pack.about.files.get(GENERATOR)
        if generator is None:  # it was fetched
            stat = pack.generator_file.stat()
            generator = f"{stat.st_size} {stat.st_mtime_ns}"
        parts.append(f"styles of {generator}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
