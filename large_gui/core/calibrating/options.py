"""How values are to be told from distances: one set of options for the window and the command line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.calibrating.calibration import LEVEL, Calibration, fit
from large_gui.core.calibrating.prior import stated_prior, typical_prior
from large_gui.core.choices import Method
from large_gui.core.options import checked, option


@dataclass(frozen=True)
class CalibrationOptions:
    """What a person may choose about a calibration; its range belongs to the value and not here."""

    method: str = option(
        Method.LEAST_SQUARES.value, "how values follow from distances", choices=tuple(map(str, Method))
    )
    level: float = option(LEVEL, "share of new images that an interval is to hold", low=0.5, high=0.99)
    spread: float = option(
        0.0,
        "spread of values about the line, if it is known from elsewhere; 0 if it isn't",
        low=0.0,
    )


def calibrated(
    distances: NDArray[np.float64], values: NDArray[np.float64], order: ArrayLike,
    options: CalibrationOptions, possible: tuple[float, float] = (-np.inf, np.inf),
) -> Calibration:  # fmt: skip
    """Calibrate labelled images as the options say.

    Parameters
    ----------
    distances, values
        ``(n,)`` distances and values of the labels.
    order
        ``(N,)`` distances of all images that have a rank.
    possible
        Ends of what the value can be.

    Raises
    ------
    InputError
        When an option is not possible, or no line can be fitted to the labels.
    """
    checked(options)
    line = fit(distances, values, options.method, possible, level=options.level)
    prior = stated_prior(options.spread) if options.spread else typical_prior(distances, values, order)
    return line.with_prior(prior)
