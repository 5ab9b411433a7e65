"""Which colours are used: light, dark, or as the system has it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from large_gui.gui.look.style import style_sheet
from large_gui.gui.look.tokens import DARK, LIGHT, is_dark, palette_of
from large_gui.gui.shell.commands.actions import Actions

THEMES = ("system", "light", "dark")


class Theme(QObject):
    """The colours of the program, as a person chose them.

    Parameters
    ----------
    settings
        Where the choice is kept.
    actions
        Those of the window; that of the choice is ticked.
    styles
        The folder of the style sheet.
    """

    def __init__(self, settings: QSettings, actions: Actions, styles: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._settings, self._actions, self._styles = settings, actions, styles
        QApplication.styleHints().colorSchemeChanged.connect(  # Qt tells before it has the new palette
            lambda _: QTimer.singleShot(0, self, lambda: self.choose(self.name))
        )
        self.choose(self.name)

    @property
    def name(self) -> str:
        """``system``, ``light`` or ``dark``."""
        return str(self._settings.value("theme", "system"))

    def choose(self, name: str) -> None:
        """Show the program in these colours, now and when it is started again."""
        self._settings.setValue("theme", name)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        _apply(application, name, self._styles)
        for other in THEMES:
            self._actions[f"theme_{other}"].setChecked(other == name)


def _apply(application: QApplication, theme: str, styles: Path) -> None:
    """Set palette and style sheet; ``styles`` is the folder of the style sheet."""
    dark = theme == "dark" or (theme == "system" and _system_is_dark(application))
    chosen = DARK if dark else LIGHT
    application.setPalette(palette_of(chosen))
    application.setStyleSheet(style_sheet(styles / "window.qss", chosen))


def _system_is_dark(application: QApplication) -> bool:
    """Whether the palette that the system gives is a dark one."""
    application.setPalette(QPalette())  # an empty palette is filled from the system's
    return is_dark(application.palette())
