"""What the worker can be asked for: one dataclass a job, which says what it is answered with.

The window makes these and `large_gui.service.jobs` does them. A new job is a class here and a function there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction
    from large_gui.project.export import SortedRow
    from large_gui.tasks.find_direction import Search
    from large_gui.tasks.imports.model import ImportedModel, ImportOptions  # noqa: F401 - see `Request`
    from large_gui.tasks.look import Layers  # noqa: F401
    from large_gui.tasks.refine import Refinement  # noqa: F401

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Request(Generic[R_co]):
    """A job to run; ``Request[int]`` is answered with an ``int``.

    Answers that are heavy to import are named in quotes, for the checker alone.

    Attributes
    ----------
    quick
        Whether it is done between two steps of the long job that runs. Long requests are done in turn; of
        quick ones of one class that wait, only the newest is done.
    """

    quick: ClassVar[bool] = False


# The long jobs


@dataclass(frozen=True)
class OpenFolder(Request[None]):
    """Find images and measure them; tells `Manifest` first, then pieces of `Measured`."""

    dropped: Sequence[Path]
    model: str
    directions: Sequence[Direction]
    device: str = "auto"
    engine: str = "local"


@dataclass(frozen=True)
class Measure(Request["NDArray[np.float64]"]):
    """Distances ``(N, K)`` of images along more directions."""

    sha256: Sequence[str]
    model: str
    directions: Sequence[Direction]


@dataclass(frozen=True)
class Refine(Request["Refinement"]):
    """Optimise the code of one image."""

    folder: Path
    path: str
    model: str
    directions: Sequence[Direction]
    device: str = "auto"


@dataclass(frozen=True)
class FindDirections(Request[list["Direction"]]):
    """Find directions, by any finder, of images whose codes are kept.

    Attributes
    ----------
    sha256, said
        The images, and the value or the tag (1 or 0) of each; ``said`` is empty where nothing was said.
    """

    search: Search
    model: str
    sha256: Sequence[str]
    said: Sequence[float] = ()


@dataclass(frozen=True)
class WeighLayers(Request["Direction"]):
    """Measure the layer importance of a direction; answered with the direction that has it."""

    direction: Direction
    model: str


@dataclass(frozen=True)
class WriteSheet(Request[None]):
    """Draw the sorted contact sheet."""

    rows: Sequence[SortedRow]
    folder: Path
    path: Path


@dataclass(frozen=True)
class WriteRankedFiles(Request[int]):
    """Copy or link images under names that begin with their rank; answered with how many."""

    rows: Sequence[SortedRow]
    folder: Path
    target: Path
    link: bool


@dataclass(frozen=True)
class FetchGenerator(Request[Path]):
    """Bring a model's generator onto this machine."""

    model: str


@dataclass(frozen=True)
class ImportModel(Request["ImportedModel"]):
    """Make a model pack of a checkpoint."""

    file: Path
    options: ImportOptions


@dataclass(frozen=True)
class RemoveModel(Request[None]):
    """Delete an imported model."""

    model: str


@dataclass(frozen=True)
class VerifyModel(Request[list[tuple[str, bool, str]]]):
    """Check a model's files: the name of each, whether it is good, and a remark."""

    model: str


# The quick ones


@dataclass(frozen=True)
class Crop(Request[tuple["NDArray[np.uint8]", tuple[str, ...]]]):
    """What the encoder is shown of an image, ``(H, W, 3)``, and how that was found."""

    quick: ClassVar[bool] = True
    image: Path
    model: str


@dataclass(frozen=True)
class Reconstruct(Request["NDArray[np.uint8]"]):
    """The generator's picture ``(H, W, 3)`` of an image's code."""

    quick: ClassVar[bool] = True
    sha256: str
    model: str


@dataclass(frozen=True)
class WalkImage(Request["NDArray[np.uint8]"]):
    """The picture ``(H, W, 3)`` of an image whose distance along a direction is changed by ``steps``."""

    quick: ClassVar[bool] = True
    sha256: str
    model: str
    direction: Direction
    steps: float
    full: bool


@dataclass(frozen=True)
class ShowLayers(Request["Layers"]):
    """Distance and importance of every layer of an image's code."""

    quick: ClassVar[bool] = True
    sha256: str
    model: str
    direction: Direction
