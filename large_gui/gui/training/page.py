"""The page that leads from a folder of photographs to a model of one's own, one step after the other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.words import printable
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.training.jobs import Trainings
from large_gui.gui.training.model_box import ModelBox
from large_gui.gui.training.plan_box import PlanBox
from large_gui.gui.training.run_list import RunList
from large_gui.gui.training.run_view import RunView
from large_gui.gui.training.setup import SetupBox
from large_gui.gui.training.steps import Steps
from large_gui.gui.training.words import next_of, step_of
from large_gui.gui.widgets.gutter import GUTTER, keep_gutter, scroll_to
from large_gui.gui.widgets.lines import Elided, wrapped
from large_gui.gui.widgets.named import named

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent

    from large_gui.tasks.training.gan import GanRequest
    from large_gui.tasks.training.overview.watching import Seen

_LOOK_MS = 2000  # between two looks at the folders of the runs
_NEW = "A model of your own"


class TrainingPage(QWidget):
    """Shows the runs that there are, and the steps of the one in hand.

    What is shown is what the folders of the runs say: it is the same after a restart, and for a run of the
    command line.

    Attributes
    ----------
    seen
        The runs that there are, by their folders.
    looked
        Whether it has looked at them.

    Signals
    -------
    directions_wanted
        A folder was opened with a new model, and its directions are to be shown.
    """

    directions_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        from large_gui.tasks.training.overview.watching import Watch

        super().__init__(parent)
        self._document, self._watch = document, Watch()
        self.trainings = Trainings(document, self)
        self.seen: dict[Path, Seen] = {}
        self._looking = self.looked = self._to_directions = False
        self.new = named(QPushButton(icon("plus"), "&New training"), "New training")
        self.runs = RunList(self.trainings.now)
        self.title, self.steps = Elided(), Steps()
        self.title.setObjectName("title")
        self.next = wrapped("What comes next")
        self.setup = SetupBox()
        self.plan = PlanBox(document, lambda: self.setup.asked(document.device), self.trainings)
        self.view = RunView(document, self.trainings)
        self.model = ModelBox(document, self.trainings)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(SPACE)
        left.addWidget(self.new)
        left.addWidget(self.runs, 1)
        self._begin = _scrolled(self.setup, self.plan, stretched=False)
        self._run = _scrolled(self.view, self.model, stretched=True)
        self._stack = QStackedWidget()
        for area in (self._begin, self._run):
            self._stack.addWidget(area)
        right = QVBoxLayout()
        right.setSpacing(SPACE)
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.steps)
        top.setContentsMargins(0, 0, 2 * SPACE, 0)
        right.addLayout(top)
        right.addWidget(self.next)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE - GUTTER, 2 * SPACE)
        row.setSpacing(2 * SPACE)
        row.addLayout(left)
        row.addLayout(right, 1)

    def _connect(self) -> None:
        self._timer.timeout.connect(self.look)
        self._document.opened.connect(self._opened)
        self.new.clicked.connect(lambda: self.show_run(None))
        self.runs.picked.connect(self.show_run)
        self.setup.changed.connect(self.plan.forget)
        self.setup.changed.connect(self.refresh)
        self.plan.changed.connect(self.refresh)
        self.plan.changed.connect(self._bring_plan)
        self.plan.started.connect(self._start)
        self.trainings.changed.connect(self.refresh)
        self.trainings.ended.connect(self.look)
        self.model.made.connect(self.look)
        self.view.sheets.chosen.connect(self.model.show_sheet)
        self.model.sort_wanted.connect(self._sort)
        self.model.find_wanted.connect(self._find)

    @property
    def folder(self) -> Path | None:
        """The folder of the run that is shown; ``None`` for a new training."""
        return self.runs.chosen()

    @property
    def _begins(self) -> bool:
        """Whether a training has been asked for whose folder is not there yet."""
        return self.trainings.gan.running and self.trainings.folder not in self.seen

    def take(self, paths: list[Path]) -> None:
        """Take a folder that was dropped, as the images of a new training."""
        folders = [path for path in paths if path.is_dir()]
        if len(folders) != 1 or len(paths) > 1:
            hint = "All images of a training lie in one folder and its subfolders."
            self._document.notice.emit("Drop one folder of images.", hint, True)
            return
        self.show_run(None)
        self.setup.propose(folders[0])

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Look at the runs while somebody looks at the page, and propose the open folder."""
        super().showEvent(event)
        session = self._document.session
        if session is not None and not self.setup.folder.text():
            self.setup.propose(session.folder)
        self.look()
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's name
        """Look no more."""
        super().hideEvent(event)
        self._timer.stop()

    def look(self) -> None:
        """Look at the folders of the runs, and show what is there once that is known."""
        if not self._looking:
            self._looking = True
            self._document.background.run(self._watch.look, self._take)

    def show_run(self, folder: Path | None) -> None:
        """Show a run, or the form of a new one."""
        self.runs.blockSignals(True)
        self.runs.choose(folder)
        self.runs.blockSignals(False)
        self._stack.setCurrentWidget(self._run if folder is not None else self._begin)
        self._show()

    def refresh(self) -> None:
        """Say what comes next."""
        busy = self.trainings.busy
        words = f"{busy}. Another training can be planned when that has ended." if busy else ""
        self.plan.say_busy(words, begins=self._begins)
        seen = self.seen.get(self.folder) if self.folder is not None else None
        if seen is None:
            self.title.say(_NEW)
            self.steps.show_step(1 if self.plan.plan is not None or self.setup.folder.text() else 0)
            self.next.setText(self._next_of_new())
            return
        ours = self.trainings.trains(seen.run.folder)
        self.title.say(printable(seen.run.name))
        self.steps.show_step(step_of(seen.run, seen.made))
        self.next.setText(
            next_of(seen.run, seen.made, ours=ours, stopping=ours and self.trainings.gan.stopping)
        )

    def _next_of_new(self) -> str:
        if self._begins:
            return "The training begins: its images are being prepared."
        if not self.setup.folder.text():
            return "Next: choose a folder of photographs, or drop one here."
        if self.plan.running:
            return "It looks at the images, and measures how fast this machine trains."
        if self.plan.plan is None:
            return "Next: make the plan. It says what was found, and how long the training will take."
        return "Next: start the training. It can be stopped at any time, and goes on where it was."

    def _take(self, found: list[Seen]) -> None:
        self._looking = False
        before, self.seen = set(self.seen), {seen.run.folder: seen for seen in found}
        self.runs.show_runs([seen.run for seen in found])
        ours = self.trainings.folder
        if ours in self.seen and ours not in before and self.looked and self.trainings.gan.running:
            self.show_run(ours)  # the one that has just begun
        elif not self.looked and found and not self._typing():
            self.show_run(_first(found))
        elif self.folder is None:
            self.show_run(None)
        self.looked = True
        self._show()

    def _typing(self) -> bool:
        """Whether the person is about to begin another training."""
        focus = self.window().focusWidget()
        return focus is not None and self._begin.isAncestorOf(focus)

    def _show(self) -> None:
        seen = self.seen.get(self.folder) if self.folder is not None else None
        if seen is not None:
            self.view.show_run(seen)
            self.model.show_run(seen.run, seen.made)
        self.refresh()

    def _bring_plan(self) -> None:
        """Scroll to the plan once it is laid out."""
        if self.plan.plan is not None:
            QTimer.singleShot(0, self, lambda: scroll_to(self.plan))

    def _start(self, asked: GanRequest) -> None:
        self.trainings.begin(asked)
        self.look()

    def _sort(self, model: str) -> None:
        seen = self.seen.get(self.folder) if self.folder is not None else None
        start = str(seen.run.images_folder) if seen is not None and seen.run.images_folder is not None else ""
        chosen = QFileDialog.getExistingDirectory(self, f"Sort a folder by {model}", start)
        if chosen:
            self._open(Path(chosen), model)

    def _find(self, model: str) -> None:
        seen = self.seen.get(self.folder) if self.folder is not None else None
        if seen is not None and seen.run.images_folder is not None:
            self._to_directions = True
            self._open(seen.run.images_folder, model)

    def _opened(self) -> None:
        """Go to the directions, where that was wanted, once all have been told that the folder is open."""
        if self._to_directions and self._document.session is not None:
            self._to_directions = False
            QTimer.singleShot(0, self, self.directions_wanted.emit)

    def _open(self, folder: Path, model: str) -> None:
        from large_gui.tasks.projects import choose_model

        try:
            choose_model([folder], self._document.home, model)
        except LargeError as error:
            self._document.tell_error(error)
            return
        self._document.open([folder])


def _first(found: list[Seen]) -> Path:
    """The run to show first: one that is being trained, or else the newest."""
    from large_gui.tasks.training.runs import RunState

    newest = max(found, key=lambda seen: (seen.run.state is RunState.TRAINING, seen.run.created))
    return newest.run.folder


def _scrolled(*cards: QWidget, stretched: bool) -> QScrollArea:
    """Put cards below each other; the first takes the room that is left, or what is left stays empty."""
    inner = QWidget()
    box = QVBoxLayout(inner)
    box.setContentsMargins(0, 0, 2 * SPACE - GUTTER, 0)
    box.setSpacing(2 * SPACE)
    for number, card in enumerate(cards):
        box.addWidget(card, int(stretched and not number))
    if not stretched:
        box.addStretch()
    area = QScrollArea(widgetResizable=True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    keep_gutter(area)
    area.setWidget(inner)
    return area
