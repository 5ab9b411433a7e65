"""The inspector: one image closely. Its crop, its reconstruction, how far to trust it, a walk, its layers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.choices import Flag
from large_gui.core.words import signed
from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.jobs import Handlers
from large_gui.gui.inspector.layer_plot import LEGEND, LayerPlot
from large_gui.gui.inspector.walk import Walk
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.pictures import Elided, Picture, column, to_image, wrapped
from large_gui.gui.widgets.plain import Label, marked_up, plain

ASK_MS = 80  # after the last change, so that a held arrow key asks for nothing
_ORIGINAL = 512  # pixels of the longer side
_GOOD, _POOR = 90.0, 99.0  # percentiles of the inversion error
_FLAGS = {
    Flag.UNALIGNED: "No face was found; the centred square was used.",
    Flag.SEVERAL_FACES: "Several faces; the largest was used.",
    Flag.REFINED: "The code was refined.",
}


class Inspector(QWidget):
    """Follows the document's current image; asks for nothing while it can't be seen.

    Signals
    -------
    fetch_wanted
        The person asks for the generator; call `refresh` when it is there.
    """

    fetch_wanted = Signal()

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Inspector")
        self._document = document
        self._asked: dict[str, tuple[object, ...]] = {}  # by job, what for: the stamp of its answer
        self._turn = 0  # counts changes of the direction
        self._later = QTimer(self, singleShot=True, interval=ASK_MS)
        self._later.timeout.connect(self.refresh)
        self._reader = _Reader()
        self._reader.read.connect(self._original_read)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self.original = Picture("Original", "The image as it is in the folder")
        self.crop = Picture("Aligned crop", "The part of the image that is inverted")
        self.reconstruction = Picture("Reconstruction", "What the generator makes of the image's code")
        self._pictures = {"original": self.original, "crop": self.crop, "picture": self.reconstruction}
        self.walk, self.layer_plot = Walk(document), LayerPlot()
        self.walk.told.connect(self._tell)
        self._lay_out()
        document.current_changed.connect(self._another_image)
        document.opened.connect(self._another_image)
        document.images_changed.connect(self._measured)
        for signal in (document.direction_changed, document.directions_changed):
            signal.connect(self._turned)
        for signal in (document.labels_changed, document.value_changed):
            signal.connect(self._describe)
        document.busy_changed.connect(self._ask_soon)  # the job may have fetched the generator
        document.busy_changed.connect(self._describe)
        document.worker.died.connect(self._asked.clear)
        self._another_image()

    def refresh(self) -> None:
        """Ask for everything that is missing."""
        self._describe()
        session, i = self._document.session, self._document.current
        if not self.isVisible() or session is None or self._why() != "":
            return
        path, sha256, model = session.folder / session.paths[i], session.sha256[i], session.model
        image, drawable = (session, i), self._drawable()
        code = sha256, str(session.inversion_error[i])  # a refined code has another error
        known, turned = (*image, *code), (*image, *code, self._turn)
        if self._new("original", image):
            self._reader.newest = image
            self._pool.start(partial(_read, self._reader, path, image))
        if sha256 and drawable:
            self._request("picture", known, sha256=sha256, model=model)
        self._request("crop", image, image=path, model=model)
        if sha256:
            self._request("layers", turned, sha256=sha256, model=model, direction=session.direction)
        if sha256 and drawable and self._new("walk", turned):
            self.walk.begin(i)

    def _lay_out(self) -> None:
        self._hint = wrapped("Inspector hint", "Choose an image to look at it closely.")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.name = Elided()
        self.name.setAccessibleName("Image name")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.name.setStyleSheet("font-weight: bold")
        self.facts, self.trust = wrapped("Image figures"), wrapped("Inversion error")
        self.problem = wrapped("Inspector problem")
        self.problem.setObjectName("problem")
        self.fetch = QPushButton("Fetch the generator…", flat=True)
        self.fetch.setStyleSheet("text-align: left; color: palette(link)")
        self.fetch.clicked.connect(self.fetch_wanted)
        why = "The reconstruction and the walk need the generator, which is fetched once."
        self._note = column(wrapped("Generator note", why), self.fetch)
        self._layers = column(named(marked_up(LEGEND), "Layer legend"), self.layer_plot)
        pictures = QWidget()
        grid = QGridLayout(pictures)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, picture in enumerate(self._pictures.values()):
            grid.addWidget(picture, 0, place)
            grid.addWidget(Label(picture.accessibleName()), 1, place, Qt.AlignmentFlag.AlignHCenter)
            grid.setColumnStretch(place, 1)
        self.refine = named(QPushButton("&Refine"), "Refine inversion")
        self.refine.setToolTip(
            "Search for a code whose image is nearer to this one; takes a minute on a CPU.\n"
            "For an image whose reconstruction is poor. Its distance changes."
        )
        self.refine.clicked.connect(lambda: self._document.job.refine(self._document.current))
        trusted = QWidget()
        row = QHBoxLayout(trusted)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.trust, 1)
        row.addWidget(self.refine, 0, Qt.AlignmentFlag.AlignTop)
        self._body = column(
            self.name, self.facts, pictures, trusted, self._note, self.problem, self.walk, self._layers
        )
        box = QVBoxLayout(self)
        box.addWidget(self._hint)
        box.addWidget(self._body)
        box.addStretch()

    def _drawable(self) -> bool:
        model = self._document.model
        return model is not None and model.can_draw

    def _why(self) -> str | None:
        """Why the current image can't be read, empty when it can, ``None`` when there is none."""
        session, i = self._document.session, self._document.current
        if session is None or not 0 <= i < len(session):
            return None
        failure = session.failures.get(session.paths[i])
        return "" if failure is None else failure.why

    def _another_image(self, *_: object) -> None:
        """Drop what is shown and was asked for; ask anew a little later."""
        self._asked.clear()
        self._reader.newest = None
        for picture in self._pictures.values():
            picture.say("…")
        self.walk.leave(image=True)
        self._turned()

    def _turned(self) -> None:
        self._turn += 1
        self._tell("")
        self.walk.leave()
        self._layers.hide()
        self._describe()
        self._ask_soon()

    def _measured(self, numbers: Sequence[int]) -> None:
        self._describe()
        if self._document.current in numbers:
            self._ask_soon()

    def _ask_soon(self) -> None:
        if self.isVisible():
            self._later.start()

    def _describe(self, *_: object) -> None:
        """Say everything that is known without asking."""
        session, i, why = self._document.session, self._document.current, self._why()
        self._hint.setVisible(why is None)
        self._body.setVisible(why is not None)
        if session is None or why is None:
            return
        self.name.whole = session.paths[i].rpartition("/")[2]
        self.name.setToolTip(plain(str(session.folder / session.paths[i])))
        self.name.resizeEvent()
        drawable, readable = self._drawable(), not why
        self.facts.setText(figures(self._document) if readable else f"can't be read: {why}")
        self.trust.setText(trust(float(session.inversion_error[i]), session.flags[i]))
        self.trust.setVisible(readable and bool(self.trust.text()))
        self._note.setVisible(readable and not drawable)
        self.walk.setVisible(readable and drawable)
        model = self._document.model
        self.refine.setVisible(readable and drawable and model is not None and model.refines)
        self.refine.setEnabled(bool(session.sha256[i]) and not self._document.job.running)
        self.walk.describe()
        if not readable:
            for picture in self._pictures.values():
                picture.say("can't be read")
        elif not drawable or not session.sha256[i]:
            self.reconstruction.say("waits for its turn" if drawable else "needs the generator")

    def _new(self, job: str, stamp: tuple[object, ...]) -> bool:
        """Whether this was not asked for yet; from now on it was."""
        new = self._asked.get(job) != stamp
        self._asked[job] = stamp
        return new

    def _request(self, job: str, stamp: tuple[object, ...], **arguments: object) -> None:
        """Ask the worker, unless the same was asked for before."""
        if self._new(job, stamp):
            handlers = Handlers(
                done=partial(self._show, job, stamp),
                failed=lambda sentence, hint, _: self._show(job, stamp, f"{sentence} {hint}"),
                cancelled=partial(self._ask_again, job, stamp),
            )
            self._document.worker.request(job, handlers, **arguments)

    def _ask_again(self, job: str, stamp: object) -> None:
        """Another widget's request took the place of this one."""
        if self._asked.get(job) == stamp:
            del self._asked[job]
            self._ask_soon()

    def _original_read(self, stamp: object, answer: Any) -> None:
        self._show("original", stamp, answer)

    def _show(self, job: str, stamp: object, answer: Any) -> None:
        """Show the answer of a job, or the sentence why there is none; a stale one is dropped."""
        if self._asked.get(job) != stamp:
            return
        picture, bad = self._pictures.get(job), isinstance(answer, str)
        if bad:
            self._tell(answer)
        if picture is None:
            self._layers.setVisible(not bad)
            if not bad:
                self.layer_plot.set_layers(answer)
        elif bad:
            picture.say("not drawn")
        else:
            picture.set_image(to_image(answer[0] if job == "crop" else answer))
            if job == "picture":
                self.walk.start_from(picture.image)

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for what is missing."""
        super().showEvent(event)
        self._ask_soon()


class _Reader(QObject):
    """Carries images from the thread that reads them; what is not the newest wish is not read."""

    read = Signal(object, object)
    newest: object = None


def _read(reader: _Reader, path: Path, stamp: object) -> None:
    """Read one image, on a thread."""
    from large_gui.project.images import read_image

    if reader.newest is stamp:
        try:
            reader.read.emit(stamp, read_image(path, _ORIGINAL))
        except LargeError as error:
            reader.read.emit(stamp, f"{error.sentence} {error.hint}")


def figures(document: Document) -> str:
    """Rank, distance, prediction and label of the current image, on one line."""
    import numpy as np

    session, i = document.session, document.current
    assert session is not None
    d, label, line = float(session.distances[i]), session.labels.get(i), session.calibration
    parts = ["not inverted yet"]
    if np.isfinite(d):
        ranked = session.ranked
        rank = 1 + int((session.distances[ranked] < d).sum() + (session.distances[:i][ranked[:i]] == d).sum())
        place = f"rank {rank:,} of {ranked.sum():,}" if ranked[i] else "no rank: no face was found"
        parts = [place, f"distance {signed(d)}"]
        if line is not None and ranked[i]:
            low, high = (float(end) for end in line.interval(d))
            between = f" ({low:.1f} to {high:.1f})" if np.isfinite([low, high]).all() else ""
            parts.append(f"{line.predict(d):.1f} {document.value.unit}".rstrip() + between)
            parts += [f"limited to {document.value.bounded}"] if line.clips(d) else []
    if label is not None:
        parts.append(f"label {label.value:g}{', left out' if label.excluded else ''}")
    return " · ".join(part.replace(" ", "\u00a0") for part in parts)


def trust(error: float, flags: Sequence[str]) -> str:
    """How far an inversion can be trusted; ``error`` is its percentile among good images, or NaN."""
    words = [text for flag, text in _FLAGS.items() if flag in flags]
    if error > _POOR or Flag.POOR_INVERSION in flags:
        words.insert(0, "Inversion poor: this image lies outside what the generator knows.")
    elif error == error:
        grade, share = "good" if error <= _GOOD else "fair", f"{100 - error:.0f} %"
        words.insert(
            0, f"Inversion {grade}: {share} of good images are farther from what the generator knows."
        )
    return " ".join(words)
