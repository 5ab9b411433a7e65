"""The capability of reading texts, which some models have beside those in `large_gui.models.model`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from large_gui.errors import ModelFileError
from large_gui.models.model import Model

if TYPE_CHECKING:
    from torch import Tensor


@runtime_checkable
class ReadsText(Protocol):
    """A model that reads texts as well as pictures, into codes of one space; it must be started."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def key(self) -> str:
        """Identifies everything that decides a code."""

    @property
    def device(self) -> str:
        """Where it computes."""

    def text_codes(self, prompts: Sequence[str]) -> NDArray[np.float32]:
        """Codes ``(P, D)`` of texts, of unit length.

        Raises
        ------
        InputError
            When a text is longer than the model reads.
        """

    def picture_codes(self, pictures: Tensor) -> NDArray[np.float32]:
        """Codes ``(B, D)`` of pictures ``(B, 3, R, R)`` in -1..1, of unit length."""


def reads_text(model: Model) -> ReadsText:
    """The model as one that reads texts.

    Raises
    ------
    ModelFileError
        When a model of its kind reads none.
    """
    if isinstance(model, ReadsText):
        return model
    raise ModelFileError(
        f"The model {model.name!r} reads no texts.",
        hint="Name a CLIP model; `large-gui model add-backbone NAME --clip` adds one.",
    )
