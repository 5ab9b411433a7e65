"""Acting as a person does: finding controls by name, keys, mouse, wheel, dropping; and waiting for events."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow

PATIENCE = 240_000  # ms until a test gives up on an event; nothing ever waits that long for its own sake
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
Drop = Callable[[Path], None]


class PatientBot(QtBot):  # type: ignore[misc]
    """Waits for events as long as it takes: no test depends on how fast the machine is."""

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = PATIENCE) -> None:  # noqa: N802
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE, **options: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **options)


def find(widget: QWidget, name: str, kind: type = QWidget) -> Any:
    """The control with an accessible name."""
    return next(w for w in widget.findChildren(kind) if w.accessibleName() == name)


def entry_of(window: MainWindow) -> QLineEdit:
    entry = find(window, "Value entry")
    assert isinstance(entry, QLineEdit)
    return entry


def press(qtbot: QtBot, window: MainWindow, *keys: Qt.Key, modifier: Qt.KeyboardModifier = PLAIN) -> None:
    """Press keys where the focus is, as a person does."""
    for key in keys:
        focus = window.focusWidget()
        assert focus is not None
        qtbot.keyClick(focus, key, modifier)


def drag(widget: QWidget, begin: QPointF, end: QPointF) -> None:
    """Press, move in steps, let go; with the buttons that a real mouse would report."""
    moves = [begin + (end - begin) * step / 5 for step in range(1, 6)]
    for kind, place, button, buttons in (
        (QEvent.Type.MouseButtonPress, begin, LEFT, LEFT),
        *((QEvent.Type.MouseMove, place, NONE, LEFT) for place in moves),
        (QEvent.Type.MouseButtonRelease, end, LEFT, NONE),
    ):
        everywhere = QPointF(widget.mapToGlobal(place.toPoint()))
        QApplication.sendEvent(widget, QMouseEvent(kind, place, everywhere, button, buttons, PLAIN))


def turn_wheel(widget: QWidget) -> None:
    centre = QPointF(widget.rect().center())
    event = QWheelEvent(
        centre, QPointF(widget.mapToGlobal(centre.toPoint())), QPoint(), QPoint(0, 1200),
        NONE, PLAIN, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(widget, event)


def place_in(plot: Any, x: float, y: float) -> QPointF:
    """Where a point of a plot is on its viewport."""
    return QPointF(plot.mapFromScene(plot.getViewBox().mapViewToScene(QPointF(x, y))))


def drag_over(plot: Any, low: float, high: float) -> None:
    """Drag from one abscissa of a plot to another, three quarters up."""
    bottom, top = plot.getViewBox().viewRange()[1]
    y = 0.75 * top + 0.25 * bottom
    drag(plot.viewport(), place_in(plot, low, y), place_in(plot, high, y))


def drop_on(window: MainWindow, qtbot: QtBot, path: Path) -> None:
    """Drop something on the window and wait until all of it is measured."""
    document, before = window.document, window.document.session
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    window.dropEvent(QDropEvent(QPointF(50, 50), Qt.DropAction.CopyAction, data, LEFT, PLAIN))
    qtbot.waitUntil(lambda: document.session not in (None, before) and not document.job.busy)


def settle(qtbot: QtBot, widget: QWidget) -> None:
    """Wait until no timer of a widget is about to do something."""
    qtbot.waitUntil(lambda: not any(t.isActive() for t in widget.findChildren(QTimer) if t.isSingleShot()))
