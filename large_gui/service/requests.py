"""The requests that the worker can do: one dataclass per kind of job, which says what type its result has.

The window makes requests and `large_gui.service.jobs` does them. A new kind of job is a class here and a
function there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.direction import Direction
    from large_gui.project.export import SortedRow
    from large_gui.tasks.comparing.compare import Plan
    from large_gui.tasks.comparing.report import Report  # noqa: F401 - see `Request`
    from large_gui.tasks.doctor.finding import Finding
    from large_gui.tasks.exports.contact_sheet import SheetWords
    from large_gui.tasks.exports.generator import ExportedGenerator  # noqa: F401
    from large_gui.tasks.finding.find import Search
    from large_gui.tasks.imports.model import ImportedModel, ImportOptions  # noqa: F401 - see `Request`
    from large_gui.tasks.linearity.courses import Courses  # noqa: F401
    from large_gui.tasks.linearity.measuring import Figure, Settings
    from large_gui.tasks.linearity.plan import Judges, PathPlan
    from large_gui.tasks.linearity.walking import Course  # noqa: F401
    from large_gui.tasks.look import Layers  # noqa: F401
    from large_gui.tasks.refine import Refinement  # noqa: F401

R_co = TypeVar("R_co", covariant=True)


@dataclass(frozen=True)
class Request(Generic[R_co]):
    """A job to do; the result of a ``Request[int]`` is an ``int``.

    Types of results that are slow to import are written in quotes, for the type checker only.

    Attributes
    ----------
    quick
        Whether the job is done between two steps of a long job that runs. Long requests are done in turn. If
        several quick requests of one class wait, only the newest is done.
    """

    quick: ClassVar[bool] = False


# The long jobs


@dataclass(frozen=True)
class OpenFolder(Request[None]):
    """Find images and measure them; the parts of the result are a `Manifest`, then pieces of `Measured`."""

    dropped: Sequence[Path]
    model: str
    directions: Sequence[Direction]
    device: str = "auto"
    engine: str = "local"


@dataclass(frozen=True)
class ProposeModel(Request[None]):
    """Find images and look which model suits them; the parts of the result are a `Manifest` and a `Proposal`.

    If no image can be read, there is no proposal. If another folder had these images, `Moved` is a part too.
    """

    dropped: Sequence[Path]


@dataclass(frozen=True)
class Measure(Request["NDArray[np.float64]"]):
    """Measure the distances ``(N, K)`` of images along more directions."""

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
    """Find directions by any finder, from images whose codes are in the cache.

    Attributes
    ----------
    sha256, said
        The images, and the value or the tag (1 or 0) of each; ``said`` is empty if the finder needs neither.
    answers
        Numbers of two of these images and who has more: 1 the first, 0 the second, 0.5 neither.
    """

    search: Search
    model: str
    sha256: Sequence[str]
    said: Sequence[float] = ()
    answers: Sequence[tuple[int, int, float]] = ()
    device: str = "auto"


@dataclass(frozen=True)
class CompareWays(Request["Report"]):
    """Score what each model and way makes of the same labelled images.

    Attributes
    ----------
    labels
        Values by path, relative to the folder.
    directions
        The direction to use, by model.
    value, unit
        What the labels measure.
    """

    folder: Path
    labels: Mapping[str, float]
    directions: Mapping[str, Sequence[Direction]]
    plan: Plan
    value: str = ""
    unit: str = ""
    device: str = "auto"
    engine: str = "local"


@dataclass(frozen=True)
class ScorePath(Request["Course"]):
    """Draw the pictures along one path in a model's latent space, and score them."""

    model: str
    plan: PathPlan
    judges: Judges
    device: str = "auto"


@dataclass(frozen=True)
class ScorePaths(Request["Courses"]):
    """Score many paths of one kind from random codes."""

    model: str
    plan: PathPlan
    judges: Judges
    pairs: int
    device: str = "auto"


