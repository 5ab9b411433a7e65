"""The page of images: the grid, with order, filter, search and size above it."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from large_gui.core.choices import Filter, Order
from large_gui.core.words import signed
from large_gui.gui.document.document import Document
from large_gui.gui.images.grid import LARGEST, SMALLEST, ImageGrid
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

_ORDERS, _FILTERS = tuple(Order), tuple(Filter)
_TYPING_MS = 200


class ImagesPage(QWidget):
    """A page with the grid and the controls that decide what it shows."""

    def __init__(self, document: Document, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.grid = ImageGrid(document, thumbnails)
        self._order = named(QComboBox(), "Sort by")
        self._order.addItems([str(order) for order in _ORDERS])
        self._order.activated.connect(lambda n: document.set_order(sort_by=_ORDERS[n]))
        self._filter = named(QComboBox(), "Filter")
        self._filter.addItems([str(kind) for kind in _FILTERS])
        self._filter.activated.connect(lambda n: document.set_order(show=_FILTERS[n]))
        self.search = named(Entry(placeholderText="part of a name"), "Find by name")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(90)
        self.search.setMaximumWidth(200)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(lambda: document.set_order(sought=self.search.text().strip()))
        self.search.textChanged.connect(self._typing.start)
        self._count = named(Label(), "Shown")
        self._range = named(QToolButton(), "Show all distances")
        self._range.setToolTip("Only images in this range of distances are shown. Click to show all (Esc).")
        self._range.clicked.connect(lambda: document.set_order(within=None))
        self.size_slider = named(QSlider(), "Thumbnail size")
        self.size_slider.setOrientation(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setValue(self.grid.delegate.side)
        self.size_slider.setFixedWidth(110)
        self.size_slider.valueChanged.connect(self.grid.set_side)
        row = QHBoxLayout()
        row.setContentsMargins(8, 6, 8, 2)
        for text, widget in (("&Sort", self._order), ("Fil&ter", self._filter), ("Fi&nd", self.search)):
            label = Label(text)
            label.setBuddy(widget)
            row.addWidget(label)
            row.addWidget(widget)
        row.addWidget(self._range)
        row.addWidget(self._count)
        row.addStretch()
        row.addWidget(Label("Size"))
        row.addWidget(self.size_slider)
        for control in (self._order, self._filter, self._range, self.size_slider):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addLayout(row)
        box.addWidget(self.grid, 1)
        document.opened.connect(self._opened)
        document.order_changed.connect(self._refresh)

    def _opened(self) -> None:
        self._typing.stop()
        self.search.clear()
        self._typing.stop()
        self._refresh()

    def _refresh(self) -> None:
        document = self._document
        self._order.setCurrentText(document.sort_by)
        self._filter.setCurrentText(document.show)
        session, shown = document.session, self.grid.image_model.rowCount()
        filtered = session is not None and shown < len(session)
        self._count.setText(f"{shown:,} of {len(session):,}" if filtered and session else "")
        self._range.setVisible(document.within is not None)
        if document.within is not None:
            self._range.setText(" … ".join(signed(end) for end in document.within) + "  ×")
