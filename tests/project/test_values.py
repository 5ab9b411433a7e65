"""Numbers as tables have them and as people type them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.errors import InputError
from large_gui.project.value import LARGEST, Value, parse_number, parse_value, plain_number

SPACES = (" ", "\u00a0", "\u2009", "\u202f")


@given(st.floats(-LARGEST, LARGEST))
def test_point_and_comma_read_the_same(value: float) -> None:
    assert plain_number(repr(value)) == value
    assert parse_number(repr(value)) == value
    assert parse_number(f" {value!r}\t".replace(".", ",")) == value


@given(
    st.integers(-(10**12) + 1, 10**12 - 1),
    st.integers(0, 999), st.sampled_from(SPACES), st.sampled_from(".,"),
    st.sampled_from(SPACES),
)  # fmt: skip
def test_groups_of_three(whole: int, rest: int, space: str, point: str, around: str) -> None:
    text = f"{whole:,}".replace(",", space) + f"{point}{rest:03}"
    assert parse_number(f"{around}{text}{around}") == float(f"{whole}.{rest:03}")
    if space in text:
        with pytest.raises(ValueError, match="not a number"):
            plain_number(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("37", 37.0), ("+37,5", 37.5), ("-2.", -2.0), (",5", 0.5), ("1,234", 1.234), ("1e3", 1000.0),
        ("\u22123", -3.0), ("1 234", 1234.0), ("+12\u2009345\u2009678,9", 12345678.9), ("007", 7.0),
    ],
)  # fmt: skip
def test_forms(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "abc", "nan", "-inf", "Infinity", "1e999", "1.2.3", "3 years", "1,2,3", "1,234.5", "٣",
        "1 2", "12 34", "1234 567", "1 2345", "0 123", "1 234\u2009567", "1  234", "- 5", "1 234e5",
        "1,234 567", "1_000", "0x10", "½", "+", "--1", "1\n234",
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_number(text)
    assert caught.value.sentence.endswith(".")
    assert caught.value.hint


@given(st.text())
def test_any_text_gives_a_finite_number_or_a_sentence(text: str) -> None:
    try:
        assert math.isfinite(parse_number(text))
    except InputError as error:
        assert error.hint


def test_absurd_numbers_are_refused() -> None:
    with pytest.raises(InputError, match="million million"):
        parse_number("1e308")


@pytest.mark.parametrize(
    ("text", "name", "unit", "ends"),
    [
        ("age, years, 0 to 120", "age", "years", (0, 120)),
        ("age, years", "age", "years", (-np.inf, np.inf)),
        ("severity, 0 to 5", "severity", "", (0, 5)),
        ("yaw, degrees, -90 to 90", "yaw", "degrees", (-90, 90)),
        ("", "age", "", (-np.inf, np.inf)),
        ("age, 0-120", "age", "", (0, 120)),
        ("income, EUR, 0 to 1234567", "income", "EUR", (0, 1234567)),
        ("age, score to beat", "age", "score to beat", (-np.inf, np.inf)),
    ],
)
def test_a_value_is_read_as_it_is_spelled(text: str, name: str, unit: str, ends: tuple[float, float]) -> None:
    value = parse_value("age", text)
    assert (value.name, value.unit, value.possible) == (name, unit, ends)
    assert parse_value("age", value.spelled) == value


@pytest.mark.parametrize("text", ["age, years, 5 to 5", "age, years, 9 to 2", "a, b, c", "a, b, x to y"])
def test_a_range_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        parse_value("age", text)


def test_a_label_outside_is_refused_with_the_range() -> None:
    with pytest.raises(InputError, match="150 is outside 0 to 120 years"):
        Value("age", "age", "years", 0, 120).check(150)
