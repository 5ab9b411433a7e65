"""The inversion encoders against pSp, e4e and ReStyle, with the generators inside their checkpoints."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F

from large_gui.nets.checkpoints.psp import from_psp
from large_gui.nets.encoders.style_inversion import StyleInversion
from large_gui.nets.stylegan2 import StyleGAN2
from tests.conformance.cases import Case, cases, close

_PROBES = {"probe_c1_mean": 6, "probe_c2_mean": 20, "probe_c3_mean": 23}


def checkpoint(case: Case) -> Mapping[str, Any]:
    """The content of a checkpoint file."""
    content = {"state_dict": case.state, "opts": case.about["opts"]}
    return content if case.latent_avg is None else content | {"latent_avg": case.latent_avg}


def networks(case: Case) -> tuple[StyleInversion, StyleGAN2]:
    encoder, generator = from_psp(checkpoint(case))
    assert not encoder.not_understood
    assert not generator.not_understood
    return encoder.build(generator), generator.build()


def image(case: Case) -> Tensor:
    return (case.input("image").permute(0, 3, 1, 2).float() / 255 - 0.5) / 0.5


def check_probes(case: Case, network: StyleInversion, seen: Tensor) -> None:
    for name, unit in _PROBES.items():
        if name in case.outputs:
            (tap,) = network.encoder.taps(seen, [unit])
            close(tap.mean((2, 3)), case.outputs[name], name)


def _check_one_look(case: Case) -> None:
    network, generator = networks(case)
    pixels = image(case)
    codes = network(pixels)
    images = generator(codes)
    known = {
        "codes_raw": lambda: network.encoder(network._framed(pixels)),
        "codes": lambda: codes,
        "images": lambda: images,
        "images_pooled_probe": lambda: F.adaptive_avg_pool2d(images, 256)[:, :, ::16, ::16],
    }
    for name, expected in case.outputs.items():
        if name not in _PROBES:
            close(known[name](), expected, name)
    check_probes(case, network, network._framed(pixels))


@cases("psp_encoders")
@torch.inference_mode()
def test_psp(case: Case) -> None:
    _check_one_look(case)


@cases("e4e")
@torch.inference_mode()
def test_e4e(case: Case) -> None:
    _check_one_look(case)


@cases("restyle")
@torch.inference_mode()
def test_restyle(case: Case) -> None:
    network, generator = networks(case)
    pixels = image(case)
    codes = torch.stack(list(network.iterate(pixels)), 1)  # (B, iterations, L, D)
    average = network.average_image()
    known = {
        "codes": lambda: codes,
        "codes_delta_iter0": lambda: codes[:, 0] - network.mean,
        "images": lambda: torch.stack([generator(c) for c in codes.unbind(1)], 1),
        "avg_image_native": lambda: generator(network.mean[None]),
        "avg_image_256_probe": lambda: average[:, :, ::16, ::16],
    }
    for name, expected in case.outputs.items():
        if name not in _PROBES:
            close(known[name](), expected, name)
    first = torch.cat([pixels, average.expand_as(pixels)], 1)
    check_probes(case, network, network._framed(first))
