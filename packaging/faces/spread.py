"""Spread what was seen on some generated faces (``tags.csv``) to all of them.

    python packaging/faces/spread.py FOLDER

writes ``FOLDER/tags/NUMBER.npz`` for each annotated shard: a ridge regression of each tag on what two
networks see in an image (the ``features`` model, and the descriptor of ``annotate.py``). It is learned from
the tags of all shards but the first, which is held out everywhere; how well it tells those is printed.
"""

from __future__ import annotations

import argparse
import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import SilentReporter
from large_gui.directions.ridge import fit_ridge
from large_gui.files import written_whole
from large_gui.models.library import open_model
from large_gui.models.model import Frame, Model, Picture

TAGS = ("beard", "makeup", "hair_length", "baldness", "glasses")
HELD_OUT = 0


def main() -> None:
    """Learn what tags look like and write what all shards would be given."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    tags = read_tags()
    seen = {number: see(folder, number)[images] for number, (images, _) in tags.items()}
    learned = [number for number in tags if number != HELD_OUT]
    models = {}
    print("| tag | tagged | of them not 0 | correlation with the held-out tags |\n|---|---|---|---|")
    for name in TAGS:
        known = {number: ~np.isnan(values[name]) for number, (_, values) in tags.items()}
        values = np.concatenate([tags[n][1][name][known[n]] for n in learned])
        codes = np.concatenate([seen[n][known[n]] for n in learned])
        models[name] = fit_ridge(codes, values)
        held, there = tags[HELD_OUT][1][name], known[HELD_OUT]
        told = models[name].predict(seen[HELD_OUT][there])
        print(f"| {name} | {len(values)} | {np.count_nonzero(values)} | "
              f"{np.corrcoef(told, held[there])[0, 1]:.2f} |", flush=True)  # fmt: skip
    (folder / "tags").mkdir(exist_ok=True)
    for shard in sorted((folder / "scores").glob("*.npz")):
        codes = see(folder, int(shard.stem))
        with written_whole(folder / "tags" / shard.name) as temporary:
            np.savez(temporary, **{name: model.predict(codes) for name, model in models.items()})


def read_tags() -> dict[int, tuple[NDArray[np.int64], dict[str, NDArray[np.float64]]]]:
    """For each shard with tags the images ``(N,)`` and what was seen on them; ``nan`` is under a hat."""
    lines = (Path(__file__).parent / "tags.csv").read_text().splitlines()
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    tags = {}
    for number in sorted({int(row["shard"]) for row in rows}):
        of_shard = [row for row in rows if int(row["shard"]) == number]
        values = {name: np.array([float(row[name] or "nan") for row in of_shard]) for name in TAGS}
        tags[number] = np.array([int(row["image"]) for row in of_shard]), values
    return tags


def spread_scores(folder: Path, shards: list[int]) -> dict[str, NDArray[np.float64]]:
    """What each image of some shards would be tagged, ``(N,)`` by tag."""
    files = [np.load(folder / "tags" / f"{number:05d}.npz") for number in shards]
    return {name: np.concatenate([file[name] for file in files]) for name in TAGS}


def see(folder: Path, number: int) -> NDArray[np.float32]:
    """What both networks see in a shard's images, both with the same say."""
    kept = folder / "seen" / f"{number:05d}.npy"
    if not kept.exists():
        with np.load(folder / f"{number:05d}.npz") as content:
            images = content["images"]
        pictures = [Picture(str(k), image) for k, image in enumerate(images)]
        model = _features()
        frames = [frame for frame in model.prepare(pictures) if isinstance(frame, Frame)]
        features = model.embed(frames)[:, 0]
        kept.parent.mkdir(exist_ok=True)
        with written_whole(kept) as temporary:
            np.save(temporary, features)
    features = np.load(kept)
    with np.load(folder / "scores" / f"{number:05d}.npz") as content:
        descriptor = content["descriptor"].astype(np.float32)
    return np.concatenate([part / np.linalg.norm(part, axis=1).mean() for part in (features, descriptor)], 1)


@cache
def _features() -> Model:
    model = open_model("features")
    model.start("openvino", SilentReporter())
    return model


if __name__ == "__main__":
    main()
