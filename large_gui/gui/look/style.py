"""The style sheet: shapes and spacing from resources/styles, in the colours of a theme."""

from __future__ import annotations

import re
from pathlib import Path

from large_gui.gui.look import tokens


def style_sheet(file: Path, theme: tokens.Colours) -> str:
    """Read the style sheet, in which ``@name`` or ``@{name}`` stands for a colour or a number of `tokens`.

    Raises
    ------
    KeyError
        When it names something that `tokens` doesn't have.
    """
    known = {
        **theme._asdict(), "space": str(tokens.SPACE), "half": str(tokens.SPACE // 2),
        "title": str(tokens.TITLE), "heading": str(tokens.HEADING), "small": str(tokens.SMALL),
        "icons": (file.parent.parent / "icons").as_posix(),
        "arrow": "dark" if theme is tokens.DARK else "light",
    }  # fmt: skip
    text = file.read_text("utf-8").partition("*/")[2]  # the first line says what the file is
    return re.sub(r"@\{?(\w+)\}?", lambda found: known[found[1]], text)
