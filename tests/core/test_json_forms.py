"""Directions and fits as JSON: the same to the last bit, and anything else is refused in words."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from large_gui.core.calibrating.calibration import Calibration, fit
from large_gui.core.choices import LINES
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord

DTYPES = st.sampled_from([np.float32, np.float64])
FINITE = st.floats(-1e15, 1e15)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


SHORT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), max_size=5)
RECORDS = st.builds(
    FindingRecord, SHORT,
    st.dictionaries(SHORT, st.booleans() | st.integers() | FINITE | SHORT, max_size=3), SHORT,
    st.dictionaries(SHORT, FINITE, max_size=3),
    st.dictionaries(st.text("0123456789abcdef", min_size=64, max_size=64), FINITE, max_size=3),
)  # fmt: skip


@st.composite
def directions(draw: st.DrawFn) -> Direction:
    """In W, W+ or S, with numbers of either precision."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    sizes = draw(st.none() | st.lists(st.integers(1, 5), min_size=1, max_size=4).map(tuple))
    layers = draw(st.integers(1, 4)) if sizes is None else len(sizes)
    of_layers = sizes is None and draw(st.booleans())
    normal = rng.standard_normal((layers, 7) if of_layers else 7 if sizes is None else sum(sizes))
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True)
    importance = rng.random(layers) + 1e-3
    weighed = draw(st.booleans())
    return Direction(
        draw(st.text(max_size=9)), normal.astype(draw(DTYPES)), draw(FINITE), draw(st.text(max_size=9)),
        (importance / importance.sum()).astype(draw(DTYPES)) if weighed else None,
        draw(st.text(max_size=9)), draw(st.text(max_size=9)), draw(st.text(max_size=9)), sizes,
        draw(st.booleans()), draw(st.text(max_size=9)), draw(RECORDS),
    )  # fmt: skip


def through_text(form: object) -> Any:
    return json.loads(json.dumps(form, allow_nan=False))


@given(directions())
def test_a_direction_comes_back_to_the_last_bit(one: Direction) -> None:
    again = Direction.from_json(through_text(one.as_json()))
    for field in fields(Direction):
        before, after = getattr(one, field.name), getattr(again, field.name)
        assert type(before) is type(after), field.name
        if isinstance(before, np.ndarray):
            assert before.dtype == after.dtype and before.tobytes() == after.tobytes(), field.name
            assert after.flags.writeable
        else:
            assert before == after, field.name


ENTRY: dict[str, Any] = {"name": "age", "normal": [1, 0, 0], "intercept": 0.5}


def test_an_entry_of_an_older_pack_is_read() -> None:
    more = {
        "layer_importance": [0.25, 0.75],
        "negative": "young",
        "intercept_means": "30 years",
        "layer_sizes": [2, 1],
    }
    one = Direction.from_json(ENTRY | more)
    assert (one.name, one.intercept, one.negative, one.positive) == ("age", 0.5, "young", "")
    assert (one.intercept_means, one.layer_sizes, one.flipped) == ("30 years", (2, 1), False)
    assert one.normal.dtype == np.float32 and one.layer_importance is not None
    assert Direction.from_json(ENTRY | {"flipped": True}).flipped is False, "no older entry says it"


def test_a_form_that_does_not_say_what_found_it_is_read() -> None:
    before = {key: value for key, value in WHOLE.items() if key != "found_by"}
    assert len(before) == len(WHOLE) - 1 and Direction.from_json(before).found_by == ""
    assert Direction.from_json(WHOLE | {"found_by": "svm"}).found_by == "svm"


