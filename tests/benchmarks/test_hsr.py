"""What HSR costs for each image that a generator of 64 pixels draws, on one thread of a CPU."""

from __future__ import annotations

import itertools
import time

import pytest
import torch

from large_gui.nets.memory import keep_freed_memory
from large_gui.training.gan.hsr.options import HsrOptions
from large_gui.training.gan.hsr.regularizer import semantic_regularizer

CHANNELS = {4: 128, 8: 128, 16: 128, 32: 64, 64: 32}
BATCH, REPEATS = 16, 4


@pytest.mark.benchmark
def test_what_hsr_costs(capsys: pytest.CaptureFixture[str]) -> None:
    """Forward and backward, in processor time: so a busy machine changes little."""
    keep_freed_memory()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    images = torch.rand(BATCH, 3, 64, 64) * 2 - 1
    lines = []
    for size, flows, hidden in itertools.product((64, 128), (False, True), (256, 512, 4096)):
        options = HsrOptions(extractor_size=size, hidden=hidden, target_gradient=flows)
        regularizer, taken = semantic_regularizer(options, CHANNELS, images), []
        for _ in range(REPEATS):
            drawn = {s: torch.randn(BATCH, c, s, s, requires_grad=True) for s, c in CHANNELS.items()}
            start = time.process_time()
            regularizer(drawn, images.clone().requires_grad_()).backward()
            taken.append(time.process_time() - start)
        weights = sum(p.numel() for p in regularizer.parameters()) / 1e6
        way = "flows" if flows else "stopped"
        lines.append(
            f"r {size:3}  target {way:7}  hidden {hidden:4}  {1000 * min(taken) / BATCH:5.1f} ms an image"
            f"  {weights:.2f} M weights"
        )
    torch.set_num_threads(threads)
    with capsys.disabled():
        print("\n" + "\n".join(lines))
