"""A million images on the command line: what `sort`, `predict` and their tables take of memory and time.

The figures of a million are of images that are not on the disk: their paths, hashes, distances and flags are
made up, 512 at a time, as a source of codes gives them. Those of folders are of real files and the real
commands, with codes that are in the cache.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache, Inverted
from tests.packs import write_pack

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads the peak from /proc"),
]
MOST = 400  # bytes of memory an image, beyond what the program takes anyway
_PEAK = """
import sys, time
def peak():
    with open("/proc/self/status") as file:
        return next(1024 * int(line.split()[1]) for line in file if line.startswith("VmHWM"))
"""
_COLUMNS = (
    _PEAK
    + """
import hashlib, json
from pathlib import Path
import numpy as np
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.project.export import write_csv
from large_gui.project.images.manifest import Manifest
from large_gui.tasks.measure import Measured
from large_gui.tasks.sorting.measured import gathered
from large_gui.tasks.sorting.rows import sorted_rows

n, out, method, at_once = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], 512
def pieces(paths):
    rng = np.random.default_rng(0)
    kinds = [(), (), (), ("several-faces",), ("unaligned",), ("poor-inversion",)]
    for start in range(0, len(paths), at_once):
        part = paths[start : start + at_once]
        yield Measured(
            part, [hashlib.sha256(path.encode()).hexdigest() for path in part],
            rng.standard_normal((len(part), 1)).round(6), rng.uniform(0, 100, len(part)).tolist(),
            [kinds[i] for i in rng.integers(len(kinds), size=len(part))],
        )
rng = np.random.default_rng(1)
d = rng.standard_normal(100)
values = 40 + 9 * d + rng.standard_normal(100)
if method == "ordinal":
    values = 10 * np.round(values / 10)
line = calibrated(d, values, d, CalibrationOptions(method), (0.0, 100.0))
line.interval(d)
base, seconds, started = peak(), {}, time.perf_counter()
def told(what):
    global started
    seconds[what] = time.perf_counter() - started
    started = time.perf_counter()
manifest = Manifest(Path("photos"), [f"{i // 1000:04}/img_{i:07}.jpg" for i in range(n)])
told("the manifest")
measured = gathered(manifest, pieces(manifest.paths), SilentReporter())
told("gathering")
rows = sorted_rows(measured, line, "faces", Direction("age", np.eye(2)[0]))
told("predicting and sorting")
write_csv(rows, out)
told("writing")
print(json.dumps({"base": base, "peak": peak(), "seconds": seconds, "placed": len(rows.placed)}))
"""
)
_COMMAND = (
    _PEAK
    + """
from large_gui.cli.main import main
started = time.perf_counter()
assert main(sys.argv[1:]) == 0
print(peak(), time.perf_counter() - started)
"""
)


def ran(script: str, *arguments: str) -> str:
    """What a script in a process of its own prints last."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env=os.environ | {"MALLOC_ARENA_MAX": "2"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize("method", ["least-squares", "isotonic", "spline", "ordinal"])
def test_a_million_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str], method: str) -> None:
    out, n = tmp_path / "out.csv", 1_000_000
    found: dict[str, Any] = json.loads(ran(_COLUMNS, str(n), str(out), method))
    each = (found["peak"] - found["base"]) / n
    with out.open("rb") as file:
        assert sum(1 for _ in file) == n + 1
    with capsys.disabled():
        spent = ", ".join(f"{what} {took:.1f} s" for what, took in found["seconds"].items())
        print(
            f"\n{n:,} images, {method}: peak {found['peak'] / 1e6:.0f} MB, {each:.0f} bytes an image over "
            f"{found['base'] / 1e6:.0f} MB; {spent}; a table of {out.stat().st_size / 1e6:.0f} MB"
        )
    assert each < MOST


