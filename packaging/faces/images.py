"""Generate the images that the faces pack is made from, and say how their codes are drawn.

    python packaging/faces/images.py FOLDER PLAIN [WIDE [BOTH]]

makes shards of 256 under ``FOLDER``, in the form of ``large-gui train encoder``: first ``PLAIN`` shards drawn
as that command draws them, then ``WIDE`` shards whose codes are shifted along attributes, then ``BOTH``
shards of which every other one is wide. Wide images need ``FOLDER/scores``, what ``annotate.py`` says of the
first plain ones. A run that was stopped goes on.

OpenVINO makes the previews in half precision: 15 images a second on two cores, where PyTorch makes 4. A value
of a pixel is off by a third of a step of 8 bits on average.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openvino
import torch
from attributes import attributes, bell
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.core.companions import companion_step
from large_gui.directions.supervised import from_scores
from large_gui.files import written_whole
from large_gui.models.library import open_model
from large_gui.nets.encoders.compiled import graph_of
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from large_gui.nets.pixels import to_pixels
from large_gui.training.generated import SHARD, draw_codes

# How far codes are shifted, in standard deviations of the distance, and in which share of the images.
SHIFTS = {
    "age": (-4.0, 4.0, 0.75),
    "yaw": (-2.5, 2.5, 0.5),
    "pitch": (-2.0, 2.0, 0.4),
    "smile": (-2.0, 2.0, 0.4),
    "hair_darkness": (-2.0, 2.0, 0.3),
    "gender": (-2.0, 2.0, 0.4),
    "mouth_open": (-1.5, 2.5, 0.3),
}


def wide_codes(generator: MobileStyleGAN, number: int, axes: dict[str, NDArray[np.float64]]) -> Tensor:
    """Codes ``(256, L, 512)`` of a shard, drawn and then shifted along all axes."""
    ws = draw_codes(generator, SHARD, 1000 + number)
    rng = np.random.default_rng((1000 + number, 1))
    for name, axis in axes.items():
        low, high, share = SHIFTS[name]
        steps = np.where(rng.uniform(size=SHARD) < share, rng.uniform(low, high, SHARD), 0.0)
        ws = ws + torch.from_numpy((steps[:, None] * axis).astype(np.float32))[:, None]
    return ws


def axes_of(
    codes: NDArray[np.floating], scores: dict[str, NDArray[np.float64]]
) -> dict[str, NDArray[np.float64]]:
    """The change of a mean code ``(512,)`` that goes with one standard deviation of each attribute."""
    axes = {}
    for name in SHIFTS:
        normal, _ = from_scores(codes, bell(scores[name]))
        axes[name] = float((codes @ normal).std()) * companion_step(normal, codes)
    return axes


def compiled_preview(generator: MobileStyleGAN) -> Callable[[Tensor], NDArray[np.float32]]:
    """The generator's preview of one code ``(1, L, 512)`` -> ``(1, 3, 256, 256)``, by OpenVINO."""
    for conv in (generator.blocks[-1].conv1, generator.blocks[-1].conv2):
        conv.noise = F.avg_pool2d(conv.noise, 2)  # what the preview does itself, but OpenVINO can't in bf16

    class Preview(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.generator = generator

        def forward(self, ws: Tensor) -> Tensor:
            return self.generator.preview(ws)

    model = openvino.compile_model(
        graph_of(Preview(), torch.zeros(1, generator.num_ws, 512)), "CPU",
        {"INFERENCE_PRECISION_HINT": "bf16", "PERFORMANCE_HINT": "LATENCY"},
    )  # fmt: skip
    return lambda ws: model(ws.numpy())[0]


def main() -> None:
    """Make the shards that are missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("plain", type=int)
    parser.add_argument("wide", type=int, nargs="?", default=0)
    parser.add_argument("both", type=int, nargs="?", default=0)
    arguments = parser.parse_args()
    folder: Path = arguments.folder
    folder.mkdir(parents=True, exist_ok=True)
    generator = open_model("faces").generator()
    assert isinstance(generator, MobileStyleGAN)
    preview = compiled_preview(generator)
    axes = {}
    if arguments.wide:
        drawn = [draw_codes(generator, SHARD, 1000 + k).mean(1).numpy() for k in range(1, arguments.plain)]
        axes = axes_of(np.concatenate(drawn), attributes(folder, list(range(1, arguments.plain))))
    mixed = arguments.plain + arguments.wide
    for number in range(mixed + arguments.both):
        shard = folder / f"{number:05d}.npz"
        if shard.exists():
            continue
        started = time.perf_counter()
        if number < arguments.plain or (number >= mixed and (number - mixed) % 2 == 0):
            ws = draw_codes(generator, SHARD, 1000 + number)
        else:
            ws = wide_codes(generator, number, axes)
        images = np.concatenate([to_pixels(torch.from_numpy(preview(w[None]))) for w in ws])
        with written_whole(shard) as temporary:
            np.savez(temporary, images=images, codes=ws.half().numpy())
        print(f"{shard.name}: {SHARD / (time.perf_counter() - started):.1f} images a second", flush=True)


if __name__ == "__main__":
    sys.exit(main())
