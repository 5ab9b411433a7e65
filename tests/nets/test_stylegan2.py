"""What holds for every StyleGAN2, whatever its weights; conformance says that the numbers are right."""

from __future__ import annotations

import json

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from large_gui.nets.encoders.style_inversion import StyleEncoderConfig
from large_gui.nets.modulated_conv import modulated_conv2d
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from tests import small_models

SIZES = st.integers(1, 6)


@settings(deadline=None, max_examples=40)
@given(batch=st.integers(1, 3), into=SIZES, out=SIZES, side=st.integers(1, 7), kernel=st.sampled_from([1, 3]),
       demodulate=st.booleans(), up=st.booleans(), seed=st.integers(0, 9))  # fmt: skip
def test_modulation_is_a_weight_for_every_image(
    batch: int, into: int, out: int, side: int, kernel: int, demodulate: bool, up: bool, seed: int
) -> None:
    """Equations 1 and 3 of the paper, written out."""
    torch.manual_seed(seed)
    x, styles = torch.randn(batch, into, side, side).double(), torch.randn(batch, into).double()
    weight = torch.randn(out, into, kernel, kernel).double()
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]).double() / 8 if up and kernel == 3 else None
    got = modulated_conv2d(x, weight, styles, demodulate=demodulate, up_taps=taps)
    for i in range(batch):
        own = weight * styles[i, None, :, None, None]
        if demodulate:
            own = own / (own.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if taps is None:
            expected = F.conv2d(x[i : i + 1], own, padding=kernel // 2)
        else:
            spread = F.conv_transpose2d(x[i : i + 1], own.transpose(0, 1), stride=2)
            blur = 4 * torch.outer(taps, taps).expand(out, 1, 4, 4)
            expected = F.conv2d(spread, blur, padding=1, groups=out)
        torch.testing.assert_close(got[i : i + 1], expected)


def test_half_precision_stays_in_range() -> None:
    """Large weights and styles would overflow; demodulation makes their scale irrelevant."""
    torch.manual_seed(0)
    x, weight, styles = torch.randn(2, 64, 8, 8), 300 * torch.randn(8, 64, 3, 3), 300 * torch.randn(2, 64)
    half = modulated_conv2d(x.half(), weight, styles)
    assert half.dtype == torch.float16
    expected = modulated_conv2d(x, weight, styles)
    assert (half.float() - expected).abs().max() < 0.02 * expected.abs().max()


@pytest.mark.parametrize(
    "config", [small_models.CONFIG, small_models.CONDITIONAL], ids=["plain", "conditional"]
)
def test_spaces_agree(config: StyleGAN2Config) -> None:
    network = small_models.generator(config)
    with torch.inference_mode():
        w = network.mapping(torch.randn(3, network.z_dim))
        image = network(w)
        assert image.shape == (3, 3, config.resolution, config.resolution)
        torch.testing.assert_close(network(network.broadcast(w)), image)
        styles = network.styles(w)
        assert [s.shape[1] for s in styles] == [layer.width for layer in network.style_layers]
        torch.testing.assert_close(network.image_of_styles(styles), image)
        torch.testing.assert_close(network(w[1:2]), image[1:2], atol=1e-4, rtol=1e-4)
        assert max(layer.row for layer in network.style_layers) == network.num_ws - 1


def test_noise() -> None:
    network = small_models.generator()
    w = network.mapping(torch.randn(1, network.z_dim))
    stored, none, drawn = (network(w, noise=noise) for noise in ("const", "none", "random"))
    assert (stored != none).any()
    assert (drawn != stored).any()
    torch.testing.assert_close(network(w), stored)


def test_classes_matter_and_are_taken_in_turn() -> None:
    network = small_models.generator(small_models.CONDITIONAL)
    z = torch.randn(1, network.z_dim).expand(6, -1)
    w = network.mapping(z)
    torch.testing.assert_close(w[:3], w[3:])
    assert (w[0] != w[1]).any()
    torch.testing.assert_close(network.mapping(z[:1], torch.tensor([[0.0, 1.0, 0.0]])), w[1:2])


def test_previews_are_small_and_in_colour() -> None:
    torch.manual_seed(0)
    network = StyleGAN2(StyleGAN2Config((4,) * 8, 8, 8, (8,), image_channels=1)).eval()
    assert network.resolution == 512
    with torch.inference_mode():
        assert network(torch.randn(1, 8)).shape == (1, 1, 512, 512)
        assert network.preview(torch.randn(1, 8)).shape == (1, 3, 256, 256)


def test_the_image_has_a_second_derivative() -> None:
    """As path length regularisation needs."""
    torch.manual_seed(0)
    network = StyleGAN2(StyleGAN2Config((6, 4), 8, 8, (8,))).double()
    w = torch.randn(2, 8).double().requires_grad_()
    assert torch.autograd.gradgradcheck(lambda w: network(w).square().mean(), w, atol=1e-4)


def test_configurations_survive_json() -> None:
    for config in (small_models.CONDITIONAL, StyleEncoderConfig("BackboneEncoder", 8, units=(3, 13, 30, 3))):
        assert type(config).from_json(json.loads(json.dumps(config.as_json()))) == config
