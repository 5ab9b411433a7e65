"""Options of a dataclass: what a form and a help text are told, and what is refused."""

from __future__ import annotations

import math
from argparse import ArgumentParser
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.cli.options import add_options, read_options
from large_gui.core.options import Option, checked, option, options_of
from large_gui.errors import InputError


@dataclass(frozen=True)
class Cut:
    """One of every kind."""

    layer_count: int = option(5, "how many layers, 50% of them", low=1, high=9)
    softness: float = option(0.5, "how soft", low=0)
    near: bool = option(True, "only the near ones")
    way: str = option("up", "which way", choices=("up", "down"))
    note: str = option("", "anything")


def test_fields_are_told_in_order() -> None:
    first, *others = options_of(Cut)
    assert first == Option("layer_count", int, 5, "how many layers, 50% of them", 1, 9)
    assert first.words == "layer count"
    assert [(one.name, one.kind, one.choices) for one in others] == [
        ("softness", float, ()), ("near", bool, ()), ("way", str, ("up", "down")), ("note", str, ()),
    ]  # fmt: skip


@given(st.integers(), st.floats())
def test_what_lies_within_its_ends_is_possible_and_nothing_else(count: int, softness: float) -> None:
    possible = 1 <= count <= 9 and softness >= 0 and math.isfinite(softness)
    options = Cut(count, softness)
    if possible:
        assert checked(options) is options
    else:
        with pytest.raises(InputError, match=r"The option (layer count|softness) can't be"):
            checked(options)


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        (Cut(10), "It is 1 to 9."),
        (Cut(softness=-1.0), "It is at least 0."),
        (Cut(softness=math.nan), "Give a finite number."),
        (Cut(way="left"), "up, down."),
    ],
)
def test_the_hint_says_what_is_possible(options: Cut, hint: str) -> None:
    with pytest.raises(InputError) as caught:
        checked(options)
    assert caught.value.hint == hint


def test_a_field_that_no_form_knows_is_told_to_its_author() -> None:
    @dataclass
    class Wrong:
        sizes: tuple[int, ...] = ()

    @dataclass
    class Bare:
        size: int

    for kind in (Wrong, Bare):
        with pytest.raises(TypeError, match="needs a default"):
            list(options_of(kind))


@given(
    st.integers(1, 9), st.floats(0, 1e300), st.booleans(), st.sampled_from(["up", "down"]),
    st.text(st.characters(codec="utf-8", exclude_characters="-")),
)  # fmt: skip
def test_arguments_give_back_what_was_typed(
    layers: int, softness: float, near: bool, way: str, note: str
) -> None:
    parser = ArgumentParser()
    add_options(parser, Cut)
    typed = ["--layer-count", str(layers), f"--softness={softness!r}", "--way", way, f"--note={note}"]
    options = read_options(parser.parse_args([*typed, "--near" if near else "--no-near"]), Cut)
    assert options == Cut(layers, softness, near, way, note)
    assert "50% of them" in parser.format_help()
    assert read_options(parser.parse_args([]), Cut) == Cut()
