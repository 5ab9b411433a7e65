"""What the images of a comparison are turned into: the codes of each model at hand, and small pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.distance import judged_distances
from large_gui.core.reporter import Relay, Reporter, Unit
from large_gui.core.words import count
from large_gui.errors import ImageError, InputError, LargeError
from large_gui.models.library import model_names, open_model
from large_gui.models.model import Model
from large_gui.models.spaces import measured_along
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest
from large_gui.project.images.read import read_image
from large_gui.tasks.invert import EmbeddedImage, codes_of, embed_folder
from large_gui.threads import pool

PIXELS = "pixels"  # the name of the space of small pictures
_SIDE = 16  # pixels of a small picture
_READ = 128  # pixels at which images are read for it
_SAMPLE = 40  # images that show whether a model is of use for a folder
_ENOUGH = 0.5  # the share of them that it must measure


@dataclass(frozen=True)
class Measured:
    """A model and the labelled images that it measures, by path."""

    model: str
    images: dict[str, EmbeddedImage]


class _Quiet(Relay):
    """A reporter that does not tell of single images, which are counted instead."""

    def warn(self, sentence: str) -> None:
        """Say nothing."""


def models_at_hand(wanted: Sequence[str], reporter: Reporter) -> list[str]:
    """The models that can measure images: those that are asked for, or all of this machine.

    Raises
    ------
    LargeError
        When one that is asked for is not there, or can't measure images.
    """
    found = []
    for name in dict.fromkeys(wanted or model_names()):
        try:
            model = open_model(name)
            _check_measures(model)
        except LargeError as error:
            if wanted:
                raise
            reporter.warn(f"Left out: {error.sentence}")
        else:
            found.append(name)
    return found


def measure_with(
    name: str, found: Manifest, cache: CodeCache, reporter: Reporter, *, needed: bool, engine: str,
    device: str,
) -> Measured | None:  # fmt: skip
    """Compute the codes of all images with a model, unless a sample shows that it is of no use for them.

    Parameters
    ----------
    needed
        Whether a person asked for this model.

    Returns
    -------
    The images that it measures; ``None`` if these are less than half of the sample.

    Raises
    ------
    InputError
        When it measures less than half, and a person asked for it.
    """
    model, quiet = open_model(name), _Quiet(reporter)
    places = np.linspace(0, len(found.paths) - 1, min(_SAMPLE, len(found.paths))).astype(int)
    sample = replace(found, paths=[found.paths[i] for i in places], failures=[])
    try:
        usable = _usable(sample, model, cache, quiet, engine, device)
    except InputError as error:
        if needed or found.codes is None:
            raise
        reporter.warn(f"{name} is left out: {error.sentence}")  # codes of another model, without their images
        return None
    if len(usable) < _ENOUGH * len(sample.paths):
        told = f"The model {name!r} measures {len(usable)} of a sample of {count(len(places), 'image')}"
        if needed:
            raise InputError(f"{told}.", hint="Leave it out of --models.")
        reporter.warn(f"{told}, and is left out.")
        return None
    usable = _usable(replace(found, failures=[]), model, cache, quiet, engine, device)
    if without := len(found.paths) - len(usable):
        reporter.warn(
            f"{count(without, 'image')} {'is' if without == 1 else 'are'} left out: "
            f"{name} can't measure {'it' if without == 1 else 'them'}."
        )
    return Measured(name, usable)


def codes_and_distances(
    measured: Measured, paths: Sequence[str], directions: Sequence[Direction], cache: CodeCache
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """The codes ``(N, L * D)`` of images, and their distances ``(N, K)`` along directions.

    An image that a direction was learned from has the distance along the direction that was found without it.
    """
    model = open_model(measured.model)
    rows, width = model.shape
    codes = np.empty((len(paths), rows * width), np.float32)
    table = np.empty((len(paths), len(directions)))
    done = 0
    for some in codes_of([measured.images[path] for path in paths], model, cache):
        here = slice(done, done + len(some))
        codes[here] = some.reshape(len(some), -1)
        table[here] = measured_along(model, some, directions)
        done += len(some)
    sha256 = [measured.images[path].sha256 for path in paths]
    for column, direction in enumerate(directions):
        table[:, column] = judged_distances(direction, sha256, table[:, column])
    return codes, table


def small_pictures(found: Manifest, reporter: Reporter) -> dict[str, NDArray[np.float32]]:
    """The images in 16 x 16 pixels of colour, whatever their shape, by path; unreadable ones are left out."""
    from PIL import Image

    def small(path: str) -> NDArray[np.float32] | None:
        try:
            pixels = read_image(found.folder / path, _READ)
        except ImageError:
            return None
        shrunk = Image.fromarray(pixels).resize((_SIDE, _SIDE), Image.Resampling.BOX)
        return np.asarray(shrunk, np.float32).ravel()

    pictures: dict[str, NDArray[np.float32]] = {}
    total = len(found.paths)
    with pool("small") as readers:
        for start in range(0, total, _SAMPLE):
            reporter.check_cancelled()
            reporter.progress(start, total, "Reading pixels", unit=Unit.IMAGES)
            some = found.paths[start : start + _SAMPLE]
            pictures |= {p: its for p, its in zip(some, readers.map(small, some)) if its is not None}
    if without := total - len(pictures):
        reporter.warn(
            f"{count(without, 'image')} can't be read and {'is' if without == 1 else 'are'} left out."
        )
    return pictures


def _check_measures(model: Model) -> None:
    if not model.measures:
        raise InputError(
            f"The model {model.name!r} can't measure images: it has no encoder.",
            hint="Choose another with --models.",
        )


def _usable(
    found: Manifest, model: Model, cache: CodeCache, reporter: Reporter, engine: str, device: str
) -> dict[str, EmbeddedImage]:
    """The images that a model can measure, with the face that it may need, by path."""
    embedded = embed_folder(found, model, cache, reporter, engine=engine, device=device)
    return {image.path: image for image in embedded.images if Flag.UNALIGNED not in image.flags}
