"""Scorers of attributes: what gives each picture a number whose course along a path is measured.

HSR's scorers are attribute classifiers that were trained for it. None ships with this program, so a scorer is
learned from a labelled folder, or is what a direction's calibration predicts. Each tells how far it can be
trusted: a bad scorer strays from a line whatever the generator does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.choices import ANY_IMAGE
from large_gui.core.direction import Direction
from large_gui.core.latent import Pixels
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.kinds.image_features import ImageModel
from large_gui.models.model import Frame, Generates, Model, Picture, Refusal
from large_gui.models.pack import DETECTOR
from large_gui.models.preparation import VIEW
from large_gui.models.spaces import measured_along

if TYPE_CHECKING:
    from torch import Tensor

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Attribute:
    """What a scorer measures.

    Attributes
    ----------
    name, unit
        In words; the unit is empty where there is none.
    scored_by
        Who measures it, in words for a person.
    independent
        Whether the scorer knows nothing of the latent space that is judged.
    r2
        Share of the variance of real values that it predicts in images that it was not learned from; NaN
        where that is not known.
    labels
        How many labelled images it was learned from.
    """

    name: str
    unit: str = ""
    scored_by: str = ""
    independent: bool = False
    r2: float = float("nan")
    labels: int = 0


class Scorer(Protocol):
    """Scores pictures."""

    @property
    def attributes(self) -> Sequence[Attribute]:
        """The M attributes that it measures."""

    def scores(self, images: Tensor) -> Floats:
        """Scores ``(B, M)`` of pictures ``(B, 3, R, R)`` in -1..1, as a generator draws them."""


@dataclass(frozen=True, eq=False)
class LearnedValue:
    """A linear function of features that predicts a value: ``features @ weights + constant``."""

    attribute: Attribute
    weights: Floats
    constant: float


class FeatureScorer:
    """Predicts values from the features of an image model, which has never seen the latent space.

    Parameters
    ----------
    model
        A model that was started, such as the embedded EfficientNet-Lite0.
    learned
        What is predicted; weights ``(D,)`` each.
    """

    def __init__(self, model: Model, learned: Sequence[LearnedValue]) -> None:
        self._model, self._learned = model, learned

    @property
    def attributes(self) -> Sequence[Attribute]:
        """The values that were learned."""
        return [one.attribute for one in self._learned]

    def scores(self, images: Tensor) -> Floats:
        """Predicted values ``(B, M)``."""
        features = embedded(self._model, images).mean(1, dtype=np.float64)
        return np.stack([features @ one.weights + one.constant for one in self._learned], axis=1)


@dataclass(frozen=True, eq=False)
class Predictor:
    """A direction, and the calibration that predicts a value from distances along it."""

    attribute: Attribute
    direction: Direction
    calibration: Fitted | None = None


class DirectionScorer:
    """Embeds pictures, measures their distances along directions, and predicts values from those.

    It knows the latent space: its encoder was trained to invert the generator. So it answers what LARGE would
    answer, and is no independent judge of that space. Predictions are not clipped to what the value can be,
    which would bend them; without a calibration the distance itself is the score.

    Parameters
    ----------
    model
        The model of the directions, which was started.
    """

    def __init__(self, model: Model, predictors: Sequence[Predictor]) -> None:
        self._model, self._predictors = model, predictors

    @property
    def attributes(self) -> Sequence[Attribute]:
        """What the directions predict."""
        return [one.attribute for one in self._predictors]

    def scores(self, images: Tensor) -> Floats:
        """Predicted values ``(B, M)``."""
        codes = embedded(self._model, images)
        table = measured_along(self._model, codes, [one.direction for one in self._predictors])
        for column, one in enumerate(self._predictors):
            if one.calibration is not None:
                table[:, column] = one.calibration.line(table[:, column])
        return table


class Scorers:
    """Several scorers as one, their attributes in order."""

    def __init__(self, scorers: Sequence[Scorer]) -> None:
        self._scorers = scorers

    @property
    def attributes(self) -> Sequence[Attribute]:
        """The attributes of all of them."""
        return [attribute for scorer in self._scorers for attribute in scorer.attributes]

    def scores(self, images: Tensor) -> Floats:
        """Scores ``(B, M)`` of all of them."""
        if not self._scorers:
            return np.empty((len(images), 0))
        return np.concatenate([scorer.scores(images) for scorer in self._scorers], axis=1)


def embedded(model: Model, images: Tensor) -> NDArray[np.float32]:
    """Codes ``(B, L, D)`` of pictures ``(B, 3, R, R)`` in -1..1 that a generator drew; the model is started.

    Raises
    ------
    InputError
        When the model can't read them.
    """
    from large_gui.nets.pixels import to_pixels

    pixels = list(to_pixels(images))
    if isinstance(model, Generates):
        return model.embed(model.frames_of_drawn(pixels))
    frames = model.prepare([Picture("", one) for one in pixels])
    refused = next((frame.why for frame in frames if isinstance(frame, Refusal)), None)
    if refused is not None:
        raise InputError(
            f"The model {model.name!r} can't read what the generator draws: {refused}.",
            hint="Choose an image backbone.",
        )
    return model.embed([frame for frame in frames if isinstance(frame, Frame)])


def likeness(features: NDArray[np.float32]) -> Floats:
    """Cosine of the features ``(..., N + 1, F)`` of each picture with those of the first: ``(..., N + 1)``.

    With the network of an identity loss, such as ArcFace, this is how well the person is preserved.
    """
    f = np.asarray(features, np.float64)
    f = f / np.maximum(np.linalg.norm(f, axis=-1, keepdims=True), 1e-12)
    return np.asarray(np.einsum("...nf,...f->...n", f, f[..., 0, :]))


def kind_of_features(model: Model) -> str:
    """What a model's features are, in words."""
    own = model.name == ANY_IMAGE
    return "EfficientNet-Lite0 features" if own else f"features of {model.name} ({model.pack.about.title})"


