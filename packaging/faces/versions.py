"""Print what the directions of two versions of the pack tell of the held-out images.

    python packaging/faces/versions.py FOLDER BEFORE AFTER

``FOLDER`` has the images and what is said of them; ``BEFORE`` and ``AFTER`` are folders of packs. Each
version reads the images with its own encoder.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from spread import HELD_OUT

from build import all_scores, shrink
from large_gui.core.distance import distances
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import Pack
from large_gui.nets.pixels import scaled
from large_gui.training.generated import Pairs


def main() -> None:
    """Print the table of the model card."""
    folder, *packs = map(Path, sys.argv[1:4])
    pairs = Pairs.load([folder / f"{HELD_OUT:05d}.npz"])
    scores = all_scores(folder, [HELD_OUT])
    frames, true = shrink(scaled(pairs.images)), pairs.codes.float().numpy()
    told: list[dict[str, float]] = []
    for pack in packs:
        model = GanModel(Pack(pack))
        with torch.inference_mode():
            codes = np.concatenate([model.encoder().read(part).numpy() for part in frames.split(32)])
        error = np.square(codes - true).sum(-1).mean() / np.square(true - true.mean(0)).sum(-1).mean()
        told.append({"variance of codes": 1 - error})
        for name, direction in model.directions.items():
            r = float(np.corrcoef(distances(codes, direction), scores[name])[0, 1])
            told[-1] |= {name: r, f"{name}, R2": r * r}
    print("| direction | before | after |\n|---|---|---|")
    for name in told[1]:
        print(f"| {name} | " + " | ".join(f"{t[name]:.3f}" if name in t else "-" for t in told) + " |")


if __name__ == "__main__":
    main()
