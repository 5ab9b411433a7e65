"""HSR: Eq. 2 by hand, the levels of Table 2, where the gradient goes, and that a generator learns by it."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from large_gui.core.options import checked
from large_gui.errors import InputError
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.training.gan.hsr.extractors import Extractor
from large_gui.training.gan.hsr.options import HsrOptions, embedded_size
from large_gui.training.gan.hsr.regularizer import SemanticRegularizer, semantic_regularizer

SIDES = {4: 6, 8: 5, 16: 4, 32: 3}  # of a small generator -> channels
SMALL = HsrOptions(hidden=7, standardise=False)


class Colours(Extractor):
    """Stages that are mixtures of an image's colours, squared; each deeper one is coarser."""

    def __init__(self, size: int = 32, strides: tuple[int, ...] = (4, 8, 16, 32)) -> None:
        super().__init__()
        self.size = size
        self.channels = {stride: 2 + i for i, stride in enumerate(strides)}
        self.mixtures = torch.nn.ModuleDict(
            {str(stride): torch.nn.Conv2d(3, width, 1) for stride, width in self.channels.items()}
        )
        self.freeze()

    def forward(self, images: Tensor) -> dict[int, Tensor]:
        x = self.scaled(images)
        return {stride: F.avg_pool2d(self.mixtures[str(stride)](x), stride) ** 2 for stride in self.channels}


def drawn(batch: int = 3, side: int = 32) -> tuple[dict[int, Tensor], Tensor]:
    """What a generator would hand over: the features of its blocks, and the images."""
    torch.manual_seed(1)
    features = {s: torch.randn(batch, c, s, s, requires_grad=True) for s, c in SIDES.items()}
    return features, (torch.rand(batch, 3, side, side) * 2 - 1).requires_grad_()


def regularizer(options: HsrOptions = SMALL, **about: Any) -> SemanticRegularizer:
    torch.manual_seed(0)
    return SemanticRegularizer(Colours(**about), SIDES, options)


def by_hand(one: SemanticRegularizer, features: dict[int, Tensor], images: Tensor) -> float:
    """Eq. 2's sum in NumPy, vector by vector."""
    targets = one.extractor(images)
    total = 0.0
    for side, divisor in one.levels.items():
        w1, b1, w2, b2 = (p.detach().double().numpy() for p in one.predictors[str(side)].parameters())
        distances = []
        for b, i, j in np.ndindex(len(images), side, side):
            hidden = w1[:, :, 0, 0] @ features[side][b, :, i, j].detach().numpy() + b1
            q = w2[:, :, 0, 0] @ np.where(hidden > 0, hidden, 0.2 * hidden) + b2
            f: NDArray[Any] = targets[divisor][b, :, i, j].detach().double().numpy()
            if one.options.distance == "cosine":
                q, f = q / np.linalg.norm(q), f / np.linalg.norm(f)
                distances.append(np.sum((q - f) ** 2))
            else:
                distances.append(np.mean((q - f) ** 2))
        total += float(np.mean(distances))
    return total


@pytest.mark.parametrize("distance", ["l2", "cosine"])
def test_the_loss_is_the_sum_of_equation_2(distance: str) -> None:
    one = regularizer(HsrOptions(hidden=7, standardise=False, distance=distance))
    features, images = drawn(batch=2)
    assert one.levels == {4: 8, 8: 4} and one.missing == (32, 16)
    loss = one(features, images).item()
    assert loss == pytest.approx(by_hand(one, features, images), rel=1e-5)
    assert sum(term.item() for term in one.terms(features, images).values()) == pytest.approx(loss)


@pytest.mark.parametrize(
    ("group", "levels"),
    [
        ("high", {8: 32, 16: 16}),
        ("mid", {16: 16, 32: 8}),
        ("low", {32: 8, 64: 4}),
        ("all", {8: 32, 16: 16, 32: 8, 64: 4}),
    ],
)
def test_groups_are_those_of_table_2(group: str, levels: dict[int, int]) -> None:
    """At 256 pixels the paper supervises the blocks 8, 16, 32 and 64; deep stages go with low resolutions."""
    channels = {4 << i: 8 for i in range(7)}
    one = SemanticRegularizer(Colours(256), channels, HsrOptions(hidden=4, levels=group))
    assert one.levels == levels and list(one.levels) == sorted(levels) and one.missing == ()


