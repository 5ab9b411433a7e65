"""What is said of a path: how evenly the value changes, in a sentence and in figures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from large_gui.core.words import count, minus, signed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from large_gui.tasks.linearity.courses import Attribute, Courses, Linearity
    from large_gui.tasks.linearity.measuring import Figure
    from large_gui.tasks.linearity.walking import Course

ABOUT = (
    "The pictures go from one end to the other in equal steps of the model's latent space. Where points lie "
    "on the dotted line, equal steps change what is measured by equal amounts."
)
NOTHING = (
    "Nothing here measures these pictures. Give 12 images of the open folder a value, and a scorer is "
    "learned from them; or choose a model that has an encoder."
)
_EVENLY, _NEARLY = 0.95, 0.8  # least R² of these words
_POOR = 0.3


def figure(value: float, digits: int = 3) -> str:
    """A figure with a few significant digits and a true minus, such as ``0.196``; a dash if there is none."""
    if not math.isfinite(value):
        return "–"
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return minus(f"{value:,.{min(places, 6)}f}")


def with_error(value: float, error: float) -> str:
    """A figure with its standard error, to as many places."""
    if not (math.isfinite(value) and math.isfinite(error)):
        return figure(value)
    places = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 4
    return minus(f"{value:,.{places}f} ± {error:,.{places}f}")


def verdict(course: Course, column: int) -> str:
    """How evenly one attribute changes along a path."""
    about, r2 = course.attributes[column], float(course.r2[column])
    name, unit = about.name, f" {about.unit}" if about.unit else ""
    scores = course.scores[:, column]
    change = f"from {figure(float(scores[0]))} to {figure(float(scores[-1]))}{unit}"
    if not math.isfinite(r2):
        return f"Along this path {name} does not change."
    if r2 >= _EVENLY:
        how = "evenly"
    elif r2 >= _NEARLY:
        how = "fairly evenly"
    else:
        how = "unevenly"
    return f"{_capital(name)} changes {how}, {change}: a straight line explains {_share(r2)} of it."


def drawn(course: Course, column: int) -> str:
    """What points and lines are, and where the points stray most from the line."""
    words = "Points: what was measured. Dotted: equal changes from one end to the other."
    about, departures = course.attributes[column], course.scores[:, column] - course.ideal[:, column]
    place = int(abs(departures).argmax())
    far = float(departures[place])
    if far:
        unit, side = f" {about.unit}" if about.unit else "", "above" if far > 0 else "below"
        words += f" They part most at picture {place + 1}: {figure(abs(far))}{unit} {side} the line."
    return words


def measured_by(about: Attribute) -> str:
    """What is measured and from what, to tell apart two ways to measure the same."""
    if about.independent:
        return f"{about.name}, learned from labels"
    return f"{about.name}, from the distance" if about.labels else about.name


def trust(course: Course, column: int) -> str:
    """Who measured, and how far that can be trusted."""
    about = course.attributes[column]
    said = (
        f"Measured by a scorer {about.scored_by}." if about.independent else f"{_capital(about.scored_by)}."
    )
    if about.independent and not about.r2 >= _POOR:
        said += " It is a poor scorer: much of what strays is its own error."
    elif not about.independent:
        said += " It knows this latent space, so it is no independent judge of it."
    return said


def place_said(course: Course, column: int | None, place: int) -> str:
    """What was measured in one picture of a path."""
    words = f"Picture {place + 1} of {len(course.t)}"
    if course.distances is not None:
        words += f", distance {minus(signed(float(course.distances[place])))}"
    if column is not None:
        about = course.attributes[column]
        unit = f" {about.unit}" if about.unit else ""
        words += f": {about.name} {figure(float(course.scores[place, column]))}{unit}"
    return words


def photographs(found: Linearity | None, along: str, value: str) -> str:
    """Whether the value of the open folder's labels is a line of the distance."""
    if found is None:
        return (
            "In photographs: give at least 3 images of the open folder a value, to see whether it is a line "
            "of the distance there."
        )
    if not math.isfinite(found.r2):
        return f"In the {count(found.n, 'labelled image')} of the open folder nothing changes."
    said = (
        f"In the {count(found.n, 'labelled image')} of the open folder, a line of the distance along {along} "
        f"explains {_share(found.r2)} of {value} (R² {with_error(found.r2, found.r2_error)})."
    )
    if math.isfinite(found.spearman) and found.spearman**2 > found.r2 + 0.1:
        said += " The order is told better than that: the relation is a curve."
    return said


def many(found: Courses) -> str:
    """What many paths of one kind showed."""
    score, lines = found.score, []
    for j, about in enumerate(found.attributes):
        unit = f" {about.unit}²" if about.unit else ""
        raw = with_error(float(score.by_attribute[j]), float(score.by_attribute_error[j]))
        relative = with_error(
            float(score.relative_by_attribute[j]), float(score.relative_by_attribute_error[j])
        )
        line = f"{_capital(measured_by(about))}: ALS {raw}{unit}, {relative} of its variance; "
        line += f"R² within a path {with_error(float(found.r2[j]), float(found.r2_error[j]))}"
        if found.together:
            line += f", one line for all {with_error(found.together[j].r2, found.together[j].r2_error)}"
        lines.append(f"{line}.")
    if math.isfinite(found.likeness):
        lines.append(
            f"Likeness of both ends {with_error(found.likeness, found.likeness_error)}, of different paths "
            f"{figure(found.likeness_of_others, 2)} (cosine of {found.likeness_by})."
        )
    return f"{count(score.pairs, 'path')}, {found.what}. " + " ".join(lines)


def path_lengths(found: Mapping[str, Sequence[Figure]]) -> str:
    """What a perceptual path length is, and by which network."""
    return " ".join(
        f"{one.name} {with_error(one.value, one.error)}, {one.count:,} {one.counted} ({one.network}). "
        "Lower is smoother; compare it only with figures of the same network."
        for some in found.values()
        for one in some
    )


def _share(r2: float) -> str:
    return f"{100 * r2:.0f} %"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
