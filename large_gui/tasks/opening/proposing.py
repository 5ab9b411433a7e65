"""Propose the model for a folder that is opened for the first time, from a look at some of its images."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from large_gui.core.choices import ANY_IMAGE, OWN_MODEL
from large_gui.core.reporter import Reporter
from large_gui.engine.local import ahead
from large_gui.engine.stages import READ_BOUND
from large_gui.errors import LargeError, ModelFileError
from large_gui.models.library import model_names, open_model
from large_gui.models.model import SeesFaces
from large_gui.project.codes.parts.about import read_about
from large_gui.project.images.manifest import Manifest
from large_gui.project.images.read import read_image
from large_gui.threads import pool

SAMPLE = 40  # images that are looked at, at most


@dataclass(frozen=True)
class Proposal:
    """The model that suits a folder.

    Attributes
    ----------
    model
        Its name.
    seen, with_face
        How many images were looked at until that was sure, and how many of them show a face.
    of_codes
        Whether it was chosen because the folder holds its codes.
    """

    model: str
    seen: int
    with_face: int
    of_codes: bool = False

    @property
    def words(self) -> str:
        """What a person is told of it; empty if the model is the one that is used anyway."""
        if self.model == OWN_MODEL:
            return ""
        if self.of_codes:
            return f"This folder holds codes of the model {self.model}."
        few = "Few of these pictures show a face" if self.with_face else "These pictures show no faces"
        return f"{few}, so they are measured by their features."


def propose_model(found: Manifest, reporter: Reporter) -> Proposal | None:
    """Look for faces in images that are chosen evenly, no more of them than it takes to be sure.

    The model of faces is proposed if at least half of the images show a face, and else the one that measures
    any image. Images that can't be read don't count. A folder of codes has the model that made them.

    Returns
    -------
    The proposal; ``None`` if no image of the sample can be read.

    Raises
    ------
    ModelFileError
        When the face detector is missing or damaged, or the model of a folder's codes is not here.
    Cancelled
        When a person stopped it.
    """
    if found.codes is not None:
        return Proposal(_model_of(found.codes), 0, 0, of_codes=True)
    reporter.progress(0, 0, "Looking for faces")
    from large_gui.models.encoding import parallel_batches

    faces = open_model(OWN_MODEL)
    if not isinstance(faces, SeesFaces) or ANY_IMAGE not in model_names():
        return Proposal(OWN_MODEL, 0, 0)
    chosen = evenly(found.paths, SAMPLE)
    left, seen, with_face = len(chosen), 0, 0
    with (
        parallel_batches("cpu") as cores,
        pool("look", cores) as threads,
        closing(ahead(threads, lambda path: _look(faces, found, path), chosen, cores)) as looks,
    ):
        for shows_face in looks:
            reporter.check_cancelled()
            left -= 1
            if shows_face is not None:
                seen += 1
                with_face += shows_face
            readable = seen + left  # if all others can be read
            if seen and (2 * with_face >= readable or 2 * (with_face + left) < readable):
                break
    if not seen:
        return None
    return Proposal(OWN_MODEL if 2 * with_face >= seen + left else ANY_IMAGE, seen, with_face)


def _model_of(codes: Path) -> str:
    model = read_about(codes).model
    if model not in model_names():
        raise ModelFileError(
            f"The codes in {codes.name} are of the model {model!r}, which is not on this machine.",
            hint="Import it on the Models page, or with `large-gui model import`.",
        )
    return model


def evenly(paths: Sequence[str], most: int) -> list[str]:
    """At most so many paths, evenly from the first to the last."""
    places = np.linspace(0, len(paths) - 1, min(most, len(paths))).round().astype(int)
    return [paths[i] for i in places]


def _look(faces: SeesFaces, found: Manifest, path: str) -> bool | None:
    """Whether an image shows a face; ``None`` if it can't be read."""
    try:
        pixels = read_image(found.folder / path, READ_BOUND)  # as it is read for measuring
    except LargeError:
        return None
    return faces.shows_face(pixels)
