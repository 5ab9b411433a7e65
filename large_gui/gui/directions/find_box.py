"""Find directions by any finder: what it does, what it needs, its options, and the button that starts it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from large_gui.core.words import spaced
from large_gui.errors import LargeError
from large_gui.gui.directions.adding import add_new
from large_gui.gui.directions.marks import Marks
from large_gui.gui.directions.needs import given, marked, state
from large_gui.gui.document.document import Document
from large_gui.gui.document.found import learned_name, may_replace
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.options_form import OptionsForm
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.finding.find import Finder

_HIGHEST = 120  # pixels of the options before they scroll


class FindBox(QFrame):
    """Offers every finder that is registered.

    Parameters
    ----------
    selection
        Gives the numbers of the images that are selected in the grid.
    """

    def __init__(self, document: Document, selection: Callable[[], list[int]]) -> None:
        from large_gui.tasks.finding.find import FINDERS

        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Find directions")
        self._document = document
        self._job = Job(document, self)
        self._finders = dict(FINDERS)
        self._names: dict[str, str] = {}  # what was typed, by finder
        self.by = named(QComboBox(), "Find by")
        for finder in self._finders.values():
            self.by.addItem(finder.title, finder.name)
        self.by.currentIndexChanged.connect(self._another)
        self._shown = self._finder.name
        self._about = named(Label(wordWrap=True), "What the finder does")
        self.name = named(Entry(), "Attribute name")
        self.name.editingFinished.connect(self._take_tag)
        self.text = named(Entry(placeholderText="words for what you look for"), "Words to find")
        for entry in (self.name, self.text):
            entry.textChanged.connect(self.refresh)
        self._counts = named(Label(wordWrap=True), "Marked images")
        self._works_with = named(Label(wordWrap=True), "What the finder works with")
        self._marks = Marks(document, lambda: self.attribute, selection)
        self._more = named(QToolButton(), "Finder options")
        self._more.setText("Options")
        self._more.setIcon(icon("sliders-horizontal"))
        self._more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._more.setToolTip("Show what can be set")
        self._more.setCheckable(True)
        self._more.toggled.connect(self.refresh)
        self._area = QScrollArea(widgetResizable=True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._form = OptionsForm(self._finder.options)
        self._refused = named(Label(wordWrap=True), "Why it can not be found")
        self.start = named(QPushButton("Find direction"), "Find direction")
        self.start.setObjectName("primary")
        self.start.clicked.connect(self._find)
        self._lay_out()
        for signal in (document.opened, document.tags_changed, document.directions_changed):
            signal.connect(self.refresh)
        for signal in (document.labels_changed, document.value_changed, document.images_changed):
            signal.connect(self.refresh)
        document.comparisons.changed.connect(self.refresh)
        self._job.changed.connect(self.refresh)
        self._another()

    def _lay_out(self) -> None:
        by, name = Label("Find &more"), Label("&Name")
        by.setObjectName("heading")
        by.setBuddy(self.by)
        name.setBuddy(self.name)
        self._about.setObjectName("muted")
        first, second, last = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        first.addWidget(by, 1)
        first.addWidget(self.by)
        second.addWidget(name)
        second.addWidget(self.name, 1)
        last.addWidget(self._more)
        last.addStretch()
        last.addWidget(self.start)
        self.by.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        box = QVBoxLayout(self)
        box.setSpacing(SPACE)
        box.addLayout(first)
        box.addWidget(self._about)
        box.addLayout(second)
        for widget in (self.text, self._marks, self._counts, self._works_with):
            box.addWidget(widget)
        box.addLayout(last)  # it stays where it is, as what comes and goes is below it
        box.addWidget(self._area)
        box.addWidget(self._refused)
        box.addWidget(JobBar(self._job, "finding", self.start))

    def find_from_tags(self, name: str) -> None:
        """Find a direction from the images that are marked with a tag; if it can't be, the person is told."""
        from large_gui.tasks.finding.find import Need

        by_tags = next(n for n, finder in self._finders.items() if Need.TAGS in finder.needs)
        self.by.setCurrentIndex(self.by.findData(by_tags))
        self.name.setText(spaced(name))
        self.refresh()
        finder, (has, without) = self._finder, marked(self._document, self.attribute)
        if self._job.running:
            self._document.notice.emit("A direction is being found.", "Wait until that is done.", True)
        elif self._is_taken():
            hint = "Give the tag another name."
            self._document.notice.emit(f"There is a direction called {spaced(self.attribute)}.", hint, True)
        elif min(has, without) < finder.fewest:
            told = (
                f"{has:,} images have it and {without:,} do not; a direction takes {finder.fewest} of each."
            )
            self._document.notice.emit(told, "Mark more images, some of each kind.", True)
        else:
            self._find()

    @property
    def attribute(self) -> str:
        """The name as directions have it."""
        from large_gui.tasks.imports.directions import clean

        return clean(self.name.text())

    @property
    def _finder(self) -> Finder:
        return self._finders[self.by.currentData()]

    def _another(self) -> None:
        """Show what another finder does and needs."""
        finder = self._finder
        self._names[self._shown] = self.name.text()
        self._shown = finder.name
        self.name.setPlaceholderText("for example: freckles" if _by_tags(finder) else finder.finds)
        self.name.setText(self._names.get(finder.name, ""))
        self._about.setText(finder.about)
        self._form = OptionsForm(finder.options)
        self._area.setWidget(self._form)
        for part in (self._form, self._area.viewport()):
            part.setAutoFillBackground(False)  # it lies on the box
        self._area.setFixedHeight(min(_HIGHEST, self._form.sizeHint().height() + 2))
        self.refresh()

    def refresh(self, *_: object) -> None:
        """Say what there is for the finder to work with, and allow what can be done."""
        from large_gui.tasks.finding.find import Need

        document, finder, running = self._document, self._finder, self._job.running
        tagged, taken = _by_tags(finder), self._is_taken()
        found = state(document, finder, self.attribute, self.text.text())
        if _by_values(finder) and document.session is not None:
            self.name.setPlaceholderText(learned_name(document))
        for control in (self.by, self.name, self.text):
            control.setEnabled(document.session is not None)
        self._counts.setVisible(tagged)
        self._marks.setVisible(tagged)
        self._marks.setEnabled(document.session is not None and bool(self.attribute) and not taken)
        has, without = marked(document, self.attribute)
        text = f"{has:,} with it, {without:,} without" if self.attribute else ""
        self._counts.setText("There is a direction of that name; choose another." if taken else text)
        self._works_with.setText(found.words)
        self._works_with.setVisible(bool(found.words))
        self.text.setVisible(Need.TEXT in finder.needs)
        self._more.setVisible(self._form.rows > 0)
        self._refused.hide()
        self._area.setVisible(self._form.rows > 0 and self._more.isChecked())
        self.start.setEnabled(found.enough and not taken and not running)
        self.start.setText("Finding…" if running else "Find direction")

    def _take_tag(self) -> None:
        """Have the keys on the Images page mark images with what was named here."""
        if _by_tags(self._finder) and self.attribute and not self._is_taken():
            self._document.take_tag(self.attribute)

    def _is_taken(self) -> bool:
        """Whether what is marked has the name of a direction that this finder did not find."""
        session, own, finder = self._document.session, self._document.own, self._finder
        return session is not None and _by_tags(finder) and any(
            d.name == self.attribute and (d.name not in own or d.found_by != finder.name)
            for d in session.directions
        )  # fmt: skip

    def _find(self) -> None:
        document, session, finder = self._document, self._document.session, self._finder
        if session is None or document.model is None or not document.can_add_directions():
            return
        try:
            options = self._form.options()
        except LargeError as error:
            self._refused.setText(str(error))  # below the buttons, which stay where they are
            self._refused.show()
            return

        from large_gui.service.requests import FindDirections
        from large_gui.tasks.finding.find import Search

        name, valued = self.attribute, _by_values(finder)
        if valued and not name:
            name = learned_name(document)
        replacing = name if _by_tags(finder) or (valued and may_replace(document, name)) else ""

        def found(directions: list[Direction]) -> None:
            if document.session is session:  # else another folder was opened meanwhile
                add_new(document, directions, replacing)

        of = given(document, finder, name)
        search = Search(finder.name, options, name, self.text.text().strip())
        request = FindDirections(search, document.model.name, of.sha256, of.said, of.answers, document.device)
        self._job.begin("Finding the direction", request, done=found)


def _by_values(finder: Finder) -> bool:
    from large_gui.tasks.finding.find import Need

    return Need.VALUES in finder.needs


def _by_tags(finder: Finder) -> bool:
    from large_gui.tasks.finding.find import Need

    return Need.TAGS in finder.needs
