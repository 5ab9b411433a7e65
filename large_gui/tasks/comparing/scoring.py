"""Score ways on the same draws one after another, and put their figures together."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import Reporter
from large_gui.metrics.advice import advise, as_good_as_the_best, standard_error
from large_gui.metrics.compare import Learn, Scores, draws, score
from large_gui.tasks.comparing.report import Example, How, Part, Row, Way

_SHOWN = 1_000  # images whose predictions are kept for a plot
_TYPICAL = 100  # the number of labels that is shown, or the largest below


class Scoring:
    """The scores of ways on the same draws of the same images.

    Parameters
    ----------
    values
        ``(N,)``.
    shots, repeats, seed
        As in `large_gui.metrics.compare.draws`.
    apart
        Distances ``(N,)`` along which the drawn images keep apart; ``None`` if they are drawn at random.
    ways
        How many ways will be added, for the progress.
    """

    def __init__(
        self, values: NDArray[np.float64], shots: Sequence[int], repeats: int, seed: int,
        apart: NDArray[np.float64] | None, ways: int, reporter: Reporter,
    ) -> None:  # fmt: skip
        self._values, self._shots, self._seed = values, shots, seed
        self._drawn = draws(len(values), shots, repeats, seed, apart)
        self._total = ways * len(shots) * repeats
        self._reporter = reporter
        self._scores: dict[str, dict[int, Scores]] = {}
        self.ways: list[Way] = []

    def add(self, way: Way, learn: Learn) -> None:
        """Score a way."""
        from threadpoolctl import threadpool_limits

        repeats = len(self._drawn[self._shots[0]])
        done = len(self.ways) * len(self._shots) * repeats

        def tell(draws_done: int) -> None:
            self._reporter.progress(done + draws_done, self._total, "Comparing", remark=way.name)

        found: dict[int, Scores] = {}
        # Small matrices are slower on several threads, by far where other programs use the processor too.
        with threadpool_limits(1, "blas"):
            for k in self._shots:
                found[k] = score(learn, self._values, self._drawn[k], self._reporter, tell)
                done += repeats
        self.ways.append(way)
        self._scores[way.name] = found

    def rows(self) -> list[Row]:
        """The figures, by number of labels and then by way."""
        rows = []
        for k in self._shots:
            good = as_good_as_the_best({name: its[k] for name, its in self._scores.items()}, self._baseline)
            labels = float(np.mean([len(places) for places in self._drawn[k]]))
            rows += [_row(name, k, labels, its[k], name in good) for name, its in self._scores.items()]
        return rows

    def parts(self) -> list[Part]:
        """Which way to use with how many labels."""
        return [Part(*one) for one in advise(self._scores, self._shots, self._baseline)]

    def example(self, k: int = 0) -> Example:
        """What every way predicted after the first draw of k labels, or of a typical number of them."""
        k = k or max([shots for shots in self._shots if shots <= _TYPICAL], default=self._shots[0])
        rest = np.ones(len(self._values), bool)
        rest[self._drawn[k][0]] = False
        places = np.flatnonzero(rest)
        if len(places) > _SHOWN:
            random = np.random.default_rng(self._seed)
            places = np.sort(random.permutation(places)[:_SHOWN])
        return Example(
            k,
            _short(self._values[places]),
            {
                way.name: _short(self._scores[way.name][k].first[places])
                for way in self.ways
                if way.how != How.MEDIAN
            },
        )

    @property
    def _baseline(self) -> str:
        return next(way.name for way in self.ways if way.how == How.MEDIAN)


def _row(way: str, k: int, labels: float, scores: Scores, good: bool) -> Row:
    return Row(
        way=way, k=k, labels=labels, mae=float(scores.mae.mean()), sd=float(scores.mae.std()),
        worst=scores.worst, uncertainty=_known(standard_error(scores)), r2=_known(float(scores.r2.mean())),
        spearman=float(scores.spearman.mean()), good=good,
    )  # fmt: skip


def _known(figure: float) -> float | None:
    return figure if math.isfinite(figure) else None


def _short(numbers: NDArray[np.float64]) -> list[float]:
    """Numbers with as many digits as a plot shows."""
    return [float(f"{number:.5g}") for number in numbers]
