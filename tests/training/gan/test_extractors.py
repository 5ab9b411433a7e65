"""The extractors of HSR: the program's own network, and networks of timm with random weights."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch
from torch import Tensor

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.models.library import open_model
from large_gui.nets.backbones.extra import extra
from large_gui.nets.backbones.timm_features import described
from large_gui.nets.pixels import normalised
from large_gui.tasks.imports.backbone import BackboneOptions, add_backbone
from large_gui.training.gan.hsr.extractors import EfficientNetStages, TimmStages, open_extractor
from large_gui.training.gan.hsr.options import HsrOptions
from large_gui.training.gan.hsr.regularizer import semantic_regularizer
from tests.small_backbones import added_clip, timm_weights


def images(batch: int, side: int) -> Tensor:
    torch.manual_seed(0)
    return torch.rand(batch, 3, side, side) * 2 - 1


def added(tmp_path: Path, architecture: str, *, size: int = 0) -> str:
    """The name of a model that a person made of a network of timm."""
    file = timm_weights(tmp_path / f"{architecture}.safetensors", architecture)
    add_backbone(architecture, BackboneOptions(weights=file, size=size, name="mine"), SilentReporter())
    return "mine"


def test_the_programs_own_network_gives_the_maps_whose_means_are_its_codes() -> None:
    network = open_model("features").network()  # type: ignore[attr-defined]
    extractor = open_extractor(HsrOptions(extractor_size=224), 64)
    assert isinstance(extractor, EfficientNetStages)
    assert extractor.channels == {4: 24, 8: 40, 16: 112, 32: 320}
    x = images(2, 224)
    maps = extractor(x)
    assert {stride: m.shape[-1] for stride, m in maps.items()} == {4: 56, 8: 28, 16: 14, 32: 7}
    code = network.read(x)[:, 0]
    torch.testing.assert_close(code[:, -640:-320], maps[32].mean((2, 3)) / 320**0.5)
    torch.testing.assert_close(code[:, 32 : 32 + 24], maps[4].mean((2, 3)) / 24**0.5)


@pytest.mark.parametrize("architecture", ["test_convnext", "test_resnet", "test_efficientnet"])
def test_the_stages_of_a_convolutional_network(tmp_path: Path, architecture: str) -> None:
    """They are timm's own maps at strides 4, 8, 16, 32, of images normalised as the network asks for."""
    extractor = open_extractor(HsrOptions(extractor=added(tmp_path, architecture), extractor_size=64), 64)
    x = images(2, 64)
    maps = extractor(x)
    assert {stride: m.shape[-1] for stride, m in maps.items()} == {4: 16, 8: 8, 16: 4, 32: 2}
    torch.manual_seed(0)
    whole = extra("timm").create_model(architecture)  # the same random weights
    reference = extra("timm").create_model(architecture, features_only=True).eval()
    weights = whole.state_dict()
    weights |= {re.sub(r"^(stem|stages)\.", r"\1_", name): tensor for name, tensor in weights.items()}
    reference.load_state_dict({name: weights[name] for name in reference.state_dict()})
    own = described(architecture)
    wanted = dict(
        zip(
            reference.feature_info.reduction(),
            reference(normalised(x, own.mean, own.deviation)),
            strict=True,
        )
    )
    for stride, found in maps.items():
        torch.testing.assert_close(found, wanted[stride], atol=1e-4, rtol=1e-4)
        assert extractor.channels[stride] == found.shape[1]


@pytest.mark.parametrize("size", [0, 64])
def test_a_transformers_tokens_are_maps_at_four_depths(tmp_path: Path, size: int) -> None:
    """As in the paper, with a ViT; each map is scaled to the side of its block."""
    options = HsrOptions(hidden=4, extractor=added(tmp_path, "test_vit", size=size))
    channels = {4 << i: 4 for i in range(5)}
    one = semantic_regularizer(options, channels, images(4, 64))
    extractor = one.extractor
    assert isinstance(extractor, TimmStages) and extractor.size == (size or 160)
    assert extractor.taps == {4: 0, 8: 2, 16: 3, 32: 5}  # of six blocks
    assert one.levels == ({4: 16, 8: 8, 16: 4} if size else {4: 32, 8: 16, 16: 8, 32: 4})
    x = images(2, 64)
    tokens = extractor.backbone.forward_features(
        normalised(extractor.scaled(x), extractor.config.mean, extractor.config.deviation)
    )
    side = extractor.size // 16
    last = tokens[:, extractor.backbone.num_prefix_tokens :].mT.reshape(2, -1, side, side)
    torch.testing.assert_close(extractor(x)[32], last)
    targets = one.targets(x)
    assert {s: tuple(t.shape) for s, t in targets.items()} == {s: (2, 64, s, s) for s in one.levels}
    features = {s: torch.randn(2, c, s, s, requires_grad=True) for s, c in channels.items()}
    one(features, x).backward()
    assert all(features[s].grad is not None for s in one.levels)
    assert all(p.grad is None for p in extractor.parameters())


def test_a_transformer_of_less_than_four_blocks_has_fewer_levels() -> None:
    network = extra("timm").create_model("test_vit", num_classes=0, depth=2)
    extractor = TimmStages(network, described("test_vit"))
    assert extractor.taps == {16: 0, 32: 1} and extractor.channels == {16: 64, 32: 64}


def test_what_can_not_be_an_extractor_is_told(tmp_path: Path) -> None:
    vit = added(tmp_path, "test_vit")
    with pytest.raises(InputError, match="test_vit can't read images of 72 pixels") as told:
        open_extractor(HsrOptions(extractor=vit, extractor_size=72), 64)
    assert "added for images of 160 pixels" in told.value.hint
    with pytest.raises(InputError, match="can't read images of 100 pixels"):
        open_extractor(HsrOptions(extractor_size=100), 64)
    with pytest.raises(InputError, match="no model called 'dino'"):
        open_extractor(HsrOptions(extractor="dino"), 64)
    added_clip(tmp_path / "clip")
    with pytest.raises(InputError, match="'clip' has no feature extractor for HSR"):
        open_extractor(HsrOptions(extractor="clip"), 64)
    stageless = torch.nn.Conv2d(3, 4, 1)
    with pytest.raises(InputError, match="no feature maps of test_vit"):
        TimmStages(stageless, described("test_vit"))
