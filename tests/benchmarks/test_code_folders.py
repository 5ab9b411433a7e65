"""What folders of codes cost: processor time and bytes an image, planning, and reading; for docs/cluster.md.

Rates are in images per second of one core's time, so that other work on the machine hardly changes them.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from large_gui.core.reporter import SilentReporter
from large_gui.engine.engine import run
from large_gui.engine.parts import blocks_of
from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.parts.about import AboutCodes, agree
from large_gui.project.codes.parts.part_file import Row, write_part
from large_gui.project.images.manifest import find_images
from large_gui.tasks.invert_parts import invert_into
from tests.conftest import SAMPLES

pytestmark = pytest.mark.benchmark
pytest.importorskip("pyarrow", reason="it comes with: pip install 'large-gui[cluster]'")
READ = 20_000  # images whose codes are read
PLANNED = 1_000_000


@pytest.mark.parametrize("name", ["faces", "features"])
def test_inverting(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg")):
        for copy in range(2):
            shutil.copy(path, photos / f"{copy}-{path.name}")
    model = open_model(name)
    model.start("cpu", SilentReporter())
    began = time.process_time()
    images = invert_into(str(photos), model, tmp_path / "codes", SilentReporter(), device="cpu").images
    took = time.process_time() - began
    began = time.process_time()
    assert invert_into(str(photos), model, tmp_path / "codes", SilentReporter()).there == images
    checked = time.process_time() - began
    size = sum(file.stat().st_size for file in (tmp_path / "codes").glob("part-*"))
    with capsys.disabled():
        print(
            f"\n{name}: {images / took:.1f} images a second of a core, {size / images:,.0f} bytes an image, "
            f"looking at what is there: {images / checked:,.0f} per second"
        )


def test_planning(capsys: pytest.CaptureFixture[str]) -> None:
    paths = [f"photos/{i // 1000:04}/image-{i:08}.jpg" for i in range(PLANNED)]
    began = time.process_time()
    blocks = blocks_of(paths)
    took = time.process_time() - began
    with capsys.disabled():
        print(f"\nplanning {PLANNED:,} images: {took:.2f} s, {len(blocks):,} parts")


def test_reading(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = open_model("faces")
    about = AboutCodes("faces", model.key, model.shape, "/nowhere")
    agree(tmp_path / "codes", about)
    random = np.random.default_rng(0)
    for block in blocks_of([f"{i:06}.jpg" for i in range(READ)]):
        codes = random.standard_normal((len(block.paths), *model.shape)).astype(np.float16)
        rows = [Row(path, f"{int(path[:6]):064x}", code, 5.0) for path, code in zip(block.paths, codes)]
        write_part(tmp_path / "codes" / block.name, about, rows)
    began = time.process_time()
    with CodeCache(tmp_path / "cache.sqlite") as cache:
        found = find_images(tmp_path / "codes", SilentReporter())
        images = sum(len(batch) for batch in run(found, model, cache, SilentReporter()))
    took = time.process_time() - began
    assert images == READ
    sort = ["sort", tmp_path / "codes", "--direction", "age", "--out", tmp_path / "sorted.csv"]
    subprocess.run([sys.executable, "-m", "large_gui", *map(str, sort)], check=True, capture_output=True)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    codes = sum(file.stat().st_size for file in (tmp_path / "codes").iterdir()) / 1e6
    with capsys.disabled():
        print(
            f"\nreading {READ:,} codes: {images / took:,.0f} a second of a core; sort takes {peak:,.0f} MB "
            f"of memory at most, and the codes are {codes:,.0f} MB"
        )
