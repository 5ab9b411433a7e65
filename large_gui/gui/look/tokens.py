"""The colours, distances and sizes of everything that the window draws; nothing else names a colour."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QColor, QPalette

SPACE = 8  # pixels: margins and gaps are this, half of it, or a multiple
TITLE, HEADING, SMALL = 20, 12, 8  # points, beside the size that the system gives to all text


class Colours(NamedTuple):
    """The colours of one theme, each named for what it says.

    Attributes
    ----------
    window, surface, sunken
        What lies behind: the window itself, lists and plots, and what is set apart from both.
    text, muted
        What is read, and what is read second.
    line, edge
        A line between parts, and the outline of a control, which has to be seen.
    accent, on_accent, accent_soft, link
        What is chosen or comes next: as a filled shape, the text on it, a tint behind text, and as text.
    good, warn, bad
        As text or as a mark: has a value, needs a look, is wrong.
    excluded, grade, bars
        Labels that are left out, cut points between grades, and the bars of a histogram.
    """

    window: str
    surface: str
    sunken: str
    text: str
    muted: str
    line: str
    edge: str
    accent: str
    on_accent: str
    accent_soft: str
    link: str
    good: str
    warn: str
    bad: str
    excluded: str
    grade: str
    bars: str


LIGHT = Colours(
    window="#f4f5f7", surface="#ffffff", sunken="#e9ebef", text="#1a1d21", muted="#59606b",
    line="#d3d7dd", edge="#7d8590", accent="#2563eb", on_accent="#ffffff", accent_soft="#dbe6fe",
    link="#1d4ed8", good="#18794a", warn="#964a07", bad="#b91c1c", excluded="#6b7280", grade="#7c3aed",
    bars="#6c85bd",
)  # fmt: skip
DARK = Colours(
    window="#1c1e22", surface="#131518", sunken="#282b31", text="#e8eaed", muted="#a3aab5",
    line="#363a42", edge="#7b838f", accent="#3b6fd8", on_accent="#ffffff", accent_soft="#22345c",
    link="#8ab0ff", good="#4cc38a", warn="#f0a63c", bad="#ff8078", excluded="#9aa1ab", grade="#b794f6",
    bars="#7a93cc",
)  # fmt: skip


def is_dark(palette: QPalette) -> bool:
    """Whether a palette has light text on a dark window."""
    return palette.window().color().lightness() < palette.windowText().color().lightness()


_KNOWN: dict[int, Colours] = {}  # by the key of a palette: every cell of the grid asks


def colours(palette: QPalette) -> Colours:
    """The colours that go with a palette, which is the one of the widget that draws."""
    key = palette.cacheKey()
    if key not in _KNOWN:
        if len(_KNOWN) > 99:  # keys of palettes that are gone
            _KNOWN.clear()
        _KNOWN[key] = DARK if is_dark(palette) else LIGHT
    return _KNOWN[key]


def palette_of(theme: Colours) -> QPalette:
    """The palette from which Qt draws its own controls."""
    role, palette = QPalette.ColorRole, QPalette()
    for where, colour in {
        role.Window: theme.window, role.WindowText: theme.text, role.Base: theme.surface,
        role.AlternateBase: theme.sunken, role.Text: theme.text, role.Button: theme.surface,
        role.ButtonText: theme.text, role.BrightText: theme.bad, role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent, role.Link: theme.link, role.PlaceholderText: theme.muted,
        role.ToolTipBase: theme.text, role.ToolTipText: theme.window, role.Mid: theme.line,
        role.Light: theme.surface, role.Midlight: theme.sunken, role.Dark: theme.edge,
        role.Shadow: theme.muted,
    }.items():  # fmt: skip
        palette.setColor(where, QColor(colour))
    for where in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, QColor(theme.edge))
    return palette
