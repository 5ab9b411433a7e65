"""The losses against finite differences and closed forms."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from large_gui.nets.discriminator import Discriminator
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.training.gan.losses import discriminator_loss, generator_loss, path_lengths, r1_penalty

_CONFIG = StyleGAN2Config((6, 5), z_dim=4, w_dim=4, mapping_widths=(4,))
_STEP = 1e-5


def test_the_adversarial_losses_are_the_logarithms_of_the_papers() -> None:
    real, fake = torch.tensor([0.3, -1.2]), torch.tensor([2.0, 0.1])
    assert torch.isclose(generator_loss(fake), -fake.sigmoid().log().mean())
    expected = -real.sigmoid().log().mean() - (1 - fake.sigmoid()).log().mean()
    assert torch.isclose(discriminator_loss(real, fake), expected)


def test_r1_is_the_squared_slope_of_the_logits() -> None:
    torch.manual_seed(0)
    network = Discriminator(_CONFIG).double()
    images = torch.randn(1, 3, 8, 8, dtype=torch.float64, requires_grad=True)
    penalty = r1_penalty(network(images), images)
    slopes = _slopes(lambda x: network(x).sum(), images.detach())
    assert math.isclose(penalty.item(), slopes.square().sum().item(), rel_tol=1e-5)


def test_r1_has_the_gradient_of_its_finite_differences() -> None:
    torch.manual_seed(0)
    network = Discriminator(_CONFIG).double()
    images = torch.randn(2, 3, 8, 8, dtype=torch.float64)

    def penalty() -> Tensor:
        own = images.clone().requires_grad_(True)
        return r1_penalty(network(own), own)

    _assert_gradient(penalty, network.conv.weight)


def test_a_path_length_is_the_slope_of_the_image_along_noise() -> None:
    torch.manual_seed(0)
    generator = StyleGAN2(_CONFIG).double()
    ws = torch.randn(1, 4, 4, dtype=torch.float64)
    noise = torch.randn(1, 3, 8, 8, dtype=torch.float64)
    own = ws.clone().requires_grad_(True)
    length = path_lengths(generator(own, "none"), own, noise)
    # J^T y: the slope of <image, y> / side by each number of the code; the square is averaged over rows.
    slopes = _slopes(lambda w: (generator(w, "none") * noise).sum() / 8, ws)
    assert math.isclose(length.item(), slopes.square().sum(2).mean().sqrt().item(), rel_tol=1e-5)


def test_the_path_length_has_the_gradient_of_its_finite_differences() -> None:
    torch.manual_seed(0)
    generator = StyleGAN2(_CONFIG).double()
    ws = torch.randn(2, 4, 4, dtype=torch.float64)
    noise = torch.randn(2, 3, 8, 8, dtype=torch.float64)

    def penalty() -> Tensor:
        own = ws.clone().requires_grad_(True)
        lengths = path_lengths(generator(own, "none"), own, noise)
        return (lengths - 0.5).square().mean()

    block = generator.get_submodule("b8.conv1")
    assert isinstance(block.weight, nn.Parameter)
    _assert_gradient(penalty, block.weight)


def _slopes(f, x: Tensor) -> Tensor:  # type: ignore[no-untyped-def]
    """Central differences of a scalar by every number of ``x``."""
    slopes = torch.empty_like(x)
    with torch.no_grad():
        for i in range(x.numel()):
            up, down = x.clone(), x.clone()
            up.view(-1)[i] += _STEP
            down.view(-1)[i] -= _STEP
            slopes.view(-1)[i] = (f(up) - f(down)) / (2 * _STEP)
    return slopes


def _assert_gradient(loss, parameter: nn.Parameter) -> None:  # type: ignore[no-untyped-def]
    """Compare a loss's gradient by a few numbers of a parameter with central differences."""
    (gradient,) = torch.autograd.grad(loss(), parameter)
    for i in range(0, parameter.numel(), max(1, parameter.numel() // 7)):
        with torch.no_grad():
            kept = parameter.view(-1)[i].item()
            parameter.view(-1)[i] = kept + _STEP
        up = loss().item()
        with torch.no_grad():
            parameter.view(-1)[i] = kept - _STEP
        down = loss().item()
        with torch.no_grad():
            parameter.view(-1)[i] = kept
        expected = (up - down) / (2 * _STEP)
        assert math.isclose(gradient.reshape(-1)[i].item(), expected, rel_tol=1e-3, abs_tol=1e-7)