def test_a_level_without_a_block_is_left_out_and_said() -> None:
    channels = {4 << i: 8 for i in range(5)}  # 64 pixels
    for size, levels, missing in (
        (64, {4: 16, 8: 8, 16: 4}, (32,)),
        (128, {4: 32, 8: 16, 16: 8, 32: 4}, ()),
        (224, {8: 32, 16: 16, 32: 8, 64: 4}, ()),  # its stages have 7, 14, 28 and 56 positions
    ):
        one = SemanticRegularizer(Colours(size), channels, SMALL)
        assert one.levels == levels and one.missing == missing
    few = SemanticRegularizer(Colours(128, strides=(16, 32)), channels, SMALL)  # an extractor of two stages
    assert few.levels == {4: 32, 8: 16} and few.missing == (8, 4)
    with pytest.raises(
        InputError, match="no level 'high' for images of 32 pixels with an extractor that sees 32"
    ):
        SemanticRegularizer(Colours(32), SIDES, HsrOptions(levels="high"))


@pytest.mark.parametrize("target_gradient", [False, True])
@pytest.mark.parametrize("distance", ["l2", "cosine"])
def test_where_the_gradient_goes(distance: str, target_gradient: bool) -> None:
    """To the generator and the predictors, through the target only if asked, and never to the extractor."""
    options = HsrOptions(hidden=7, distance=distance, target_gradient=target_gradient, standardise=False)
    one = regularizer(options)
    features, images = drawn()
    before = copy.deepcopy(one.extractor.state_dict())
    optimiser = torch.optim.Adam(one.parameters(), 0.1)
    one(features, images).backward()
    assert all(features[side].grad is not None for side in one.levels)
    assert features[32].grad is None
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in one.parameters())
    assert (images.grad is not None) == target_gradient
    optimiser.step()
    assert all(p.grad is None and not p.requires_grad for p in one.extractor.parameters())
    torch.testing.assert_close(one.extractor.state_dict(), before, rtol=0, atol=0)


@pytest.mark.parametrize("target_gradient", [False, True])
def test_the_gradient_is_that_of_finite_differences(target_gradient: bool) -> None:
    """Along the gradient, by features and images; with a stopped target the images stay."""
    one = regularizer(HsrOptions(hidden=7, target_gradient=target_gradient, standardise=False))
    features, images = drawn()
    used = [features[side] for side in one.levels] + ([images] if target_gradient else [])
    one(features, images).backward()
    steps = [part.grad.clone() for part in used if part.grad is not None]
    slope = sum(step.square().sum().item() for step in steps)
    size, values = 0.01 / slope**0.5, []
    with torch.no_grad():
        for way in (-size, 2 * size):
            for part, step in zip(used, steps, strict=True):
                part += way * step
            values.append(one(features, images).item())
    assert (values[1] - values[0]) / (2 * size) == pytest.approx(slope, rel=0.01)


def test_only_the_predictors_are_trained_and_saved() -> None:
    one = regularizer()
    names = [name for name, _ in one.named_parameters()]
    assert names and all(name.startswith("predictors.") for name in names)
    assert {name.split(".")[0] for name in one.state_dict()} == {"predictors", "deviations"}
    shapes = [tuple(p.shape) for p in one.predictors["4"].parameters()]
    assert shapes == [(7, 6, 1, 1), (7,), (3, 7, 1, 1), (3,)]
    one.train()
    assert not one.extractor.training
    one.to("meta")
    assert {p.device.type for p in [*one.parameters(), *one.extractor.parameters()]} == {"meta"}


def test_targets_are_in_units_of_their_deviation_on_real_images() -> None:
    _, reals = drawn(batch=8)
    one = regularizer(HsrOptions(hidden=7))
    literal = one.targets(reals)
    one.measure(reals)
    for side, maps in one.targets(reals).items():
        assert float(maps.var((0, 2, 3), correction=0).mean()) == pytest.approx(1, rel=1e-4)
        ratio = literal[side] / maps
        torch.testing.assert_close(ratio, ratio.mean().expand_as(ratio))
    resumed = regularizer(HsrOptions(hidden=7))
    resumed.load_state_dict(one.state_dict())
    features, images = drawn()
    assert resumed(features, images).item() == one(features, images).item()
    plain = regularizer()
    plain.measure(reals)
    assert plain.deviations.tolist() == [1, 1]


