"""How much of the encoder's bare speed `sort` keeps: decode and alignment overlap with inference.

    pytest -m benchmark -n 0 -s tests/benchmarks/test_throughput.py

``LARGE_PHOTOGRAPHS=FOLDER`` measures with a folder of photographs beside the samples, which are aligned.
"""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.engine.stages import BATCH
from large_gui.models.encoding import Inversion, parallel_batches
from large_gui.models.kinds.gan import GanModel
from large_gui.nets.encoders.compiled import OPENVINO, is_installed
from large_gui.nets.encoders.lite import ALIGNED_SIZE
from large_gui.tasks.invert import open_cache
from large_gui.tasks.sort import sort_folder
from tests.conftest import SAMPLES

IMAGES = 960
ROUNDS = 5
PHOTOGRAPHS = os.environ.get("LARGE_PHOTOGRAPHS")


@pytest.mark.benchmark
@pytest.mark.parametrize("device", ["cpu", OPENVINO])
@pytest.mark.parametrize("photographs", ["samples", *([PHOTOGRAPHS] if PHOTOGRAPHS else [])])
def test_sort_against_the_bare_encoder(
    pack: GanModel, tmp_path: Path, capsys: pytest.CaptureFixture[str], device: str, photographs: str
) -> None:
    if device == OPENVINO and not is_installed():
        pytest.skip("OpenVINO is not installed")
    files = sorted((SAMPLES if photographs == "samples" else Path(photographs)).glob("*.jpg"))
    for i, file in enumerate(islice(cycle(files), IMAGES)):
        (tmp_path / f"{i:04}.jpg").write_bytes(file.read_bytes() + i.to_bytes(2, "big"))
    model = GanModel(pack.pack)
    model.start(device, SilentReporter())
    encoding = Inversion(pack.encoder(), pack.pack.statistics, device, SilentReporter())
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
            result = sort_folder(
                tmp_path, model, model.direction("age"), cache, SilentReporter(), device=device
            )
        assert len(result.rows) == IMAGES
        return IMAGES / (time.perf_counter() - start)

    bare(), whole("first")
    ratios, lines = [], []
    for k in range(ROUNDS):
        before, end_to_end, after = bare(), whole(str(k)), bare()
        encoder = (before + after) / 2
        ratios.append(end_to_end / encoder)
        lines.append(f"encoder {encoder:6.0f} images/s   sort {end_to_end:6.0f} images/s")
    with capsys.disabled():
        print(f"\n{Path(photographs).name} on {device}\n" + "\n".join(lines))
        print(f"median ratio {np.median(ratios):.2f} (goal 0.9), {torch.get_num_threads()} threads")
