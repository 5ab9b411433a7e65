"""Plots of a comparison as SVG: error against number of labels, and predicted against real values.

Colours are classes, to which the page gives the colours of light and dark.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from large_gui.core.words import minus, printable
from large_gui.tasks.comparing.report import How, Report, Row, Way, by_name, highest_error, number

COLOURS = 6  # of models; more share them
_WIDTH, _HEIGHT = 760, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 28, 12, 48
_SIDE, _EDGE = 240, 36  # pixels of a small plot, and of its axes
DASHES = {How.MEDIAN: "2 4", How.SVM: "6 4", How.RIDGE: "", How.DISTANCE: ""}


def classes(ways: Sequence[Way]) -> dict[str, str]:
    """The class of each way, by name: the colour of its model, and grey for the median."""
    models = list(dict.fromkeys(way.model for way in ways if way.model))
    return {way.name: f"c{models.index(way.model) % COLOURS}" if way.model else "median" for way in ways}


def error_plot(report: Report) -> str:
    """Mean error of each way against the number of labels, which has a logarithmic axis (LARGE, Fig. 4)."""
    top, step = _nice(highest_error(report))
    low, high = math.log(report.shots[0]), math.log(report.shots[-1])
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(k: float) -> float:
        return _LEFT + wide * ((math.log(k) - low) / (high - low) if high > low else 0.5)

    def y(error: float) -> float:
        return _TOP + tall * (1 - min(error, 9 * top) / top)

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="Error against number of labels">',
        f'<clipPath id="inside"><rect x="{_LEFT - 8}" y="{_TOP - 8}" width="{wide + 16}" '
        f'height="{tall + 8}"/></clipPath>',
    ]
    for i in range(round(top / step) + 1):
        place = y(i * step)
        parts.append(f'<path class="grid" d="M{_LEFT} {place:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{place + 4:.1f}" text-anchor="end">{i * step:g}</text>')
    below, middle = _HEIGHT - 28, _LEFT + wide / 2
    parts += [f'<text x="{x(k):.1f}" y="{below}" text-anchor="middle">{k:,}</text>' for k in report.shots]
    unit = f" ({printable(report.unit)})" if report.unit else ""
    parts.append(f'<text x="{middle}" y="{_HEIGHT - 6}" text-anchor="middle">number of labels</text>')
    parts.append(
        f'<text transform="translate(16 {_TOP + tall / 2}) rotate(-90)" text-anchor="middle">'
        f"mean absolute error{escape(unit)}</text>"
    )
    parts.append('<g clip-path="url(#inside)">')
    kinds, rows = classes(report.ways), by_name(report.rows)
    for way in report.ways:
        its, kind = rows[way.name], kinds[way.name]
        places = " ".join(f"{x(row.k):.1f},{y(row.mae):.1f}" for row in its)
        parts.append(f'<polyline class="{kind}" stroke-dasharray="{DASHES[way.how]}" points="{places}"/>')
        parts += [_mark(way, x(row.k), y(row.mae), kind, _told(row, report)) for row in its]
    return "".join([*parts, "</g></svg>"])


def key_mark(way: Way, kind: str) -> str:
    """A piece of the line of a way, for the legend."""
    line = f'<line class="{kind}" stroke-dasharray="{DASHES[way.how]}" x1="0" x2="36" y1="8" y2="8"/>'
    return (
        f'<svg class="key" viewBox="0 0 36 16" aria-hidden="true">{line}{_mark(way, 18, 8, kind, "")}</svg>'
    )


def example_plot(report: Report, way: Way) -> str:
    """Predicted against real values after one draw (LARGE, Fig. 1b)."""
    its, real = report.example.predicted[way.name], report.example.real
    low, high = min(real), max(real)
    alike = high - low <= 1e-9 * max(abs(low), abs(high))
    room = (0.05 * max(abs(low), abs(high)) or 1.0) if alike else 0.05 * (high - low)
    low, high = low - room, high + room

    def place(value: float) -> float:
        return _SIDE * (min(max(value, low), high) - low) / (high - low)

    kind = classes(report.ways)[way.name]
    parts = [
        f'<svg viewBox="0 0 {_SIDE + _EDGE} {_SIDE + _EDGE}" role="img" '
        f'aria-label="{escape(printable(way.name))}: predicted against real values">',
        f'<rect class="frame" x="{_EDGE}" y="0.5" width="{_SIDE - 0.5}" height="{_SIDE}"/>',
        f'<line class="grid" x1="{_EDGE}" y1="{_SIDE}" x2="{_EDGE + _SIDE}" y2="0"/>',
    ]
    step = _nice(high - low)[1] * 2
    first = math.ceil(low / step)
    for i in range(first, math.floor(high / step) + 1):
        at, text = place(i * step), minus(f"{i * step:g}")
        parts.append(f'<text x="{_EDGE + at:.1f}" y="{_SIDE + 16}" text-anchor="middle">{text}</text>')
        parts.append(f'<text x="{_EDGE - 4}" y="{_SIDE - at + 4:.1f}" text-anchor="end">{text}</text>')
    parts += [
        f'<circle class="{kind}" cx="{_EDGE + place(truth):.1f}" cy="{_SIDE - place(said):.1f}" r="2"/>'
        for truth, said in zip(real, its)
    ]
    return "".join([*parts, "</svg>"])


def _mark(way: Way, x: float, y: float, kind: str, told: str) -> str:
    title = f"<title>{escape(told)}</title>" if told else ""
    match way.how:
        case How.DISTANCE:
            return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4.5">{title}</circle>'
        case How.RIDGE:
            points = f"{x:.1f},{y - 5:.1f} {x + 5:.1f},{y + 4:.1f} {x - 5:.1f},{y + 4:.1f}"
            return f'<polygon class="{kind}" points="{points}">{title}</polygon>'
        case How.SVM:
            return f'<rect class="{kind}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8">{title}</rect>'
        case _:
            return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="2.5">{title}</circle>'


def _told(row: Row, report: Report) -> str:
    unit = f" {report.unit}" if report.unit else ""
    return printable(f"{row.way}, {row.k:,} labels: {number(row.mae)}{unit}")


def _nice(top: float) -> tuple[float, float]:
    """An end of an axis that is at least ``top``, and a step of 1, 2 or 5 times a power of ten."""
    rough = max(top / 5, 1e-300)  # the least that a power of ten can be found for
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    return step * math.ceil(top / step - 1e-9), step