@pytest.mark.parametrize(("side", "size"), [(32, 32), (64, 32), (16, 32), (48, 32)])
def test_images_are_scaled_to_the_side_that_the_extractor_sees(side: int, size: int) -> None:
    across = torch.linspace(-1, 1, side).expand(1, 3, side, side)
    scaled = Colours(size).scaled(across)
    assert scaled.shape == (1, 3, size, size)
    wanted = torch.linspace(-1, 1, size)
    torch.testing.assert_close(scaled[0, 0, 5, 2:-2], wanted[2:-2], atol=0.04, rtol=0)
    assert scaled.mean().abs() < 1e-5


def test_half_precision_features_are_taken() -> None:
    """A generator on a GPU computes its highest blocks in half precision."""
    one = regularizer()
    features, images = drawn()
    half = {side: part.detach().half().requires_grad_() for side, part in features.items()}
    loss = one(half, images)
    loss.backward()
    assert loss.dtype == torch.float32 and half[8].grad is not None and half[8].grad.dtype == torch.float16
    assert loss.item() == pytest.approx(one(features, images).item(), rel=1e-2)


@pytest.mark.parametrize(
    ("target_gradient", "predictors_learn"), [(False, True), (True, True), (True, False)]
)
def test_the_loss_falls_while_a_generator_trains(target_gradient: bool, predictors_learn: bool) -> None:
    """As the predictors learn along; and without them where the generator is asked to meet them."""
    torch.manual_seed(0)
    generator = StyleGAN2(StyleGAN2Config((8, 8, 8, 8), z_dim=8, w_dim=8, mapping_widths=(8,)))
    one = SemanticRegularizer(
        Colours(32), dict.fromkeys(SIDES, 8), HsrOptions(hidden=16, target_gradient=target_gradient)
    )
    one.predictors.requires_grad_(predictors_learn)
    parts = [p for p in [*one.parameters(), *generator.parameters()] if p.requires_grad]
    optimiser = torch.optim.Adam(parts, 0.01, betas=(0.0, 0.99))
    losses = []
    for _ in range(40):
        features: dict[int, Tensor] = {}
        styles = generator.styles(generator.mapping(torch.randn(8, 8)))
        loss = one(features, generator.image_of_styles(styles, features=features).tanh())
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert np.mean(losses[-5:]) < 0.5 * losses[0]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"weight": -1.0}, "The option weight can't be -1"),
        ({"weight": float("nan")}, "The option weight can't be nan"),
        ({"hidden": 0}, "The option hidden can't be 0"),
        ({"levels": "deep"}, "The option levels can't be 'deep'"),
        ({"distance": "l1"}, "The option distance can't be 'l1'"),
        ({"extractor_size": -1}, "The option extractor size can't be -1"),
        ({"interval": 0}, "The option interval can't be 0"),
    ],
)
def test_options_that_can_not_be_are_told(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(InputError, match=why):
        checked(HsrOptions(**wrong))


def test_lazy_application_makes_up_for_the_steps_between() -> None:
    assert HsrOptions().lazy_weight == 1 and HsrOptions(weight=0.5, interval=4).lazy_weight == 2
    assert [embedded_size(side) for side in (32, 64, 128, 256, 1024)] == [128, 128, 128, 256, 256]


def test_the_programs_own_extractor_serves_every_size() -> None:
    """From 16 to 1024 pixels the default has its levels; what is missing is said."""
    for resolution, levels in ((16, [4, 8, 16]), (64, [4, 8, 16, 32]), (256, [8, 16, 32, 64])):
        channels = {4 << i: 4 for i in range(resolution.bit_length() - 2)}
        reals = torch.rand(2, 3, resolution, resolution) * 2 - 1
        one = semantic_regularizer(HsrOptions(hidden=4), channels, reals)
        assert list(one.levels) == levels and bool((one.deviations != 1).all())
