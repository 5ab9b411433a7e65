"""The bar over a large picture: the way back to the grid, a title, and the change between fit and 1:1."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

from large_gui.gui.images.closeup.zoom import FIT, Zoom
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain


class Line(Label):
    """One line of plain text that leaves out its end or its middle where there is no room, and moves nothing.

    The tooltip and assistive tools have all of it.
    """

    def __init__(self, name: str, elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight) -> None:
        super().__init__()
        named(self, name)
        self._whole, self._elide = "", elide
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setContentsMargins(SPACE, 0, SPACE, SPACE // 2)

    def say(self, text: str) -> None:
        """Show another text."""
        self._whole = text
        self.setAccessibleDescription(text)
        self.setToolTip(plain(text))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the text into the width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._whole, self._elide, self.contentsRect().width()))


class Bar(QWidget):
    """A row with a title between two buttons; more buttons go to its right end with `add`.

    Parameters
    ----------
    name
        What the title is, for assistive tools.

    Signals
    -------
    grid_wanted, switch_wanted
        The buttons were clicked.
    """

    grid_wanted = Signal()
    switch_wanted = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._title = Line(name, Qt.TextElideMode.ElideMiddle)
        self._title.setObjectName("heading")
        self._title.setContentsMargins(0, 0, 0, 0)
        back = button("Grid", "Back to the grid", "layout-grid", "Back to the grid (Space or Esc)")
        back.clicked.connect(self.grid_wanted)
        self._zoom = button("1:1", "Fit or 1:1", "scan", "The whole picture, or one pixel on one pixel (Z)")
        self._zoom.setFixedWidth(self._zoom.sizeHint().width() + SPACE // 2)  # its words change
        self._zoom.clicked.connect(self.switch_wanted)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(SPACE, SPACE // 2, SPACE, SPACE // 2)
        self._row.setSpacing(SPACE)
        self._row.addWidget(back)
        self._row.addWidget(self._title, 1)
        self._row.addWidget(self._zoom)

    def set_title(self, title: str) -> None:
        """Show another title."""
        self._title.say(title)

    def show_zoom(self, zoom: Zoom) -> None:
        """Say to which zoom a click would lead."""
        self._zoom.setText("1:1" if zoom == FIT else "Fit")

    def add(self, button: QWidget) -> None:
        """Put a button before the one that zooms."""
        self._row.insertWidget(self._row.count() - 1, button)


def button(text: str, name: str, icon_name: str, tip: str) -> QToolButton:
    """Make a button for the bar."""
    made = named(QToolButton(), name)
    made.setText(text)
    made.setIcon(icon(icon_name))
    made.setToolTip(plain(tip))
    made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
    return made
