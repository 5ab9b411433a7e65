"""What is asked of a generator's paths: which one, and by what its pictures are scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from large_gui.core.calibrating.fit import Fit
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.choices import ANY_IMAGE
from large_gui.core.direction import Direction

FEWEST = 12  # labelled images that a scorer is learned from
STEPS = 10  # N: eleven pictures on a path


@dataclass(frozen=True)
class Labelled:
    """Labelled images, from which a scorer is learned.

    Attributes
    ----------
    values
        By path relative to the folder.
    name, unit
        What the values measure.
    """

    folder: Path
    values: Mapping[str, float] = field(default_factory=dict)
    name: str = "value"
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Told:
    """A direction, and the calibration by which its distances tell a value; a distance has no unit."""

    direction: Direction
    calibration: Fitted | None = None
    name: str = ""
    unit: str = ""

    @classmethod
    def of_fit(cls, fit: Fit) -> Told:
        """What a saved fit tells."""
        return cls(fit.direction, fit.calibration, fit.value, fit.unit)


@dataclass(frozen=True, eq=False)
class PathPlan:
    """One path.

    Attributes
    ----------
    direction
        The path goes along it; ``None`` for one that goes from one image to another.
    first, last
        SHA-256 of the images whose codes it begins and ends with, or of the one image that is edited; empty
        for random codes.
    ends
        The distances at both ends of an edit; ``None`` for those between which generated images lie.
    seed
        Of random codes.
    """

    direction: Direction | None = None
    first: str = ""
    last: str = ""
    ends: tuple[float, float] | None = None
    seed: int = 0
    steps: int = STEPS


@dataclass(frozen=True, eq=False)
class Judges:
    """By what pictures are scored.

    Attributes
    ----------
    labelled
        Images from which a scorer is learned; ``None`` for none.
    told
        Directions whose distances or predictions are scores.
    eyes
        The image model that learns from labelled images, and compares pictures.
    """

    labelled: Labelled | None = None
    told: tuple[Told, ...] = ()
    eyes: str = ANY_IMAGE
