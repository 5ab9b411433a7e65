"""The interface of a model, which turns an image into a code and so measures it.

Codes are all that sorting and calibrating need. Making pictures of codes, reading their styles and refining a
code are capabilities that only some models have: `generates`, `has_styles` and `refines` return the model if
it has one, and otherwise raise an error for the person.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.latent import Pixels
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.own_directions import read_own
from large_gui.models.pack import Pack

if TYPE_CHECKING:
    from large_gui.core.latent import LatentSpace
    from large_gui.models.optimize import Optimized
    from large_gui.nets.generator import Generator, StyleLayer

POOR_PERCENTILE = 99.0  # of the errors of good images; one good image in a hundred has a larger one


@dataclass(frozen=True, eq=False)
class Picture:
    """An image as the engine read it.

    Attributes
    ----------
    sha256
        SHA-256 of the file's content.
    pixels
        ``(H, W, 3)``; ``None`` for a model that reads no pixels.
    """

    sha256: str
    pixels: Pixels | None


@dataclass(frozen=True, eq=False)
class Frame:
    """A picture as a model prepared it for embedding.

    Attributes
    ----------
    content
        What `Model.embed` reads, such as the aligned crop ``(S, S, 3)`` uint8.
    flags
        What a person should know, in words such as those of `large_gui.core.choices.Flag`; without ``;``.
    """

    content: NDArray[np.generic]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """The reason why a model can't make a frame of a picture, in words for a person."""

    why: str


class Model(ABC):
    """Measures images; `large_gui.models.library.open_model` opens one by name.

    Before `start` a model needs little memory: its description is read, but no network is loaded.

    Attributes
    ----------
    doing
        The word for embedding in progress reports.
    reads_pixels
        False if the SHA-256 of an image is all that it needs.
    prepares_side_by_side
        Whether several threads may call `prepare` at once, as is the case with `embed`.
    in_half
        Whether its codes may be rounded to half precision, in which they take half the room. That is so if
        what it adds to a code by chance is more than one part in 2048 of it.
    """

    doing = "Embedding"
    reads_pixels = True
    prepares_side_by_side = False
    in_half = False

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    @property
    def name(self) -> str:
        """The model's name, which a person types or chooses."""
        return self.pack.name

    @property
    def shape(self) -> tuple[int, int]:
        """Rows L and width D of its codes."""
        return self.pack.about.shape

    @property
    def directions(self) -> dict[str, Direction]:
        """The directions in the model's pack, then those that a person keeps for it, by name."""
        own, _ = read_own(self.name)
        pack = self.pack.directions
        return {**pack, **{one.name: one for one in own if one.name not in pack and self.fits(one)}}

    def fits(self, direction: Direction) -> bool:
        """Whether a direction is one of this model's codes, as far as it says so."""
        (layers, width), shape = self.shape, direction.normal.shape
        same_key = direction.record.model_key in ("", self.key.partition("+")[0])
        return same_key and (direction.layer_sizes is not None or shape in ((width,), (layers, width)))

    def check_fits(self, direction: Direction) -> None:
        """Refuse a direction of another model's codes.

        Raises
        ------
        InputError
            When it was found for another model, or for another version of this one.
        """
        if not self.fits(direction):
            raise InputError(
                f"The direction {direction.name!r} is not one of the codes of {self.name!r}.",
                hint="It was found with another model, or another version of it. Find it again with this.",
                detail=f"{direction.record.model_key or direction.normal.shape}, not {self.key} {self.shape}",
            )

    def direction(self, name: str) -> Direction:
        """One of the model's directions.

        Raises
        ------
        InputError
            When the model has no direction of that name, or only one of another version of it.
        """
        known = self.directions
        if name not in known:
            own, problems = read_own(self.name)
            for kept in own:
                if kept.name == name:
                    self.check_fits(kept)
            raise InputError(
                f"The model {self.name!r} has no direction {name!r}.",
                hint=f"It has: {', '.join(known)}." if known else "`large-gui direction find` finds some.",
                detail="; ".join(problem.sentence for problem in problems),
            )
        return known[name]

    @property
    @abstractmethod
    def key(self) -> str:
        """Identifies everything that decides a code and its quality; the cache keeps codes under it."""

    @property
    def device(self) -> str:
        """Where it computes: ``cpu``, ``cuda``, or empty where nothing is computed."""
        return "cpu"

    @property
    def measures(self) -> bool:
        """Whether it can measure images; a generator without an encoder can't."""
        return True

    def start(self, device: str, reporter: Reporter) -> None:  # noqa: B027 - many have nothing to load
        """Load what `prepare` and `embed` need.

        Parameters
        ----------
        device
            ``auto``, ``cpu`` or ``cuda``.
        reporter
            Warned when there is too little memory.

        Raises
        ------
        ModelFileError
            When a part is missing or damaged.
        """

    @contextmanager
    def side_by_side(self) -> Iterator[int]:
        """Yield how many batches may be embedded at once while this context is open."""
        yield 1

    @abstractmethod
    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Make a frame of each picture, or say why there is none.

        One thread at a time calls this unless `prepares_side_by_side` is set.
        """

    @abstractmethod
    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Codes ``(B, L, D)`` of frames; several threads may call this at once.

        A code does not depend on the other frames of its batch.
        """

    def quality(self, frames: Sequence[Frame], codes: NDArray[np.float32]) -> NDArray[np.float64]:
        """Error of each code ``(B,)`` as a percentile of the errors of good images; NaN if not known."""
        return np.full(len(codes), np.nan)

    def view(self, pixels: Pixels) -> tuple[Pixels, tuple[str, ...]]:
        """The part of an image that it reads, large enough for a person, ``(S, S, 3)``, and its flags."""
        from large_gui.models.preparation import VIEW, centred_square

        crop = centred_square(pixels, VIEW)
        return crop.crop, crop.flags


