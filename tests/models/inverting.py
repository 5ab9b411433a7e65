"""Images through a model by hand, as the engine does it: prepare, embed, judge."""

from __future__ import annotations

from collections.abc import Sequence

from large_gui.core.latent import Pixels
from large_gui.core.reporter import SilentReporter
from large_gui.engine.stages import with_quality
from large_gui.models.model import Frame, Model, Picture
from large_gui.project.codes.cache import Inverted


def frames_of(model: Model, images: Sequence[Pixels]) -> list[Frame]:
    """Frames of images, of a model that is started for it."""
    model.start("cpu", SilentReporter())
    frames = model.prepare([Picture(str(i), image) for i, image in enumerate(images)])
    return [frame for frame in frames if isinstance(frame, Frame)]


def inverted(model: Model, images: Sequence[Pixels]) -> list[Inverted]:
    """What the cache would keep of images."""
    return embedded(model, frames_of(model, images))


def embedded(model: Model, frames: Sequence[Frame]) -> list[Inverted]:
    """What the cache would keep of frames."""
    codes = model.embed(frames)
    errors = model.quality(frames, codes)
    return [
        Inverted(code, float(error), with_quality(frame.flags, float(error)))
        for frame, code, error in zip(frames, codes, errors)
    ]
