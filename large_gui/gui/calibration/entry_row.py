"""The entry for values: what a number that is typed there is given to, and keys that go on or end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from large_gui.gui.document.document import Document
from large_gui.gui.widgets.entry import NumberEntry

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent


class ValueEntry(NumberEntry):
    """An entry for a number, in which N goes on to the next image while nothing is typed and `skips` is set.

    Signals
    -------
    skipped
        The person pressed N.
    """

    skipped = Signal()
    skips = False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Emit `skipped` for N; no number has that letter."""
        if self.skips and not self.text() and event.key() == Qt.Key.Key_N and not event.modifiers():
            self.skipped.emit()
        else:
            super().keyPressEvent(event)


def title(numbers: Sequence[int]) -> str:
    """What stands before the entry."""
    return "I&ts value" if len(numbers) < 2 else f"Value of {len(numbers):,} &images"


def known(document: Document, numbers: Sequence[int]) -> str:
    """Which value the images have, in a text that nobody takes for a value being typed."""
    session = document.session
    if session is None or not len(numbers):
        return ""
    if len(numbers) > 1:
        have = sum(i in session.labels for i in numbers)
        return (
            f"{have:,} of them {'has' if have == 1 else 'have'} a value already"
            if have
            else "none has a value yet"
        )
    label = session.labels.get(numbers[0])
    if label is None:
        return "has no value yet"
    words = f"has {label.value:g} {document.value.unit}".rstrip()
    return f"{words}, left out of the line" if label.excluded else words
