"""Folders of small images to train on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from large_gui.tasks.training import shown_metric

MEASURED = 4  # images that a snapshot is judged by
TOY = [
    *("--size", "8", "--thousands", "1", "--channel-base", "32", "--channel-max", "4", "--z-dim", "4"),
    *("--w-dim", "4", "--mapping-layers", "1", "--snapshot-thousands", "1", "--batch", "100"),
]  # fmt: skip


def write_images(folder: Path, number: int, size: tuple[int, int] = (24, 20), seed: int = 0) -> Path:
    """Write ``number`` images of noise."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    for i in range(number):
        pixels = random.integers(0, 255, (size[1], size[0], 3), np.uint8)
        Image.fromarray(pixels).save(folder / f"{i:02d}.png")
    return folder


@pytest.fixture(autouse=True)
def few_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are judged by a few images."""
    monkeypatch.setattr(shown_metric, "_GENERATED", MEASURED)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Eighteen images."""
    return write_images(tmp_path / "photos", 18)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """The folder of a run that has just begun."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


def same_weights(a: Path, b: Path) -> bool:
    one, other = (torch.load(run / "checkpoint.pt", weights_only=True) for run in (a, b))
    return all(
        torch.equal(one[part][key], other[part][key])
        for part in ("generator", "discriminator", "average")
        for key in one[part]
    )


def curve(run: Path) -> list[dict[str, Any]]:
    """The log, without what the clock decides."""
    lines = [json.loads(line) for line in (run / "log.jsonl").read_text("utf-8").splitlines()]
    return [{k: v for k, v in line.items() if k not in ("seconds", "rate")} for line in lines]