WHOLE = Direction(
    "age", np.eye(3)[0], 0.5, "30 years", np.full(3, 1 / 3), "young", "old", "by hand", (1, 1, 1)
).as_json()
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a newer version": ({"version": 2}, "version 2, which is not known"),
    "a version in words": ({"version": "1"}, "version '1'"),
    "a true version": ({"version": True}, "version True"),
    "no version": ({"version": None}, "version None"),
    "another kind": ({"kind": "calibration"}, "not a direction"),
    "a name that is a number": ({"name": 5}, "'name'"),
    "words that are a list": ({"negative": ["young"]}, "'negative'"),
    "no words": ({"provenance": None}, "'provenance'"),
    "a finder that is a number": ({"found_by": 5}, "'found_by'"),
    "a record that is a list": ({"record": []}, "a record is not a table"),
    "an option that is a list": ({"record": {"options": {"a": []}}}, "option 'a'"),
    "a figure in words": ({"record": {"figures": {"error": "0"}}}, "'error'"),
    "a held-out image without a hash": ({"record": {"held_out": {"a.jpg": 1.0}}}, "hash of an image"),
    "a held-out distance that is not known": ({"record": {"held_out": {"0" * 64: None}}}, "0000"),
    "flipped by a number": ({"flipped": 1}, "'flipped'"),
    "an intercept in words": ({"intercept": "0.5"}, "'intercept'"),
    "a true intercept": ({"intercept": True}, "'intercept'"),
    "NaN": ({"intercept": float("nan")}, "'intercept'"),
    "a huge intercept": ({"intercept": 10**400}, "'intercept'"),
    "a half": ({"normal_dtype": "float16"}, "float16"),
    "no precision": ({"normal_dtype": None}, "'normal_dtype'"),
    "no precision of the importance": ({"layer_importance_dtype": None}, "'layer_importance_dtype'"),
    "a number": ({"normal": 1.0}, "'normal'"),
    "nothing": ({"normal": []}, "'normal'"),
    "an empty row": ({"normal": [[]]}, "'normal'"),
    "true and false": ({"normal": [True, False, False]}, "'normal'"),
    "words": ({"normal": ["1", "0", "0"]}, "'normal'"),
    "infinity": ({"normal": [float("inf"), 0, 0]}, "'normal'"),
    "endless digits": ({"normal": [10**400, 0, 0]}, "'normal'"),
    "ragged": ({"normal": [[1, 0, 0], [1, 0]]}, "'normal'"),
    "deep": ({"normal": [[[1, 0, 0]]]}, "'normal'"),
    "too long": ({"normal": [1, 1, 0]}, "unit length"),
    "importance that is too much": ({"layer_importance": [1.0, 1.0, 1.0]}, "layer importance"),
    "other layers": ({"layer_sizes": [1, 1]}, "not joined of layers"),
    "no layers": ({"layer_sizes": []}, "not joined of layers"),
    "half a layer": ({"layer_sizes": [1.5, 1.5]}, "'layer_sizes'"),
    "true layers": ({"layer_sizes": [True, True, True]}, "'layer_sizes'"),
    "layers in words": ({"layer_sizes": "111"}, "'layer_sizes'"),
}


@pytest.mark.parametrize(("change", "why"), WRONG.values(), ids=WRONG.keys())
def test_what_is_no_direction_is_refused_in_words(change: dict[str, Any], why: str) -> None:
    Direction.from_json(WHOLE)
    with pytest.raises(ValueError, match=why):
        Direction.from_json(WHOLE | change)


@pytest.mark.parametrize("key", sorted(WHOLE.keys() - {"found_by", "record"}))
def test_nothing_may_be_missing_of_a_direction(key: str) -> None:
    with pytest.raises(ValueError, match=r"not there|not a direction|not known"):
        Direction.from_json({k: v for k, v in WHOLE.items() if k != key})


@given(JSON, st.sampled_from(sorted(WHOLE)), st.booleans())
def test_any_other_json_is_refused_or_read(value: object, key: str, whole: bool) -> None:
    for form in (value, {**WHOLE, key: value} if whole else {**ENTRY, key: value}):
        try:
            Direction.from_json(form)
        except ValueError as error:
            assert str(error)


SEEDS = st.integers(0, 2**32 - 1)


def same(one: Calibration, other: Calibration) -> bool:
    return all(
        a == b or (a != a and b != b)
        for a, b in ((getattr(one, f.name), getattr(other, f.name)) for f in fields(Calibration))
    )


