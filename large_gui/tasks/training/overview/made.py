"""The models that were made of training runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from large_gui.errors import LargeError
from large_gui.models.library import model_names, open_pack
from large_gui.tasks.training.finish import called

if TYPE_CHECKING:
    from large_gui.tasks.training.runs import Run


@dataclass(frozen=True)
class Made:
    """A model that was made of a run.

    Attributes
    ----------
    thousands
        Thousands of images that its snapshot was shown.
    has_encoder
        Whether it can read photographs.
    """

    name: str
    thousands: int
    has_encoder: bool


def made_of(run: Run) -> Sequence[Made]:
    """The models that were made of a run, by name; those that can't be read are left out."""
    found = []
    for name in model_names():
        try:
            pack = open_pack(name)
        except LargeError:
            continue
        source = pack.about.source
        if pack.is_imported and source.get("run") == called(run):
            stem = str(source.get("snapshot", "")).partition(".")[0]
            thousands = int(stem) if stem.isdecimal() else 0
            found.append(Made(name, thousands, pack.about.encoder is not None))
    return found
