"""The page of images: the grid, with order, filters, captions and size above it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QToolButton, QVBoxLayout, QWidget

from large_gui.core.choices import Caption, Order
from large_gui.gui.document.document import Document
from large_gui.gui.images.filters import Chips, FilterButton
from large_gui.gui.images.grid import LARGEST, SMALLEST, ImageGrid
from large_gui.gui.images.tag_bar import TagBar
from large_gui.gui.images.thumbnails import Thumbnails
from large_gui.gui.images.views import ImageViews
from large_gui.gui.look.icons import icon
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

_ORDERS, _CAPTIONS = tuple(Order), tuple(Caption)
_SIZE_STEP = 24  # pixels, for a key or a turn of the wheel
_TYPING_MS = 200


class ImagesPage(QWidget):
    """A page with the grid and the controls that decide what it shows."""

    def __init__(self, document: Document, thumbnails: Thumbnails, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.grid = ImageGrid(document, thumbnails)
        self.views = ImageViews(document, thumbnails, self.grid)
        self._order = named(QComboBox(), "Sort by")
        self._order.addItems([str(order) for order in _ORDERS])
        self._order.activated.connect(lambda n: document.sort(_ORDERS[n]))
        self._reverse = named(QToolButton(), "Reverse the order")
        self._reverse.setCheckable(True)
        self._arrows = icon("arrow-up-narrow-wide"), icon("arrow-down-wide-narrow")
        self._reverse.clicked.connect(lambda on: document.sort(reverse=on))
        self._filter = FilterButton(document)
        self.search = named(Entry(placeholderText="part of a name"), "Find by name")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(64)
        self.search.setMaximumWidth(200)
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._find)
        self.search.textChanged.connect(self._typing.start)
        self._chips = Chips(document)
        self.tag_bar = TagBar(document)
        self.captions = named(QComboBox(), "Caption of images")
        self.captions.addItems([str(caption) for caption in _CAPTIONS])
        self.captions.currentIndexChanged.connect(lambda n: self.grid.set_caption(_CAPTIONS[n]))
        self.captions.setToolTip("What stands below each image")
        self.size_slider = named(QSlider(), "Thumbnail size")
        self.size_slider.setOrientation(Qt.Orientation.Horizontal)
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setValue(self.grid.delegate.side)
        self.size_slider.setMinimumWidth(48)  # beside the panels in a narrow window
        self.size_slider.setMaximumWidth(96)
        self.size_slider.valueChanged.connect(self.grid.set_side)
        self.views.currentChanged.connect(self._another_view)
        self.grid.zoomed.connect(self.zoom)
        self._lay_out()
        document.opened.connect(self._opened)
        document.order_changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(4)
        sort = Label("&Sort")
        sort.setBuddy(self._order)
        find = Label("Fi&nd")
        find.setBuddy(self.search)
        for widget in (sort, self._order, self._reverse, self._filter, find, self.search):
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self.captions)
        row.addSpacing(4)
        row.addWidget(self.size_slider)
        for control in (self._order, self._reverse, self.captions, self.size_slider):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(self._chips)
        box.addWidget(self.tag_bar)
        box.addWidget(self.views, 1)

    def zoom(self, steps: int) -> None:
        """Make the pictures larger, or smaller with a negative number of steps."""
        if not self.views.zoom(closer=steps > 0):
            self.size_slider.setValue(self.size_slider.value() + steps * _SIZE_STEP)

    def _another_view(self) -> None:
        for control in (self.captions, self.size_slider):  # they are about the grid alone
            control.setEnabled(self.views.on_grid)

    def _find(self) -> None:
        self._document.show_only(self._document.shown._replace(name=self.search.text().strip()))

    def _opened(self) -> None:
        self._typing.stop()
        self.search.clear()
        self._typing.stop()
        self._refresh()

    def _refresh(self) -> None:
        document = self._document
        self._order.setCurrentText(document.sort_by)
        session, orders = document.session, cast("QStandardItemModel", self._order.model())
        judged = session is None or not session.measured or session.tells_quality
        orders.item(_ORDERS.index(Order.INVERSION_ERROR)).setEnabled(judged)  # some models know none
        self._reverse.setChecked(document.reverse)
        self._reverse.setIcon(self._arrows[document.reverse])
        self._reverse.setToolTip(plain("High to low" if document.reverse else "Low to high"))
        if self.search.text().strip() != document.shown.name and not self._typing.isActive():
            self.search.setText(document.shown.name)
            self._typing.stop()
        self._chips.refresh(self.grid.image_model.rowCount())
