"""Measure how well a direction predicts real values from a few labels (LARGE, sections 4.2 and 4.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.sampling import few_shot_indices, in_the_middle
from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.errors import InputError

SHOTS = (2, 5, 10, 20, 100)  # numbers of labels, unless a person says others
REPORT_EVERY = 50  # repeats between two progress reports


def evaluate(
    distances: ArrayLike,
    values: ArrayLike,
    shots: Sequence[int],
    repeats: int,
    seed: int = 0,
    reporter: Reporter | None = None,
    value_range: tuple[float, float] | None = None,
    central: float = 1.0,
) -> dict[str, Any]:
    """Fit a line to k random labelled images, predict all the others, many times.

    Parameters
    ----------
    distances
        ``(N,)`` signed distances.
    values
        ``(N,)`` real values of the same images.
    shots
        The numbers k of labels to fit to, each at least 2 and at most N - 2; empty for those of `SHOTS` that
        leave half of the images to predict.
    repeats
        Number of random draws for each k, made by `large_gui.core.calibrating.sampling.few_shot_indices`.
    seed
        Seeds one generator for each k, so that a k gives the same figures whatever other k are asked for.
    reporter
        Receives the progress, and is asked every few repeats whether to stop.
    value_range
        Use only images whose value lies in this closed range (for example ages 14 to 62).
    central
        Use only this share of them, with the distances in the middle; 1 uses all.

    Returns
    -------
    A dict that can be written as JSON: ``n`` images used; ``spearman`` of distance and value over them
    (``rho``, ``n``); ``linear_r2`` of the line through all of them; ``shots``: for each k a dict of ``k``,
    ``repeats``, ``points_mean`` (a draw may run out of images that are far enough apart), ``mae_mean`` and
    ``mae_std`` over repeats, ``r2_mean``, ``baseline_mae`` (predicting the median of the evaluated values on
    those same images), ``ratio`` of the two errors, and the number of ``predictions``. Undefined figures are
    ``None``.

    Raises
    ------
    InputError
        When a number is not finite, too few images are left for a k, or there are no repeats.
    Cancelled
        When the person stops the job.
    """
    reporter = reporter or SilentReporter()
    d, y = _inside(np.asarray(distances, np.float64), np.asarray(values, np.float64), value_range)
    if central != 1:
        kept = in_the_middle(d, central)
        d, y = d[kept], y[kept]
    shots = chosen_shots(shots, repeats, len(y))
    check_seed(seed)
    overall = fit(d, y)
    results = []
    for i, k in enumerate(shots):
        results.append(_one_k(d, y, k, repeats, seed, reporter, i * repeats, len(shots) * repeats))
    return {
        "n": len(y),
        "value_range": list(value_range) if value_range else None,
        "central": central,
        "seed": seed,
        "spearman": {"rho": spearman(d, y), "n": len(y)},
        "linear_r2": _none_if_nan(overall.r2),
        "shots": results,
    }


def _inside(
    d: NDArray[np.float64], y: NDArray[np.float64], value_range: tuple[float, float] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if d.ndim != 1 or d.shape != y.shape:
        raise ValueError(f"expected distances and values of one shape (N,), got {d.shape} and {y.shape}")
    if not (np.isfinite(d).all() and np.isfinite(y).all()):
        raise InputError("A distance or value is not a finite number.", hint="Leave those images out.")
    if value_range is None:
        return d, y
    keep = (y >= value_range[0]) & (y <= value_range[1])
    return d[keep], y[keep]


def chosen_shots(shots: Sequence[int], repeats: int, images: int) -> Sequence[int]:
    """The numbers of labels to fit to: those that are given, or else those that the images are enough for.

    Raises
    ------
    InputError
        When the images are too few, or there are no repeats.
    """
    if not shots and images < 2 * SHOTS[0]:
        raise InputError(
            f"An evaluation takes at least {2 * SHOTS[0]} labelled images, and there "
            f"{'is' if images == 1 else 'are'} {images}.",
            hint="Label more images; from 50 on the figures say more.",
        )
    shots = shots or [k for k in SHOTS if k <= images / 2]
    check_shots(shots, repeats, images)
    return shots


def check_shots(shots: Sequence[int], repeats: int, images: int) -> None:
    """Refuse numbers of draws that can't be made from a number of labelled images.

    Raises
    ------
    InputError
        When too few images are left for a k, or there are no repeats.
    """
    if repeats < 1:
        raise InputError("At least one repeat is needed.", hint="The paper's protocol repeats 1,000 times.")
    for k in shots:
        if not 2 <= k <= images - 2:
            raise InputError(
                f"{k} labels can't be drawn from {images} images.",
                hint="Ask for at least 2 labels, and leave at least 2 images to predict.",
            )


def check_seed(seed: int) -> None:
    """Refuse a seed that no generator takes.

    Raises
    ------
    InputError
        When it is negative, or has more than 32 bits.
    """
    if not 0 <= seed < 1 << 32:
        raise InputError(f"The seed can't be {seed}.", hint=f"Give a whole number from 0 to {(1 << 32) - 1}.")


def _one_k(
    d: NDArray[np.float64],
    y: NDArray[np.float64],
    k: int,
    repeats: int,
    seed: int,
    reporter: Reporter,
    done: int,
    total: int,
) -> dict[str, Any]:
    rng = np.random.RandomState(seed)  # the legacy generator, as in the reference
    figures = np.empty((repeats, 5))  # MAE, R2, baseline MAE, points, predictions
    for repeat in range(repeats):
        if repeat % REPORT_EVERY == 0:
            reporter.check_cancelled()
            reporter.progress(done + repeat, total, "few-shot evaluation")
        drawn = few_shot_indices(d, k, rng)
        rest = np.ones(len(y), bool)
        rest[drawn] = False
        truth = y[rest]
        errors = fit(d[drawn], y[drawn]).predict(d[rest]) - truth
        variance = truth.var()
        r2 = 1 - np.mean(errors**2) / variance if variance > 0 else np.nan
        baseline = np.abs(truth - np.median(truth)).mean()
        figures[repeat] = np.abs(errors).mean(), r2, baseline, len(drawn), len(truth)
    reporter.progress(done + repeats, total, "few-shot evaluation")
    mae, r2, baseline, points, _ = figures.mean(axis=0)
    return {
        "k": k,
        "repeats": repeats,
        "points_mean": float(points),
        "mae_mean": float(mae),
        "mae_std": float(figures[:, 0].std()),
        "r2_mean": _none_if_nan(float(r2)),
        "baseline_mae": float(baseline),
        "ratio": float(mae / baseline) if baseline > 0 else None,
        "predictions": int(figures[:, 4].sum()),
    }


def spearman(d: NDArray[np.float64], y: NDArray[np.float64]) -> float | None:
    """Rank correlation with ties at their mean rank; ``None`` when either side is constant."""
    if np.ptp(d) == 0 or np.ptp(y) == 0:
        return None
    return float(np.corrcoef(_ranks(d), _ranks(y))[0, 1])


def _ranks(x: NDArray[np.float64]) -> NDArray[np.float64]:
    _, place, counts = np.unique(x, return_inverse=True, return_counts=True)
    return np.asarray((counts.cumsum() - (counts - 1) / 2)[place])


def _none_if_nan(x: float) -> float | None:
    return None if np.isnan(x) else x
