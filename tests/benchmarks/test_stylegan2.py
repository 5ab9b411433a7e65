"""Our StyleGAN2 against the plain formulation, and the IR-SE encoders in batches against one by one."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.encoders.style_encoders import Encoder4Editing
from large_gui.nets.memory import keep_freed_memory
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config, SynthesisLayer, ToRGB

BATCH = 8
CHANNELS = (512, 512, 512, 512, 512, 256, 128)  # 256 pixels, as in the paper's config F


@pytest.mark.benchmark
def test_forward_against_the_plain_formulation(capsys: pytest.CaptureFixture[str]) -> None:
    keep_freed_memory()
    torch.manual_seed(0)
    network = StyleGAN2(StyleGAN2Config(CHANNELS)).eval().requires_grad_(False)
    with torch.inference_mode():
        ws = network.mapping(torch.randn(BATCH, 512))
        difference = (network(ws) - plain(network, ws)).abs().max()
        assert difference < 1e-2 * network(ws).std()  # the two are the same network
        batched = alternated(lambda: network(ws), lambda: plain(network, ws))
        single = alternated(lambda: network(ws[:1]), lambda: plain(network, ws[:1]))
    with capsys.disabled():
        for count, (ours, theirs) in ((BATCH, batched), (1, single)):
            print(f"\n256 px, batch {count}: {ours:.2f} s, plain formulation {theirs:.2f} s", end="")
            print(f", {theirs / ours:.2f} times as fast")


@pytest.mark.benchmark
def test_encoder_in_batches(capsys: pytest.CaptureFixture[str]) -> None:
    keep_freed_memory()
    torch.manual_seed(0)
    encoder = Encoder4Editing(18).eval().requires_grad_(False).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    images = torch.rand(BATCH, 3, 256, 256).contiguous(memory_format=torch.channels_last)
    with torch.inference_mode():
        together, alone = alternated(lambda: encoder(images), lambda: [encoder(i[None]) for i in images])
    with capsys.disabled():
        print(f"\ne4e on IR-SE-50: {BATCH / together:.2f} images/s in batches of {BATCH}", end="")
        print(f", {BATCH / alone:.2f} one by one ({alone / together:.2f} times as fast)")


def alternated(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 3
) -> tuple[float, float]:
    """Shortest time of each, run in turn."""
    times: tuple[list[float], list[float]] = ([], [])
    for i in range(rounds + 1):
        for f, into in zip((ours, theirs), times):
            start = time.perf_counter()
            f()
            if i:
                into.append(time.perf_counter() - start)
    return min(times[0]), min(times[1])


def plain(network: StyleGAN2, ws: Tensor) -> Tensor:
    """The network as the paper's formulas read: a weight for every image, and zeros inserted to upsample."""
    kernel = torch.outer(network.taps, network.taps)
    styles = iter(network.styles(ws))
    x = network.b4.const.expand(len(ws), -1, -1, -1)
    image = torch.zeros(len(ws), 3, 2, 2)
    for level in range(len(network.config.channels)):
        block = network.get_submodule(f"b{4 * 2**level}")
        if level:
            x = plain_layer(block.conv0, x, next(styles), kernel)
        x = plain_layer(block.conv1, x, next(styles), kernel)
        rgb = plain_image(block.torgb, x, next(styles))
        image = rgb + plain_upfirdn(image, kernel * 4, 2, (2, 1)) if level else rgb
    return image


def plain_layer(layer: SynthesisLayer, x: Tensor, style: Tensor, kernel: Tensor) -> Tensor:
    weight = layer.weight[None] * style[:, None, :, None, None]  # (B, O, I, k, k)
    weight = weight * torch.rsqrt(weight.square().sum((2, 3, 4), keepdim=True) + 1e-8)
    count, out, into = weight.shape[:3]
    x = x.reshape(1, -1, *x.shape[2:])
    if layer.up:
        weight = weight.transpose(1, 2).reshape(count * into, out, 3, 3)
        x = F.conv_transpose2d(x, weight, stride=2, groups=count)
        x = plain_upfirdn(x.reshape(count, out, *x.shape[2:]), kernel * 4, 1, (1, 1))
    else:
        x = F.conv2d(x, weight.reshape(count * out, into, 3, 3), padding=1, groups=count)
        x = x.reshape(count, out, *x.shape[2:])
    x = x + layer.noise_const * layer.noise_strength
    return F.leaky_relu(x + layer.bias[:, None, None], 0.2) * 2**0.5


def plain_image(layer: ToRGB, x: Tensor, style: Tensor) -> Tensor:
    weight = layer.weight[None] * (style * x.shape[1] ** -0.5)[:, None, :, None, None]
    y = F.conv2d(x.reshape(1, -1, *x.shape[2:]), weight.flatten(0, 1), groups=len(x))
    return y.reshape(len(x), 3, *y.shape[2:]) + layer.bias[:, None, None]


def plain_upfirdn(x: Tensor, kernel: Tensor, up: int, padding: tuple[int, int]) -> Tensor:
    count, channels, height, width = x.shape
    spread = x.new_zeros(count, channels, height, up, width, up)
    spread[:, :, :, 0, :, 0] = x
    spread = F.pad(spread.reshape(count * channels, 1, height * up, width * up), padding * 2)
    y = F.conv2d(spread, kernel.flip(0, 1)[None, None])
    return y.reshape(count, channels, *y.shape[2:])
