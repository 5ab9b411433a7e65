"""What a comparison says in words, and its page whatever the figures and names are."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.metrics.compare import along, median
from large_gui.tasks.comparing.compare import MOST, Plan, chosen_labels
from large_gui.tasks.comparing.drawing import error_plot, example_plot
from large_gui.tasks.comparing.page import page
from large_gui.tasks.comparing.report import Example, How, Part, Report, Row, Way, number, share, tabled
from large_gui.tasks.comparing.scoring import Scoring

WAYS = [Way(How.MEDIAN), Way(How.DISTANCE, "faces", "age", 1), Way(How.RIDGE, "features")]
SHOTS = [2, 5, 10, 20, 50]


def report(*parts: tuple[tuple[int, ...], int], shots: list[int] = SHOTS, error: float = 8.0) -> Report:
    """With the same error everywhere; parts name a way by its place, 0 for none."""
    rows = [
        Row(way.name, k, k, error, 1, 9, 0.1, 0.5, 0.9 * bool(i), False)
        for k in shots
        for i, way in enumerate(WAYS)
    ]
    its = [Part(part, WAYS[way].name if way else "") for part, way in parts]
    predicted = {way.name: [1.0, 2.0] for way in WAYS[1:]}
    return Report("photos", 100, shots, 100, 0, {}, WAYS, rows, its, Example(shots[0], [1.0, 2.0], predicted))


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        (
            [((2, 5, 10, 20), 1), ((50,), 2)],
            "Up to 20 labels, use the distance along age (faces): mean error 8 with 10. "
            "From 50 labels on, learn from values (features): mean error 8.",
        ),
        (
            [((2,), 0), ((5, 10), 1), ((20, 50), 2)],
            "With 2 labels, no way is better than one value for all images, as far as can be told here; "
            "faces: distance along age sorts them best (Spearman 0.90 with 2). From 5 to 10 labels, use the "
            "distance along age (faces): mean error 8 with 10. "
            "From 20 labels on, learn from values (features): mean error 8 with 50.",
        ),
        (
            [(tuple(SHOTS), 2)],
            "With any number of labels from 2 to 50, learn from values (features): mean error 8 with 10.",
        ),
        (
            [((2, 5), 1), ((10,), 2), ((20, 50), 1)],
            "Up to 5 labels, use the distance along age (faces): mean error 8 with 5. With 10 labels, learn "
            "from values (features): mean error 8. From 20 labels on, use the distance along age (faces): "
            "mean error 8 with 50.",
        ),
    ],
)  # fmt: skip
def test_the_advice(parts: list[tuple[tuple[int, ...], int]], said: str) -> None:
    assert report(*parts).advice == said


def test_with_one_number_of_labels() -> None:
    assert report(((5,), 1), shots=[5]).advice.startswith("With 5 labels, use the distance along age")
    plot = ElementTree.fromstring(error_plot(report(((5,), 1), shots=[5])))
    assert plot.tag == "svg"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (math.nan, "-"), (0.0, "0"), (7.4649, "7.46"), (123.4, "123"), (4321.0, "4,321"),
     (3e8, "3.0e+08")],
)  # fmt: skip
def test_numbers(value: float | None, text: str) -> None:
    assert number(value) == text


def test_figures_of_a_column() -> None:
    shown = [tabled(x) for x in (0.0, 0.335, 9.7, 10.0, 99.96, 123.4, 4321.0, 3e8)]
    assert shown == ["0.00", "0.335", "9.70", "10.0", "100", "123", "4,321", "3.0e+08"]


def test_shares() -> None:
    assert [share(x) for x in (None, 0.834, -0.5, -1e9)] == ["-", "0.83", "-0.50", "< -9"]


@given(st.floats(0, 1e12), st.lists(st.floats(-1e12, 1e12), min_size=2, max_size=9), st.text(max_size=30))
@settings(max_examples=50)
def test_the_page_is_whole_whatever_it_shows(error: float, real: list[float], name: str) -> None:
    ways = [WAYS[0], replace(WAYS[1], model=name or "m", direction=name or "d")]
    rows = [Row(way.name, k, k, error, error, error, None, None, 0, True) for k in (2, 3) for way in ways]
    example = Example(2, real, {ways[1].name: [-x for x in real]})
    its = Report(
        name, 20, [2, 3], 1, 0, {name: "k"}, ways, rows, [Part((2, 3), ways[1].name)], example,
        value=name, unit=name, cautions=[name],
    )  # fmt: skip
    for plot in (error_plot(its), example_plot(its, ways[1])):
        ElementTree.fromstring(plot)
        assert "nan" not in plot.replace(ways[1].name, "") and "inf" not in plot.split("<title>")[0][200:]
    text = page(its)
    text.encode("utf-8")
    assert text.count("<script") == 0 and text.endswith("</html>\n")
    json.dumps(its.as_json(), allow_nan=False)


def test_of_many_labels_some_are_used() -> None:
    told = SilentReporter()
    many = {f"{i}.png": float(i) for i in range(MOST + 10)}
    chosen = chosen_labels(many, Plan(), told)
    assert len(chosen) == MOST and chosen.items() <= many.items()
    assert told.warnings == ["6,000 of 6,010 labels are used, drawn at random."]


def test_a_share_of_them_all_alike() -> None:
    values = {f"{i}.png": float(i in (0, 29)) for i in range(30)}
    with pytest.raises(InputError, match="same value"):
        chosen_labels(dict.fromkeys(values, 0.0), Plan(), SilentReporter())
    with pytest.raises(InputError, match="A central share of"):
        chosen_labels(values, Plan(central=1.5), SilentReporter())


def test_scores_are_put_together() -> None:
    random = np.random.default_rng(0)
    distances = random.normal(size=(1500, 1))
    values = 3 * distances[:, 0] + random.normal(size=1500)
    scoring = Scoring(values, [2, 20], 30, 0, None, 2, SilentReporter())
    scoring.add(WAYS[0], median(1500))
    scoring.add(WAYS[1], along(distances))
    rows = {(row.way, row.k): row for row in scoring.rows()}
    assert rows[WAYS[1].name, 20].mae == pytest.approx(0.8, abs=0.1) and rows[WAYS[1].name, 20].good
    assert not rows[WAYS[0].name, 20].good and rows[WAYS[0].name, 20].spearman == 0
    assert scoring.parts()[-1].way == WAYS[1].name
    example = scoring.example()
    assert example.k == 20 and len(example.real) == 1000 == len(example.predicted[WAYS[1].name])
    assert list(example.predicted) == [WAYS[1].name] and scoring.example(2).k == 2
