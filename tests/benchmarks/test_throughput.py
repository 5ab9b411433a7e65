"""How much of the encoder's bare speed `sort` keeps: decode and alignment overlap with inference."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.engine.stages import BATCH
from large_gui.models.encoding import Inversion, parallel_batches
from large_gui.models.kinds.gan import GanModel
from large_gui.nets.encoders.lite import ALIGNED_SIZE
from large_gui.tasks.invert import open_cache
from large_gui.tasks.sort import sort_folder
from tests.conftest import SAMPLES

IMAGES = 960


@pytest.mark.benchmark
def test_sort_against_the_bare_encoder(
    pack: GanModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    samples = sorted(SAMPLES.glob("*.jpg"))
    for i in range(IMAGES):
        sample = samples[i % len(samples)]
        (tmp_path / f"{i:04}.jpg").write_bytes(sample.read_bytes() + i.to_bytes(2, "big"))
    encoding = Inversion(pack.encoder(), pack.pack.statistics, "cpu", SilentReporter())
    batch = torch.rand(BATCH, 3, ALIGNED_SIZE, ALIGNED_SIZE) * 2 - 1

    def bare() -> float:
        with parallel_batches("cpu") as workers, ThreadPoolExecutor(workers) as pool:
            start = time.perf_counter()
            for _ in pool.map(lambda _: encoding.forward(batch), range(IMAGES // BATCH)):
                pass
            return IMAGES / (time.perf_counter() - start)

    def whole(name: str) -> float:
        start = time.perf_counter()
        with open_cache(tmp_path / f"{name}.sqlite") as cache:
            result = sort_folder(tmp_path, pack, pack.direction("age"), cache, SilentReporter(), device="cpu")
        assert len(result.rows) == IMAGES
        return IMAGES / (time.perf_counter() - start)

    bare()
    ratios, lines = [], []
    for k in range(3):
        encoder, end_to_end = bare(), whole(str(k))
        ratios.append(end_to_end / encoder)
        lines.append(f"encoder {encoder:6.0f} images/s   sort {end_to_end:6.0f} images/s")
    with capsys.disabled():
        print("\n" + "\n".join(lines))
        print(f"median ratio {np.median(ratios):.2f} (goal 0.85), {torch.get_num_threads()} threads")
