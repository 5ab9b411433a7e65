"""What is known of one image, in words for the line over its picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.choices import Flag
from large_gui.core.words import estimate, signed, spaced

if TYPE_CHECKING:
    from large_gui.gui.document.document import Document
    from large_gui.tasks.session import Session

_FLAGS = {Flag.UNALIGNED: "no face was found"}


class About(NamedTuple):
    """The name of an image, and what is known of it; empty where nothing is.

    Attributes
    ----------
    place
        Its rank, or its distance with its place among the images that it is compared with, or why it can't be
        read.
    """

    name: str
    place: str
    value: str = ""
    estimate: str = ""
    distance: str = ""
    marks: str = ""

    @property
    def line(self) -> str:
        """All of it but the name, on one line."""
        return joined(self.place, self.value, self.estimate, self.distance, self.marks)


def joined(*facts: str) -> str:
    """Put the facts that there are on one line."""
    return " · ".join(filter(None, facts))


def about(document: Document, number: int, among: Sequence[int] = ()) -> About:
    """Say rank, value, estimate, distance and marks of an image.

    Parameters
    ----------
    among
        Images that it is compared with, itself included: then its place among them is said instead of its
        rank.
    """
    session = document.session
    assert session is not None
    path = session.paths[number]
    name = path.rpartition("/")[2]
    failure = session.failures.get(path)
    if failure is not None:
        why = failure.why
        return About(name, why if why.startswith(name) else f"can't be read: {why}")
    distance, unit, label = float(session.distances[number]), document.value.unit, session.labels.get(number)
    value, grade = "", session.grade_of(distance)
    if label is not None:
        value = f"value {label.value:g} {unit}".rstrip()
        value += ", left out of the line" if label.excluded else ""
    marks = [f"grade {grade}" if grade else ""]
    for tag, images in sorted(document.tags.items()):
        if path in images:
            marks.append(f"with {spaced(tag)}" if images[path] else f"without {spaced(tag)}")
    marks += [_FLAGS.get(Flag(flag), flag.replace("-", " ")) for flag in session.flags[number]]
    return About(
        name, _place(session, number, among) if among else _rank(session, number), value,
        _estimate(session, number, unit), f"distance {signed(distance)}" if math.isfinite(distance) else "",
        joined(*marks),
    )  # fmt: skip


def _rank(session: Session, number: int) -> str:
    if session.ranked[number]:
        return f"rank {session.ranks()[number]:,} of {session.ranked.sum():,}"
    return "" if math.isfinite(session.distances[number]) else "not measured yet"


def _place(session: Session, number: int, among: Sequence[int]) -> str:
    """The distance of an image, and its place by it among those that it is compared with."""
    ranks = session.ranks()
    ranked = sorted((i for i in among if session.ranked[i]), key=lambda i: int(ranks[i]))
    distance = float(session.distances[number])
    words = f"distance {signed(distance)}" if math.isfinite(distance) else "not measured yet"
    if number not in ranked or len(ranked) == 1:
        return words
    place = ranked.index(number) + 1
    return f"{words}, {({1: 'lowest', len(ranked): 'highest'}).get(place, place)} of {len(ranked)}"


def _estimate(session: Session, number: int, unit: str) -> str:
    """What the line says of an image, with the ends between which most such images are."""
    line, distance = session.calibration, session.distances[number]
    if line is None or not session.ranked[number]:
        return ""
    low, high = (float(end) for end in line.interval(distance))
    return f"estimate {estimate(float(line.predict(distance)), low, high, unit, line.width)}"
