"""What was stopped goes on exactly, and nothing that was done is done again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.training.encoder import EncoderTraining, fewest_images, train_encoder
from large_gui.training.generated import Pairs, generate_shards
from tests.directions.test_layer_importance import ToyGenerator

BATCH = 4


class StopAfter(SilentReporter):
    """Somebody presses Ctrl+C when ``last`` is done."""

    def __init__(self, last: int) -> None:
        self.last, self.done, self.warnings = last, 0, 0

    def tell(self, progress: Progress) -> None:
        self.done = progress.done

    def warn(self, sentence: str) -> None:
        self.warnings += 1

    def check_cancelled(self) -> None:
        if self.done >= self.last:
            raise Cancelled


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    """Two batches a round, and two images that are left over."""
    random = torch.Generator().manual_seed(0)
    n = fewest_images(2 * BATCH) + 2
    codes = torch.randn(n, 1, 16, generator=random).repeat(1, 3, 1).half()
    return Pairs(torch.randint(0, 255, (n, 3, 32, 32), generator=random).to(torch.uint8), codes)


def trained(pairs: Pairs, checkpoint: Path, stops: list[int]) -> dict[str, Tensor]:
    """State of an encoder after 5 steps, in as many runs as it takes."""
    for run, last in enumerate([*stops, 99]):
        torch.manual_seed(7)
        encoder = LiteEncoder(3, 16)
        torch.manual_seed(run)  # another process draws other numbers
        reporter = StopAfter(last)
        try:
            encoder, _ = train_encoder(encoder, pairs, EncoderTraining(5, BATCH), checkpoint, reporter)
        except Cancelled:
            assert reporter.done == last
        assert not reporter.warnings
    return encoder.state_dict()


def test_an_interrupted_training_ends_as_one_that_was_not(tmp_path: Path, pairs: Pairs) -> None:
    once = trained(pairs, tmp_path / "once.pt", [])
    again = trained(pairs, tmp_path / "again.pt", [1, 3])  # the second within a round
    assert once.keys() == again.keys()
    assert [name for name in once if not torch.equal(once[name], again[name])] == []
    a, b = (torch.load(tmp_path / f"{name}.pt", weights_only=True) for name in ("once", "again"))
    assert torch.equal(a["random"]["cpu"], b["random"]["cpu"])
    assert torch.equal(a["batches"]["order"], b["batches"]["order"])


def test_a_run_of_an_earlier_version_goes_on_and_says_so(tmp_path: Path, pairs: Pairs) -> None:
    file = tmp_path / "c.pt"
    with pytest.raises(Cancelled):
        train_encoder(LiteEncoder(3, 16), pairs, EncoderTraining(5, BATCH), file, StopAfter(1))
    saved = torch.load(file, weights_only=True)
    torch.save({name: saved[name] for name in ("encoder", "average", "optimizer", "step")}, file)
    reporter = StopAfter(2)
    with pytest.raises(Cancelled):
        train_encoder(LiteEncoder(3, 16), pairs, EncoderTraining(5, BATCH), file, reporter)
    assert (reporter.done, reporter.warnings) == (2, 1)


class CountingGenerator(ToyGenerator):
    """Counts the images that it makes."""

    made = 0

    def preview(self, ws: Tensor) -> Tensor:
        type(self).made += len(ws)
        return super().preview(ws)


def test_generated_images_are_kept_when_somebody_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CountingGenerator, "made", 0)
    generator = CountingGenerator()
    (once,) = generate_shards(generator, tmp_path / "once", 256, SilentReporter())
    assert CountingGenerator.made == 256
    for last in (100, 200, 200):
        with pytest.raises(Cancelled):
            generate_shards(generator, tmp_path / "again", 256, StopAfter(last))
    (again,) = generate_shards(generator, tmp_path / "again", 256, SilentReporter())
    assert CountingGenerator.made == 2 * 256, "no image was made twice"
    with np.load(once) as a, np.load(again) as b:
        assert (a["images"] == b["images"]).all() and (a["codes"] == b["codes"]).all()
    assert sorted(p.name for p in again.parent.iterdir()) == [again.name, "origin.npy"]
