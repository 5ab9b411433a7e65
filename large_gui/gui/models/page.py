"""The models page: what the models are for, what is here of them, and how to import more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.models.model_box import ModelBox
from large_gui.gui.widgets.gutter import GUTTER, keep_gutter
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain
from large_gui.service.requests import ImportModel

if TYPE_CHECKING:
    from large_gui.tasks.imports.model import ImportedModel

_KINDS = "Checkpoints (*.pkl *.pt *.pth *.safetensors);;All files (*)"
_HELP = (
    "A StyleGAN2 (.pkl, .pt, .safetensors), or a pSp, e4e or ReStyle encoder with its generator. "
    "Nothing in the file is run."
)


class ModelsPage(QWidget):
    """A page with a box for each model.

    Signals
    -------
    generator_fetched
        A generator was fetched: reconstructions and walks are possible now.
    """

    generator_fetched = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._job = Job(document, self)
        self.boxes: dict[str, ModelBox] = {}
        self._problems: dict[str, QLabel] = {}
        self.bring = named(QPushButton("&Import a model…"), "Import a model")
        self.bring.setToolTip(plain(_HELP))
        self.bring.clicked.connect(self._ask)
        self._help = named(Label(_HELP, wordWrap=True), "What can be imported")
        importing = JobBar(self._job, "importing", self.bring)
        named(importing.words, "What is imported")
        self.bring.setIcon(icon("download"))
        self._help.setObjectName("muted")
        title = Label("Models")
        title.setObjectName("title")
        top = QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self.bring)
        top.setContentsMargins(0, 0, 2 * SPACE, 0)
        inner = QWidget()
        self._packs = QVBoxLayout(inner)
        self._packs.setContentsMargins(0, 0, 2 * SPACE - GUTTER, 0)
        self._packs.setSpacing(2 * SPACE)
        self._packs.addStretch()
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        keep_gutter(area)
        area.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * SPACE, SPACE, 0, 2 * SPACE)
        box.setSpacing(SPACE)
        box.addLayout(top)
        box.addWidget(importing)
        box.addWidget(self._help)
        box.addWidget(area)
        self._job.changed.connect(self._refresh)
        document.opened.connect(self._mark_used)
        self._refresh()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read the models from the disk when somebody looks."""
        super().showEvent(event)
        from large_gui.tasks.models import model_names

        for name in model_names():
            if name not in self.boxes:  # one that could not be read is looked at again
                self._show(name)
        self._mark_used()

    def import_file(self, file: Path) -> None:
        """Ask about a checkpoint, then import it."""
        from large_gui.gui.models.import_dialog import ImportDialog

        dialog = ImportDialog(file, self)
        if not dialog.exec():
            return
        request = ImportModel(file, dialog.options())
        self._job.begin(f"Importing {file.name}", request, done=self._imported)

    def _ask(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Import a model", "", _KINDS)
        if chosen:
            self.import_file(Path(chosen))

    def _show(self, name: str) -> None:
        """Add the box of a model, or put it in the place of the box of that name."""
        from large_gui.tasks.models import model_card

        old = self.boxes.pop(name, None) or self._problems.pop(name, None)
        place = self._packs.count() - 1 if old is None else self._packs.indexOf(old)
        if old is not None:
            self._packs.removeWidget(old)
            old.deleteLater()
        try:
            box = ModelBox(model_card(name), self._document)
        except LargeError as error:
            problem = named(Label(str(error), wordWrap=True), f"Problem with {name}")
            self._problems[name] = problem
            self._packs.insertWidget(place, problem)
            return
        box.fetched.connect(self.generator_fetched)
        box.removed.connect(lambda: self._take_out(name))
        self._packs.insertWidget(place, box)
        self.boxes[name] = box
        self._mark_used()

    def _take_out(self, name: str) -> None:
        box = self.boxes.pop(name)
        self._packs.removeWidget(box)
        box.deleteLater()

    def _mark_used(self) -> None:
        model = self._document.model
        for name, box in self.boxes.items():
            box.mark_used(model is not None and self._document.session is not None and model.name == name)

    def _refresh(self) -> None:
        busy = self._job.running
        self._help.setVisible(not busy)
        self.bring.setEnabled(not busy)

    def _imported(self, model: ImportedModel) -> None:
        self._show(model.name)
        self._document.notice.emit(f"{model.name} is imported.", "Its samples are on this page.", False)
