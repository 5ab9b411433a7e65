"""The mathematics of zooming and moving, on its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from large_gui.gui.images.closeup.zoom import (
    ACTUAL,
    FIT,
    LARGEST,
    Pair,
    Zoom,
    can_pan,
    fitted,
    panned,
    placed,
    scale_of,
    switched,
    zoomed,
)

SIDES = st.integers(1, 20_000)
SIZES = st.tuples(SIDES, SIDES)
ROOMS = st.tuples(st.integers(40, 4000), st.integers(40, 4000))
SHARES = st.floats(0, 1)
ZOOMS = st.builds(Zoom, st.floats(0.1, 10), st.booleans(), SHARES, SHARES)


@given(ZOOMS, SIZES, ROOMS)
def test_a_picture_leaves_no_margin_that_it_could_fill(zoom: Zoom, size: Pair, room: Pair) -> None:
    left, top, scale = placed(zoom, size, room)
    for begin, whole, there in ((left, size[0] * scale, room[0]), (top, size[1] * scale, room[1])):
        if whole <= there:
            assert abs(begin - (there - whole) / 2) <= 0.5, "it stands in the middle"
        else:
            assert begin <= 0.5 and begin + whole >= there - 0.5


@given(SIZES, ROOMS)
def test_the_whole_picture_is_seen_at_first(size: Pair, room: Pair) -> None:
    scale = scale_of(FIT, size, room)
    assert size[0] * scale <= room[0] + 0.5 and size[1] * scale <= room[1] + 0.5
    assert not can_pan(FIT, size, room)
    assert scale_of(ACTUAL, size, room) == 1.0


@given(ZOOMS, SIZES, ROOMS, st.floats(0.5, 2), SHARES, SHARES)
def test_zooming_stays_between_the_whole_picture_and_single_pixels(
    zoom: Zoom, size: Pair, room: Pair, factor: float, x: float, y: float
) -> None:
    fit = fitted(size, room)
    scale = scale_of(zoomed(zoom, size, room, factor, (x * room[0], y * room[1])), size, room)
    assert min(fit, 1) * 0.999 <= scale <= max(fit, LARGEST) * 1.001


def test_what_lies_below_the_cursor_stays_there() -> None:
    size, room, at = (4000, 3000), (800, 600), (200.0, 500.0)
    zoom = FIT
    for _ in range(7):
        left, top, scale = placed(zoom, size, room)
        before = (at[0] - left) / scale, (at[1] - top) / scale
        zoom = zoomed(zoom, size, room, 1.25, at)
        left, top, scale = placed(zoom, size, room)
        assert abs((at[0] - left) / scale - before[0]) <= 1 / scale
        assert abs((at[1] - top) / scale - before[1]) <= 1 / scale


def test_zooming_stops_once_at_one_to_one_and_once_at_the_whole() -> None:
    size, room, at = (1000, 1000), (800, 800), (400.0, 400.0)
    near = zoomed(FIT, size, room, 1.5, at)
    assert scale_of(near, size, room) == 1.0
    nearer = zoomed(near, size, room, 1.5, at)
    assert scale_of(nearer, size, room) == 1.5
    assert scale_of(zoomed(nearer, size, room, 0.5, at), size, room) == 1.0
    assert zoomed(near, size, room, 0.1, at) == FIT


def test_a_drag_goes_to_the_edge_and_no_farther() -> None:
    size, room = (4000, 3000), (800, 600)
    zoom = panned(ACTUAL, size, room, (10_000, 0))
    assert placed(zoom, size, room).left == 0
    back = panned(zoom, size, room, (-50, 0))
    assert placed(back, size, room).left == -50, "what was dragged beyond the edge isn't owed"


def test_one_key_goes_to_one_to_one_and_back() -> None:
    assert switched(FIT) == ACTUAL
    assert switched(ACTUAL) == FIT
    assert switched(Zoom(3.0, False, 0.1, 0.1)) == FIT
