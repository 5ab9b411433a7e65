"""The colours: light, dark, or as the system has it, with one style sheet in resources/styles."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from large_gui.gui.shell.actions import Actions

THEMES = ("system", "light", "dark")
_ROLES = QPalette.ColorRole
_LIGHT = {
    _ROLES.Window: "#f4f5f7", _ROLES.WindowText: "#1a1d21", _ROLES.Base: "#ffffff",
    _ROLES.AlternateBase: "#e8eaee", _ROLES.Text: "#1a1d21", _ROLES.Button: "#ffffff",
    _ROLES.ButtonText: "#1a1d21", _ROLES.BrightText: "#b91c1c", _ROLES.Highlight: "#2563eb",
    _ROLES.HighlightedText: "#ffffff", _ROLES.Link: "#1d4ed8", _ROLES.PlaceholderText: "#6b7280",
    _ROLES.ToolTipBase: "#1f2937", _ROLES.ToolTipText: "#f9fafb", _ROLES.Mid: "#c4c8cf",
    _ROLES.Light: "#ffffff", _ROLES.Midlight: "#eceef1", _ROLES.Dark: "#9aa1ab", _ROLES.Shadow: "#6b7280",
}  # fmt: skip
_DARK = {
    _ROLES.Window: "#1e2126", _ROLES.WindowText: "#e6e8eb", _ROLES.Base: "#15171b",
    _ROLES.AlternateBase: "#2a2e35", _ROLES.Text: "#e6e8eb", _ROLES.Button: "#2a2e35",
    _ROLES.ButtonText: "#e6e8eb", _ROLES.BrightText: "#f87171", _ROLES.Highlight: "#3b6fd8",
    _ROLES.HighlightedText: "#ffffff", _ROLES.Link: "#7aa7ff", _ROLES.PlaceholderText: "#9aa1ab",
    _ROLES.ToolTipBase: "#e6e8eb", _ROLES.ToolTipText: "#1a1d21", _ROLES.Mid: "#444a54",
    _ROLES.Light: "#3a3f48", _ROLES.Midlight: "#33383f", _ROLES.Dark: "#101215", _ROLES.Shadow: "#000000",
}  # fmt: skip


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
    palette = QPalette()
    for role, colour in (_DARK if dark else _LIGHT).items():
        palette.setColor(role, QColor(colour))
    for role in (_ROLES.Text, _ROLES.WindowText, _ROLES.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor("#777e89" if dark else "#8b929c"))
    application.setPalette(palette)
    application.setStyleSheet((styles / "window.qss").read_text("utf-8"))


def _system_is_dark(application: QApplication) -> bool:
    """Whether the palette that the system gives is a dark one."""
    application.setPalette(QPalette())  # an empty palette is filled from the system's
    palette = application.palette()
    return palette.window().color().lightness() < palette.windowText().color().lightness()
