"""How much of the processor's time preparing images takes, against reading one view of each.

    LARGE_PHOTOGRAPHS=FOLDER pytest -m benchmark -n 0 -s tests/benchmarks/reading/test_preparation.py

Photographs in ``FOLDER`` are measured beside the samples, which are aligned.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.models.encoding import parallel_batches
from large_gui.models.kinds.gan import GanModel
from large_gui.nets.encoders.lite import ALIGNED_SIZE, LiteEncoder
from large_gui.project.images.read import read_image
from tests.conftest import SAMPLES

IMAGES, AT_ONCE, ROUNDS = 64, 32, 3
PHOTOGRAPHS = os.environ.get("LARGE_PHOTOGRAPHS")


@pytest.mark.benchmark
@pytest.mark.parametrize("folder", [SAMPLES, *([Path(PHOTOGRAPHS)] if PHOTOGRAPHS else [])])
def test_preparation_against_one_view(
    pack: GanModel, capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    images = [read_image(file) for file in sorted(folder.glob("*.jpg"))[:IMAGES]]
    aligner, encoder = pack.aligner(ALIGNED_SIZE), pack.encoder()
    assert isinstance(encoder, LiteEncoder)
    view = next(encoder.views(torch.zeros(AT_ONCE, 3, ALIGNED_SIZE, ALIGNED_SIZE)))

    def spent(work: Callable[[], object], count: int) -> float:
        start = time.process_time()
        work()
        return (time.process_time() - start) / count

    with parallel_batches("cpu"), torch.inference_mode():
        for _ in range(2):  # the first round warms up
            both = [
                (
                    spent(lambda: aligner.align_batch(images), len(images)),
                    spent(lambda: encoder(view), AT_ONCE),
                )
                for _ in range(ROUNDS)
            ]
    prepare, read = np.median(both, axis=0)
    with capsys.disabled():
        print(
            f"\n{folder.name}: {prepare * 1e3:.1f} ms an image to prepare, {read * 1e3:.1f} ms to read a "
            f"view, ratio {prepare / read:.2f}"
        )
