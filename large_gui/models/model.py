"""A model: what measures images. Everything a person does with images asks one for codes, and no more.

Making pictures of codes, telling styles and refining a code are capabilities that some models have; whoever
needs one asks for it with `generates`, `has_styles` or `refines`.
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
from large_gui.errors import ModelFileError
from large_gui.models.pack import Pack

if TYPE_CHECKING:
    from large_gui.core.latent import LatentSpace
    from large_gui.models.optimize import Refined
    from large_gui.nets.generator import Generator

Codes = NDArray[np.float32]
POOR_PERCENTILE = 99.0  # of the error of good images; beyond it fewer than one in a hundred is as far out


@dataclass(frozen=True, eq=False)
class Picture:
    """An image as the engine read it.

    Attributes
    ----------
    sha256
        Of the file's content.
    pixels
        ``(H, W, 3)``; ``None`` for a model that reads no pixels.
    """

    sha256: str
    pixels: Pixels | None


@dataclass(frozen=True, eq=False)
class Frame:
    """What a model made of a picture before it embeds it.

    Attributes
    ----------
    content
        What `Model.embed` reads, such as the aligned crop ``(S, S, 3)`` uint8.
    flags
        What a person should know, of `large_gui.core.choices`; without ``;``.
    """

    content: NDArray[np.generic]
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Refusal:
    """Why a model can't make a frame of a picture, for a person."""

    why: str


class Model(ABC):
    """What measures images, opened by `large_gui.models.library.open_model`.

    A model is light until `start`: its pack is described, no network is loaded.

    Attributes
    ----------
    doing
        What embedding is called in progress reports.
    reads_pixels
        False when the SHA-256 of an image is all that it asks for.
    """

    doing = "Embedding"
    reads_pixels = True

    def __init__(self, pack: Pack) -> None:
        self.pack = pack

    @property
    def name(self) -> str:
        """As a person calls it."""
        return self.pack.name

    @property
    def shape(self) -> tuple[int, int]:
        """Rows L and width D of its codes."""
        return self.pack.about.shape

    @property
    def directions(self) -> dict[str, Direction]:
        """The directions that it brings along, by name."""
        return self.pack.directions

    def direction(self, name: str) -> Direction:
        """One of them.

        Raises
        ------
        InputError
            When there is none of that name.
        """
        return self.pack.direction(name)

    @property
    @abstractmethod
    def key(self) -> str:
        """Names everything that decides a code and its quality; codes are kept under it."""

    @property
    def device(self) -> str:
        """Where it computes: ``cpu``, ``cuda``, or empty where nothing is computed."""
        return "cpu"

    @property
    def measures(self) -> bool:
        """Whether it can measure images; a generator alone can't before it has an encoder."""
        return True

    def start(self, device: str, reporter: Reporter) -> None:  # noqa: B027 - many have nothing to load
        """Load what `prepare` and `embed` need.

        Parameters
        ----------
        device
            ``auto``, ``cpu`` or ``cuda``.
        reporter
            Told when less memory is there than was hoped for.

        Raises
        ------
        ModelFileError
            When a part is missing or damaged.
        """

    @contextmanager
    def side_by_side(self) -> Iterator[int]:
        """How many batches may be embedded at once while this is open."""
        yield 1

    @abstractmethod
    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Make a frame of each picture, or say why there is none; one thread at a time calls this."""

    @abstractmethod
    def embed(self, frames: Sequence[Frame]) -> Codes:
        """Codes ``(B, L, D)`` of frames; several threads may call this at once.

        A code does not depend on the other frames of its batch.
        """

    def quality(self, frames: Sequence[Frame], codes: Codes) -> NDArray[np.float64]:
        """Error of each code ``(B,)`` as a percentile of what good images get, NaN where nothing is known."""
        return np.full(len(codes), np.nan)

    def view(self, pixels: Pixels) -> tuple[Pixels, tuple[str, ...]]:
        """What it looks at in an image, large enough for a person, ``(S, S, 3)``, and its flags."""
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


@runtime_checkable
class HasStyles(Protocol):
    """A model whose codes have styles: the vectors that modulate each convolution (LARGE, 3.2)."""

    @property
    def has_styles(self) -> bool:
        """Whether its generator tells them."""

    def styles(self, codes: Codes) -> list[NDArray[np.float32]]:
        """Styles of codes ``(B, L, D)``: one ``(B, C_i)`` a modulated layer."""


@runtime_checkable
class Refines(Protocol):
    """A model that can bring the code of one image nearer to it."""

    @property
    def can_refine(self) -> bool:
        """Whether it has what that needs."""

    def refine(
        self, frame: Frame, start: Codes, space: LatentSpace, steps: int, reporter: Reporter
    ) -> Refined:
        """Optimise the code ``(L, D)`` of a frame."""


def generates(model: Model) -> Generates:
    """The model as one that makes pictures.

    Raises
    ------
    ModelFileError
        When its kind makes none.
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
        When its codes have none.
    """
    if isinstance(model, HasStyles) and model.has_styles:
        return model
    raise ModelFileError(f"The model {model.name!r} has no styles.", hint="Choose an imported StyleGAN2.")


def refines(model: Model) -> Refines:
    """The model as one that refines codes.

    Raises
    ------
    ModelFileError
        When it can't.
    """
    if isinstance(model, Refines) and model.can_refine:
        return model
    raise ModelFileError(f"The model {model.name!r} has no encoder to refine with.")
