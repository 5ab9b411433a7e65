"""What the line over a picture says."""

from __future__ import annotations

import pytest

from large_gui.core.calibrating.ordinal import even_grades
from large_gui.core.choices import Flag
from large_gui.gui.images.closeup.words import about
from large_gui.project.images.manifest import Failure
from large_gui.project.value import parse_value
from large_gui.tasks.session import Session
from tests.gui.bench import NAMES, Bench


@pytest.fixture
def session(bench: Bench) -> Session:
    return bench.open(measured=28)


def at(session: Session, rank: int) -> int:
    """The number of the image with a rank."""
    return int(session.by_distance()[rank - 1])


def test_nothing_is_said_that_is_not_known(bench: Bench, session: Session) -> None:
    number = at(session, 3)
    known = about(bench.document, number)
    assert known.name == session.paths[number]
    assert known.line == f"rank 3 of 28 · {known.distance}" and known.distance.startswith("distance ")
    assert about(bench.document, 29).line == "not measured yet"


def test_values_are_said_with_their_unit(bench: Bench, session: Session) -> None:
    document = bench.document
    document.editor.name_value(parse_value(document.value_id, "age, years, 0 to 120"))
    for rank, value in ((1, 10.0), (14, 32.5), (28, 60.0)):
        document.editor.label([at(session, rank)], value)
    document.editor.exclude([at(session, 14)])
    known = about(document, at(session, 14))
    assert known.value == "value 32.5 years, left out of the line"
    assert known.estimate.startswith("estimate ") and known.estimate.endswith(" years")
    document.editor.exclude([at(session, 14)])
    known = about(document, at(session, 14))
    assert known.value == "value 32.5 years" and "–" in known.estimate, "with the ends of the interval"


def test_marks_grades_and_tags_are_said_in_words(bench: Bench, session: Session) -> None:
    document, number = bench.document, at(session, 2)
    session.flags[number] = (Flag.SEVERAL_FACES, Flag.UNALIGNED)
    session.faceless[number] = True
    document.editor.set_grades(even_grades(("low", "high"), session.distances[session.ranked]), "Grade")
    document.editor.tag("freckles", [number], False)
    document.editor.tag("a hat", [number], True)
    known = about(document, number)
    assert known.marks == "grade low · with a hat · without freckles · several faces · no face was found"
    assert not known.place, "an image without a face has no rank"


def test_an_image_that_cannot_be_read_says_why(bench: Bench, session: Session) -> None:
    session.failures[NAMES[29]] = Failure(NAMES[29], f"{NAMES[29]} is empty.")
    assert about(bench.document, 29).line == f"{NAMES[29]} is empty."
    session.failures[NAMES[29]] = Failure(NAMES[29], "no room on the disk")
    assert about(bench.document, 29).line == "can't be read: no room on the disk"


def test_compared_images_say_their_places(bench: Bench, session: Session) -> None:
    three = [at(session, rank) for rank in (20, 5, 9)]
    places = [about(bench.document, number, three).place.partition(", ")[2] for number in three]
    assert places == ["highest of 3", "lowest of 3", "2 of 3"]
    with_one_not_measured = [three[0], 29]
    assert about(bench.document, 29, with_one_not_measured).place == "not measured yet"
    assert about(bench.document, three[0], with_one_not_measured).place.startswith("distance ")
