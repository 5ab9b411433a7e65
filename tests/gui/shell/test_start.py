"""What the window must not load: what makes its start slow before there is a folder, and torch ever."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_START = """
import sys
from PySide6 import QtWidgets
from large_gui.gui.shell.app import build
application, window = build(["large-gui"])
window.show()
application.processEvents()
made = {*vars(QtWidgets)} & {"QStyle", "QDockWidget"}
loaded = sys.modules.keys() & {
    "numpy", "pyqtgraph", "torch", "dataclasses", "sqlite3", "multiprocessing", "html",
}
print(*sorted(made | loaded))
window.close()
"""


_DIRECTIONS = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from large_gui.gui.shell.app import build
from large_gui.tasks import models
from large_gui.models.library import open_model
from large_gui.service.requests import FindDirections, Measure, ReadDirections, WeighLayers
from tests.gui.bench import Bench, own_direction

application, window = build(["large-gui"])
window.show()
home = Path(sys.argv[1])
bench = Bench(home, open_model("faces"), window.document)
bench.document.model = drawing = replace(bench.document.model, generates=True, generator_is_here=True)
models.model_card = lambda name: drawing
bench.open()
window.pages.show_page("directions")
page, worker = window.pages.directions, bench.worker

def measured(kind, *found):
    worker.answer(kind, list(found) if kind is not WeighLayers else found[0])
    worker.answer(Measure, np.zeros((30, len(found))))
    application.processEvents()

np.save(home / "fur.npy", own_direction("fur").normal)
(home / "freckles.json").write_text("[1]")
for name in ("fur.npy", "freckles.json"):
    page.import_file(home / name)
    measured(ReadDirections, own_direction(Path(name).stem))
page.finding.by.setCurrentIndex(page.finding.by.findData("components"))
page.finding.start.click()
measured(FindDirections, own_direction("component_1"))
page.details.weigh.click()
measured(WeighLayers, replace(own_direction("component_1"), layer_importance=np.full(23, 1 / 23)))
names = [direction.name for direction in bench.document.session.directions]
assert names[-3:] == ["fur", "freckles", "component_1"], names
assert bench.document.session.directions[-1].layer_importance is not None
print(*sorted(sys.modules.keys() & {"torch"}))
window.close()
"""

_OPENED_BY_THE_FINDER = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent
from large_gui.gui.shell.app import build
application, window = build(["large-gui"])
window.document.open = lambda paths: print(*paths)
QCoreApplication.postEvent(application, QFileOpenEvent(sys.argv[1]))
application.processEvents()
print(application.desktopFileName())
"""


def loaded(script: str, home: Path) -> list[str]:
    """What a script prints that runs with a home of its own."""
    root = Path(__file__).resolve().parents[2]
    environment = {
        **os.environ, "LARGE_GUI_HOME": str(home), "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(root),
    }  # fmt: skip
    command = [sys.executable, "-c", script, str(home)]
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_the_welcome_loads_little(tmp_path: Path) -> None:
    assert loaded(_START, tmp_path) == []


def test_directions_are_imported_found_and_weighed_without_torch(tmp_path: Path) -> None:
    assert loaded(_DIRECTIONS, tmp_path) == []


def test_a_file_that_comes_as_an_event_is_opened(tmp_path: Path) -> None:
    project = tmp_path / "photos.large"
    told = loaded(_OPENED_BY_THE_FINDER, project)
    assert told == [str(project), "io.github.large_gui.large_gui"]
    entry = Path(__file__).resolve().parents[3] / "packaging" / "linux" / f"{told[1]}.desktop"
    assert entry.is_file(), "a panel finds the program's name and icon by it"
