"""An encoder that is trained with read-outs tells, in its mean code, what somebody says of the images."""

from __future__ import annotations

from pathlib import Path

import torch

from large_gui.core.reporter import SilentReporter
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.training.encoder import EncoderTraining, fewest_images, train_encoder
from large_gui.training.generated import Pairs
from large_gui.training.read_outs import ReadOuts


def some_pairs() -> Pairs:
    """Grey images, half of them with much light; the codes know nothing of it and the score is the light."""
    random = torch.Generator().manual_seed(0)
    n = fewest_images(8) + 64
    light = torch.randint(0, 2, (n, 1), generator=random).float() * 2 - 1
    images = (128 + 90 * light)[:, :, None, None].expand(-1, 3, 32, 32).to(torch.uint8).contiguous()
    return Pairs(images, torch.randn(n, 3, 16, generator=random).half(), light)


def test_read_outs_begin_with_what_true_codes_tell() -> None:
    pairs = some_pairs()
    mean, direction = torch.randn(16), torch.randn(16)
    told = (pairs.codes.float().mean(1) - mean) @ direction
    of_codes = Pairs(pairs.images, pairs.codes, (told / told.std())[:, None])
    read_outs = ReadOuts(of_codes, mean, torch.ones(1))
    with torch.no_grad():
        error = (read_outs(pairs.codes.float().mean(1)) - of_codes.scores).square().mean()
        assert error < 0.1 * of_codes.scores.square().mean()
        assert torch.isclose(
            read_outs.loss(pairs.codes.float().mean(1), of_codes.scores) * 3,
            ReadOuts(of_codes, mean, torch.full((1,), 3.0)).loss(
                pairs.codes.float().mean(1), of_codes.scores
            ),
        )


def test_an_encoder_learns_to_tell_the_score(tmp_path: Path) -> None:
    torch.manual_seed(0)
    pairs, checkpoint = some_pairs(), tmp_path / "c.pt"
    plan = EncoderTraining(12, 8, 4e-3, read_outs=torch.tensor([4.0]))
    encoder, _ = train_encoder(LiteEncoder(3, 16), pairs, plan, checkpoint, SilentReporter())
    read_outs = ReadOuts(pairs, encoder.mean_latent, torch.ones(1))
    read_outs.load_state_dict(torch.load(checkpoint)["read_outs"])
    with torch.no_grad():
        images = torch.tensor([-0.7, 0.7]).view(2, 1, 1, 1).expand(2, 3, 128, 128)
        dark, light = read_outs(encoder.train()(images).mean(1))[:, 0].tolist()
    assert light - dark > 0.5


def test_statistics_that_are_fixed_stay(tmp_path: Path) -> None:
    encoder = LiteEncoder(3, 16)
    before = {name: value.clone() for name, value in encoder.named_buffers() if "running" in name}
    plan = EncoderTraining(1, 8, fixed_statistics=True)
    trained, _ = train_encoder(encoder, some_pairs(), plan, tmp_path / "c.pt", SilentReporter())
    after = dict(trained.named_buffers())
    assert before
    assert all(torch.equal(value, after[name]) for name, value in before.items())
