"""The window loads the modules that ``LARGE_GUI_EXTENSIONS`` names; what is wrong with one is told."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from large_gui.service.log_file import WINDOW_LOG

_START = """
import sys
from large_gui.gui.shell.app import build
application, window = build(["large-gui"])
window.show()
application.processEvents()
print(window.notice.isVisible(), window.notice.text)
if "brings_an_engine" in sys.modules:
    from large_gui.engine.engine import ENGINES
    print(*ENGINES)
window.close()
"""
_ADDS = """
from large_gui.engine.engine import register
register("cluster", lambda stages, paths, model: iter(()))
"""


def started(home: Path, extensions: str) -> list[str]:
    """What a window prints that is started with extensions, which lie in its home."""
    environment = {
        **os.environ, "LARGE_GUI_HOME": str(home), "QT_QPA_PLATFORM": "offscreen",
        "LARGE_GUI_EXTENSIONS": extensions, "PYTHONPATH": os.pathsep.join([str(home), *sys.path]),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _START], check=True, env=environment, capture_output=True, text=True
    )
    return done.stdout.splitlines()


def test_an_engine_of_an_extension_is_known_to_the_window(tmp_path: Path) -> None:
    (tmp_path / "brings_an_engine.py").write_text(_ADDS)
    notice, engines = started(tmp_path, "brings_an_engine")
    assert notice.split() == ["False"]
    assert engines == "local cluster"


def test_a_window_starts_without_an_extension_that_fails(tmp_path: Path) -> None:
    (tmp_path / "fails.py").write_text("1 / 0")
    (notice,) = started(tmp_path, "fails")
    assert notice.startswith("True The extension 'fails' can't be loaded: division by zero.")
    assert "ZeroDivisionError" in (tmp_path / WINDOW_LOG).read_text("utf-8")
