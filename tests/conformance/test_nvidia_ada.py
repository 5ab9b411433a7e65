"""The generator against stylegan2-ada-pytorch."""

import torch

from large_gui.nets.checkpoints.generators import Settings, generator_weights
from large_gui.nets.stylegan2 import StyleGAN2
from tests.conformance.cases import Case, cases, close, truncation
from tests.small_models import truncated


def network(case: Case) -> StyleGAN2:
    options = case.about["init_kwargs"]
    synthesis, mapping = options.get("synthesis_kwargs", {}), options.get("mapping_kwargs", {})
    settings = Settings(
        synthesis.get("conv_clamp"), synthesis.get("num_fp16_res", 0), mapping.get("lr_multiplier", 0.01)
    )
    found = generator_weights(case.state, settings)
    assert not found.not_understood
    return found.build()


@cases("nvidia_ada")
@torch.inference_mode()
def test_outputs(case: Case) -> None:
    g = network(case)
    plain = g.mapping(case.input("z"), case.input("c") if "in_c" in case.arrays else None)
    ws = {"w_psi1": g.broadcast(plain), "wplus": case.input("ws_plus")}
    for name, expected in case.outputs.items():
        if name.startswith("w_psi"):
            ws[name] = truncated(g, plain, *truncation(name))
            close(ws[name], expected, name)
        elif name.startswith("s_codes"):
            codes = ws["wplus" if name.endswith("wplus") else "w_psi1"]
            close(torch.cat(g.styles(codes), 1), expected, name)
        elif name.startswith("img_"):
            noise = "none" if "none" in name else "const"
            codes = ws["wplus"] if "wplus" in name else plain
            if "psi" in name:
                codes = truncated(g, plain, *truncation(name))
            close(g(codes[: len(expected)], noise=noise), expected, name)
        else:
            raise AssertionError(f"an output that this test does not know: {name}")


@cases("nvidia_ada")
def test_layers_of_s(case: Case) -> None:
    g = network(case)
    assert g.num_ws == case.about["num_ws"]
    mine = [(f"synthesis.{s.module}", s.row, s.width) for s in g.style_layers]
    assert mine == [(s["module"], s["ws_index"], s["style_dim"]) for s in case.about["layers"]]
