"""How values are to be told from distances: one set of options for the window and the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from large_gui.core.calibrating.calibration import LEVEL, Calibration, fit
from large_gui.core.calibrating.conformal import check_conformal, conformal
from large_gui.core.calibrating.cumulative import check_grades, fit_grades, grades_through
from large_gui.core.calibrating.fitted import Ends, Fitted, Floats, errors_without, held_out
from large_gui.core.calibrating.monotone import Curve, check_curve, curve_through, fit_curve
from large_gui.core.calibrating.prior import agrees, prior_of_direction, stated_prior, typical_prior
from large_gui.core.choices import LINES, IntervalKind, Method
from large_gui.core.options import checked, option
from large_gui.errors import InputError


@dataclass(frozen=True)
class CalibrationOptions:
    """What a person may choose about a calibration; the ends of its values belong to the value."""

    method: str = option(
        Method.LEAST_SQUARES.value,
        "how values follow from distances: a line (least-squares; L1, L2 and both keep its slope small, by a "
        "penalty that depends on the units), a curve, or grades (ordinal)",
        choices=tuple(map(str, Method)),
    )
    level: float = option(LEVEL, "share of new images that an interval is to hold", low=0.5, high=0.99)
    interval: str = option(
        IntervalKind.STUDENT.value,
        "what intervals are made from: a spread, or the errors of held-out labels (20 labels or more)",
        choices=tuple(map(str, IntervalKind)),
    )
    spread: float = option(
        0.0, "spread of values about the line, if it is known from elsewhere; 0 if it isn't", low=0.0
    )


def check_labels(options: CalibrationOptions, values: Floats) -> None:
    """Refuse labels that the options can't be used with, before anything is measured.

    Parameters
    ----------
    values
        ``(n,)`` values of the labels; some of them may turn out to be of no use.

    Raises
    ------
    InputError
        When an option is not possible, two of them don't go together, or the labels don't suit them.
    """
    checked(options)
    is_conformal = options.interval == IntervalKind.CONFORMAL
    if options.method == Method.ORDINAL:
        if is_conformal or options.spread:
            raise InputError(
                "Ordinal calibration has intervals of its own, from the probabilities of the grades.",
                hint="Leave out the conformal interval and the spread, or choose another method.",
            )
        check_grades(values)
    elif options.method not in LINES:
        check_curve(len(values))
    if is_conformal:
        if options.spread:
            raise InputError(
                "A conformal interval takes no spread: it's made from the labels' errors alone.",
                hint="Leave one of them out.",
            )
        check_conformal(len(values), options.level)


def calibrated(
    distances: Floats, values: Floats, order: Floats, options: CalibrationOptions,
    possible: Ends = (-np.inf, np.inf), figures: Mapping[str, float] | None = None,
) -> Fitted:  # fmt: skip
    """Calibrate labelled images as the options say.

    Parameters
    ----------
    distances, values
        ``(n,)`` distances and values of the labels.
    order
        ``(N,)`` distances of all images that have a rank.
    possible
        Ends of what the value can be.
    figures
        Those of the direction's record. The spread of the images that it was learned from is expected where
        the options state none and the labels agree.

    Raises
    ------
    InputError
        When an option is not possible, or can't be used with these labels.
    """
    check_labels(options, values)
    if options.method == Method.ORDINAL:
        return fit_grades(distances, values, possible, level=options.level)

    def center(along: Floats, given: Floats) -> Calibration | Curve:
        if options.method in LINES:
            return fit(along, given, options.method, possible, level=options.level)
        return fit_curve(along, given, options.method, possible, level=options.level)

    if options.interval == IntervalKind.CONFORMAL:
        again = fit if options.method in LINES else curve_through
        return conformal(
            center, lambda along, given: again(along, given, options.method, possible, level=options.level),
            distances, values, options.level,
        )  # fmt: skip
    fitted = center(distances, values)
    known = prior_of_direction(figures or {}, fitted.n)
    if options.spread:
        prior = stated_prior(options.spread)
    elif agrees(known, fitted.residual_std if isinstance(fitted, Calibration) else fitted.error, fitted.n):
        prior = known
    else:
        prior = typical_prior(distances, values, order)
    return fitted.with_prior(prior)


def predicted_from_others(
    distances: Floats, values: Floats, options: CalibrationOptions, possible: Ends = (-np.inf, np.inf)
) -> Floats:
    """What each label is predicted to be from the others ``(n,)``, by the chosen method; NaN if it can't.

    The mean absolute error of these is the ``loo_mae`` of what `calibrated` fits. It takes fewer labels than
    `calibrated`, as nothing else is asked of the fits.
    """
    if options.method in LINES:
        try:
            fit(distances, values, options.method)
        except InputError:  # too few, or all at one distance
            return np.full(len(values), np.nan)
        return values - errors_without(distances, values, options.method, possible)

    def predictor(along: Floats, given: Floats) -> Callable[[Floats], Floats]:
        if options.method == Method.ORDINAL:
            return grades_through(along, given, possible).predict
        return curve_through(along, given, options.method, possible).predict

    return held_out(predictor, distances, values)
