"""What nobody caught is told in the bar and logged, whichever thread it happened on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from large_gui.service.log_file import WINDOW_LOG

_START = """
import threading
from PySide6.QtCore import QTimer, qCritical, qWarning
from PySide6.QtWidgets import QApplication
from large_gui.errors import InputError
from large_gui.gui.shell import app
build = app.build

def fail():
    QTimer.singleShot(0, look)
    {failure}

def look():
    QApplication.sendPostedEvents()
    window = QApplication.instance().property("window")
    print(window.notice.text)
    window.close()

def built(argv):
    application, window = build(argv)
    application.setProperty("window", window)
    QTimer.singleShot(0, window, fail)
    return application, window

app.build = built
app.main(["large-gui"])
"""
_INTERNAL = "Something went wrong in the program itself. The log has the details (About)."


@pytest.mark.parametrize(
    ("failure", "bar", "logged"),
    [
        ("1 / 0", _INTERNAL, "ZeroDivisionError"),
        ("raise InputError('The disk is full.', hint='Make room.', detail='ENOSPC')",
         "The disk is full. Make room.", "ENOSPC"),
        ("t = threading.Thread(target=lambda: 1 / 0); t.start(); t.join()", _INTERNAL, "ZeroDivisionError"),
        ("qCritical('No more memory.')", _INTERNAL, "Qt: No more memory."),
        ("qWarning('A font is missing.')", "", "Qt: A font is missing."),
    ],
)  # fmt: skip
def test_it_is_told_and_logged(tmp_path: Path, failure: str, bar: str, logged: str) -> None:
    environment = {**os.environ, "LARGE_GUI_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-c", _START.format(failure=failure)],
        check=True, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == bar
    assert "Traceback" not in done.stderr
    assert logged in (tmp_path / WINDOW_LOG).read_text("utf-8")
