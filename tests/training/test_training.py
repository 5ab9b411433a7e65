"""Training learns, and its augmentation keeps images images."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch
from torch.nn import functional as F

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.training.augment import augment
from large_gui.training.encoder import EncoderTraining, fewest_images, train_encoder
from large_gui.training.generated import Pairs, generate_shards
from tests.directions.test_layer_importance import ToyGenerator


def test_augmented_views_are_images_and_all_different() -> None:
    torch.manual_seed(0)
    image = torch.rand(1, 3, 64, 64).expand(8, -1, -1, -1) * 2 - 1
    views = augment(image, 48, 0.8)
    assert views.shape == (8, 3, 48, 48)
    assert views.abs().max() <= 1
    assert all(not torch.equal(views[0], view) for view in views[1:])


def test_generation_goes_on_where_it_was(tmp_path: Path) -> None:
    generator = ToyGenerator()

    class StopInTheSecondShard(SilentReporter):
        def tell(self, progress: Progress) -> None:
            if progress.done > 300:
                raise Cancelled

    with pytest.raises(Cancelled):
        generate_shards(generator, tmp_path, 512, StopInTheSecondShard())
    first = tmp_path / "00000.npz"
    before = first.read_bytes()
    assert [p.name for p in tmp_path.glob("*.npz")] == [first.name]
    shards = generate_shards(generator, tmp_path, 512, SilentReporter())
    assert first.read_bytes() == before
    pairs = Pairs.load(shards)
    assert pairs.images.shape == (512, 3, 10, 10)
    assert pairs.codes.shape == (512, 5, 8)


def test_training_learns(tmp_path: Path) -> None:
    """Codes follow the colour of the images; a few steps take away much of an untrained encoder's error."""
    torch.manual_seed(0)
    n = fewest_images(8) + 32
    redness = torch.rand(n, 1, 1) * 2 - 1
    codes = (redness * torch.randn(1, 1, 16)).expand(-1, 3, -1).half().contiguous()
    images = torch.full((n, 3, 32, 32), 128.0)
    images[:, 0] += 90 * redness
    images[:, 2] -= 90 * redness
    pairs = Pairs(images.to(torch.uint8), codes)

    def error(encoder: LiteEncoder) -> float:
        """By the statistics of the batch: those that are kept have not settled after so few steps."""
        encoder.train()
        with torch.no_grad():
            seen = F.interpolate(images[:64] / 127.5 - 1, (128, 128))
            return float((encoder(seen) - codes[:64].float()).square().mean())

    encoder = LiteEncoder(3, 16)
    before = error(copy.deepcopy(encoder))
    plan = EncoderTraining(20, 8, 4e-3)
    trained, figures = train_encoder(encoder, pairs, plan, tmp_path / "checkpoint.pt", SilentReporter())
    assert not trained.training and figures["code_r2"] <= 1
    assert error(trained) < 0.6 * before


def test_too_few_images_are_told(tmp_path: Path) -> None:
    pairs = Pairs(torch.zeros(300, 3, 8, 8, dtype=torch.uint8), torch.zeros(300, 23, 512))
    with pytest.raises(InputError, match="too few"):
        train_encoder(LiteEncoder(23), pairs, EncoderTraining(4), tmp_path / "c.pt", SilentReporter())


@pytest.mark.parametrize(
    ("capabilities", "fast"),
    [({"avx512_bf16": True}, True), ({"avx512_bf16": False}, False), ({"avx2": True}, False), (None, False)],
)
def test_half_precision_is_chosen_by_what_torch_says_in_public(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capabilities: dict[str, bool] | None, fast: bool
) -> None:
    """An older torch says nothing; no torch has to keep a private name for us."""
    for name in [name for name in vars(torch.cpu) if name.startswith("_is_")]:
        monkeypatch.delattr(torch.cpu, name)
    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    if capabilities is not None:
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)
    asked: list[bool] = []

    def noted(device: str, dtype: torch.dtype | None, *, enabled: bool) -> None:
        asked.append(enabled)
        raise Cancelled  # the choice is all that is of interest

    monkeypatch.setattr(torch, "autocast", noted)
    images = torch.zeros(fewest_images(4), 3, 160, 160, dtype=torch.uint8)
    pairs = Pairs(images, torch.randn(len(images), 3, 512).half())
    with pytest.raises(Cancelled):
        train_encoder(LiteEncoder(3), pairs, EncoderTraining(2, batch=4), tmp_path / "c.pt", SilentReporter())
    assert asked == [fast]