@runtime_checkable
class Generates(Protocol):
    """A model that makes pictures of codes."""

    @property
    def generator_is_here(self) -> bool:
        """Whether its generator is on this machine."""

    def generator(self) -> Generator:
        """The generator, on the CPU.

        Raises
        ------
        ModelFileError
            When it is not on this machine.
        """

    def judged_by_images(self) -> Model:
        """The same model, whose `Model.quality` compares each image with its reconstruction."""

    def frames_of_drawn(self, pictures: Sequence[Pixels]) -> list[Frame]:
        """Frames of pictures ``(R, R, 3)`` that its generator drew; nothing has to be found in them."""


@runtime_checkable
class HasStyles(Protocol):
    """A model whose codes have styles: the vectors that modulate each convolution (LARGE, 3.2)."""

    @property
    def style_layers(self) -> Sequence[StyleLayer]:
        """The layers of S, known before a network is loaded; none if it has no generator."""

    def styles(self, codes: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Styles of codes ``(B, L, D)``: one ``(B, width)`` for each of `style_layers`.

        Raises
        ------
        ModelFileError
            When its generator is not on this machine.
        """


@runtime_checkable
class Refines(Protocol):
    """A model that can optimise the code of one image so that its reconstruction comes nearer to it."""

    @property
    def can_refine(self) -> bool:
        """Whether it has the networks that refining needs."""

    def refine(
        self, frame: Frame, start: NDArray[np.float32], space: LatentSpace, steps: int, reporter: Reporter
    ) -> Optimized:
        """Optimise the code ``(L, D)`` of a frame."""


@runtime_checkable
class SeesFaces(Protocol):
    """A model that can say quickly whether an image shows a face."""

    def shows_face(self, pixels: Pixels) -> bool:
        """Whether there is a face in an image ``(H, W, 3)``; several threads may call this at once.

        Nothing else than a detector is loaded for it.
        """


def generates(model: Model) -> Generates:
    """The model as one that makes pictures.

    Raises
    ------
    ModelFileError
        When a model of its kind makes no pictures.
    """
    if isinstance(model, Generates):
        return model
    raise ModelFileError(
        f"The model {model.name!r} makes no pictures.", hint="Choose a model with a generator."
    )


def has_styles(model: Model) -> HasStyles:
    """The model as one whose codes have styles.

    Raises
    ------
    ModelFileError
        When its codes have no styles.
    """
    if isinstance(model, HasStyles) and model.style_layers:
        return model
    raise ModelFileError(f"The model {model.name!r} has no styles.", hint="Choose a model with a generator.")


def refines(model: Model) -> Refines:
    """The model as one that refines codes.

    Raises
    ------
    ModelFileError
        When it can't refine codes.
    """
    if isinstance(model, Refines) and model.can_refine:
        return model
    raise ModelFileError(f"The model {model.name!r} has no encoder to refine with.")
