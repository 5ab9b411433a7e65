"""How long things move: not at all for a person who asked for reduced motion."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

if TYPE_CHECKING:
    from PySide6.QtWidgets import QProgressBar, QWidget

_KEY = "reduced motion"


def reduce_motion(on: bool) -> None:
    """Have nothing move in this program from now on, or let things move again."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setProperty(_KEY, on)
    for effect in (Qt.UIEffect.UI_AnimateMenu, Qt.UIEffect.UI_AnimateCombo, Qt.UIEffect.UI_FadeTooltip):
        application.setEffectEnabled(effect, not on)


def motion_is_reduced() -> bool:
    """Whether the person asked for reduced motion."""
    application = QApplication.instance()
    return application is not None and application.property(_KEY) is True


def show_waiting(bar: QProgressBar) -> None:
    """Have a bar say that something runs whose end isn't known: it moves to and fro, or stands half full."""
    if motion_is_reduced():
        bar.setRange(0, 2)
        bar.setValue(1)
    else:
        bar.setRange(0, 0)


def fade_in(widget: QWidget, ms: int = 160) -> None:
    """Show a widget that isn't a window, softly unless motion is reduced."""
    widget.show()
    widget.raise_()
    if motion_is_reduced():
        return
    from PySide6.QtCore import QPropertyAnimation
    from PySide6.QtWidgets import QGraphicsOpacityEffect

    effect = QGraphicsOpacityEffect(widget)
    widget.setGraphicsEffect(effect)
    motion = QPropertyAnimation(effect, b"opacity", effect)
    motion.setDuration(ms)
    motion.setStartValue(0.0)
    motion.setEndValue(1.0)
    motion.finished.connect(lambda: widget.setGraphicsEffect(None))  # type: ignore[arg-type]
    motion.start()
