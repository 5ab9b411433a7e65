"""Make training pairs with a generator, images and the W+ codes they were made from, saved in shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import Cancelled
from large_gui.files import written_whole
from large_gui.nets.generator import Generator
from large_gui.nets.pixels import scaled, stacked, to_pixels

SHARD = 256  # images in a shard
_MIXED = 0.35  # share of images whose later layers take part of another code


def draw_codes(generator: Generator, count: int, seed: int | Sequence[int]) -> Tensor:
    """Draw W+ codes ``(count, L, D)``: truncated W codes, a third of them style-mixed.

    Mixing moves all layers from a random one on part of the way to a second code. The targets are then true
    W+ codes, and yet every code stays near W.
    """
    rng = np.random.default_rng(seed)
    z = torch.from_numpy(rng.standard_normal((count, 2, generator.z_dim)).astype(np.float32))
    psi = torch.from_numpy(rng.uniform(0.6, 1.05, (count, 2, 1)).astype(np.float32))
    mean = generator.mean_latent
    with torch.no_grad():
        w = generator.mapping(z.flatten(0, 1).to(mean.device)).view(count, 2, -1)
    w = mean + psi.to(mean.device) * (w - mean)
    ws = w[:, :1].repeat(1, generator.num_ws, 1)
    mixed = rng.uniform(size=count) < _MIXED
    cut = rng.integers(generator.num_ws // 6, max(generator.num_ws - 3, 1), count)
    part = rng.uniform(0.3, 1.0, count)
    for i in np.flatnonzero(mixed):
        ws[i, cut[i] :] = w[i, 0] + float(part[i]) * (w[i, 1] - w[i, 0])
    return ws


def generate_shards(generator: Generator, folder: Path, count: int, reporter: Reporter) -> list[Path]:
    """Make ``count`` images in shards of 256 under ``folder``, skipping shards that exist.

    Each shard is an ``.npz`` with ``images`` uint8 ``(256, S, S, 3)`` and ``codes`` float16
    ``(256, L, D)``. Shard k is drawn with seed ``1000 + k``, so a run that was stopped can continue and makes
    no image twice.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shards = [folder / f"{k:05d}.npz" for k in range(-(-count // SHARD))]
    for k, shard in enumerate(shards):
        if not shard.exists():
            _make_shard(generator, shard, k, len(shards) * SHARD, reporter)
    return shards


def _make_shard(generator: Generator, shard: Path, number: int, total: int, reporter: Reporter) -> None:
    """Make one shard; if it is stopped, the finished images are saved next to it for the next run."""
    ws = draw_codes(generator, SHARD, 1000 + number)
    images = np.empty((SHARD, generator.preview_resolution, generator.preview_resolution, 3), np.uint8)
    started = shard.with_suffix(".started.npy")
    done = 0
    if started.exists():
        made = np.load(started)
        done = len(made)
        images[:done] = made
    try:
        while done < SHARD:
            reporter.check_cancelled()
            reporter.progress(number * SHARD + done, total, "Generating training images", unit=Unit.IMAGES)
            images[done] = to_pixels(generator.preview(ws[done : done + 1]))[0]
            done += 1
    except Cancelled:
        with written_whole(started) as temporary:
            np.save(temporary, images[:done])
        raise
    with written_whole(shard) as temporary:
        np.savez(temporary, images=images, codes=ws.half().numpy())
    started.unlink(missing_ok=True)


@dataclass(frozen=True, eq=False)
class Pairs:
    """Images uint8 ``(N, 3, S, S)`` and codes float16 ``(N, L, D)`` in memory."""

    images: Tensor
    codes: Tensor

    @classmethod
    def load(cls, shards: list[Path]) -> Pairs:
        """Read shards into memory."""
        images, codes = [], []
        for shard in shards:
            with np.load(shard) as file:
                images.append(stacked(file["images"]).contiguous())
                codes.append(torch.from_numpy(file["codes"]))
        return cls(torch.cat(images), torch.cat(codes))


class Batches(Iterator[tuple[Tensor, Tensor]]):
    """Endless shuffled batches: images in -1..1 and codes, both float32.

    Parameters
    ----------
    size
        Pairs per batch; pairs that are left over at the end of a round are not used in that round.
    """

    def __init__(self, pairs: Pairs, size: int, seed: int = 0) -> None:
        self._pairs, self._size = pairs, size
        self._random = torch.Generator().manual_seed(seed)
        self._order, self._place = torch.empty(0, dtype=torch.long), 0

    def __next__(self) -> tuple[Tensor, Tensor]:
        if self._place + self._size > len(self._order):
            self._order, self._place = torch.randperm(len(self._pairs.images), generator=self._random), 0
        index = self._order[self._place : self._place + self._size]
        self._place += self._size
        return scaled(self._pairs.images[index]), self._pairs.codes[index].float()

    def state_dict(self) -> dict[str, Any]:
        """The order of this round, the place in it, and the state of the random numbers."""
        return {"order": self._order, "place": self._place, "random": self._random.get_state()}

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Continue where another run was; with another number of images a new round begins."""
        self._random.set_state(state["random"])
        if len(state["order"]) == len(self._pairs.images):
            self._order, self._place = state["order"], state["place"]
