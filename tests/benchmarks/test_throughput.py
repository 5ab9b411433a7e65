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
from numpy.typing import NDArray

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
Spent = NDArray[np.float64]
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

    def bare() -> Spent:
        with parallel_batches("cpu") as workers, ThreadPoolExecutor(workers) as pool:
            start = now()
            for _ in pool.map(lambda _: encoding.forward(batch), range(IMAGES // BATCH)):
                pass
            return since(start)

    def whole(name: str) -> Spent:
        start = now()
        with open_cache(tmp_path / f"{name}.sqlite") as cache:
            result = sort_folder(
                tmp_path, model, model.direction("age"), cache, SilentReporter(), device=device
            )
        assert len(result.rows) == IMAGES
        return since(start)

    bare(), whole("first")
    encoder, sort = [], []
    for k in range(ROUNDS):
        before, end_to_end, after = bare(), whole(str(k)), bare()
        encoder.append((before + after) / 2)
        sort.append(end_to_end)
    (seconds, spent), (sort_seconds, sort_spent) = np.array(encoder).T, np.array(sort).T
    with capsys.disabled():
        print(f"\n{Path(photographs).name} on {device}, {torch.get_num_threads()} threads")
        for one, all_of_it in zip(seconds, sort_seconds):
            print(f"encoder {1 / one:6.0f} images/s   sort {1 / all_of_it:6.0f} images/s")
        print(f"median ratio {np.median(seconds / sort_seconds):.2f} (goal 0.9)")
        print(
            f"time of the processor: encoder {np.median(spent) * 1e3:.1f} ms an image, sort "
            f"{np.median(sort_spent) * 1e3:.1f} ms, ratio {np.median(spent / sort_spent):.2f}"
        )


def now() -> Spent:
    """Seconds of the clock, and of the processor, which other programs take less from."""
    return np.array([time.perf_counter(), time.process_time()])


def since(start: Spent) -> Spent:
    """Both for one image, since they were ``start``."""
    return (now() - start) / IMAGES