@dataclass(frozen=True)
class MeasureGenerator(Request[Mapping[str, Sequence["Figure"]]]):
    """Measure a generator by metrics of `large_gui.tasks.linearity.figures.METRICS`, by name."""

    model: str
    metrics: Sequence[str]
    settings: Settings


@dataclass(frozen=True)
class WeighLayers(Request["Direction"]):
    """Measure the layer importance of a direction; the result is the direction that has it."""

    direction: Direction
    model: str


@dataclass(frozen=True)
class DrawStrip(Request["NDArray[np.uint8]"]):
    """Draw pictures side by side ``(H, W, 3)`` that show what changes along a direction."""

    direction: Direction
    model: str


@dataclass(frozen=True)
class WriteSheet(Request[None]):
    """Draw the sorted contact sheet."""

    rows: Sequence[SortedRow]
    folder: Path
    path: Path
    words: SheetWords


@dataclass(frozen=True)
class WriteRankedFiles(Request[int]):
    """Copy or link images under names that begin with their rank; the result is their number."""

    rows: Sequence[SortedRow]
    folder: Path
    target: Path
    link: bool


@dataclass(frozen=True)
class FetchGenerator(Request[Path]):
    """Download a model's generator."""

    model: str


@dataclass(frozen=True)
class ImportModel(Request["ImportedModel"]):
    """Make a model pack of a checkpoint."""

    file: Path
    options: ImportOptions


@dataclass(frozen=True)
class ExportGenerator(Request["ExportedGenerator"]):
    """Write a model's generator to a file that a person chose, and so may be replaced."""

    model: str
    file: Path


@dataclass(frozen=True)
class RemoveModel(Request[None]):
    """Delete an imported model."""

    model: str


@dataclass(frozen=True)
class VerifyModel(Request[list[tuple[str, bool, str]]]):
    """Check a model's files; the result has the name of each, whether it is good, and a remark."""

    model: str


# The quick ones


@dataclass(frozen=True)
class Examine(Request[list["Finding"]]):
    """Look at this machine, and say what to do about each problem."""

    quick: ClassVar[bool] = True
    home: Path


@dataclass(frozen=True)
class Crop(Request[tuple["NDArray[np.uint8]", tuple[str, ...]]]):
    """Crop an image ``(H, W, 3)`` as the encoder reads it, and return its flags too."""

    quick: ClassVar[bool] = True
    image: Path
    model: str


@dataclass(frozen=True)
class ReadDirections(Request[list["Direction"]]):
    """Read every direction in a file, all of which the model must be able to measure."""

    quick: ClassVar[bool] = True
    file: Path
    model: str


@dataclass(frozen=True)
class ClearDirection(Request["Direction"]):
    """Take out of a direction what it shares with others; the result is what is left, under another name."""

    quick: ClassVar[bool] = True
    direction: Direction
    others: Sequence[Direction]
    model: str


@dataclass(frozen=True)
class SpreadOut(Request[list[str]]):
    """Choose images, by SHA-256, that differ from each other and from those that have a label.

    Attributes
    ----------
    sha256, labelled
        All images whose codes are in the cache, and those of them that have a label.
    count
        How many to choose.
    """

    quick: ClassVar[bool] = True
    sha256: Sequence[str]
    labelled: Sequence[str]
    model: str
    count: int


@dataclass(frozen=True)
class Reconstruct(Request["NDArray[np.uint8]"]):
    """Draw the generator's picture ``(H, W, 3)`` of an image's code."""

    quick: ClassVar[bool] = True
    sha256: str
    model: str


@dataclass(frozen=True)
class WalkImage(Request["NDArray[np.uint8]"]):
    """Draw the picture ``(H, W, 3)`` of an image's code after ``steps`` along a direction."""

    quick: ClassVar[bool] = True
    sha256: str
    model: str
    direction: Direction
    steps: float
    full: bool


@dataclass(frozen=True)
class ShowLayers(Request["Layers"]):
    """Compute the distance and importance of every layer of an image's code."""

    quick: ClassVar[bool] = True
    sha256: str
    model: str
    direction: Direction
