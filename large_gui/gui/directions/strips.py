"""The pictures of every direction: a model's own, drawn by its generator, or images of the folder."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from large_gui.errors import LargeError
from large_gui.gui.directions.picker import strip
from large_gui.gui.document.document import Document
from large_gui.gui.document.job import Job
from large_gui.gui.widgets.pictures import to_image

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.session import Session

_IMAGES = 9
_PLACE, _PICTURE = 107, QSize(101, 192)  # pixels for each image: nine are as wide as five squares are
_SIDE = 256  # of thumbnails, as the grid keeps them


class _Known(NamedTuple):
    """Pictures, and what they show."""

    of: object
    pixmap: QPixmap


class Strips(QObject):
    """Gives the pictures of directions, and makes those that a person's own directions lack.

    Signals
    -------
    made
        The pictures of a direction are there; carries its name.
    """

    made = Signal(str)

    def __init__(self, document: Document, parent: QObject) -> None:
        super().__init__(parent)
        self._document = document
        self._job = Job(document, self)
        self._known: dict[str, _Known] = {}
        self._asked: dict[str, object] = {}  # what is being made, by name of the direction
        self._waiting: list[Direction] = []  # for the worker, which draws one after the other
        self._not_drawn: set[Direction] = set()  # that it could not draw
        self._job.changed.connect(self._next)
        document.opened.connect(self._forget)

    def of(self, direction: Direction) -> QPixmap:
        """The pictures of a direction; empty while there are none, and `made` tells when that changes."""
        session, model, name = self._document.session, self._document.model, direction.name
        origin = self._document.origin(direction)
        if origin is not None and not (pictures := strip(origin, direction)).isNull():
            return pictures
        if session is None or model is None:
            return QPixmap()
        known = self._known.get(name, _Known(None, QPixmap()))
        drawn = model.can_draw and direction not in self._not_drawn
        wanted: object = direction if drawn else tuple(_spread(session, name))
        if wanted not in (known.of, self._asked.get(name)):
            self._asked[name] = wanted
            if drawn:
                self._waiting = [d for d in self._waiting if d.name != name] + [direction]
                self._next()
            if not drawn or known.pixmap.isNull():  # drawing takes a while, and these are here at once
                self._put_together(session, name, tuple(_spread(session, name)))
        return known.pixmap

    def _forget(self) -> None:
        self._known, self._asked, self._waiting = {}, {}, []
        self._job.forget()

    def _next(self) -> None:
        """Have the worker draw the next one."""
        from large_gui.service.requests import DrawStrip

        model = self._document.model
        if self._job.running or not self._waiting or model is None:
            return
        direction = self._waiting.pop(0)
        self._job.begin(
            "Drawing a direction", DrawStrip(direction, model.name),
            done=lambda pixels: self._made(direction.name, direction, to_image(pixels)),
            failed=lambda _: self._could_not(direction), lost=lambda: self._lost(direction.name),
        )  # fmt: skip

    def _lost(self, name: str) -> None:
        self._asked.pop(name, None)  # so that it is asked for again

    def _could_not(self, direction: Direction) -> None:
        self._not_drawn.add(direction)
        self.made.emit(direction.name)  # who shows it asks again, and gets images of the folder

    def _put_together(self, session: Session, name: str, numbers: tuple[int, ...]) -> None:
        if not numbers:
            return
        paths = [session.folder / session.paths[i] for i in numbers]
        work = partial(_row_of, self._document.home / "thumbnails.sqlite", paths)

        def there(row: QImage) -> None:
            if self._document.session is session:  # else another folder was opened meanwhile
                self._made(name, numbers, row)

        self._document.background.run(work, there)

    def _made(self, name: str, of: object, image: QImage) -> None:
        stands_in = name not in self._known and isinstance(of, tuple)  # until it is drawn
        if self._asked.get(name) == of or stands_in:  # else it has changed meanwhile
            self._known[name] = _Known(of, QPixmap.fromImage(image))
            self.made.emit(name)


def _spread(session: Session, name: str) -> list[int]:
    """Numbers of images from the lowest to the highest along a direction, at even ranks."""
    import numpy as np

    along = session.along(name)
    placed = np.flatnonzero(np.isfinite(along) & ~session.faceless)
    order = placed[np.argsort(along[placed], kind="stable")]
    ranks = np.linspace(0, len(order) - 1, min(_IMAGES, len(order))).round().astype(int)
    return [int(i) for i in order[ranks]]


def _row_of(file: Path, paths: list[Path]) -> QImage:
    """Put the middles of images side by side, on a thread; empty if none can be read."""
    from large_gui.project.images.thumbnails import ThumbnailStore

    width, height, found = _PICTURE.width(), _PICTURE.height(), 0
    row = QImage(_IMAGES * _PLACE, height, QImage.Format.Format_ARGB32_Premultiplied)
    row.fill(Qt.GlobalColor.transparent)
    store, painter = ThumbnailStore(file), QPainter(row)
    try:
        for i, path in enumerate(paths):
            try:
                image = to_image(store.thumbnail(path, _SIDE))
            except LargeError:
                continue  # its place stays empty
            keep, smooth = (
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            image = image.scaled(_PICTURE, keep, smooth)
            middle = QRect((image.width() - width) // 2, (image.height() - height) // 2, width, height)
            painter.drawImage(i * _PLACE + (_PLACE - width) // 2, 0, image.copy(middle))
            found += 1
    finally:
        painter.end()
        store.close()
    return row if found else QImage()
