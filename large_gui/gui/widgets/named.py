"""Names for assistive tools and scripts."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """The widget, with its accessible name set."""
    widget.setAccessibleName(name)
    return widget
