"""Print what the directions of two versions of the pack tell of the held-out images.

    python packaging/faces/versions.py FOLDER BEFORE AFTER

``FOLDER`` has the images and what is said of them; ``BEFORE`` and ``AFTER`` are folders of packs. Each
version reads the images with its own encoder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pack import all_scores, shrink
from spread import HELD_OUT
from torch import Tensor

from large_gui.core.distance import distances
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import Pack
from large_gui.nets.encoders.lite import ALIGNED_SIZE
from large_gui.nets.generator import Generator
from large_gui.nets.pixels import scaled
from large_gui.training.generated import Pairs

PICTURES = 64  # that are drawn of codes


def main() -> None:
    """Print the table of the model card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    arguments = parser.parse_args()
    folder, packs = arguments.folder, (arguments.before, arguments.after)
    pairs = Pairs.load([folder / f"{HELD_OUT:05d}.npz"])
    scores = all_scores(folder, [HELD_OUT])
    frames, true = shrink(scaled(pairs.images)), pairs.codes.float().numpy()
    generator = GanModel(Pack(packs[-1])).generator()
    told: list[dict[str, float]] = []
    for pack in packs:
        model = GanModel(Pack(pack))
        with torch.inference_mode():
            codes = np.concatenate([model.encoder().read(part).numpy() for part in frames.split(32)])
        error = np.square(codes - true).sum(-1).mean() / np.square(true - true.mean(0)).sum(-1).mean()
        told.append({"variance of codes": 1 - error, "pixels": pixel_error(generator, codes, frames)})
        for name, direction in model.directions.items():
            r = float(np.corrcoef(distances(codes, direction), scores[name])[0, 1])
            told[-1] |= {name: r, f"{name}, R2": r * r}
    print("| | before | after |\n|---|---|---|")
    for name in told[1]:
        print(f"| {name} | " + " | ".join(f"{t[name]:.3f}" if name in t else "-" for t in told) + " |")


def pixel_error(generator: Generator, codes: NDArray[np.float32], frames: Tensor) -> float:
    """Median over images of how far the middle of a code's picture is from its frame, 0 to 2."""
    edge, errors = ALIGNED_SIZE // 5, []
    with torch.inference_mode():
        for code, frame in zip(codes[:PICTURES], frames[:PICTURES]):
            drawn = shrink(generator.preview(torch.from_numpy(code[None])).clamp(-1, 1))[0]
            middle = (drawn - frame)[:, edge:-edge, edge:-edge]
            errors.append(float(middle.abs().mean()))
    return float(np.median(errors))


if __name__ == "__main__":
    main()
