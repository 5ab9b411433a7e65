"""The directions as cards: what each sorts by, in pictures and words, and which one is in use."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from large_gui.gui.directions.kinds import KINDS, error_words, kind, origin_words
from large_gui.gui.directions.picker import StripView, spoken
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE, colours
from large_gui.gui.widgets.gutter import keep_gutter
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.gui.widgets.sign import Sign

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.gui.directions.strips import Strips

_NAME = Qt.ItemDataRole.UserRole
_NARROWEST, _PICTURES = 318, 5  # pixels of a card; squares that its pictures are wide
_WIDE, _COMFORTABLE = 1000, 420  # a list that is this wide has cards that are at least this wide
_HIGHEST = 88  # pixels of its pictures
_HEADING, _INSIDE = 32, 12


class Card(QFrame):
    """One direction: its name, its ends with pictures between, where it comes from, and its error here.

    Signals
    -------
    use_wanted
        The folder is to be sorted by it.
    """

    use_wanted = Signal()

    def __init__(self, direction: Direction) -> None:
        super().__init__()
        self.setObjectName("card")
        self._chosen = False
        name = spoken(direction.name)
        self.setAccessibleName(f"Direction {name}")
        title = _line(name)
        title.setObjectName("heading")
        self._sign, self._mark = (
            Sign("circle-check", QPalette.ColorRole.Link),
            named(Label("In use"), "Direction in use"),
        )
        self._mark.setObjectName("mark")
        self._use = named(QPushButton("Use"), f"Use {name}")
        self._use.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Enter on the card does the same
        self._use.clicked.connect(self.use_wanted)
        self._mark.setMinimumHeight(self._use.sizeHint().height())
        top, self._ends = QHBoxLayout(), QHBoxLayout()
        top.addWidget(title, 1)
        for widget in (self._sign, self._mark, self._use):
            top.addWidget(widget)
        self.strip = named(StripView(64), f"Pictures of {name}")
        self._gap = Label()  # where pictures will be, so that nothing jumps
        self._gap.setObjectName("sunken")
        self._low, self._high = _End(Qt.AlignmentFlag.AlignLeft), _End(Qt.AlignmentFlag.AlignRight)
        self._ends.setSpacing(2 * SPACE)
        for end in (self._low, self._high):
            self._ends.addWidget(end)
        self._about, self._error = _line(muted=True), _line(muted=True)
        box = QVBoxLayout(self)
        box.setContentsMargins(_INSIDE, SPACE, _INSIDE, SPACE)
        box.setSpacing(SPACE // 2)
        box.addLayout(top)
        box.addWidget(self.strip, 0, Qt.AlignmentFlag.AlignLeft)
        box.addWidget(self._gap)
        box.addLayout(self._ends)
        box.addWidget(self._about)
        box.addWidget(self._error)
        box.addStretch()

    def say(self, direction: Direction, document: Document, pictures: QPixmap) -> str:
        """Show what is known of the direction now, and return it in words."""
        less, more = direction.ends
        ends = f"{less} → {more}"
        self.strip.show_strip(pictures, ends)
        self._gap.setVisible(pictures.isNull())
        in_use = direction.name == document.chosen.name
        for widget in (self._sign, self._mark):
            widget.setVisible(in_use)
        self._use.setVisible(not in_use)
        about, error = origin_words(direction, document), error_words(document, direction.name)
        for line, words in (
            (self._low, less),
            (self._high, more),
            (self._about, about),
            (self._error, error),
        ):
            line.say(words)
        return f"{ends}. {about}. {error}."

    def fit(self, width: int) -> None:
        """Make the pictures as large as a card of a width has room for."""
        inner = width - 2 * _INSIDE - 2
        height = min(_HIGHEST, inner // _PICTURES)
        self.strip.set_height(height)
        self._ends.setContentsMargins(0, 0, inner - _PICTURES * height, 0)  # the words end with the pictures
        room = (_PICTURES * height - 2 * SPACE) // 2
        lines = max(end.lines_in(room) for end in (self._low, self._high))
        for end in (self._low, self._high):
            end.setFixedHeight(lines * end.fontMetrics().lineSpacing())
        self._gap.setFixedSize(_PICTURES * height, height)

    def choose(self, chosen: bool) -> None:
        """Show whether the card is the one that is looked at closely."""
        self._chosen = chosen
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint the card, with a line round it if it is the one that is looked at closely."""
        super().paintEvent(event)
        if self._chosen:
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(colours(self.palette()).accent), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), SPACE, SPACE)
            painter.end()


