"""Files in the layouts of other programs become the networks that wrote them, and nothing in them runs."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.recognise import Recognised, recognise
from large_gui.nets.stylegan2 import StyleGAN2
from tests import small_models
from tests.checkpoint_files import was_executed, write_ada_pickle, write_tf_pickle


def check_same(found: Recognised, network: StyleGAN2) -> None:
    """The generator found draws the same images, from z on."""
    assert not found.not_understood
    assert found.generator.config == network.config
    mine = found.generator.build()
    z = torch.randn(4, network.z_dim, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        for psi in (1.0, 0.5):
            expected = network(small_models.truncated(network, network.mapping(z), psi))
            codes = small_models.truncated(mine, mine.mapping(z), psi)
            torch.testing.assert_close(mine(codes), expected, atol=1e-4, rtol=0)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(
    ("config", "options"),
    [
        (small_models.CONFIG, small_models.OPTIONS),
        (small_models.CONDITIONAL, small_models.CONDITIONAL_OPTIONS),
    ],
    ids=["plain", "conditional"],
)
def test_ada_snapshot(tmp_path: Path, protocol: int, config: object, options: dict[str, object]) -> None:
    network = small_models.generator(config)  # type: ignore[arg-type]
    file = write_ada_pickle(tmp_path / "n.pkl", small_models.ada_state(network), options, protocol=protocol)
    found = recognise(file)
    assert not was_executed()
    check_same(found, network)
    assert "D" in found.left_out
    assert found.crop == "faces"


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_tensorflow_snapshot(tmp_path: Path, protocol: int) -> None:
    network = small_models.generator()
    variables = small_models.tensorflow_variables(network)
    found = recognise(
        write_tf_pickle(tmp_path / "n.pkl", variables, {"mapping_lrmul": 0.01}, protocol=protocol)
    )
    assert not was_executed()
    check_same(found, network)


def test_tensorflow_snapshot_with_residual_connections_is_refused(tmp_path: Path) -> None:
    variables = small_models.tensorflow_variables(small_models.generator())
    file = write_tf_pickle(tmp_path / "n.pkl", variables, {"architecture": "resnet"})
    with pytest.raises(ModelFileError, match="architecture 'resnet'"):
        recognise(file)


@pytest.mark.parametrize("trained", [False, True])
def test_rosinality(tmp_path: Path, trained: bool) -> None:
    network = small_models.generator()
    state = small_models.rosinality_state(network)
    content = {"g_ema": state, "latent_avg": network.mean_latent}
    if trained:
        broken = {name: torch.zeros_like(tensor) for name, tensor in state.items()}
        content |= {"g": broken, "d": {}, "args": argparse.Namespace(size=32), "ada_aug_p": 0.1}
    torch.save(content, tmp_path / "n.pt")
    found = recognise(tmp_path / "n.pt")
    check_same(found, network)
    assert bool(found.left_out) == trained


def test_without_a_mean_code_it_is_estimated(tmp_path: Path) -> None:
    network = small_models.generator()
    torch.save({"g_ema": small_models.rosinality_state(network)}, tmp_path / "n.pt")
    found = recognise(tmp_path / "n.pt")
    assert found.generator.notes
    torch.testing.assert_close(found.generator.build().mean_latent, network.mean_latent, atol=0.1, rtol=0)


@pytest.mark.parametrize("layout", ["ada", "rosinality"])
def test_generator_as_safetensors(tmp_path: Path, layout: str) -> None:
    network = small_models.generator()
    if layout == "ada":
        state = small_models.ada_state(network)
    else:
        state = small_models.rosinality_state(network) | {"latent_avg": network.mean_latent}
    save_file({name: t.contiguous().clone() for name, t in state.items()}, tmp_path / "n.safetensors")
    check_same(recognise(tmp_path / "n.safetensors"), network)


@pytest.mark.parametrize("looks", [1, 3])
@pytest.mark.parametrize("as_safetensors", [False, True])
def test_encoder_with_its_generator(tmp_path: Path, looks: int, as_safetensors: bool) -> None:
    network = small_models.generator()
    kind = "ProgressiveBackboneEncoder" if looks > 1 else "BackboneEncoderUsingLastLayerIntoWPlus"
    content = small_models.encoder_checkpoint(network, kind, looks=looks)
    file = tmp_path / ("n.safetensors" if as_safetensors else "n.pt")
    if as_safetensors:
        tensors = content["state_dict"] | {"latent_avg": content["latent_avg"]}
        save_file({name: t.contiguous().clone() for name, t in tensors.items()}, file)
    else:
        torch.save(content, file)
    found = recognise(file, encoder_type=kind if as_safetensors else None)
    check_same(found, network)
    assert found.encoder is not None
    assert found.encoder.config.kind == kind
    assert found.encoder.config.units == (1, 1, 1, 1)
    assert found.encoder.config.iterations == (looks if not as_safetensors or looks == 1 else 5)
    codes = found.encoder.build(found.generator)(torch.zeros(2, 3, 256, 256))
    assert codes.shape == (2, network.num_ws, network.config.w_dim)


def test_an_encoder_that_does_not_say_its_kind_is_asked_about(tmp_path: Path) -> None:
    content = small_models.encoder_checkpoint(small_models.generator(), "ProgressiveBackboneEncoder", looks=2)
    save_file(
        {k: t.contiguous().clone() for k, t in content["state_dict"].items()}, tmp_path / "n.safetensors"
    )
    with pytest.raises(ModelFileError, match="--encoder-type"):
        recognise(tmp_path / "n.safetensors")


def test_tensors_that_are_not_understood_are_named(tmp_path: Path) -> None:
    state = small_models.ada_state(small_models.generator()) | {"synthesis.b8.extra.weight": torch.zeros(3)}
    save_file({k: t.contiguous().clone() for k, t in state.items()}, tmp_path / "n.safetensors")
    assert recognise(tmp_path / "n.safetensors").not_understood == ["b8.extra.weight"]


@pytest.mark.parametrize("name", ["synthesis.b8.conv1.weight", "mapping.fc1.bias", "synthesis.b4.const"])
def test_a_generator_that_is_not_whole_is_refused(tmp_path: Path, name: str) -> None:
    state = small_models.ada_state(small_models.generator())
    for missing in (True, False):
        changed = (
            {k: t for k, t in state.items() if k != name} if missing else state | {name: state[name][:-1]}
        )
        save_file({k: t.contiguous().clone() for k, t in changed.items()}, tmp_path / "n.safetensors")
        with pytest.raises(ModelFileError):
            recognise(tmp_path / "n.safetensors")


def test_other_networks_are_refused(tmp_path: Path) -> None:
    torch.save({"state_dict": {"conv1.weight": torch.zeros(3)}}, tmp_path / "n.pt")
    with pytest.raises(ModelFileError, match="no network that is known"):
        recognise(tmp_path / "n.pt")
