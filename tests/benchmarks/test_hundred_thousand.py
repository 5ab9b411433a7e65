"""A project of 100,000 images whose codes are known: opening, orders, a new direction, memory and disk.

The images are tiny files with different contents, and their codes are drawn at random in the shape of the
faces pack. The worker is the real one.
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

from large_gui.core.choices import Order
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.gui.shell.app import build
from large_gui.gui.shell.window import MainWindow
from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache, Inverted, shards_folder
from large_gui.project.codes.shard import HEADER
from large_gui.project.images.manifest import find_dropped
from large_gui.service.messages import Quit
from large_gui.tasks.measure import measure_known
from large_gui.tasks.projects import choose_model

pytestmark = pytest.mark.benchmark
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


def memory(pid: int | str = "self") -> tuple[int, int]:
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


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The home of the program, and the folder of images."""
    home, folder = tmp_path / "home", tmp_path / "images"
    home.mkdir()
    monkeypatch.setenv("LARGE_GUI_HOME", str(home))
    filled(folder, home / "codes.sqlite", MANY)
    choose_model([folder], home, MODEL)
    return home, folder


def test_the_window(qtbot: QtBot, project: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    home, folder = project
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    document, told = window.document, [f"{MANY:,} images; window without a folder: {memory()[0]} MB"]

    def all_have_distances() -> bool:
        session = document.session
        return session is not None and session.measured == MANY and np.isfinite(session.distances).all()

    def opened() -> float:
        def wait() -> None:
            document.open([folder])
            while not all_have_distances():
                QApplication.processEvents()
                time.sleep(0.001)
            QApplication.processEvents()

        return seconds(wait)

    def new_worker() -> None:
        document.client._send(Quit())
        document.client._end()

    directions = len(open_model(MODEL).directions)
    told.append(f"first opening, which measures along {directions} directions: {opened():.2f} s")
    warm, cold = [], []
    for _ in range(3):
        warm.append(opened())
        new_worker()
        cold.append(opened())
    told.append(f"warm opening: {min(warm):.2f} s, with a worker that starts for it {min(cold):.2f} s")
    qtbot.waitUntil(lambda: not document.job.running, timeout=60_000)
    assert document.client.pid is not None
    (ours, most), (its, its_most) = memory(), memory(document.client.pid)
    told.append(f"memory: window {ours} MB, at most {most} MB; worker {its} MB, at most {its_most} MB")

    def sort(order: Order, reverse: bool) -> None:
        document.sort(order, reverse=reverse)
        QApplication.processEvents()

    for order in (Order.NAME, Order.DISTANCE, Order.INVERSION_ERROR, Order.NAME):
        best = min(seconds(lambda: sort(order, reverse)) for reverse in (True, False, True))  # noqa: B023
        told.append(f"order by {order}: {1000 * best:.0f} ms")
    told.append(f"turned round: {1000 * min(seconds(document.flip) for _ in range(4)):.0f} ms")
    names = [name for name in document.model.directions if name != document.chosen.name]
    chosen = min(seconds(lambda: document.choose_direction(name)) for name in names)  # noqa: B023
    told.append(f"another known direction: {1000 * chosen:.0f} ms")
    size = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
    told.append(f"on the disk: {size / MANY / 1024:.1f} kB an image, all of the program's files")
    with capsys.disabled():
        print("", *told, sep="\n")
    window.close()


def test_a_new_direction(project: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Ours from the call of the job to the table, with keeping it; NumPy's from memory maps that are warm."""
    home, folder = project
    model, rng = open_model(MODEL), np.random.default_rng(1)
    layers, width = model.shape
    with CodeCache(home / "codes.sqlite") as cache:
        found = find_dropped([folder], cache.known_shas)
        shas = [found.known[path] for path in found.paths]
        maps = [
            np.memmap(file, np.float16, "r", HEADER).reshape(-1, layers * width)
            for file in sorted(shards_folder(cache.path).glob("*.codes"))
        ]
        assert sum(len(rows) for rows in maps) == MANY

        def direction() -> Direction:
            normal = rng.standard_normal((layers, width))
            return Direction("new", normal / np.linalg.norm(normal, axis=1, keepdims=True))

        def ours() -> None:
            measure_known(shas, model, [direction()], cache, SilentReporter())

        def numpys() -> None:
            normal = (direction().normal / layers).ravel().astype(np.float32)
            for rows in maps:
                for start in range(0, len(rows), 256):
                    rows[start : start + 256].astype(np.float32) @ normal

        times = [(seconds(ours), seconds(numpys)) for _ in range(4)][1:]
    mine, theirs = (min(column) for column in zip(*times))
    with capsys.disabled():
        print(f"\na new direction of {MANY:,} images: {mine:.2f} s, NumPy {theirs:.2f} s", end=", ")
        print(f"ratio {mine / theirs:.2f}; at most {memory()[1]} MB")
    assert mine / theirs < 1.5
