"""Open a folder in the window, wait until its worker has sorted it, and close it."""

from __future__ import annotations

import sys

from PySide6.QtCore import QTimer

from large_gui.gui.shell.app import build

PATIENCE = 150  # seconds


def main() -> int:
    """The number of images that were sorted, printed; exit status 1 if none was."""
    application, window = build(["large-gui", sys.argv[1]])
    window.show()
    sorted_images = 0

    def look() -> None:
        nonlocal sorted_images
        session = window.document.session  # type: ignore[attr-defined]
        if session is not None and session.ranked.any():
            sorted_images = int(session.ranked.sum())
            window.close()
            application.quit()

    timer = QTimer(window, interval=50)
    timer.timeout.connect(look)
    timer.start()
    QTimer.singleShot(PATIENCE * 1000, application.quit)
    application.exec()
    print(f"sorted {sorted_images}")
    window.close()
    return int(not sorted_images)


if __name__ == "__main__":  # the worker imports this file too
    sys.exit(main())
