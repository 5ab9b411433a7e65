"""What is open: the folder's session, its project file, its model; and the signals that tell of changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from large_gui.errors import LargeError, Refused
from large_gui.gui.document.background.delivery import Background, Delivery
from large_gui.service.client import Client, training_line

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.project.codes.cache import Inverted
    from large_gui.project.store import ProjectStore
    from large_gui.tasks.groups import Earlier
    from large_gui.tasks.models import ModelCard
    from large_gui.tasks.session import Session


class FolderState(QObject):
    """The open folder, or none, with the worker that is asked about it.

    Attributes may be read by everybody. The document and its parts change them, and emit the signal that
    says so.

    Attributes
    ----------
    home
        The folder where projects, caches and settings live.
    device, engine
        Where images are measured, and by which engine.
    decimal_comma
        Whether tables are written with a decimal comma, and semicolons between cells.
    client
        The worker process, which every widget asks through this.
    trainer
        A second one for what takes hours, so that the first is there for all else meanwhile.
    background
        A thread for what takes a moment and needs no network.
    session, store, model
        The images with what is known of them, the project file, and the model. ``None`` while nothing is
        open; the store and the model are there before the session.
    refined
        Refined codes by SHA-256, of the model in use.
    own
        Names of the directions that belong to the project.
    tags
        Marks by attribute, then by path.
    columns
        Groupings that came from tables, by name, then by path.
    earlier
        What is remembered of folders that were closed, the newest last.

    Signals
    -------
    opened
        Another session is shown, or none.
    images_changed
        Images were measured or failed; carries their numbers.
    order_changed
        The grid's order or filter changed.
    labels_changed
        Labels changed and the line was fitted anew; carries the numbers of the images.
    direction_changed, value_changed, grades_changed, directions_changed
        The chosen direction, the value that is measured, the grades, or the list of directions changed.
    tags_changed
        Marks changed, or another tag is in hand; carries its name.
    current_changed
        Another image is looked at, in every view; carries its number, -1 for none.
    selection_changed
        Other images are selected.
    groups_changed
        Groupings were added or removed.
    renamed
        Images have other paths, or others are there; what is kept by path is to be read again.
    pictures_changed
        Files were edited; carries their absolute paths, of which no picture may be shown any more.
    said_of
        A person said something of images; carries their paths.
    busy_changed
        A job began, paused, went on or ended.
    progressed
        The long job went on; carries its `Progress`.
    job_progressed, job_ended
        Any job that a widget asked for went on, or ended; carry its `Progress`, and its seconds.
    notice
        Something is to be told; carries a sentence, a hint, and whether it is a problem.
    over
        A problem that was told is over; carries its sentence.
    offered
        Something was decided for the person that one click changes; carries a sentence, the words of a
        button, and what is called by it.
    backup_dropped
        A backup of a project is to be opened, which is restored and not changed; carries its path.
    worker_died
        The worker process ended by itself.
    """

    opened = Signal()
    images_changed = Signal(object)
    order_changed = Signal()
    labels_changed = Signal(object)
    direction_changed = Signal()
    value_changed = Signal()
    grades_changed = Signal()
    tags_changed = Signal(str)
    directions_changed = Signal()
    current_changed = Signal(int)
    selection_changed = Signal()
    groups_changed = Signal()
    renamed = Signal()
    pictures_changed = Signal(list)
    said_of = Signal(list)
    busy_changed = Signal()
    progressed = Signal(object)
    job_progressed = Signal(object)
    job_ended = Signal(float)
    notice = Signal(str, str, bool)
    over = Signal(str)
    offered = Signal(str, str, object)
    backup_dropped = Signal(object)
    worker_died = Signal()

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.device = "auto"
        self.engine = "local"
        self.decimal_comma = False
        self.client = Client(Delivery(self), died=self.worker_died.emit)
        self.trainer = Client(Delivery(self), connect=training_line)
        self.background = Background("read", 1, self)
        self.session: Session | None = None
        self.store: ProjectStore | None = None
        self.model: ModelCard | None = None
        self.refined: Mapping[str, Inverted] = {}
        self.own: frozenset[str] = frozenset()
        self.tags: Mapping[str, Mapping[str, bool]] = {}
        self.columns: Mapping[str, Mapping[str, str]] = {}
        self.earlier: Sequence[Earlier] = ()
        self._refused = ""  # what was told when the disk refused the project file

    def origin(self, direction: Direction) -> ModelCard | None:
        """The model that a direction came with; ``None`` for one of the person's own or a kept one."""
        came = self.model is not None and direction.name not in self.own | self.model.kept
        return self.model if came else None

    def refresh_model(self) -> None:
        """Look again at which files of the model are here: its generator may have been fetched."""
        from large_gui.tasks.models import model_card

        if self.model is None:
            return
        try:
            self.model = model_card(self.model.name)
        except LargeError as error:
            self.tell_error(error)

    def is_read_only(self) -> bool:
        """Whether nothing may be changed in the open project; if so, the person is told why."""
        if self.store is not None and self.store.read_only:
            self.tell_error(self.store.why_read_only())
            return True
        return False

    def lacks_direction(self) -> bool:
        """Whether there is no direction yet that images have distances along; if so, the person is told."""
        try:
            if self.session is not None:
                self.session.sorted_by()
        except LargeError as error:
            self.tell_error(error)
            return True
        return False

    def tell_error(self, error: LargeError) -> None:
        """Show an error in the notice bar, and write its detail to the log."""
        import logging

        logging.getLogger(__name__).warning("%s %s", error.sentence, error.detail)
        self.notice.emit(error.sentence, error.hint, True)
        if isinstance(error, Refused) and self.store is not None and error.file == self.store.path:
            self._refused = error.sentence

    def use_store(self, store: ProjectStore) -> None:
        """Take a project file as that of the open folder."""
        self.store, self._refused = store, ""
        store.when_written = self._written

    def _written(self) -> None:
        """The disk takes the project file again, so it is not said any more that it does not."""
        if self._refused:
            self.over.emit(self._refused)
            self._refused = ""
