"""A document over thirty measured images, which tests of its widgets play with."""

from pathlib import Path
from typing import Any

import numpy as np

from large_gui.core.direction import Direction
from large_gui.gui.document.document import Document
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import ProjectStore
from large_gui.tasks.measure import Measured
from large_gui.tasks.models import model_card
from large_gui.tasks.session import Session
from tests.gui.played import PlayedWorker

NAMES = [f"{i:02}.jpg" for i in range(30)]
BROUGHT = ("age", "yaw", "pitch", "smile", "hair_darkness", "glasses")  # some of the pack's directions


class Bench:
    """A document over thirty measured images, without a worker process."""

    def __init__(self, home: Path, pack: GanModel, document: Document | None = None) -> None:
        self.document = document or Document(home)
        self.worker = PlayedWorker(self.document)
        self.document.model = model_card(pack.name)
        self.home, self.pack = home, pack
        self.random = np.random.default_rng(0)
        self.notices: list[tuple[str, str, bool]] = []
        self.document.notice.connect(lambda *told: self.notices.append(told))

    def open(self, *own: Direction, measured: int = 30, same: str = "", built_in: bool = True) -> Session:
        """Open thirty images; distances along ``same`` go along with those along age."""
        document = self.document
        brought = [self.pack.directions[name] for name in BROUGHT] if built_in else ()
        directions = list({direction.name: direction for direction in (*brought, *own)}.values())
        document.use_store(ProjectStore(self.home / "test.large"))
        for direction in own:
            document.store.set_directions({direction.name: direction})
        document.own = frozenset(direction.name for direction in own)
        table = self.random.normal(size=(30, len(directions)))
        if same:
            column = [d.name for d in directions].index(same)
            table[:, column] = table[:, 0] + 0.2 * table[:, column]
        document.session = session = Session(Manifest(self.home, NAMES, []), directions, "faces")
        n = measured
        names = [d.name for d in directions]
        sha = [f"sha{i}" for i in range(n)]
        session.add(Measured(NAMES[:n], sha, table[:n], [1.0] * n, [()] * n, directions=names))
        document.opened.emit()
        return session


def own_direction(name: str, **more: Any) -> Direction:
    """A direction of W of the person's own."""
    normal = np.random.default_rng(1).normal(size=512)
    about = {"negative": "without", "positive": "with", "provenance": "by hand", "found_by": "svm"} | more
    return Direction(name, normal / np.linalg.norm(normal), **about)
