"""The direction that predicts values best: ridge regression of what a person said of some images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.doubts import median_error
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.core.options import option
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.held_out import by_image, held_out_scores
from large_gui.errors import InputError

_FEWEST = 5  # images with a value
_STRENGTHS = np.logspace(-4, 4, 33)  # of the penalty, in units of the mean square of a centred code
_AS_GOOD = 1.05  # of the least error: among these the strongest penalty ranks photographs better (measured)


@dataclass(frozen=True)
class Options:
    """How strong the penalty is."""

    strength: float = option(
        0.0,
        "how far it is held back, in units of the codes' variance; 0 lets cross-validation choose",
        low=0,
        high=1e9,
    )


@dataclass(frozen=True, eq=False)
class Ridge:
    """A linear function ``codes @ weights + constant`` that predicts values."""

    weights: NDArray[np.float64]
    constant: float

    def predict(self, codes: NDArray[np.floating]) -> NDArray[np.float64]:
        """Predicted values ``(N,)`` of codes ``(N, D)``."""
        return np.asarray(codes @ self.weights + self.constant)

    def distances(self, codes: NDArray[np.floating], middle: float) -> NDArray[np.float64]:
        """Distances ``(N,)`` of codes from where it predicts ``middle``; 0 if it tells nothing apart."""
        length = float(np.linalg.norm(self.weights))
        return (self.predict(codes) - middle) / length if length else np.zeros(len(codes))


def fit_ridge(codes: NDArray[np.floating], values: NDArray[np.float64], strength: float = 0.0) -> Ridge:
    """Ridge regression of values on codes ``(N, D)``, as they are: the model's own scale is the prior.

    Parameters
    ----------
    strength
        Of the penalty, in units of the mean square of a centred code; 0 chooses it by cross-validation in
        closed form: the strongest whose squared error is within `_AS_GOOD` of the least.

    References
    ----------
    Golub, Heath and Wahba, "Generalized cross-validation as a method for choosing a good ridge parameter",
    Technometrics 1979.
    """
    from sklearn.linear_model import Ridge as SkRidge
    from sklearn.linear_model import RidgeCV

    x = np.asarray(codes, np.float64)
    middle = x.mean(0)
    if len(np.unique(values)) < 2:  # there is nothing to follow
        return Ridge(np.zeros(x.shape[1]), float(values.mean()))
    unit = float(np.square(x - middle).sum(1).mean()) or 1.0
    if not strength:
        tried = RidgeCV(alphas=_STRENGTHS * unit, store_cv_results=True).fit(x - middle, values)
        errors = tried.cv_results_.mean(0)  # squares, of each value without its own image
        strength = float(_STRENGTHS[np.flatnonzero(errors <= _AS_GOOD * errors.min())[-1]])
    model = SkRidge(alpha=strength * unit).fit(x - middle, values)
    weights = np.asarray(model.coef_, np.float64)
    return Ridge(weights, float(model.intercept_) - float(weights @ middle))


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The direction along which values are predicted best, in W: rows of W+ codes are averaged first.

    Its errors are those of images that were held out: the direction, its strength too, is found again
    without them.

    Raises
    ------
    InputError
        When all values are the same, or the codes say nothing about them.
    """
    codes, values = materials.codes.mean(1, dtype=np.float64), np.asarray(materials.values, np.float64)
    found = fit_ridge(codes, values, options.strength)
    length = float(np.linalg.norm(found.weights))
    if length <= 1e-12 * np.ptp(values) or not length:
        raise InputError(
            "No direction predicts these values.",
            hint="Give different values to images that look different.",
        )
    middle = float(values.mean())

    def without(rest: NDArray[np.intp]) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
        ridge = fit_ridge(codes[rest], values[rest], options.strength)
        # From the mean of the rest: it is low where an image's own value is high, which would tell it.
        return lambda part: ridge.distances(codes[part], float(values[rest].mean()))

    along = held_out_scores(materials.images, len(values), without, reporter)
    figures, held_out = _figures(along, values), by_image(materials.images, along)
    said = f"ridge regression of the values of {count(len(values), 'image')}"
    if "error" in figures:
        said += f"; mean error of held-out images {figures['error']:.3g}"
        said += f", of guessing the median {figures['guessing the median']:.3g}"
    return [
        Direction(
            materials.name, found.weights / length, (found.constant - middle) / length,
            intercept_means=f"the mean value, {middle:.4g}", negative="lower values",
            positive="higher values",
            provenance=said,
            record=FindingRecord(figures=figures, held_out=held_out),
        )
    ]  # fmt: skip


def _figures(along: NDArray[np.float64], values: NDArray[np.float64]) -> dict[str, float]:
    """Errors of the line through held-out distances, which is the line that such a direction is used with."""
    guess = {"guessing the median": median_error(values), "images": float(len(values))}
    try:
        line = fit(along, values)
    except InputError:  # all lie at one distance
        return guess
    known = {"error": line.loo_mae, "spread": line.residual_std}
    return {name: figure for name, figure in known.items() if np.isfinite(figure)} | guess


FINDER = Finder(
    "ridge", "Learn from values",
    "The direction along which the values that you gave are predicted best. Its error is measured on images "
    "that it was not learned from.",
    frozenset({Need.VALUES}), find, Options, _FEWEST,
)  # fmt: skip
