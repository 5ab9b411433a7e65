"""Where a picture lies in a view, and what the wheel and a drag make of that; all in pixels of the screen."""

from __future__ import annotations

from typing import NamedTuple

Pair = tuple[float, float]  # width and height, or x and y
LARGEST = 16.0  # pixels of the screen across one pixel of the image


class Zoom(NamedTuple):
    """How near a picture is looked at, in a form that means something for other pictures too.

    Attributes
    ----------
    times
        How many times the size at which the whole picture fits, or else of the image's own pixels.
    pixels
        Whether it counts from one pixel of the image on one pixel of the screen.
    x, y
        What lies in the middle of the view, as shares of the picture's width and height.
    """

    times: float = 1.0
    pixels: bool = False
    x: float = 0.5
    y: float = 0.5


FIT, ACTUAL = Zoom(), Zoom(pixels=True)


class Placed(NamedTuple):
    """The upper left corner of a picture in a view, and its scale."""

    left: float
    top: float
    scale: float


def fitted(size: Pair, room: Pair) -> float:
    """The scale at which a picture of this size just fits into the room."""
    return min(room[0] / max(1.0, size[0]), room[1] / max(1.0, size[1]))


def scale_of(zoom: Zoom, size: Pair, room: Pair) -> float:
    """Pixels of the screen across one pixel of the image."""
    scale = zoom.times * (1.0 if zoom.pixels else fitted(size, room))
    return 1.0 if abs(scale - 1) < 1e-6 else scale


def placed(zoom: Zoom, size: Pair, room: Pair) -> Placed:
    """Where a picture lies: it never leaves a margin that it could fill, and begins at a whole pixel."""
    scale = scale_of(zoom, size, room)
    left, top = (
        round(_begin(share * whole * scale, whole * scale, there))
        for share, whole, there in zip((zoom.x, zoom.y), size, room)
    )
    return Placed(left, top, scale)


def zoomed(zoom: Zoom, size: Pair, room: Pair, factor: float, at: Pair) -> Zoom:
    """Zoom by a factor, while what lies at a point of the view stays there.

    It goes from the whole picture, or from 1:1 if that is smaller, to `LARGEST`; on the way it stops once at
    the fitted size and once at 1:1.
    """
    fit, (left, top, before) = fitted(size, room), placed(zoom, size, room)
    after = before * factor
    for stop in (fit, 1.0):
        if min(before, after) < stop < max(before, after):
            after = stop
    after = max(min(fit, 1.0), min(max(LARGEST, fit), after))
    times = after if zoom.pixels else after / fit
    x, y = ((at[0] - left) / before, (at[1] - top) / before)  # the point of the image below the cursor
    middle = ((room[0] / 2 - at[0]) / after + x, (room[1] / 2 - at[1]) / after + y)
    return _within(Zoom(times, zoom.pixels, middle[0] / size[0], middle[1] / size[1]), size, room)


def panned(zoom: Zoom, size: Pair, room: Pair, by: Pair) -> Zoom:
    """Move the picture by so many pixels of the screen."""
    scale = scale_of(zoom, size, room)
    x, y = (share - step / (whole * scale) for share, step, whole in zip((zoom.x, zoom.y), by, size))
    return _within(zoom._replace(x=x, y=y), size, room)


def switched(zoom: Zoom) -> Zoom:
    """Go from the whole picture to 1:1, and from everything else to the whole picture."""
    return ACTUAL if zoom == FIT else FIT


def can_pan(zoom: Zoom, size: Pair, room: Pair) -> bool:
    """Whether a part of the picture lies outside of the view."""
    scale = scale_of(zoom, size, room)
    return any(whole * scale > there + 0.5 for whole, there in zip(size, room))


def _begin(middle: float, length: float, room: float) -> float:
    """Where a stretch begins whose point ``middle`` should lie in the middle of the room."""
    if length <= room:
        return (room - length) / 2
    return min(0.0, max(room - length, room / 2 - middle))


def _within(zoom: Zoom, size: Pair, room: Pair) -> Zoom:
    """The same view, with its true middle, so that a drag beyond an end need not be dragged back."""
    scale = scale_of(zoom, size, room)
    x, y = (
        0.5 if whole * scale <= there
        else (there / 2 - _begin(share * whole * scale, whole * scale, there)) / (whole * scale)
        for share, whole, there in zip((zoom.x, zoom.y), size, room)
    )  # fmt: skip
    return zoom._replace(x=x, y=y)
