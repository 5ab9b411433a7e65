"""Texts and marks can be told from what lies behind them, in both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from large_gui.gui.look.tokens import DARK, LIGHT, Colours

THEMES = {"light": LIGHT, "dark": DARK}
BEHIND = ("window", "surface", "sunken")
TEXTS = ("text", "muted", "link", "good", "warn", "bad")
MARKS = ("edge", "accent", "excluded", "grade", "bars", "good", "warn", "bad")


def luminance(name: str) -> float:
    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = (linear(part) for part in QColor(name).getRgbF())  # type: ignore[misc]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def too_low(
    theme: Colours, fronts: tuple[str, ...], behind: tuple[str, ...], least: float
) -> dict[str, float]:
    pairs = {(f, b): contrast(getattr(theme, f), getattr(theme, b)) for f in fronts for b in behind}
    return {f"{f} on {b}": round(ratio, 2) for (f, b), ratio in pairs.items() if ratio < least}


def test_the_measure_is_that_of_the_guidelines() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_texts_can_be_read(theme: Colours) -> None:
    assert too_low(theme, TEXTS, BEHIND, 4.5) == {}
    assert too_low(theme, ("on_accent",), ("accent",), 4.5) == {}
    assert too_low(theme, ("text",), ("accent_soft",), 4.5) == {}
    assert too_low(theme, ("window",), ("text",), 4.5) == {}, "tooltips"


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_marks_can_be_seen(theme: Colours) -> None:
    assert too_low(theme, MARKS, ("window", "surface"), 3.0) == {}
