"""Numbers in sentences."""

import pytest

from large_gui.core.words import count, minus, natural, signed


@pytest.mark.parametrize(
    ("n", "text"), [(0, "0 labels"), (1, "1 label"), (2, "2 labels"), (1200, "1,200 labels")]
)
def test_one_label_is_not_1_labels(n: int, text: str) -> None:
    assert count(n, "label") == text


@pytest.mark.parametrize(
    ("d", "text"),
    [(-0.001, "0.00"), (0.0, "0.00"), (-0.0, "0.00"), (0.004, "0.00"), (-0.126, "-0.13"), (2, "+2.00")],
)  # fmt: skip
def test_zero_has_no_sign(d: float, text: str) -> None:
    assert signed(d) == text


def test_numbers_in_names_are_sorted_as_numbers() -> None:
    names = ["dose 10", "dose 5", "dose 05b", "", "b", "10", "9", "9" * 5000]
    assert sorted(names, key=natural) == ["", "9", "10", "9" * 5000, "b", "dose 5", "dose 05b", "dose 10"]


def test_a_true_minus() -> None:
    assert minus("-0.12") == "\N{MINUS SIGN}0.12" and minus("+1") == "+1"
