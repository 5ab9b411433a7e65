"""The button that writes a model's generator to a file for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton

from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.look.icons import icon
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import ask_where
from large_gui.gui.widgets.plain import plain
from large_gui.service.requests import ExportGenerator

if TYPE_CHECKING:
    from large_gui.tasks.exports.generator import ExportedGenerator

_KINDS = ("Names of stylegan2-ada-pytorch (*.safetensors)", "Names of rosinality's stylegan2-pytorch (*.pt)")


class ExportButton(QPushButton):
    """Asks for a file and has the worker write the generator of a model into it."""

    def __init__(self, model: str, document: Document) -> None:
        super().__init__("Export…")
        named(self, "Export generator")
        self.setIcon(icon("share"))
        self.setToolTip(plain("Write the generator to a file that other programs read"))
        self._model, self._document = model, document
        self._job = Job(document, self)
        self._warnings: list[str] = []
        self._job.changed.connect(lambda: self.setEnabled(not self._job.running))
        self.clicked.connect(self._ask)

    def _ask(self) -> None:
        start = Path.home() / f"{self._model}.safetensors"
        path = ask_where(self, "Export the generator", start, _KINDS)
        if path is not None:
            self.write(path)

    def write(self, file: Path) -> None:
        """Write the generator to a file, which is replaced; what goes wrong is told."""
        self._warnings.clear()
        self._job.begin(
            "Exporting the generator", ExportGenerator(self._model, file), done=self._written,
            warned=self._warnings.append,
        )  # fmt: skip

    def _written(self, exported: ExportedGenerator) -> None:
        told = " ".join(self._warnings)
        self._document.notice.emit(f"Written to {exported.file}.", told, bool(told))  # a warning stays
