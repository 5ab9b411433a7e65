"""The discriminator against its definitions on small cases."""

from __future__ import annotations

import torch

from large_gui.nets.discriminator import Discriminator, EqualConv, with_minibatch_deviation
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config

_CONFIG = StyleGAN2Config((16, 12, 8), z_dim=8, w_dim=8, mapping_widths=(8, 8))


def test_the_deviation_of_a_group_of_images_is_a_channel() -> None:
    torch.manual_seed(0)
    x = torch.randn(6, 4, 3, 3)
    y = with_minibatch_deviation(x, group=3)  # groups: images 0, 2, 4 and 1, 3, 5
    assert y.shape == (6, 5, 3, 3)
    assert torch.equal(y[:, :4], x)
    for group in ([0, 2, 4], [1, 3, 5]):
        deviation = x[group].numpy().std(0).mean()
        assert torch.allclose(y[group, 4], torch.tensor(deviation), atol=1e-5)


def test_the_deviation_of_one_image_is_almost_nothing() -> None:
    assert with_minibatch_deviation(torch.randn(1, 2, 4, 4))[:, 2].abs().max() < 1e-3


def test_one_logit_for_each_image() -> None:
    torch.manual_seed(0)
    images = torch.randn(4, 3, 16, 16)
    assert Discriminator(_CONFIG)(images).shape == (4,)


def test_a_class_changes_the_logits_through_its_projection() -> None:
    torch.manual_seed(0)
    config = StyleGAN2Config((16, 12, 8), z_dim=8, w_dim=8, mapping_widths=(8, 8), classes=2, embedding=8)
    network, images = Discriminator(config), torch.randn(2, 3, 16, 16)
    first, second = (network(images, torch.eye(2)[[i, i]]) for i in (0, 1))
    assert first.shape == (2,)
    assert not torch.allclose(first, second)


def test_a_new_convolution_keeps_the_power_of_its_input() -> None:
    """Equalised learning rates: He's constants at run time keep the power from layer to layer."""
    torch.manual_seed(0)
    y = EqualConv(64, 64, 3)(torch.randn(4, 64, 32, 32))[:, :, 1:-1, 1:-1]
    assert 0.9 < float(y.detach().square().mean()) < 1.2


def test_a_generator_gives_the_features_of_its_blocks() -> None:
    torch.manual_seed(0)
    generator = StyleGAN2(_CONFIG)
    features: dict[int, torch.Tensor] = {}
    styles = generator.styles(torch.randn(2, 8))
    image = generator.image_of_styles(styles, "none", features)
    assert {side: tuple(x.shape) for side, x in features.items()} == {
        4: (2, 16, 4, 4), 8: (2, 12, 8, 8), 16: (2, 8, 16, 16),
    }  # fmt: skip
    assert torch.equal(image, generator.image_of_styles(styles, "none"))