class CardList(QListWidget):
    """The cards of all directions, under where they come from; keys move, Enter uses.

    Parameters
    ----------
    strips
        Gives the pictures.

    Signals
    -------
    use_wanted
        The folder is to be sorted by a direction; carries its name.
    """

    use_wanted = Signal(str)

    def __init__(self, document: Document, strips: Strips) -> None:
        super().__init__()
        self._document, self._strips = document, strips
        self._cards: dict[str, Card] = {}
        self._shown: list[tuple[str, str]] = []  # names of the directions, and where they come from
        named(self, "Directions").setObjectName("cards")
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setMovement(QListView.Movement.Static)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keep_gutter(self)  # so that no card jumps
        self.verticalScrollBar().setSingleStep(24)
        self.setItemDelegate(_Headings(self))
        self.setMinimumWidth(_NARROWEST)
        self.currentItemChanged.connect(self._choose)
        self.itemActivated.connect(lambda item: self.use_wanted.emit(str(item.data(_NAME) or "")))
        strips.made.connect(self.refresh)

    @property
    def name(self) -> str:
        """The name of the direction that is looked at closely; empty for none."""
        item = self.currentItem()
        return str(item.data(_NAME) or "") if item is not None else ""

    def show_directions(self, directions: Iterable[Direction], name: str) -> None:
        """Make the cards, and look at the direction called ``name``, or else at the first."""
        document = self._document
        ordered = sorted(directions, key=lambda d: KINDS.index(kind(d, document)))
        shown = [(direction.name, kind(direction, document)) for direction in ordered]
        if shown != self._shown:  # else the cards stay, with the keys and the place that was scrolled to
            self._shown = shown
            self._make(ordered)
        self.refresh()
        for row in range(self.count()):
            if name and self.item(row).data(_NAME) == name:
                self.setCurrentRow(row)
        if self.currentItem() is None and self.count():
            self.setCurrentRow(1)  # below the first heading

    def _make(self, directions: Iterable[Direction]) -> None:
        self.clear()
        self._cards, heading = {}, ""
        for direction in directions:
            if (origin := kind(direction, self._document)) != heading:
                heading = origin
                QListWidgetItem(origin, self).setFlags(Qt.ItemFlag.NoItemFlags)
            item = QListWidgetItem(spoken(direction.name), self)
            item.setData(_NAME, direction.name)
            card = self._cards[direction.name] = Card(direction)
            card.use_wanted.connect(lambda name=direction.name: self.use_wanted.emit(name))
            self.setItemWidget(item, card)

    def refresh(self, *_: object) -> None:
        """Show what is known now of the directions whose cards are there."""
        session = self._document.session
        known = {d.name: d for d in session.directions} if session is not None else {}
        for row in range(self.count()):
            name = self.item(row).data(_NAME)
            if name in known and name in self._cards:
                pictures = self._strips.of(known[name])
                words = self._cards[name].say(known[name], self._document, pictures)
                self.item(row).setData(Qt.ItemDataRole.AccessibleDescriptionRole, words)
        self._arrange()

    def _choose(self, now: QListWidgetItem | None, before: QListWidgetItem | None) -> None:
        for item in (before, now):
            card = self._cards.get(str(item.data(_NAME))) if item is not None else None
            if card is not None:
                card.choose(item is now)

    def _arrange(self) -> None:
        """Give every card the same size, as many beside each other as there is room for."""
        width = self.viewport().width()
        cell = width // max(1, width // (_NARROWEST if width < _WIDE else _COMFORTABLE))
        for card in self._cards.values():
            card.fit(cell - SPACE)
        height = max((card.sizeHint().height() for card in self._cards.values()), default=0)
        for row in range(self.count()):
            item = self.item(row)
            is_card = item.data(_NAME) is not None
            item.setSizeHint(QSize(cell, height + SPACE) if is_card else QSize(width, _HEADING))

    def scrollTo(  # noqa: N802 - Qt's name
        self, index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:  # fmt: skip
        """Scroll to a card, and with the first one to the heading above it."""
        super().scrollTo(index, hint)
        if index.row() == 1:
            self.scrollToTop()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Arrange the cards anew."""
        self._arrange()
        super().resizeEvent(event)


class _Headings(QStyledItemDelegate):
    """Paints the headings between cards, and nothing under a card; leaves a gap round each card."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the words of a heading."""
        if index.data(_NAME) is not None:
            return
        painter.save()
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(QColor(colours(QApplication.palette()).muted))
        rect: QRect = option.rect
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        painter.restore()

    def updateEditorGeometry(  # noqa: N802 - Qt's name
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Put a card into its cell."""
        rect: QRect = option.rect
        editor.setGeometry(rect.adjusted(0, 0, -SPACE, -SPACE))


class _Line(Label):
    """A line of words that is cut where there is no room; the tooltip has all of it."""

    def __init__(self, words: str, side: Qt.AlignmentFlag) -> None:
        super().__init__(words)
        self.words = words
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setToolTip(plain(words))

    def say(self, words: str) -> None:
        """Show other words."""
        if words != self.words:
            self.words = words
            self.setToolTip(plain(words))
            self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        """Fit the words into the width."""
        self._fit()

    def _fit(self) -> None:
        self.setText(self.fontMetrics().elidedText(self.words, Qt.TextElideMode.ElideRight, self.width()))


class _End(_Line):
    """The words of one end, on two lines at most; of longer ones the last word stays, which tells most."""

    def __init__(self, side: Qt.AlignmentFlag) -> None:
        super().__init__("", side)
        self.setWordWrap(True)
        self.setAlignment(side | Qt.AlignmentFlag.AlignTop)

    def lines_in(self, width: int) -> int:
        """How many lines the words take."""
        return 1 if self.fontMetrics().horizontalAdvance(self.words) < width else 2

    def _fit(self) -> None:
        parts, metrics, width = self.words.split(), self.fontMetrics(), self.width()
        words, first = self.words, len(parts) - 1
        while first > 1 and not self._fits(words):
            first -= 1
            words = f"{' '.join(parts[:first])} … {parts[-1]}"
        fits = self._fits(words)
        self.setText(words if fits else metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, width))

    def _fits(self, words: str) -> bool:
        flags, metrics = Qt.TextFlag.TextWordWrap.value, self.fontMetrics()
        taken = metrics.boundingRect(0, 0, self.width(), 999, flags, words)
        return taken.width() <= self.width() and taken.height() <= 2 * metrics.lineSpacing()


def _line(
    words: str = "", side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft, *, muted: bool = False
) -> _Line:
    line = _Line(words, side)
    if muted:
        line.setObjectName("muted")
    return line
