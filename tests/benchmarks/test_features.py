"""How fast `features` reads images, and how well directions are learned from its codes.

    LARGE_PHOTOGRAPHS=FOLDER pytest -m benchmark -n 0 tests/benchmarks/test_features.py -s

``FOLDER`` holds images and a ``labels.csv`` with the header ``path,value``.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr

from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.distance import distances, judged_distances
from large_gui.core.reporter import SilentReporter
from large_gui.directions import ridge
from large_gui.directions.finder import Materials
from large_gui.models.encoding import Encoding, parallel_batches
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.library import open_model
from large_gui.project.images.manifest import find_images
from large_gui.project.labels import read_labels
from large_gui.tasks.invert import codes_of, embed_folder, open_cache
from tests.conftest import SAMPLES

COPIES = 8  # of the 120 samples, each with another content
DRAWS, LEARNED_FROM = 20, (6, 12, 30, 100)


@pytest.mark.benchmark
def test_images_a_second(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in sorted(SAMPLES.glob("*.jpg")):
        for copy in range(COPIES):
            (tmp_path / f"{copy}-{path.name}").write_bytes(path.read_bytes() + bytes([copy]))
    model = open_model("features")
    assert isinstance(model, FeaturesModel)
    encoding = Encoding(model.network(), "cpu", SilentReporter())
    size, batch = encoding.encoder.aligned_size, encoding.encoder.batch
    images = torch.zeros(batch, 3, size, size)
    with parallel_batches("cpu") as side_by_side, ThreadPoolExecutor(side_by_side) as threads:
        list(threads.map(encoding.forward, [images] * side_by_side))
        began = time.perf_counter()
        list(threads.map(encoding.forward, [images] * 10))
        bare = 10 * batch / (time.perf_counter() - began)
    model.start("cpu", SilentReporter())
    found = find_images(tmp_path, SilentReporter())
    with open_cache(tmp_path / "codes.sqlite") as cache:
        began = time.perf_counter()
        embed_folder(found, model, cache, SilentReporter(), device="cpu")
        whole = len(found.paths) / (time.perf_counter() - began)
    with capsys.disabled():
        print(f"\nfeatures: {whole:.0f} images a second, {whole / bare:.2f} of the bare network's {bare:.0f}")


@pytest.mark.benchmark
def test_learning_from_values(capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(os.environ.get("LARGE_PHOTOGRAPHS", "missing"))
    if not (folder / "labels.csv").is_file():
        pytest.skip("LARGE_PHOTOGRAPHS names no folder of images with a labels.csv")
    found, model = find_images(folder, SilentReporter()), open_model("features")
    given, _ = read_labels(folder / "labels.csv").match(found.paths)
    with open_cache() as cache:
        images = embed_folder(found, model, cache, SilentReporter()).images
        codes = np.concatenate(list(codes_of(images, model, cache))).mean(1, dtype=np.float64)
    labelled = [i for i, image in enumerate(images) if image.path in given]
    codes, values = codes[labelled], np.array([given[images[i].path] for i in labelled])
    sha256 = [images[i].sha256 for i in labelled]
    possible, usual = (float(values.min()), float(values.max())), CalibrationOptions()
    for count in LEARNED_FROM:
        drawn = np.empty((DRAWS, 4))
        rng = np.random.default_rng(0)
        for draw in range(DRAWS):
            order = rng.permutation(len(values))
            while np.ptp(values[order[:count]]) == 0:  # the finder refuses these
                order = rng.permutation(len(values))
            some, rest = order[:count], order[count:]
            materials = Materials(
                "value", codes[some, None].astype(np.float32), [sha256[i] for i in some], values=values[some]
            )
            (found,) = ridge.find(materials, ridge.Options(), SilentReporter())
            d = distances(codes.astype(np.float32), found)
            judged = judged_distances(found, sha256, d)
            line = calibrated(judged[some], values[some], judged, usual, possible, found.record.figures)
            low, high = line.interval(d[rest])
            held = (low <= values[rest]) & (values[rest] <= high)
            error = np.abs(line.predict(d[rest]) - values[rest]).mean()
            drawn[draw] = spearmanr(d[rest], values[rest]).statistic, line.loo_mae, error, held.mean()
        (rank, told, error, held), deviation = drawn.mean(0), drawn[:, 0].std()
        with capsys.disabled():
            print(
                f"\n{folder.name}, {count} labels, {DRAWS} draws: Spearman {rank:.3f} (deviation "
                f"{deviation:.3f}, worst {drawn[:, 0].min():.3f}); error told {told:.3f}, true {error:.3f}; "
                f"interval holds {held:.0%}, worst {drawn[:, 3].min():.0%}",
                end="",
            )
