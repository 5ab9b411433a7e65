"""Train the pack's encoder on: wide images, and read-outs of what annotators say of them.

    python packaging/faces/train.py FOLDER ENCODER OUT [--steps N]

``ENCODER`` is what ``large-gui train encoder`` made of plain images. ``OUT`` is a folder, where a run that
was stopped goes on. The first shard is held out.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from attributes import attributes, bell
from numpy.typing import NDArray
from spread import spread_scores

from large_gui.core.reporter import Progress, Reporter
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.weights import load_weights
from large_gui.tasks.training.encoder import save_encoder
from large_gui.training.encoder import EncoderTraining, train_encoder
from large_gui.training.generated import Pairs

# How much each read-out counts beside the error of the codes. Age changes the fewest pixels.
READ_OUTS = {
    "age": 3.0, "age_2": 0.5, "yaw": 0.5, "smile": 0.25, "pitch": 0.25, "roll": 0.25, "mouth_open": 0.25,
    "eyes_open": 0.25, "hair_darkness": 0.25, "light": 0.25, "gender": 0.25, "anger": 0.25, "glasses": 0.25,
    "beard": 0.25, "makeup": 0.25, "hair_length": 0.25, "baldness": 0.25,
}  # fmt: skip
_RANKED = ("age", "age_2", "gender", "anger")  # crowded at some values


class Printer(Reporter):
    """Prints the progress every half minute."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = self._printed = time.monotonic()
        self._first: int | None = None

    def tell(self, progress: Progress) -> None:
        self._first = progress.done if self._first is None else self._first
        now = time.monotonic()
        if now - self._printed > 30 or progress.done == progress.total:
            speed = (progress.done - self._first) / (now - self._begun)
            print(f"{progress.done} of {progress.total}, {progress.remark}, {speed:.2f} a second", flush=True)
            self._printed = now

    def warn(self, sentence: str) -> None:
        print(sentence, flush=True)

    def check_cancelled(self) -> None:
        pass


def main() -> None:
    """Train and save the encoder."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("encoder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=4800)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=6e-4)
    parser.add_argument("--share", type=float, default=1.0, help="of the weights of the read-outs")
    arguments = parser.parse_args()
    torch.manual_seed(0)
    pairs = annotated(arguments.folder)
    encoder = LiteEncoder(pairs.codes.shape[1])
    encoder.load_state_dict(load_weights(arguments.encoder))
    weights = torch.tensor(list(READ_OUTS.values())) * arguments.share
    plan = EncoderTraining(
        arguments.steps, arguments.batch, arguments.rate, read_outs=weights, fixed_statistics=True
    )
    arguments.out.mkdir(parents=True, exist_ok=True)
    trained, figures = train_encoder(encoder, pairs, plan, arguments.out / "checkpoint.pt", Printer())
    save_encoder(trained, arguments.out / "encoder.safetensors")
    print(figures)


def annotated(folder: Path) -> Pairs:
    """Images and codes of all annotated shards, with their scores in the order of `READ_OUTS`."""
    shards = sorted(int(file.stem) for file in (folder / "tags").glob("*.npz"))
    pairs = Pairs.load([folder / f"{number:05d}.npz" for number in shards])
    scores = attributes(folder, shards) | spread_scores(folder, shards)
    table = np.stack([_scale(name, scores[name]) for name in READ_OUTS], 1)
    return Pairs(pairs.images, pairs.codes, torch.from_numpy(table.astype(np.float32)))


def _scale(name: str, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of mean 0 and deviation 1, at most 3 from it."""
    if name in _RANKED:
        return bell(scores)
    return np.clip((scores - scores.mean()) / scores.std(), -3, 3)


if __name__ == "__main__":
    main()