def test_a_folder_of_20000(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The real commands on real files, whose codes are in the cache: how their memory grows."""
    peaks: dict[str, list[int]] = {"sort": [], "predict": []}
    sizes = (1_000, 20_000)
    for n in sizes:
        folder, cache = tmp_path / str(n), tmp_path / f"{n}.sqlite"
        paths = filled(folder, cache, n)
        labels, fit = tmp_path / "labels.csv", tmp_path / "fit.json"
        labels.write_text("path,value\n" + "".join(f"{path},{i}\n" for i, path in enumerate(paths[:50])))
        of = [str(folder), "--cache", str(cache), "--progress", "none", "--out", str(tmp_path / f"{n}.csv")]
        calibrated = ["--direction", "age", "--labels", str(labels), "--fit-out", str(fit)]
        for command, more in (("sort", calibrated), ("predict", ["--fit", str(fit)])):
            peak, seconds = ran(_COMMAND, command, *of, *more).split()
            peaks[command].append(int(peak))
            with capsys.disabled():
                print(
                    f"\n{command} of {n:,} files: {float(seconds):.1f} s, peak {int(peak) / 1e6:.0f} MB",
                    end="",
                )
        cache.unlink()
    each = {name: (its[1] - its[0]) / (sizes[1] - sizes[0]) for name, its in peaks.items()}
    with capsys.disabled():
        print("\nmemory an image: " + ", ".join(f"{name} {its:.0f} bytes" for name, its in each.items()))
    assert max(each.values()) < 2 * MOST, "of so few images, what the database keeps in memory counts too"


def filled(folder: Path, cache: Path, count: int) -> list[str]:
    """A folder of small JPEGs, no two alike, and random codes of them in a cache; their paths."""
    model, rng = open_model("faces"), np.random.default_rng(0)
    paths = [f"{i // 1000:02}/{i:06}.jpg" for i in range(count)]
    with CodeCache(cache) as codes:
        for start in range(0, count, 500):
            items, files = {}, []
            for path in paths[start : start + 500]:
                file = folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(file)
                sha256, stat = hashlib.sha256(file.read_bytes()).hexdigest(), file.stat()
                items[sha256] = Inverted(rng.standard_normal(model.shape, np.float32), 50.0)
                files.append((str(file.resolve()), stat.st_size, stat.st_mtime_ns, sha256))
            codes.put_many(model.key, items)
            codes.remember_shas(files)
    return paths


def test_a_million_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The real command on a million names, links to a few files, with codes of 2 x 3 in the cache."""
    write_pack("small")
    out, peaks = tmp_path / "out.csv", []
    for n in (1_000, 1_000_000):
        folder, cache = tmp_path / f"{n}", tmp_path / f"{n}.sqlite"
        linked(folder, cache, n)
        of = ["--direction", "first", "--model", "small", "--cache", str(cache), "--progress", "none"]
        peak, seconds = ran(_COMMAND, "sort", str(folder), *of, "--out", str(out)).split()
        peaks.append(int(peak))
        shutil.rmtree(folder)
    each = (peaks[1] - peaks[0]) / n
    with out.open("rb") as file, capsys.disabled():
        assert sum(1 for _ in file) == n + 1
        print(
            f"\nsort of {n:,} files: {float(seconds):.0f} s, peak {peaks[1] / 1e6:.0f} MB, {each:.0f} bytes "
            f"an image over the {peaks[0] / 1e6:.0f} MB that a thousand take"
        )
    assert each < MOST


def linked(folder: Path, cache: Path, count: int, most: int = 50_000) -> None:
    """A folder of so many names, links to files that have up to ``most`` each, and codes in a cache."""
    model, rng = open_model("small"), np.random.default_rng(0)
    with CodeCache(cache) as codes:
        for start in range(0, count, 1000):
            below = folder / f"{start // 1000:04}"
            below.mkdir(parents=True)
            if start % most == 0:
                source = folder.parent / f"{folder.name}-{start}.jpg"
                Image.fromarray(rng.integers(0, 256, (8, 8, 3), np.uint8)).save(source)
            stat, items, files = source.stat(), {}, []
            for i in range(start, start + 1000):
                file = below / f"img_{i:07}.jpg"
                os.link(source, file)
                sha256 = hashlib.sha256(str(i).encode()).hexdigest()
                items[sha256] = Inverted(rng.standard_normal(model.shape, np.float32), 50.0)
                files.append((str(file), stat.st_size, stat.st_mtime_ns, sha256))
            codes.put_many(model.key, items)
            codes.remember_shas(files)
