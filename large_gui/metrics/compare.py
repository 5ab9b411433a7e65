"""Ways to predict values from few labels, scored on the same draws (LARGE, sections 4.1 and 4.2).

A way learns from the drawn images' values and predicts those of all images. What it sees of the images was
made before: distances along directions, or the Gram matrix of their codes, which is all that a linear SVM and
a ridge regression need, however wide the codes are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.calibration import Calibration, fit
from large_gui.core.calibrating.sampling import few_shot_indices
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.metrics.few_shot import spearman

Numbers = NDArray[np.float64]
Places = NDArray[np.intp]
Learn = Callable[[Places, Numbers], Numbers]  # drawn images (k,), their values (k,) -> predictions (N,)
STRENGTHS = np.logspace(-4, 3, 15)  # of a ridge, beside the mean square of a centred code
_CHECK_EVERY = 5  # draws between two questions whether to stop
_WORST = 0.95


@dataclass(frozen=True, eq=False)
class Scores:
    """How a way did with k labels, over R draws of N images.

    Attributes
    ----------
    mae, r2, spearman
        Of the images that were not drawn, ``(R,)`` each. R2 is NaN where their values are all alike;
        Spearman's correlation is 0 where the predictions are.
    by_image
        Mean error of each image over the draws that left it out, ``(N,)``; NaN if none did.
    first
        What it predicted after the first draw, ``(N,)``.
    """

    mae: Numbers
    r2: Numbers
    spearman: Numbers
    by_image: Numbers
    first: Numbers

    @property
    def predicts(self) -> bool:
        """Whether most draws do better than one value for all images would, were the best one known."""
        return float(np.median(self.r2)) > 0

    @property
    def worst(self) -> float:
        """The error that the worst twentieth of the draws exceeds."""
        return float(np.quantile(self.mae, _WORST))


def gram(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Products ``(N, N)`` of the codes ``(N, F)``, each feature at mean 0 and deviation 1 over the N images.

    The values are not used for that. ``codes`` is overwritten.
    """
    codes -= codes.mean(0, dtype=np.float64).astype(np.float32)
    spread = codes.std(0, dtype=np.float64)
    alike = spread <= 1e-6 * max(float(spread.max(initial=0.0)), 1e-30)
    codes /= np.where(alike, np.inf, spread).astype(np.float32)
    return codes @ codes.T


def median(images: int) -> Learn:
    """Predict the median of the drawn labels for all of so many images."""
    return lambda drawn, values: np.full(images, np.median(values))


def along(distances: Numbers) -> Learn:
    """LARGE's way: a line through the drawn distances and values (section 3.3).

    Parameters
    ----------
    distances
        ``(N, C)``. If there are several directions, the one is used whose line predicts each drawn label best
        from the other drawn ones; with 2 labels that is not known, and the first is used.
    """

    def learn(drawn: Places, values: Numbers) -> Numbers:
        lines: list[tuple[float, int, Calibration]] = []
        for column in range(distances.shape[1]):
            try:
                line = fit(distances[drawn, column], values)
            except InputError:  # the drawn images lie at one distance
                continue
            error = line.loo_mae if np.isfinite(line.loo_mae) else np.inf
            lines.append((error, column, line))
        if not lines:
            return np.full(len(distances), values.mean())
        _, column, line = min(lines, key=lambda one: one[:2])
        return line.line(distances[:, column])

    return learn


def svm(products: NDArray[np.float32]) -> Learn:
    """Distance to the hyperplane of a linear SVM between upper and lower half of the drawn, then the line.

    Parameters
    ----------
    products
        ``(N, N)``, from `gram`.

    References
    ----------
    LARGE, section 4.1; Shen et al., "Interpreting the latent space of GANs for semantic face editing", 2020,
    whose SVM is scikit-learn's ``SVC(kernel="linear")``, as here.
    """

    def learn(drawn: Places, values: Numbers) -> Numbers:
        from sklearn.svm import SVC

        upper = _upper_half(values)
        if upper.all() or not upper.any():
            return np.full(len(products), values.mean())
        machine = SVC(kernel="precomputed").fit(products[np.ix_(drawn, drawn)].astype(np.float64), upper)
        weights = machine.dual_coef_[0].astype(np.float32)
        distances = weights @ products[drawn[machine.support_]] + machine.intercept_[0]  # rows lie together
        return along(distances[:, None].astype(np.float64))(drawn, values)

    return learn