def kind_of_likeness(model: Model) -> str:
    """What likeness is measured by, in words that don't promise more than its features tell of identity."""
    return kind_of_features(model) + (", not an identity network" if model.name == ANY_IMAGE else "")


class AsDrawn(Model):
    """An image model that looks at photographs as a generator would have drawn them: in the same crop.

    A scorer of pictures that a generator draws is learned from photographs. If they were not cropped as the
    generator's training images, it would learn from frames that it never scores.

    Parameters
    ----------
    eyes
        The image model.
    generates
        The model whose crop is used.
    """

    def __init__(self, eyes: Model, generates: Model) -> None:
        super().__init__(eyes.pack)
        self._eyes, self._generates = eyes, generates
        self.doing = eyes.doing

    @property
    def key(self) -> str:
        """That of the image model and of the crop, so that the cache keeps these codes apart."""
        about = self._generates.pack.about
        detector = about.files.get(DETECTOR, "")[:8] if about.alignment == "FFHQ" else ""
        return f"{self._eyes.key}+{about.alignment}-{VIEW}{detector}"

    @property
    def device(self) -> str:
        """Where the image model computes."""
        return self._eyes.device

    def start(self, device: str, reporter: Reporter) -> None:
        """Start the image model."""
        self._eyes.start(device, reporter)

    @contextmanager
    def side_by_side(self) -> Iterator[int]:
        """As many batches as the image model takes."""
        with self._eyes.side_by_side() as batches:
            yield batches

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Crop the images as the generator's were, then prepare the crops for the image model."""
        views = [self._generates.view(one.pixels) for one in pictures if one.pixels is not None]
        crops: list[Pixels] = [crop for crop, _ in views]
        frames = self._eyes.prepare([Picture("", crop) for crop in crops])
        return [
            Frame(frame.content, flags) if isinstance(frame, Frame) else frame
            for frame, (_, flags) in zip(frames, views, strict=True)
        ]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Codes of the image model."""
        return self._eyes.embed(frames)


def image_model(model: Model) -> ImageModel:
    """The model as one that reads features of any image.

    Raises
    ------
    InputError
        When it is a generator's or a table of codes.
    """
    if isinstance(model, ImageModel):
        return model
    raise InputError(
        f"The model {model.name!r} is no image backbone, so it can't score what a generator draws.",
        hint=f"Name {ANY_IMAGE!r}, or one that `large-gui model add-backbone` added.",
    )
