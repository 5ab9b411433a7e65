"""A project of 100,000 images whose codes are known: opening, orders, a new direction, memory and disk.

The images are tiny files with different contents, and their codes are drawn at random in the shape of the faces
pack. The worker is the real one.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.app import build
from large_gui.gui.shell.window import MainWindow
from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.tasks.projects import choose_model

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(900)]
MANY = int(os.environ.get("LARGE_GUI_BENCH_IMAGES", "100000"))
_AT_ONCE = 500
MODEL = "faces"


def filled(folder: Path, cache: Path, count: int) -> None:
    """A folder of images whose codes are in a cache already."""
    folder.mkdir(parents=True)
    Image.new("RGB", (1, 1)).save(folder / "0.png")
    picture = (folder / "0.png").read_bytes()
    (folder / "0.png").unlink()
    model = open_model(MODEL)
    drawn = np.random.default_rng(0).standard_normal((_AT_ONCE, *model.shape), np.float32)
    drawn = drawn.astype(np.float16).astype(np.float32)
    with CodeCache(cache) as codes:
        for start in range(0, count, _AT_ONCE):
            rolled = np.roll(drawn, start // _AT_ONCE, axis=2)
            items, files = {}, []
            for i in range(start, min(start + _AT_ONCE, count)):
                path = folder / f"{i % 100:02}" / f"{i:06}.png"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content := picture + i.to_bytes(4, "big"))
                sha256, status = hashlib.sha256(content).hexdigest(), path.stat()
                items[sha256] = Inverted(rolled[i - start], 50.0)
                files.append((str(path.resolve()), status.st_size, status.st_mtime_ns, sha256))
            codes.put_many(model.key, items)
            codes.remember_shas(files)


def peak(pid: int | str = "self") -> tuple[int, int]:
    """Memory of a process now and at its peak, in MB; -1 where the system doesn't say."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return -1, -1
    words = dict(line.split(":", 1) for line in status.read_text().splitlines())
    return int(words["VmRSS"].split()[0]) >> 10, int(words["VmHWM"].split()[0]) >> 10


def seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def test_a_hundred_thousand_images(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home, folder = tmp_path / "home", tmp_path / "images"
    monkeypatch.setenv("LARGE_GUI_HOME", str(home))
    home.mkdir()
    cache = home / "codes.sqlite"
    filling = seconds(lambda: filled(folder, cache, MANY))
    choose_model([folder], home, MODEL)
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    document = window.document
    told = [f"filled in {filling:.0f} s", f"window alone: {peak()[0]} MB"]

    def opened() -> float:
        start = time.perf_counter()
        document.open([folder])

        def known() -> bool:
            session = document.session
            return (
                session is not None
                and session.measured == MANY
                and bool(np.isfinite(session.distances).all())
            )

        qtbot.waitUntil(known, timeout=600_000)
        QApplication.processEvents()
        return time.perf_counter() - start

    told.append(
        f"first opening, which measures {len(open_model(MODEL).directions)} directions: {opened():.2f} s"
    )
    told += [f"warm opening, worker running: {opened():.2f} s"]
    window.document.client._end()  # a worker that has just been started, as after the program starts
    told += [f"warm opening, worker started anew: {opened():.2f} s"]
    qtbot.waitUntil(lambda: not document.job.running, timeout=60_000)
    session, pid = document.session, document.client.pid
    assert session is not None and pid is not None
    told.append(
        f"window {peak()[0]} MB, at most {peak()[1]} MB; worker {peak(pid)[0]} MB, at most {peak(pid)[1]} MB"
    )
    for order in ("name", "distance", "uncertainty", "random", "name", "distance"):
        try:
            told.append(f"order by {order}: {1000 * seconds(lambda: document.sort(order)):.0f} ms")
        except Exception as error:
            told.append(f"order by {order}: {error!r}")
    told.append(f"turned round: {1000 * seconds(document.flip):.0f} ms")
    with capsys.disabled():
        print("", *told, sep="\n")
    window.close()
