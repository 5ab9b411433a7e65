"""Names of widgets for assistive tools and scripts."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def named(widget: W, name: str) -> W:
    """Set the accessible name of a widget, and return the widget."""
    widget.setAccessibleName(name)
    return widget
