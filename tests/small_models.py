"""Small random networks in the names of other programs' checkpoints."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import GENERATOR, Pack, imported_folder
from large_gui.nets.encoders.style_inversion import StyleEncoderConfig, StyleInversion
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.nets.weights import save_weights

CONFIG = StyleGAN2Config((24, 16, 16, 8), z_dim=32, w_dim=48, mapping_widths=(40, 48))  # 32 pixels
CONDITIONAL = StyleGAN2Config(
    (16, 16, 8),
    z_dim=32,
    w_dim=24,
    mapping_widths=(24,),
    classes=3,
    embedding=24,
    clamp=4.0,
    fp16_resolutions=1,
)
# The options of the layout's constructor that give `CONFIG` and `CONDITIONAL`.
OPTIONS = {"z_dim": 32, "c_dim": 0, "w_dim": 48, "img_resolution": 32, "img_channels": 3,
           "mapping_kwargs": {"num_layers": 2}, "synthesis_kwargs": {}}  # fmt: skip
CONDITIONAL_OPTIONS = {
    "z_dim": 32, "c_dim": 3, "w_dim": 24, "img_resolution": 16, "img_channels": 3,
    "mapping_kwargs": {"num_layers": 1}, "synthesis_kwargs": {"num_fp16_res": 1, "conv_clamp": 4.0},
}  # fmt: skip


def generator(config: StyleGAN2Config = CONFIG, seed: int = 0) -> StyleGAN2:
    """With random weights, noise and mean code."""
    torch.manual_seed(seed)
    network = StyleGAN2(config).eval().requires_grad_(False)
    for name, tensor in network.state_dict().items():
        if name.endswith(("noise_strength", "bias")):
            tensor += 0.1 * torch.randn_like(tensor)
    with torch.inference_mode():
        network.mean_latent.copy_(network.mapping(torch.randn(1000, config.z_dim)).mean(0))
    return network


def generator_pack(name: str, config: StyleGAN2Config = CONFIG) -> GanModel:
    """An imported model of a random generator, which has no encoder."""
    network, folder = generator(config), imported_folder() / name
    folder.mkdir(parents=True)
    save_weights(network.state_dict(), folder / GENERATOR)
    described = NetworkDescription("StyleGAN2", "MIT", config.as_json())
    shape = (network.num_ws, config.w_dim)
    write_description(folder, PackDescription(name, "gan", shape, generator=described))
    return GanModel(Pack(folder))


def truncated(network: StyleGAN2, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
    """Codes ``(B, L, D)`` with the first ``cutoff`` rows (all, when ``None``) drawn toward the mean."""
    ws = network.broadcast(ws)
    near = network.mean_latent + psi * (ws[:, :cutoff] - network.mean_latent)
    return torch.cat([near, ws[:, near.shape[1] :]], 1)


def ada_state(network: StyleGAN2) -> dict[str, Tensor]:
    """Named as in stylegan2-ada-pytorch."""
    state: dict[str, Tensor] = {}
    kernel = torch.outer(network.taps, network.taps)
    for name, tensor in network.state_dict().items():
        if name.startswith("mapping_network."):
            state[name.replace("mapping_network", "mapping", 1)] = tensor
        elif name != "taps":
            state[f"synthesis.{name}"] = tensor
            if name.endswith("noise_const"):
                state[f"synthesis.{name.replace('noise_const', 'resample_filter')}"] = kernel
    return state


def rosinality_state(network: StyleGAN2) -> dict[str, Tensor]:
    """Named as in stylegan2-pytorch by rosinality, without the mean code."""
    state: dict[str, Tensor] = {}
    kernel = 4 * torch.outer(network.taps, network.taps)
    for i in range(len(network.config.mapping_widths)):
        layer = network.mapping_network.get_submodule(f"fc{i}")
        state[f"style.{i + 1}.weight"], state[f"style.{i + 1}.bias"] = layer.weight, layer.bias
    noise = 0
    for level in range(len(network.config.channels)):
        block = network.get_submodule(f"b{4 * 2**level}")
        if level == 0:
            state["input.input"] = block.const[None]
            names = {"conv1": "conv1", "torgb": "to_rgb1"}
        else:
            names = {"conv0": f"convs.{2 * level - 2}", "conv1": f"convs.{2 * level - 1}",
                     "torgb": f"to_rgbs.{level - 1}"}  # fmt: skip
        for ours, theirs in names.items():
            layer = block.get_submodule(ours)
            state[f"{theirs}.conv.weight"] = layer.weight[None]
            state[f"{theirs}.conv.modulation.weight"] = layer.affine.weight
            state[f"{theirs}.conv.modulation.bias"] = layer.affine.bias
            if ours == "torgb":
                state[f"{theirs}.bias"] = layer.bias.view(1, -1, 1, 1)
                if level:
                    state[f"{theirs}.upsample.kernel"] = kernel
                continue
            state[f"{theirs}.activate.bias"] = layer.bias
            state[f"{theirs}.noise.weight"] = layer.noise_strength.view(1)
            state[f"noises.noise_{noise}"] = layer.noise_const[None, None]
            noise += 1
            if ours == "conv0":
                state[f"{theirs}.conv.blur.kernel"] = kernel
    return {name: tensor.detach().clone() for name, tensor in state.items()}


def tensorflow_variables(network: StyleGAN2) -> list[tuple[str, NDArray[Any]]]:
    """Named and laid out as in the TensorFlow programs."""
    variables: list[tuple[str, Tensor]] = [
        ("dlatent_avg", network.mean_latent), ("lod", torch.zeros(())),
    ]  # fmt: skip
    for i in range(len(network.config.mapping_widths)):
        layer = network.mapping_network.get_submodule(f"fc{i}")
        variables += [(f"mapping/Dense{i}/weight", layer.weight.T), (f"mapping/Dense{i}/bias", layer.bias)]
    noise = 0
    for level in range(len(network.config.channels)):
        side = 4 * 2**level
        block = network.get_submodule(f"b{side}")
        if level == 0:
            variables.append(("synthesis/4x4/Const/const", block.const[None]))
            names = {"conv1": "Conv", "torgb": "ToRGB"}
        else:
            names = {"conv0": "Conv0_up", "conv1": "Conv1", "torgb": "ToRGB"}
        for ours, theirs in names.items():
            layer, prefix = block.get_submodule(ours), f"synthesis/{side}x{side}/{theirs}"
            weight = layer.weight.permute(2, 3, 1, 0)
            variables += [
                (f"{prefix}/weight", weight.flip(0, 1) if ours == "conv0" else weight),
                (f"{prefix}/mod_weight", layer.affine.weight.T),
                (f"{prefix}/mod_bias", layer.affine.bias - 1),
                (f"{prefix}/bias", layer.bias),
            ]
            if ours != "torgb":
                variables.append((f"{prefix}/noise_strength", layer.noise_strength))
                variables.append((f"synthesis/noise{noise}", layer.noise_const[None, None]))
                noise += 1
    return [(name, np.array(tensor.detach().numpy(), order="C")) for name, tensor in variables]


def encoder_checkpoint(network: StyleGAN2, kind: str = "BackboneEncoderUsingLastLayerIntoW", *,
                       looks: int = 1, seed: int = 0) -> dict[str, Any]:  # fmt: skip
    """A pSp or ReStyle checkpoint with a backbone of four units."""
    torch.manual_seed(seed)
    config = StyleEncoderConfig(
        kind, network.num_ws, network.config.w_dim, 6 if looks > 1 else 3, (1, 1, 1, 1), looks
    )
    state = StyleInversion(config).state_dict()
    mean = state.pop("mean") + network.mean_latent
    state |= {f"decoder.{name}": tensor for name, tensor in rosinality_state(network).items()}
    options = {"dataset_type": "ffhq_encode", "encoder_type": kind, "start_from_latent_avg": True,
               "output_size": network.resolution, "input_nc": config.in_channels}  # fmt: skip
    if looks > 1:
        options["n_iters_per_batch"] = looks
    return {"state_dict": state, "opts": options, "latent_avg": mean}
