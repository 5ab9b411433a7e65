"""The directions page: which directions there are, and how a person gets more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from large_gui.errors import LargeError
from large_gui.gui.directions.adding import add_new
from large_gui.gui.directions.cards import CardList
from large_gui.gui.directions.clearing import Clearing
from large_gui.gui.directions.details import Details
from large_gui.gui.directions.find_box import FindBox
from large_gui.gui.directions.picker import spoken
from large_gui.gui.directions.strips import Strips
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.keeping import is_kept, keep, stop
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.gutter import GUTTER, keep_gutter
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.core.direction import Direction

_FILES = "Directions (*.npz *.npy *.json *.csv *.pt *.pkl *.safetensors)"


class DirectionsPage(QWidget):
    """Lists the directions, shows one closely, and finds and imports more.

    Attributes
    ----------
    selection
        Gives the numbers of the images that are selected in the grid; the window sets it.
    """

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self.selection: Callable[[], list[int]] = list
        self.finding = FindBox(document, lambda: self.selection())
        self.weighing, self._importing = Job(document, self), Job(document, self)
        self._weighed = ""  # the direction whose layers were measured last
        self._followed = ""  # the direction that the folder was sorted by when it was last looked at
        self.cards = CardList(document, Strips(document, self))
        self.cards.currentRowChanged.connect(lambda _: self._show())
        self.cards.use_wanted.connect(self._use)
        self._import = named(QPushButton("Import…"), "Import directions")
        self._import.setIcon(icon("download"))
        self._import.setToolTip("Read normals from a .npz, .npy, .json, .csv, .pt, .pkl or .safetensors file")
        self._import.clicked.connect(self._ask_file)
        self.details = Details(self.weighing)
        self.details.remove.clicked.connect(self._remove)
        self.details.rename.clicked.connect(self._rename)
        self.details.weigh.clicked.connect(self._weigh)
        self.clearing = Clearing(document, self.details.clear)
        self.details.keep.clicked.connect(self._keep)
        self.weighing.changed.connect(self._show)
        self._importing.changed.connect(self._allow_import)
        self._lay_out()
        document.directions_changed.connect(self._refresh)
        for told in (document.tags_changed, document.labels_changed, document.busy_changed):
            told.connect(self._refresh_if_seen)
        for signal in (document.opened, document.direction_changed):
            signal.connect(self._chosen)
        self._chosen()

    def _lay_out(self) -> None:
        title = Label("Directions")
        title.setObjectName("title")
        top, left, right = QHBoxLayout(), QVBoxLayout(), QVBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._import)
        top.setContentsMargins(0, 0, SPACE + GUTTER, 0)  # it ends with the cards
        left.addLayout(top)
        left.addWidget(self.cards, 1)
        column = QWidget()
        right.setContentsMargins(0, 0, 2 * SPACE - GUTTER, 0)
        right.setSpacing(2 * SPACE)
        right.addWidget(self.details)
        right.addWidget(self.finding)
        right.addStretch()
        column.setLayout(right)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keep_gutter(area)
        area.setWidget(column)
        area.setMinimumWidth(340)
        area.setMaximumWidth(440)
        box = QHBoxLayout(self)
        box.setContentsMargins(2 * SPACE, SPACE, 0, 2 * SPACE)
        box.setSpacing(SPACE // 2)  # beside the room of the scroll bar
        box.addLayout(left, 3)
        box.addWidget(area, 2)

    def find_from_tags(self, name: str) -> None:
        """Find the direction between images that have a tag and images that were marked as not having it.

        If that is not possible, the person is told why.
        """
        self.finding.find_from_tags(name)

    @property
    def _name(self) -> str:
        """The name of the direction that is shown."""
        return self.cards.name

    def _chosen(self) -> None:
        """Show the direction that the folder is sorted by, unless it is the same one as before."""
        name = self._document.chosen.name
        self._refresh(name if name != self._followed else "")
        self._followed = name

    def _refresh(self, name: str = "") -> None:
        """Show the directions, and closely the one called ``name``, or the one that was shown."""
        session = self._document.session
        self._allow_import()
        self.cards.show_directions(session.directions if session is not None else (), name or self._name)
        self._show()

    def _refresh_if_seen(self, *_: object) -> None:
        if self.isVisible() and not self._document.job.running:
            self.cards.refresh()

    def _use(self, name: str) -> None:
        if name and name != self._document.chosen.name:
            self._document.choose_direction(name)

    def _show(self) -> None:
        session = self._document.session
        known = {d.name: d for d in session.directions} if session is not None else {}
        shown = known.get(self._name)
        own = shown is not None and shown.name in self._document.own
        kept = shown is not None and is_kept(self._document, shown)
        model = self._document.model
        layers = model.shape[0] if model is not None else 0
        self.details.show_direction(shown, own=own, kept=kept, layers=layers)
        if session is not None and not known:
            self.details.title.setText("There is no direction yet: find one below, or import one.")
        self.clearing.allow(shown)
        self.details.allow_weighing(shown, model, own=own, running=self.weighing.running)

    def _allow_import(self) -> None:
        running = self._importing.running
        self._import.setEnabled(self._document.session is not None and not running)
        self._import.setText("Importing…" if running else "Import…")

    def _remove(self) -> None:
        name = self._name
        if self._document.editor.remove_direction(name):
            if name == self._weighed:
                self.weighing.cancel()
            hint = "Labels under its name are kept; Undo brings it back."
            self._document.notice.emit(f"{spoken(name)} was removed.", hint, False)

    def _keep(self) -> None:
        """Keep the direction that is shown for every folder, or stop that."""
        session, document = self._document.session, self._document
        if session is not None:
            shown = next(d for d in session.directions if d.name == self._name)
            (stop if is_kept(document, shown) else keep)(document, shown)

    def _rename(self) -> None:
        """Ask for other words for the direction that is shown."""
        from large_gui.gui.directions.rename import RenameDialog

        document, session, name = self._document, self._document.session, self._name
        if session is None or document.store is None or document.is_read_only():
            return
        try:
            store = document.store
            kept = (store.labels(name), store.comparisons(name), store.grades(name), store.values().get(name))
            bound = any(kept) or bool(document.tags.get(name))
        except LargeError as error:
            document.tell_error(error)
            return
        known = {direction.name: direction for direction in session.directions}
        why = "Its name stays, as labels or tags or the like are kept under it." if bound else ""
        dialog = RenameDialog(known[name], known.keys() - {name}, why, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def accepted() -> None:
            renamed = dialog.direction()
            if document.session is session and document.editor.rename_direction(name, renamed):
                self._refresh(renamed.name)
                self.cards.setFocus()  # with an arrow to the next

        dialog.accepted.connect(accepted)
        dialog.open()

    def _ask_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Import directions", "", _FILES)
        if chosen:
            self.import_file(Path(chosen))

    def import_file(self, path: Path) -> None:
        """Take every direction of a file, which the worker reads; what is wrong with it is told."""
        from large_gui.service.requests import ReadDirections

        document, session, model = self._document, self._document.session, self._document.model
        if session is None or model is None or not document.can_add_directions():
            return

        def read(directions: list[Direction]) -> None:
            if document.session is session:  # else another folder was opened meanwhile
                add_new(document, directions)

        self._importing.begin("Importing", ReadDirections(path, model.name), done=read)

    def _weigh(self) -> None:
        """Measure the layer importance of the direction that is shown."""
        document, session, name = self._document, self._document.session, self._name
        if session is None or document.model is None or not document.can_add_directions():
            return

        from dataclasses import replace

        from large_gui.service.requests import WeighLayers

        asked = next(d for d in session.directions if d.name == name)

        def weighed(direction: Direction) -> None:
            if document.session is not session:
                return  # another folder was opened meanwhile
            if not any(d is asked for d in session.directions):
                hint = "Its layers were not kept; measure them again."
                document.notice.emit(f"{spoken(name)} has changed meanwhile.", hint, True)
                return
            if name not in document.own:
                direction = replace(direction, name=f"{name}_weighed")
            add_new(document, [direction], name, stay=True, kept=kept)

        def kept(names: list[str]) -> None:
            if names != [name]:
                told = f"{spoken(name)} came with the model and stays as it is."
                document.notice.emit(told, f"The weighed one is kept as {spoken(names[0])}.", False)

        self._weighed = name
        self.weighing.begin(
            f"Measuring layer importance of {spoken(name)}",
            WeighLayers(asked, document.model.name),
            done=weighed,
        )

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look again at what can be done: the generator may have been fetched."""
        super().showEvent(event)
        self._refresh()
        self.finding.refresh()
        if self._name in self._document.own:
            self.cards.setFocus()  # keys go from one to the next, and F2 names it
        elif self.focusWidget() is None:
            self.finding.name.setFocus()  # typing names what is looked for
