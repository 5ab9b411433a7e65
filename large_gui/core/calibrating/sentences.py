"""What a calibration did, in sentences for the methods section of a paper."""

from __future__ import annotations

import math
from collections.abc import Iterator

from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.calibrating.conformal import Conformal, center_of
from large_gui.core.calibrating.cumulative import CumulativeLogits
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.monotone import Curve
from large_gui.core.choices import Method

_BY: dict[str, str] = {
    Method.LEAST_SQUARES: "by the line y = a·d + b, fitted by ordinary least squares",
    Method.L1: (
        "by the line y = a·d + b, fitted by least squares with an L1 penalty on the slope (as scikit-learn's "
        "Lasso, default strength)"
    ),
    Method.L2: (
        "by the line y = a·d + b, fitted by least squares with an L2 penalty on the slope (as scikit-learn's "
        "Ridge, default strength)"
    ),
    Method.BOTH: (
        "by the line y = a·d + b, fitted by least squares with L1 and L2 penalties on the slope (as "
        "scikit-learn's ElasticNet, default strength)"
    ),
    Method.ISOTONIC: "by a monotone curve, fitted by isotonic regression",
    Method.SPLINE: (
        "by a monotone smooth curve (piecewise cubic; Fritsch and Carlson, 1980) through knots, fitted"
    ),
    Method.ORDINAL: "by cumulative logits with proportional odds (McCullagh, 1980), fitted",
}


def fitted_by(fitted: Fitted) -> str:
    """How it was fitted, in words that go between "calibrated" and "to 12 labels"."""
    return _BY[fitted.method]


def what_was_found(fitted: Fitted, unit: str) -> str:
    """Its parameters; ``unit`` is empty or begins with a space."""
    inner = center_of(fitted)
    if isinstance(inner, Calibration):
        a, b = inner.terms
        return f"The line has a = {a}{unit} per unit of distance and b = {b}{unit}."
    if isinstance(inner, CumulativeLogits):
        cuts = ", ".join(f"{cut:.4g}" for cut in inner.cuts)
        names = ", ".join(f"{grade:g}" for grade in inner.grades)
        return (
            f"The grades {names} have the cuts {cuts}, in logits, and the slope is {inner.slope:.4g} logits "
            "per unit of distance; an image counts as the median grade."
        )
    return f"The curve is a {inner.formula}{unit}."


def how_far_to_trust(fitted: Fitted, unit: str) -> Iterator[str]:
    """Sentences on its errors and its interval; ``unit`` is empty or begins with a space."""
    if fitted.n <= 2:
        yield f"With {fitted.n} labels no estimate of the error exists."
    else:
        yield _errors(fitted, unit)
    if not math.isnan(fitted.width):
        yield f"Prediction intervals are of {100 * fitted.level:g} %, {_interval(fitted, unit)}."


def _errors(fitted: Fitted, unit: str) -> str:
    r2 = "R² is not defined, as all labels are equal" if math.isnan(fitted.r2) else f"R² = {fitted.r2:.4g}"
    if math.isnan(fitted.loo_mae):
        return f"{r2}; the leave-one-out error is not defined, as all other labels lie at one distance."
    inner = center_of(fitted)
    if isinstance(inner, Calibration):
        return f"{r2}; the mean absolute leave-one-out error is {fitted.loo_mae:.4g}{unit}."
    return (
        f"{r2}; the mean absolute cross-validated error is {fitted.loo_mae:.4g}{unit}, and that of the "
        f"least-squares line {fitted.straight_mae:.4g}{unit}."
    )


def _interval(fitted: Fitted, unit: str) -> str:
    if isinstance(fitted, Conformal):
        kind = "jackknife+" if len(fitted.without) == fitted.n else f"CV+ with {len(fitted.without)} groups"
        return f"by the {kind} of Barber et al. (2021)"
    if isinstance(fitted, CumulativeLogits):
        return "from the probabilities of the grades"
    assert isinstance(fitted, Calibration | Curve)
    kind = f"by Student's t with {fitted.freedom:g} degrees of freedom"
    prior = fitted.prior
    if not prior.strength:
        return kind
    return (
        f"{kind}; the variance of the residuals had a scaled inverse chi-square prior that counts as "
        f"{prior.strength:g} observations of a standard deviation of {prior.std:.4g}{unit}, taken from "
        f"{prior.source}"
    )
