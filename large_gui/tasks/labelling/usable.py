"""Which images and labels count: of images that are the same file the first one, and no label that can't."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum

import numpy as np
from numpy.typing import NDArray

from large_gui.core.words import count
from large_gui.project.store import Label
from large_gui.project.value import Value, spelled

_MOST_TOLD = 3  # contradictions, and copies of one image, that are named


class Unused(Enum):
    """Why a label is not used, in words for one label and for several."""

    EXCLUDED = ("that is excluded by hand", "that are excluded by hand")
    NO_DISTANCE = ("of an image that has no distance", "of images that have no distance")
    FACELESS = ("of an image without a face", "of images without a face")
    OUTSIDE = ("outside of what the value can be", "outside of what the value can be")
    COPY = ("of a copy of another image", "of copies of other images")

    def which(self, n: int) -> str:
        """Which labels these are, in words after their number."""
        one, several = self.value
        return one if n == 1 else several


def unused(
    labels: Mapping[int, Label], there: NDArray[np.bool_], faceless: NDArray[np.bool_],
    sha256: Sequence[str], value: Value,
) -> dict[int, Unused]:  # fmt: skip
    """The labels that nothing is fitted to, by the number of their image, and why.

    Parameters
    ----------
    labels
        The labels by the number of their image.
    there, faceless
        ``(N,)`` whether an image is placed, and whether it lacks the face that the model needs.
    sha256
        The content of each image.
    value
        What the labels measure.
    """
    found: dict[int, Unused] = {}
    for i, label in labels.items():
        if label.excluded:
            found[i] = Unused.EXCLUDED
        elif not there[i]:
            found[i] = Unused.NO_DISTANCE
        elif faceless[i]:
            found[i] = Unused.FACELESS
        elif not value.holds(label.value):
            found[i] = Unused.OUTSIDE
    return found | dict.fromkeys(copies_in(sha256, sorted(labels.keys() - found.keys())), Unused.COPY)


def originals(sha256: Sequence[str]) -> NDArray[np.intp]:
    """The number of the first image with the same content ``(N,)``; of an unmeasured image its own."""
    first: dict[str, int] = {}
    return np.fromiter((first.setdefault(sha, i) if sha else i for i, sha in enumerate(sha256)), np.intp)


def copies_in(sha256: Sequence[str], among: Iterable[int]) -> list[int]:
    """The numbers, among some, of images that are the same file as an earlier one: they tell nothing new."""
    seen: set[str] = set()
    found = []
    for i in map(int, among):
        if sha256[i] in seen:
            found.append(i)
        seen.add(sha256[i])
    return found


def left_out(labels: int, why: Unused) -> str:
    """A sentence for labels that the line is not fitted to."""
    return f"{count(labels, 'label')} {why.which(labels)} {'is' if labels == 1 else 'are'} left out."


def contradictions(
    sha256: Sequence[str], paths: Sequence[str], labels: Mapping[int, Label], why: Mapping[int, Unused]
) -> list[str]:
    """Sentences for images that are the same file and whose labels differ.

    Parameters
    ----------
    sha256, paths
        The content and the path of each image.
    labels, why
        The labels by the number of their image, and what `unused` says of them.
    """
    values = {i: label.value for i, label in labels.items() if why.get(i, Unused.COPY) == Unused.COPY}
    same: dict[str, list[int]] = {}
    for i in sorted(values):
        same.setdefault(sha256[i], []).append(i)
    differ = [numbers for numbers in same.values() if len({values[i] for i in numbers}) > 1]
    found = []
    for numbers in differ[:_MOST_TOLD]:
        each = [f"{spelled(values[i])} for {paths[i]}" for i in numbers[:_MOST_TOLD]]
        if more := len(numbers) - len(each):
            each.append(f"{more:,} more")
        found.append(
            f"{len(numbers)} copies of one image have different values "
            f"({', '.join(each[:-1])} and {each[-1]}); the first one counts."
        )
    if more := len(differ) - len(found):
        found.append(f"So have copies of {count(more, 'other image')}.")
    return found
