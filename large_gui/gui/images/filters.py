"""Which images are shown: a menu of filters with their counts, and a chip for each that is on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from large_gui.core.choices import Filter, Shown
from large_gui.core.words import signed, spaced
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, menu_text

if TYPE_CHECKING:
    from large_gui.tasks.session import Session

_MOST_GROUPS = 30  # of one grouping, in the menu


class Choice(NamedTuple):
    """One filter: its words, how many images it shows, and what is shown with it switched over."""

    words: str
    images: int
    on: bool
    switched: Shown


class FilterButton(QToolButton):
    """A button with a menu of all filters, each with the number of images that it shows."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        named(self, "Filter")
        self.setText("Filter")
        self.setIcon(icon("filter"))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # a click leaves the keys with the images
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._fill)
        self.clicked.connect(lambda: self._menu.popup(self.mapToGlobal(self.rect().bottomLeft())))

    def _fill(self) -> None:
        """List the filters as they are now: counting them each time something changes would be slow."""
        self._menu.clear()
        document, session = self._document, self._document.session
        if session is None:
            return
        for title, choices in (
            ("", _kinds(session, document.shown)), ("Tags", _tags(document)), ("Groups", _groups(document)),
        ):  # fmt: skip
            for n, choice in enumerate(choices):
                if not n:
                    self._menu.addSection(title) if title else None
                action = self._menu.addAction(menu_text(f"{choice.words}   {choice.images:,}"))
                action.setCheckable(True)
                action.setChecked(choice.on)
                action.setEnabled(choice.on or choice.images > 0)
                action.triggered.connect(partial(_show, document, choice.switched))
        self._menu.addSeparator()
        everything = self._menu.addAction("Show all images")
        everything.setEnabled(document.shown != Shown())
        everything.triggered.connect(partial(_show, document, Shown()))


class Chips(QWidget):
    """A row with a chip for each filter that is on, which a click removes, and how many images are left."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 0, 8, 4)
        self._row.setSpacing(4)
        self._count = named(Label(), "Shown")
        self._count.setObjectName("muted")
        self._chips: list[QToolButton] = []
        self._said = Shown()
        self._row.addWidget(self._count)
        self._row.addStretch()
        self._range = self._chip("", "Show all distances", Shown())
        self._range.setToolTip("Only images in this range of distances are shown. Click to show all (Esc).")
        self.hide()

    def refresh(self, count: int) -> None:
        """Show the filters that are on, which leave so many images."""
        shown, session = self._document.shown, self._document.session
        self._count.setText(f"{count:,} of {session.images:,}" if session is not None else "")
        self.setVisible(shown != Shown() and session is not None)
        if shown == self._said:  # only the order has changed
            return
        self._said = shown
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [
            self._chip(words, f"Remove filter {words}", without) for words, without in _active(shown)
        ]
        self._range.setVisible(shown.within is not None)
        if shown.within is not None:
            self._range.setText(" … ".join(signed(end) for end in shown.within) + "  ×")

    def _chip(self, words: str, name: str, without: Shown) -> QToolButton:
        chip = named(QToolButton(), name)
        chip.setObjectName("chip")
        chip.setText(menu_text(f"{words}  ×"))
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        if words:
            chip.clicked.connect(partial(_show, self._document, without))
        else:
            chip.clicked.connect(lambda: self._document.show_only(self._document.shown._replace(within=None)))
        self._row.insertWidget(self._row.count() - 2, chip)
        return chip


def _show(document: Document, shown: Shown, checked: bool = False) -> None:
    document.show_only(shown)


def _active(shown: Shown) -> Iterator[tuple[str, Shown]]:
    """The filters that are on, each with what is shown without it; the range and the name have their own."""
    for kind in Filter:
        if kind in shown.kinds:
            yield str(kind), shown._replace(kinds=shown.kinds - {kind})
    for name, has in sorted(shown.tags):
        yield _tagged(name, has), shown._replace(tags=shown.tags - {(name, has)})
    if shown.group is not None:
        yield f"{shown.group[0]}: {shown.group[1]}", shown._replace(group=None)


def _kinds(session: Session, shown: Shown) -> Iterator[Choice]:
    from large_gui.tasks.shown import counts

    for kind, count in counts(session).items():
        yield Choice(str(kind), count, kind in shown.kinds, shown._replace(kinds=shown.kinds ^ {kind}))


def _tags(document: Document) -> Iterator[Choice]:
    shown = document.shown
    for name, marks in sorted(document.tags.items()):
        for has in (True, False):
            count = sum(its == has for its in marks.values())
            if count:
                switched = shown._replace(tags=(shown.tags - {(name, not has)}) ^ {(name, has)})
                yield Choice(_tagged(name, has), count, (name, has) in shown.tags, switched)


def _groups(document: Document) -> Iterator[Choice]:
    from large_gui.tasks.groups import groupings

    shown, session = document.shown, document.session
    assert session is not None
    for grouping, groups in groupings(session, {}, document.columns).items():
        for group, numbers in list(groups.items())[:_MOST_GROUPS]:
            on = shown.group == (grouping, group)
            switched = shown._replace(group=None if on else (grouping, group))
            yield Choice(f"{grouping}: {group}", len(numbers), on, switched)


def _tagged(name: str, has: bool) -> str:
    return f"{'with' if has else 'without'} {spaced(name)}"
