"""What a window that shows its welcome must not load: each of these was once a part of a slow start."""

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


def test_the_welcome_loads_little(tmp_path: Path) -> None:
    environment = {**os.environ, "LARGE_GUI_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _START], check=True, env=environment, capture_output=True, text=True
    )
    assert done.stdout.split() == []
