"""How the memory of `sort` grows with the folder: nobody holds all codes."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache, Inverted

SIZES = (1_000, 20_000)  # images
_AT_ONCE = 500
_RUN = """
import sys
from large_gui.cli.main import main
assert main(sys.argv[1:]) == 0
with open("/proc/self/status") as file:
    print(next(line.split()[1] for line in file if line.startswith("VmHWM")))
"""
_GANSPACE = """
import sys, time
from large_gui.core.reporter import SilentReporter
from large_gui.directions import ganspace
from large_gui.directions.finder import Materials
from large_gui.nets.mobile_stylegan import MobileStyleGAN
generator, start = MobileStyleGAN(), time.perf_counter()
materials = Materials("x", generator=lambda: generator, layers=generator.num_ws)
ganspace.find(materials, ganspace.Options(10, int(sys.argv[1])), SilentReporter())
with open("/proc/self/status") as file:
    peak = next(line.split()[1] for line in file if line.startswith("VmHWM"))
print(time.perf_counter() - start, peak)
"""


def filled(folder: Path, cache: Path, count: int) -> None:
    """A folder of images whose codes are in a cache already; the codes are drawn at random."""
    folder.mkdir()
    Image.new("RGB", (1, 1)).save(folder / "0.png")
    picture = (folder / "0.png").read_bytes()
    model, rng = open_model("faces"), np.random.default_rng(0)
    with CodeCache(cache) as codes:
        for start in range(0, count, _AT_ONCE):
            items, files = {}, []
            for i in range(start, start + _AT_ONCE):
                path = folder / f"{i:06}.png"
                path.write_bytes(content := picture + i.to_bytes(4, "big"))
                sha256, stat = hashlib.sha256(content).hexdigest(), path.stat()
                items[sha256] = Inverted(rng.standard_normal(model.shape, np.float32), 50.0)
                files.append((str(path.resolve()), stat.st_size, stat.st_mtime_ns, sha256))
            codes.put_many(model.key, items)
            codes.remember_shas(files)
    (folder / "0.png").unlink()


@pytest.mark.benchmark
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak from /proc")
def test_memory_of_sort_does_not_grow_with_codes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    peaks = []
    for count in SIZES:
        folder, cache = tmp_path / str(count), tmp_path / f"{count}.sqlite"
        filled(folder, cache, count)
        command = ["sort", str(folder), "--direction", "age", "--cache", str(cache), "--progress", "none"]
        done = subprocess.run(
            [sys.executable, "-c", _RUN, *command, "--out", str(tmp_path / f"{count}.csv")],
            env=os.environ | {"MALLOC_ARENA_MAX": "2"}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append(int(done.stdout.split()[-1]))
        cache.unlink()
    slope = (peaks[1] - peaks[0]) / (SIZES[1] - SIZES[0])
    with capsys.disabled():
        told = ", ".join(f"{peak / 1024:.0f} MB at {count:,}" for peak, count in zip(peaks, SIZES))
        print(f"\npeak memory of sort: {told} cached images; {slope:.2f} kB an image")
    assert slope < 1.0


@pytest.mark.benchmark
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak from /proc")
def test_components_of_a_million_codes(capsys: pytest.CaptureFixture[str]) -> None:
    peaks = []
    for count in (10_000, 1_000_000):
        command = [sys.executable, "-c", _GANSPACE, str(count)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, peak = done.stdout.split()
        peaks.append(int(peak) / 1024)
        with capsys.disabled():
            print(f"\nganspace: {count:,} codes in {float(seconds):.0f} s, peak memory {peaks[-1]:.0f} MB")
    assert peaks[1] < peaks[0] + 300, "a million codes are 2 GB"
