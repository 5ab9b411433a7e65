"""The groups that can be compared now, with their figures, and what a person should know of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.words import count, spaced
from large_gui.gui.document.document import Document

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.core.comparing.groups import Difference, Summary
    from large_gui.tasks.groups import Earlier

BEFORE = "\0before"  # a name that no other grouping can have
_REFERENCES = ("control", "without", "untreated", "before", "baseline")  # others are compared with these
_THE = "the "
_TAGGED = ("with ", "without ")  # how names of groups begin that tags make


class Group(NamedTuple):
    """One group of images.

    Attributes
    ----------
    key, words
        Its name in its grouping, and as it is said beside others.
    values, summary
        The figures of its measured images, ``(n,)``, of which copies count once.
    numbers
        The numbers of all its images; empty if they are in a folder that is not open.
    copies
        How many of its measured images are copies of others in it, and don't count.
    """

    key: str
    words: str
    values: NDArray[np.float64]
    summary: Summary
    numbers: Sequence[int]
    copies: int

    @property
    def said(self) -> str:
        """Its name within a sentence."""
        return f"images {self.words}" if self.words.startswith(_TAGGED) else self.words


class Measure(NamedTuple):
    """What groups are compared by.

    Attributes
    ----------
    what, unit
        As they are said in a sentence, such as ``age`` and ``years``.
    calibrated
        Whether these are values; else they are distances.
    ends
        The range that they can lie in.
    """

    what: str
    unit: str
    calibrated: bool
    ends: tuple[float, float] = (-math.inf, math.inf)

    @property
    def axis(self) -> str:
        """The title of an axis."""
        what = self.what.removeprefix(_THE)
        return f"{what} ({self.unit})" if self.unit else what


def measure(document: Document) -> Measure:
    """What groups are compared by: calibrated values if there is a line, else distances."""
    session = document.session
    if session is not None and session.calibration is not None:
        value = document.value
        return Measure(value.name, value.unit, True, (value.low, value.high))
    name = document.chosen.name.replace("_", " ")
    return Measure(f"{_THE}distance along {name}", "", False)


def offered(document: Document) -> dict[str, str]:
    """The groupings that there are, in words by their names."""
    from large_gui.tasks.groups import FOLDER, groupings

    session = document.session
    if session is None:
        return {}
    found = {}
    for name in groupings(session, document.tags, document.columns):
        words = _in_spaces(document, name, name)
        found[name] = "Subfolders" if name == FOLDER else words[:1].upper() + words[1:]
    if (earlier := _before(document)) is not None:
        found[BEFORE] = f"This folder and {_names(document, earlier)[1]}, open before"
    return found


def gathered(document: Document, grouping: str) -> list[Group]:
    """The groups of a grouping; those that others are compared with come last."""
    from large_gui.core.comparing.groups import summary
    from large_gui.tasks.groups import copies_among, figures, in_words

    session = document.session
    if session is None:
        return []
    if grouping == BEFORE:
        earlier = _before(document)
        its = earlier.figures(session) if earlier is not None else None
        if earlier is None or its is None:
            return []
        here, there = _names(document, earlier)
        numbers = session.numbers().tolist()
        own = figures(session, numbers)
        return [
            Group("here", here, own, summary(own), numbers, copies_among(session, numbers)),
            Group("there", there, its, summary(its), (), earlier.copies),
        ]
    found = []
    for key, members in document.groups_of(grouping).items():
        values = figures(session, members)
        words = _in_spaces(document, grouping, in_words(grouping, key, session))
        found.append(Group(key, words, values, summary(values), members, copies_among(session, members)))
    return sorted(found, key=lambda group: group.key.casefold() in _REFERENCES)


def _in_spaces(document: Document, grouping: str, words: str) -> str:
    """Words about a grouping; those about a tag have spaces, though tags are kept with underscores."""
    from large_gui.tasks.groups import tagged

    return spaced(words) if any(grouping == tagged(tag) for tag in document.tags) else words


def _before(document: Document) -> Earlier | None:
    from large_gui.tasks.groups import before

    if document.session is None or document.model is None:
        return None
    return before(document.earlier, document.session, document.model.key)


def _names(document: Document, earlier: Earlier) -> tuple[str, str]:
    """The names of the open folder and of the one before, longer if they are alike."""
    assert document.session is not None
    here, there = document.session.folder, earlier.folder
    if here.name != there.name:
        return here.name, there.name
    return f"{here.parent.name}/{here.name}", f"{there.parent.name}/{there.name}"


def cautions(
    document: Document, grouping: str, two: tuple[Group, Group], found: Difference, groups: int
) -> list[str]:
    """What a person should know before believing the difference that was found of two of so many groups."""
    from large_gui.core.comparing.groups import FEW
    from large_gui.tasks.groups import tagged

    session = document.session
    assert session is not None
    told = [
        f"The mean of {group.said} says little: there {'is' if group.summary.n == 1 else 'are'} only "
        f"{count(group.summary.n, 'image')}."
        for group in two
        if group.summary.n < FEW
    ]
    if session.direction is not None and grouping == tagged(session.direction.name):
        told.insert(
            0, "The direction was found from these very marks, so a difference along it proves nothing."
        )
    members = {i for group in two for i in group.numbers}
    waiting = sum(not session.sha256[i] and session.paths[i] not in session.failures for i in members)
    if waiting:
        told.append(f"{count(waiting, 'image')} of these {'is' if waiting == 1 else 'are'} not measured yet.")
    faceless = sum(bool(session.faceless[i]) for i in members)
    if faceless:
        told.append(f"{count(faceless, 'image')} without a face {'is' if faceless == 1 else 'are'} left out.")
    if copies := sum(group.copies for group in two):
        are = "image is a copy of another", "images are copies of others"
        told.append(f"{count(copies, *are)} in the same group and left out: a copy counts once.")
    line = session.calibration
    if line is not None and found.has_interval:
        told.append(
            "The interval is about the chance of which images were taken. It leaves out the error of the "
            f"line itself, which was fitted to {count(line.n, 'label')}."
        )
    if line is not None:
        same = session.originals
        points = {*same[session.calibration_points()].tolist()}
        without = [f"“{g.words}”" for g in two if points.isdisjoint(same[[*g.numbers]].tolist())]
        if without:
            told.append(f"No image of {' or '.join(without)} has a value: the line was fitted to others.")
    else:
        high = (
            f"Higher is toward {session.direction.high}. "
            if session.direction and session.direction.high
            else ""
        )
        told.append(f"{high}Distances have no unit: give two images a value to compare in its unit.")
    if groups > 2:
        pairs = groups * (groups - 1) // 2
        told.append(
            f"{groups} groups make {pairs} pairs; of many pairs, one may seem different by chance alone."
        )
    return told