@given(
    SEEDS, st.integers(2, 40), st.floats(1e-6, 1e6), st.sampled_from(LINES),
    st.tuples(st.floats(-1e6, 0), st.floats(1, 1e6)) | st.just((-np.inf, np.inf)) | st.just((0.0, np.inf)),
)  # fmt: skip
def test_a_fit_comes_back_to_the_last_bit(
    seed: int, n: int, scale: float, method: str, possible: tuple[float, float]
) -> None:
    rng = np.random.default_rng(seed)
    d, y = rng.standard_normal(n), scale * rng.standard_normal(n)
    assume(np.ptp(d) > 1e-6)
    if seed % 5 == 0:
        y[:] = y[0]  # of which no R2 is known
    one = fit(d, y, method, possible)
    again = Calibration.from_json(through_text(one.as_json()))
    assert same(one, again)
    np.testing.assert_array_equal(again.predict(d), one.predict(d))
    np.testing.assert_array_equal(again.interval(d), one.interval(d))


FIT = fit([0.0, 1.0, 2.0], [1.0, 2.0, 4.0], possible=(0, 120)).as_json()
WRONG_FITS: dict[str, tuple[dict[str, Any], str]] = {
    "a newer version": ({"version": 3}, "version 3, which is not known"),
    "another kind": ({"kind": "direction"}, "not a calibration"),
    "another method": ({"method": "by eye"}, "by eye"),
    "one label": ({"n": 1}, "'n'"),
    "half a label": ({"n": 2.5}, "'n'"),
    "true": ({"n": True}, "'n'"),
    "no slope": ({"a": None}, "'a'"),
    "an endless slope": ({"a": float("inf")}, "'a'"),
    "a value in words": ({"b": "2"}, "'b'"),
    "more than all": ({"r2": 1.5}, "'r2'"),
    "an error below zero": ({"loo_mae": -1}, "'loo_mae'"),
    "a deviation below zero": ({"residual_std": -1}, "'residual_std'"),
    "no deviation": ({"residual_std": None}, "'residual_std'"),
    "a deviation of two": ({"n": 2}, "'residual_std'"),
    "no spread": ({"spread": 0}, "'spread'"),
    "ends that changed places": ({"low": 5, "high": 1}, "between 5 and 1"),
    "one end": ({"low": 5, "high": 5}, "between 5 and 5"),
    "an end in words": ({"low": "0"}, "'low'"),
}


@pytest.mark.parametrize(("change", "why"), WRONG_FITS.values(), ids=WRONG_FITS.keys())
def test_what_is_no_fit_is_refused_in_words(change: dict[str, Any], why: str) -> None:
    Calibration.from_json(FIT)
    with pytest.raises(ValueError, match=why):
        Calibration.from_json(FIT | change)


@pytest.mark.parametrize("key", FIT)
def test_nothing_may_be_missing_of_a_fit(key: str) -> None:
    with pytest.raises(ValueError, match=r"not there|not a calibration|not known|not a possible"):
        Calibration.from_json({k: v for k, v in FIT.items() if k != key})


@given(JSON, st.sampled_from(sorted(FIT)))
def test_any_other_json_is_no_fit_or_one(value: object, key: str) -> None:
    for form in (value, {**FIT, key: value}):
        try:
            Calibration.from_json(form)
        except ValueError as error:
            assert str(error)


def test_a_direction_is_no_fit_and_a_fit_no_direction() -> None:
    with pytest.raises(ValueError, match="not a direction"):
        Direction.from_json(FIT)
    with pytest.raises(ValueError, match="not a calibration"):
        Calibration.from_json(replace(Direction("age", np.eye(3)[0]), flipped=True).as_json())
    for kind in (Direction, Calibration):
        with pytest.raises(ValueError, match="table"):
            kind.from_json([])
        with pytest.raises(ValueError, match=r"not a calibration|not there"):
            kind.from_json({})
