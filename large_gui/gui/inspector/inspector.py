"""The inspector of one image: its estimate, a walk, how far to trust it, its pictures, its layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QGridLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.inspector.layer_plot import LayerPlot, Legend
from large_gui.gui.inspector.trust import TrustBox
from large_gui.gui.inspector.walk import Walk
from large_gui.gui.inspector.words import estimate, figures, trust
from large_gui.gui.widgets.lines import Elided, column, wrapped
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.pictures import Picture, to_image
from large_gui.gui.widgets.plain import Label, plain
from large_gui.service.requests import Crop, Reconstruct, Request, ShowLayers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.tasks.look import Layers

    Pixels = NDArray[np.uint8]

ASK_MS = 80  # after the last change, so that a held arrow key asks for nothing
_ORIGINAL = 512  # pixels of the longer side
R = TypeVar("R")


class Inspector(QWidget):
    """A panel that shows the current image closely, and asks for nothing while it can't be seen.

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
        # Each is stamped with what it was asked for, so that nothing is asked for twice.
        self._cropping, self._drawing, self._weighing = (Job(document, self) for _ in range(3))
        self._original_of: object = None  # the stamp of the original that was asked for
        self._walk_of: object = None  # and of the walk that was begun
        self._turn = 0  # counts changes of the direction
        self._later = QTimer(self, singleShot=True, interval=ASK_MS)
        self._later.timeout.connect(self.refresh)
        self.original = Picture("Original", "The image as it is in the folder")
        self.crop = Picture("Aligned crop", "The part of the image that is measured")
        self.reconstruction = Picture("Reconstruction", "What the generator makes of the image's code")
        self._pictures = (self.original, self.crop, self.reconstruction)
        self._captions: list[Label] = []
        self.walk, self.layer_plot = Walk(document), LayerPlot()
        self.walk.told.connect(self._tell)
        self._lay_out()
        document.current_changed.connect(self._another_image)
        document.opened.connect(self._another_image)
        document.images_changed.connect(self._measured)
        document.pictures_changed.connect(self._read_again)
        for signal in (document.direction_changed, document.directions_changed):
            signal.connect(self._turned)
        for signal in (document.labels_changed, document.value_changed):
            signal.connect(self._describe)
        document.busy_changed.connect(self._ask_soon)  # the job may have fetched the generator
        document.busy_changed.connect(self._describe)
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
        if self._original_of != image:
            self._original_of = image
            self.original.wait()
            self._document.background.run(
                partial(self._read, path, image), partial(self._original_read, image)
            )
        if sha256 and drawable:
            drawn = partial(self._drawn, monotonic())
            self._ask(self._drawing, known, Reconstruct(sha256, model), drawn, self.reconstruction)
        self._ask(self._cropping, image, Crop(path, model), self._cropped, self.crop)
        direction = session.direction
        if sha256 and direction is not None:
            self._ask(self._weighing, turned, ShowLayers(sha256, model, direction), self._weighed)
        if sha256 and drawable and direction is not None and self._walk_of != turned:
            self._walk_of = turned
            self.walk.begin(i)

    def _lay_out(self) -> None:
        self._hint = wrapped("Inspector hint", "Choose an image to look at it closely.")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.name = Elided()
        self.name.setAccessibleName("Image name")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.estimate, self.facts = wrapped("Estimate"), wrapped("Image figures")
        self.facts.setObjectName("muted")
        self.estimate.setStyleSheet("font-weight: bold")
        self.trust = TrustBox(self._document)
        self.problem = wrapped("Inspector problem")
        self.problem.setObjectName("problem")
        self.fetch = QPushButton("Fetch the generator…", flat=True)
        self.fetch.setStyleSheet("text-align: left; color: palette(link)")
        self.fetch.clicked.connect(self.fetch_wanted)
        self._why_not_drawn = wrapped("Generator note")
        self._note = column(self._why_not_drawn, self.fetch)
        self._layers = column(named(Legend(), "Layer legend"), self.layer_plot)
        pictures = QWidget()
        self._grid = grid = QGridLayout(pictures)
        grid.setContentsMargins(0, 0, 0, 0)
        for place, picture in enumerate(self._pictures):
            self._captions.append(Label(picture.accessibleName()))
            grid.addWidget(picture, 0, place)
            grid.addWidget(self._captions[-1], 1, place, Qt.AlignmentFlag.AlignHCenter)
            grid.setColumnStretch(place, 1)
        self._body = column(
            self.name, self.estimate, self.facts, self.walk, self.problem, self.trust, self._note, pictures,
            self._layers,
        )  # fmt: skip
        box = QVBoxLayout(self)
        box.addWidget(self._hint)
        box.addWidget(self._body)
        box.addStretch()

    def _drawable(self) -> bool:
        model = self._document.model
        return model is not None and model.can_draw

    def _why(self) -> str | None:
        """Return why the current image can't be read: nothing if it can, ``None`` if there is no image."""
        session, i = self._document.session, self._document.current
        if session is None or not 0 <= i < len(session):
            return None
        failure = session.failures.get(session.paths[i])
        return "" if failure is None else failure.why

    def _another_image(self, *_: object) -> None:
        """Drop what is shown and what was asked for, and ask again a little later."""
        for job in (self._cropping, self._drawing, self._weighing):
            job.forget()
        self._original_of = self._walk_of = None
        for picture in self._pictures:
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

    def _read_again(self, paths: Sequence[str]) -> None:
        """Read the picture again if its file was edited."""
        session, i = self._document.session, self._document.current
        if session is not None and i >= 0 and str(session.folder / session.paths[i]) in paths:
            self._original_of = self._cropping.stamp = None
            self._ask_soon()

    def _ask_soon(self) -> None:
        if self.isVisible():
            self._later.start()

    def _describe(self, *_: object) -> None:
        """Say everything that is known without asking the worker."""
        session, i, why = self._document.session, self._document.current, self._why()
        self._hint.setVisible(why is None)
        self._body.setVisible(why is not None)
        if session is None or why is None:
            return
        self.name.whole = session.paths[i].rpartition("/")[2]
        self.name.setToolTip(plain(str(session.folder / session.paths[i])))
        self.name.resizeEvent()
        drawable, readable = self._drawable(), not why
        self.estimate.setText(estimate(self._document) if readable else f"It can't be read: {why}")
        self.facts.setText(figures(self._document) if readable else "")
        self.facts.setVisible(bool(self.facts.text()))
        model = self._document.model
        makes_pictures = model is not None and model.generates
        self._note.setVisible(readable and not drawable and makes_pictures)
        self._explain()
        self.walk.setVisible(readable and drawable and session.direction is not None)
        self.trust.show_trust(
            trust(float(session.inversion_error[i]), session.flags[i] if readable else ()),
            refines=readable and drawable and model is not None and model.refines,
            possible=bool(session.sha256[i]) and not self._document.job.running,
        )
        self.walk.describe()
        if not readable:
            for picture in self._pictures:
                picture.say("can't be read")
        elif not drawable or not session.sha256[i]:
            self.reconstruction.say("waits for its turn" if drawable else "needs the generator")

    def _explain(self) -> None:
        """Say why nothing is drawn, and leave out what a model that makes no pictures will never have."""
        model = self._document.model
        if model is None:
            return
        fetched = model.generates and model.fetched_from is not None
        needing = "The reconstruction and the walk need the generator, which is fetched once."
        without = "There is no reconstruction and no walk."
        self._why_not_drawn.setText(needing if fetched else f"{model.why_no_pictures} {without}")
        self.fetch.setVisible(fetched)
        self._captions[1].setText(model.reads)
        for widget in (self.reconstruction, self._captions[2]):
            widget.setVisible(model.generates)
        self._grid.setColumnStretch(2, int(model.generates))

    def _ask(
        self, job: Job, stamp: object, request: Request[R], show: Callable[[R], None],
        picture: Picture | None = None,
    ) -> None:  # fmt: skip
        """Ask the worker, unless the same was asked before. If it fails, the picture says so."""
        if job.stamp == stamp:
            return

        def failed(error: LargeError) -> None:
            self._tell(f"{error.sentence} {error.hint}")
            if picture is not None:
                picture.say("not drawn")
            else:
                self._layers.hide()

        def lost() -> None:
            if picture is not None:
                picture.say("…")

        if picture is not None:
            picture.wait()
        # Another widget's request may take the place of this one, which is then made again.
        job.begin(
            "Looking closer", request, stamp=stamp, done=show, failed=failed, stopped=self._ask_soon,
            lost=lost,
        )  # fmt: skip

    def _cropped(self, answer: tuple[Pixels, tuple[str, ...]]) -> None:
        self.crop.set_image(to_image(answer[0]))

    def _drawn(self, asked: float, pixels: Pixels) -> None:
        self.trust.drew(monotonic() - asked)
        self.reconstruction.set_image(to_image(pixels))
        self.walk.start_from(self.reconstruction.image)

    def _weighed(self, layers: Layers) -> None:
        self._layers.setVisible(len(layers.distances) > 1)  # of one there is nothing to compare
        self.layer_plot.set_layers(layers)

    def _read(self, path: Path, stamp: object) -> Pixels | LargeError | None:
        """Read one image, on a thread, if it is still wanted."""
        from large_gui.project.images.read import read_image

        try:
            return read_image(path, _ORIGINAL) if self._original_of is stamp else None
        except LargeError as error:
            return error

    def _original_read(self, stamp: object, answer: Pixels | LargeError | None) -> None:
        if self._original_of is not stamp or answer is None:
            return  # another image is looked at by now
        if isinstance(answer, LargeError):
            self._tell(f"{answer.sentence} {answer.hint}")
            self.original.say("not drawn")
        else:
            self.original.set_image(to_image(answer))

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Ask for what is missing, as nothing is asked while the panel is hidden."""
        super().showEvent(event)
        self._ask_soon()
