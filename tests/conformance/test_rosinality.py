"""The generator against stylegan2-pytorch by rosinality, and LARGE's option to truncate some layers."""

import re

import torch

from large_gui.nets.checkpoints.rosinality import from_rosinality
from tests.conformance.cases import Case, cases, close, truncation
from tests.small_models import truncated


@cases("rosinality")
@torch.inference_mode()
def test_outputs(case: Case) -> None:
    found = from_rosinality(case.state, case.latent_avg)
    assert not found.not_understood
    g = found.build()
    assert g.num_ws == case.about["n_latent"]
    if case.latent_avg is not None:
        close(g.mean_latent, case.arrays["in_latent_avg"].reshape(-1, g.config.w_dim).mean(0), "mean")
    w = g.mapping(case.input("z"))
    for name, expected in case.outputs.items():
        rows = len(expected)
        codes = g.broadcast(w)
        if "trunc" in name:
            codes = truncated(g, w, *truncation(name))
        elif mixed := re.search(r"mix(\d+)", name):
            cut = int(mixed[1])
            codes = torch.cat([codes[:1, :cut], codes[1:2, cut:]], 1)
        elif name.endswith("wplus"):
            codes = case.input("wplus")
        elif name.endswith("from_w"):
            codes = case.input("w")
        codes = codes[:rows]
        if name == "w":
            close(w, expected, name)
        elif name.startswith("img"):
            close(g(codes, noise="none" if "zero_noise" in name else "const"), expected, name)
        elif name.startswith("latent_"):
            close(codes, expected, name)
        elif name.startswith("s_codes"):
            close(torch.cat(g.styles(codes), 1), expected, name)
        elif name == "mean_latent":
            close(g.mapping(case.input("z_mean")).mean(0, keepdim=True), expected, name)
        else:
            raise AssertionError(f"an output that this test does not know: {name}")


@cases("rosinality")
def test_layers_of_s(case: Case) -> None:
    g = from_rosinality(case.state, case.latent_avg).build()
    mine = [(i, s.row, s.width) for i, s in enumerate(g.style_layers)]
    assert mine == [(s["s_index"], s["latent_index"], s["style_dim"]) for s in case.about["layers"]]
