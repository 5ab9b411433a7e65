"""Words that the project, the window and the command line share; importing this module is fast."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

OWN_MODEL = "faces"  # the model that comes with the program, used if none is named
ANY_IMAGE = "features"  # the model that comes with it for images that show no faces

RAY = "ray"  # the engine that writes codes into a folder, and nothing else


class Order(StrEnum):
    """The figures by which the images of a folder can be sorted."""

    DISTANCE = "distance"
    PREDICTION = "prediction"
    RESIDUAL = "residual"
    INVERSION_ERROR = "inversion error"
    COMPARED = "comparisons"
    NAME = "name"


class Filter(StrEnum):
    """What images of a folder can be, and be shown by; filters combine."""

    LABELLED = "labelled"
    NOT_LABELLED = "not labelled"
    EXCLUDED = "excluded"
    FLAGGED = "flagged"
    FAILED = "failed"


class Method(StrEnum):
    """The methods by which values can be told from distances; only the `LINES` make a straight line."""

    LEAST_SQUARES = "least-squares"
    L1 = "L1"
    L2 = "L2"
    BOTH = "both"
    ISOTONIC = "isotonic"
    SPLINE = "spline"
    ORDINAL = "ordinal"


class IntervalKind(StrEnum):
    """Where the width of an interval comes from."""

    STUDENT = "student"  # a spread, and Student's t
    CONFORMAL = "conformal"  # the errors of labels that were held out, whatever their distribution


LINES = (Method.LEAST_SQUARES, Method.L1, Method.L2, Method.BOTH)


class Flag(StrEnum):
    """Warnings about an image; these words are written to the table and the cache."""

    UNALIGNED = "unaligned"  # no face where the model looks for one: the centred square was used
    SEVERAL_FACES = "several-faces"  # the largest was used
    POOR_INVERSION = "poor-inversion"  # outside what the generator knows
    REFINED = "refined"  # its code was optimised
    FAILED = "failed"  # it can't be read
    LEARNED_FROM = "learned-from"  # the direction was learned from it, so its prediction is too good
    CLIPPED = "clipped"  # its prediction or interval stops at an end of what the value can be


class Crop(StrEnum):
    """How images are cropped for a model that a person imports or trains."""

    FACES = "faces"  # round the largest face, as FFHQ does
    SQUARE = "square"  # to the centred square
    PADDED = "padded"  # not at all: the whole image on a grey square


class LabelMark(StrEnum):
    """The marks that an image with a label can have in the grid."""

    LABELLED = "labelled"
    EXCLUDED = "excluded"


class Caption(StrEnum):
    """What stands below each image of the grid."""

    ESTIMATE = "estimate"
    VALUE = "value"
    DISTANCE = "distance"
    NAME = "name"
    NOTHING = "nothing"


class Chosen(NamedTuple):
    """The direction that a folder is sorted by: its name, and whether it is turned round."""

    name: str
    flipped: bool = False


class Shown(NamedTuple):
    """What an image must be to be shown: all of it.

    Attributes
    ----------
    kinds
        Any of `Filter`, of which an image must be every one.
    tags
        Names of tags, each with whether the image is marked as having it or as not having it.
    within
        Lowest and highest distance; ``None`` for any.
    name
        Text that its path contains, in upper or lower case.
    group
        A grouping and one of its groups, such as ``("folder", "treated")``; ``None`` for any.
    """

    kinds: frozenset[Filter] = frozenset()
    tags: frozenset[tuple[str, bool]] = frozenset()
    within: tuple[float, float] | None = None
    name: str = ""
    group: tuple[str, str] | None = None


class Answer(StrEnum):
    """Which of two images is further along, as a person says."""

    FIRST = "first"
    SECOND = "second"
    EQUAL = "equal"


class Comparison(NamedTuple):
    """Two images, by path, and which of them is further along in what is measured.

    It means the same whichever way the direction is turned: "further" is more of the value.
    """

    first: str
    second: str
    answer: Answer
