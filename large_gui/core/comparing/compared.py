"""What a person's answers about pairs of a folder's images say all together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from large_gui.core.choices import Answer, Comparison
from large_gui.core.comparing.asking import Pair, next_pair, players
from large_gui.core.comparing.pairwise import Agreement, Scores, agreement, bradley_terry
from large_gui.core.comparing.steps import cut_points

WON = {Answer.FIRST: 1.0, Answer.EQUAL: 0.5, Answer.SECOND: 0.0}


@dataclass(frozen=True, eq=False)
class Compared:
    """The images that are compared with each other, and the order that the answers put them into.

    Attributes
    ----------
    images
        ``(m,)`` numbers of the images, by distance.
    distances
        ``(m,)`` of them, along the direction as it was found, not turned round.
    pairs, won
        The answers about them, as in `bradley_terry`; the pairs are places in ``images``.
    scores
        How much each has of what the direction means.
    agreement
        How far the distances agree with the answers.
    """

    images: NDArray[np.intp]
    distances: NDArray[np.float64]
    pairs: Sequence[Pair]
    won: Sequence[float]
    scores: Scores
    agreement: Agreement

    @property
    def answers(self) -> int:
        """How many answers there are about images that have a distance."""
        return len(self.pairs)

    def seen(self) -> dict[int, float]:
        """Scores of the images of which there are answers, by number."""
        known = self._known()
        return dict(zip(self.images[known].tolist(), self.scores.values[known].tolist()))

    def least_to_most(self) -> list[int]:
        """Numbers of the images of which there are answers, by their scores."""
        seen = self.seen()
        return sorted(seen, key=lambda number: seen[number])

    def next_pair(self, skipped: Collection[Pair] = (), last: Pair | None = None) -> Pair | None:
        """Choose the numbers of the two images to ask about next; the same ones if nothing has changed.

        Parameters
        ----------
        skipped
            Numbers of images that a person did not want to compare.
        last
            Numbers of the two that were shown last; ``None`` for those of the last answer.

        Returns
        -------
        The one to show at the left and the one at the right; ``None`` if there is none left to ask about.
        """
        place = {int(number): n for n, number in enumerate(self.images)}
        passed = [(place[a], place[b]) for a, b in skipped if a in place and b in place]
        asked = [*passed, *self.pairs]
        if last is not None and last[0] in place and last[1] in place:
            asked.append((place[last[0]], place[last[1]]))
        random = np.random.default_rng([len(self.pairs), len(passed)])
        found = next_pair(self.scores, asked, random)
        return None if found is None else (int(self.images[found[0]]), int(self.images[found[1]]))

    def cut_points(self, grades: int, sign: float = 1.0) -> tuple[float, ...]:
        """Where grades begin along the distances, in equal steps of what people see.

        Parameters
        ----------
        grades
            How many.
        sign
            -1 if the direction is turned round, as the cuts then are too.

        Raises
        ------
        InputError
            When the answers show no steps along the direction.
        """
        known, found = self._known(), self.agreement
        along = -1.0 if 2 * found.agreeing < found.decided else 1.0  # it may run against what it is named for
        weights = 1 / np.diag(self.scores.covariance)[known]
        cuts = cut_points(along * self.distances[known], self.scores.values[known], weights, grades)
        return tuple(sorted(sign * along * cut for cut in cuts))

    def _known(self) -> NDArray[np.intp]:
        """Places of the images of which there are answers."""
        return np.unique(np.asarray(self.pairs, np.intp))


def compare(distances: ArrayLike, number: Mapping[str, int], comparisons: Sequence[Comparison]) -> Compared:
    """Put answers together.

    Parameters
    ----------
    distances
        ``(N,)`` along the direction as it was found; NaN for images that can't be compared.
    number
        Numbers of the images by path. Answers about other images are left out, and so are those about images
        without a distance.
    comparisons
        The answers, oldest first.
    """
    d = np.asarray(distances, np.float64)
    known = [
        (number[c.first], number[c.second], WON[c.answer])
        for c in comparisons
        if c.first in number and c.second in number and c.first != c.second
    ]
    known = [(a, b, won) for a, b, won in known if np.isfinite(d[[a, b]]).all()]
    images = players(d, {image for a, b, _ in known for image in (a, b)})
    place = {int(image): n for n, image in enumerate(images)}
    pairs, won = [(place[a], place[b]) for a, b, _ in known], [won for _, _, won in known]
    scores = bradley_terry(len(images), pairs, won)
    return Compared(images, d[images], pairs, won, scores, agreement(d[images], pairs, won))
