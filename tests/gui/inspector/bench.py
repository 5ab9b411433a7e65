"""An inspector to look at: over images that nothing reads, with a worker whose answers a test gives."""

from pathlib import Path
from typing import Any

import numpy as np
from pytestqt.qtbot import QtBot

from large_gui.gui.document.document import Document
from large_gui.gui.inspector.inspector import Inspector
from large_gui.gui.widgets.pictures import Picture
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest
from large_gui.service.requests import Crop, Reconstruct, Refine, Request, ShowLayers, WalkImage
from large_gui.tasks.invert import Failure
from large_gui.tasks.measure import Measured
from large_gui.tasks.models import model_card
from large_gui.tasks.session import Session
from tests.gui.acting import settle
from tests.gui.played import PlayedWorker

KINDS: dict[str, type[Request[Any]]] = {
    "crop": Crop, "picture": Reconstruct, "layers": ShowLayers, "walk": WalkImage, "refine": Refine,
}  # fmt: skip


class Bench:
    """An inspector over twelve images, the last two not measured, and one that can't be read."""

    def __init__(self, home: Path, pack: GanModel, folder: Path, qtbot: QtBot) -> None:
        self.pack, self.qtbot = pack, qtbot
        self.document = Document(home)
        self.worker = PlayedWorker(self.document)
        self.document.model = model_card(pack.name)
        paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.jpg"))
        directions = [pack.directions["age"], pack.directions["yaw"]]
        found = Manifest(folder, paths, [Failure("zz.jpg", "not an image")])
        self.session = self.document.session = Session(found, directions, "faces")
        table = np.column_stack([np.linspace(-2, 2.5, 10), np.linspace(1, -1, 10)])
        sha, flags = [f"sha{i}" for i in range(10)], [()] * 10
        self.session.add(Measured(paths[:10], sha, table, [50.0] * 10, flags, directions=["age", "yaw"]))
        self.inspector = Inspector(self.document)
        self.walk = self.inspector.walk
        qtbot.addWidget(self.inspector)
        self.inspector.resize(380, 900)
        self.inspector.show()
        qtbot.waitExposed(self.inspector)

    def settle(self) -> None:
        """Wait until everything was asked for."""
        settle(self.qtbot, self.inspector)

    def look(self, number: int) -> None:
        self.document.set_current(number)
        self.settle()

    def turn(self, name: str, *, flipped: bool = False) -> None:
        self.session.choose(name, {}, flipped=flipped)
        self.document.direction_changed.emit()
        self.settle()

    def jobs(self) -> list[str]:
        names = {kind: name for name, kind in KINDS.items()}
        return sorted(names[type(request)] for request in self.worker.asked)

    def asked(self, job: str) -> list[Any]:
        return self.worker.of(KINDS[job])

    def answer(self, job: str, value: Any, number: int = -1) -> None:
        self.worker.answer(KINDS[job], value, number)

    def fail(self, job: str, sentence: str, hint: str) -> None:
        self.worker.fail(KINDS[job], sentence, hint, "Traceback")

    def cancel(self, job: str, number: int = -1) -> None:
        self.worker.stop(KINDS[job], number)


def picture(value: int, side: int = 32) -> np.ndarray:
    return np.full((side, side, 3), value, np.uint8)


def grey(shown: Picture) -> int:
    """The value of a picture's first pixel, -1 for none."""
    return -1 if shown.image.isNull() else shown.image.pixelColor(0, 0).red()
