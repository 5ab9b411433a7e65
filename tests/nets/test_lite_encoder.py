"""How the program's own encoder reads images: as packs of any age say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional as F

from large_gui.nets.encoders.lite import LiteEncoder, LiteEncoderConfig

SMALL = LiteEncoderConfig(32, 32, 2, (1.0,))


def random_encoder(config: LiteEncoderConfig | None = None) -> LiteEncoder:
    torch.manual_seed(0)
    encoder = LiteEncoder(3, 16, torch.randn(16), config).eval()
    torch.nn.init.normal_(encoder.offset_up.weight, std=0.01)
    return encoder


def test_a_pack_without_a_configuration_reads_as_ever() -> None:
    """Five scales round the middle 128 pixels of 160: the arithmetic of the first packs, bit by bit."""
    encoder = random_encoder(LiteEncoderConfig.from_json(None))
    assert encoder.config.as_json() is None
    aligned = torch.rand(2, 3, 160, 160) * 2 - 1
    with torch.inference_mode():
        codes = []
        for scale in (0.85, 0.92, 1.0, 1.08, 1.16):
            grid = F.affine_grid(
                (torch.eye(2, 3) * scale * 128 / 160).expand(2, 2, 3), [2, 3, 128, 128], align_corners=False
            )
            view = F.grid_sample(aligned, grid, align_corners=False)
            f = encoder.features(view.contiguous(memory_format=torch.channels_last))
            offsets = encoder.offset_up(encoder.offset_down(f)).view(-1, 3, 16)
            codes.append(encoder.mean_latent + encoder.base(f)[:, None] + offsets)
        assert torch.equal(encoder.read(aligned), torch.stack(codes).mean(0))
        assert torch.equal(encoder.middle(aligned), aligned[:, :, 16:-16, 16:-16])


def test_a_configuration_survives_a_pack() -> None:
    import json

    written = json.loads(json.dumps(SMALL.as_json()))
    assert LiteEncoderConfig.from_json(written) == SMALL


def test_a_whole_frame_is_read_once_and_enlarged() -> None:
    encoder = random_encoder(SMALL)
    aligned = torch.rand(2, 3, 32, 32) * 2 - 1
    twice = F.interpolate(aligned, scale_factor=2, mode="bilinear")
    plain = random_encoder(LiteEncoderConfig(64, 64, 1, (1.0,)))
    with torch.inference_mode():
        assert encoder.read(aligned).shape == (2, 3, 16)
        torch.testing.assert_close(encoder.read(aligned), plain.read(twice))


@pytest.mark.parametrize(
    "wrong",
    [
        {"input_size": 160, "aligned_size": 128}, {"input_size": 48}, {"input_size": 0}, {"enlarged": 0},
        {"input_size": 97, "enlarged": 32}, {"scales": ()}, {"scales": (0.0,)}, {"aligned_size": 1 << 20},
        {"aligned_size": 160.0}, {"scales": ("1",)}, {"enlarged": True},
    ],
)  # fmt: skip
def test_impossible_sizes_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        replace(LiteEncoderConfig(), **wrong)