def ridge(products: NDArray[np.float32]) -> Learn:
    """Ridge regression of the values on all codes; its strength is found by generalised cross-validation.

    Parameters
    ----------
    products
        ``(N, N)``, from `gram`.

    References
    ----------
    Golub, Heath and Wahba, "Generalized cross-validation as a method for choosing a good ridge parameter",
    1979. The eigenvectors of the drawn images' products give it for every strength at once.
    """

    def learn(drawn: Places, values: Numbers) -> Numbers:
        weights, offset = ridge_weights(products[np.ix_(drawn, drawn)].astype(np.float64), values)
        return np.asarray(weights.astype(np.float32) @ products[drawn] + offset, np.float64)

    return learn


def ridge_weights(products: Numbers, values: Numbers) -> tuple[Numbers, float]:
    """Weights ``(k,)`` of the k drawn images' products, and the offset, of a ridge regression.

    Parameters
    ----------
    products
        ``(k, k)``, of the drawn images.
    """
    k, means = len(values), products.mean(0)
    centred = products - means - means[:, None] + means.mean()
    sizes, axes = np.linalg.eigh(centred)
    sizes = np.maximum(sizes, 0)
    typical = float(sizes.sum()) / k
    if typical <= 0:
        return np.zeros(k), float(values.mean())
    parts = axes.T @ (values - values.mean())
    left = STRENGTHS[:, None] / (sizes / typical + STRENGTHS[:, None])  # share that is not explained
    # The axis of equal weights belongs to the offset, and is always explained.
    scores = np.sum((left * parts) ** 2, 1) / (left.sum(1) - 1) ** 2
    best = scores <= scores.min() * (1 + 1e-9)
    strength = STRENGTHS[np.flatnonzero(best)[-1]] * typical  # the strongest of equals
    weights = axes @ (parts / (sizes + strength))
    weights -= weights.mean()
    return weights, float(values.mean() - means @ weights)


def draws(
    images: int, shots: Sequence[int], repeats: int, seed: int, distances: Numbers | None = None
) -> dict[int, list[Places]]:
    """Draw the images whose values are known, many times for each number of labels.

    Parameters
    ----------
    distances
        ``(N,)``; if given, the drawn images keep a least distance along it, as in the reference
        (`few_shot_indices`), and a draw may be shorter than asked. Without, they are drawn at random.

    Returns
    -------
    For each number, the places of the drawn images; every number has a generator of its own.
    """
    found: dict[int, list[Places]] = {}
    for k in shots:
        rng = np.random.RandomState(seed)
        if distances is None:
            found[k] = [rng.permutation(images)[:k].astype(np.intp) for _ in range(repeats)]
        else:
            found[k] = [few_shot_indices(distances, k, rng) for _ in range(repeats)]
    return found


def score(
    learn: Learn, values: Numbers, drawn: Sequence[Places], reporter: Reporter, tell: Callable[[int], None]
) -> Scores:
    """Let a way learn from each draw, and compare what it predicts for all other images with their values.

    Parameters
    ----------
    tell
        Called with the number of draws that are done.

    Raises
    ------
    Cancelled
        When the person stops the job.
    """
    figures = np.empty((len(drawn), 3))
    sums, counts, first = np.zeros(len(values)), np.zeros(len(values)), np.empty(0)
    for repeat, places in enumerate(drawn):
        if repeat % _CHECK_EVERY == 0:
            reporter.check_cancelled()
            tell(repeat)
        predicted = learn(places, values[places])
        first = predicted if repeat == 0 else first
        rest = np.ones(len(values), bool)
        rest[places] = False
        errors, truth = predicted[rest] - values[rest], values[rest]
        variance = float(truth.var())
        r2 = 1 - float(np.mean(errors**2)) / variance if variance > 0 else np.nan
        figures[repeat] = np.abs(errors).mean(), r2, spearman(predicted[rest], truth) or 0.0
        sums[rest] += np.abs(errors)
        counts += rest
    tell(len(drawn))
    by_image = np.divide(sums, counts, out=np.full(len(values), np.nan), where=counts > 0)
    return Scores(figures[:, 0], figures[:, 1], figures[:, 2], by_image, first)


def _upper_half(values: Numbers) -> NDArray[np.bool_]:
    """Which values lie in the upper half; those at the median go where they make the halves more alike."""
    middle = np.median(values)
    above, not_below = values > middle, values >= middle
    half = len(values) / 2
    return above if abs(above.sum() - half) <= abs(not_below.sum() - half) else not_below
