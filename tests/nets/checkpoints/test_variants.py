"""Files of the same programs, saved in another way: half precision, prefixes, options of other types."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor

from large_gui.core.reporter import SilentReporter
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.recognise import Recognised, recognise
from large_gui.nets.stylegan2 import StyleGAN2
from large_gui.tasks.imports.model import ImportOptions, import_model
from tests import small_models
from tests.checkpoint_files import write_ada_pickle, write_tf_pickle
from tests.nets.checkpoints.test_recognise import check_same


def saved(content: object, file: Path) -> Path:
    torch.save(content, file)
    return file


def weights(state: dict[str, Tensor], file: Path) -> Path:
    save_file({name: t.contiguous().clone() for name, t in state.items()}, file)
    return file


def same_image(found: Recognised, network: StyleGAN2, *, atol: float = 1e-4) -> None:
    codes = torch.randn(2, network.config.w_dim, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        torch.testing.assert_close(found.generator.build()(codes), network(codes), atol=atol, rtol=0)


@pytest.mark.parametrize("said", [True, False, None])
@pytest.mark.parametrize("looks", [1, 2])
def test_restyle_always_starts_from_the_mean_code(tmp_path: Path, said: bool | None, looks: int) -> None:
    content = small_models.encoder_checkpoint(small_models.generator(), "BackboneEncoder", looks=looks)
    content["opts"]["start_from_latent_avg"] = said
    if said is None:
        del content["opts"]["start_from_latent_avg"]
    found = recognise(saved(content, tmp_path / "n.pt")).encoder
    assert found is not None
    expected = content["latent_avg"] if looks > 1 or said is not False else torch.zeros(())
    torch.testing.assert_close(found.state["mean"], expected.expand_as(found.state["mean"]))


@pytest.mark.parametrize("layout", ["ada", "rosinality", "snapshot", "tensorflow", "encoder"])
def test_a_clamp_can_be_given_with_every_format(tmp_path: Path, layout: str) -> None:
    network = small_models.generator()
    match layout:
        case "ada":
            file = weights(small_models.ada_state(network), tmp_path / "n.safetensors")
        case "rosinality":
            file = saved({"g_ema": small_models.rosinality_state(network)}, tmp_path / "n.pt")
        case "snapshot":
            state = small_models.ada_state(network)
            file = write_ada_pickle(tmp_path / "n.pkl", state, small_models.OPTIONS)
        case "tensorflow":
            file = write_tf_pickle(tmp_path / "n.pkl", small_models.tensorflow_variables(network), {})
        case _:
            file = saved(small_models.encoder_checkpoint(network), tmp_path / "n.pt")
    assert recognise(file).generator.config.clamp is None
    assert recognise(file, clamp=2.0).generator.config.clamp == 2.0


def test_what_was_assumed_of_the_clamp_is_said(tmp_path: Path) -> None:
    file = saved({"G_ema": small_models.ada_state(small_models.generator())}, tmp_path / "n.pt")
    reporter = SilentReporter()
    facts = import_model(file, ImportOptions(measured=2), reporter).facts
    assert ("clamp", "none") in facts
    assert [note for word, note in facts if word == "note"] == reporter.warnings
    assert "--clamp 256" in reporter.warnings[0]
    reporter = SilentReporter()
    facts = import_model(file, ImportOptions(clamp=256, replace=True, measured=2), reporter).facts
    assert ("clamp", "256") in facts and reporter.warnings == []


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
@pytest.mark.parametrize("layout", ["ada", "rosinality", "encoder"])
def test_half_precision(tmp_path: Path, layout: str, dtype: torch.dtype) -> None:
    network = small_models.generator()
    content: Any
    if layout == "encoder":
        content = small_models.encoder_checkpoint(network)
        content["state_dict"] = {name: t.to(dtype) for name, t in content["state_dict"].items()}
        content["latent_avg"] = content["latent_avg"].to(dtype)
    else:
        state = small_models.ada_state(network)
        state = state if layout == "ada" else small_models.rosinality_state(network)
        content = {"g_ema": {name: t.to(dtype) for name, t in state.items()}}
    found = recognise(saved(content, tmp_path / "n.pt"))
    assert not found.not_understood
    assert all(t.dtype == torch.float32 for t in found.generator.state.values())
    same_image(found, network, atol=0.3)
    if found.encoder is not None:
        assert found.encoder.build(found.generator)(torch.zeros(1, 3, 256, 256)).isfinite().all()


@pytest.mark.parametrize("layout", ["ada", "rosinality", "encoder"])
def test_the_prefix_of_parallel_training(tmp_path: Path, layout: str) -> None:
    network = small_models.generator()
    content: dict[str, Any] = small_models.encoder_checkpoint(network)
    if layout != "encoder":
        states = {"ada": small_models.ada_state, "rosinality": small_models.rosinality_state}
        content = {"state_dict": states[layout](network), "latent_avg": network.mean_latent}
    content["state_dict"] = {f"module.{name}": t for name, t in content["state_dict"].items()}
    found = recognise(saved(content, tmp_path / "n.pt"))
    assert (found.encoder is not None) == (layout == "encoder")
    check_same(found, network)


def test_options_as_a_namespace(tmp_path: Path) -> None:
    content = small_models.encoder_checkpoint(small_models.generator(), "BackboneEncoder", looks=3)
    content["opts"] = argparse.Namespace(**content["opts"])
    found = recognise(saved(content, tmp_path / "n.pt"))
    assert found.encoder is not None
    assert (found.encoder.config.kind, found.encoder.config.iterations) == ("BackboneEncoder", 3)
    assert found.crop == "faces"


@pytest.mark.parametrize("kind", ["ResNetBackboneEncoder", "ResNetProgressiveBackboneEncoder"])
def test_encoders_on_resnet_are_named(tmp_path: Path, kind: str) -> None:
    names = ("conv1.weight", "bn1.weight", "body.0.conv1.weight", "styles.0.linear.weight")
    state = {f"encoder.{name}": torch.zeros(2, 2) for name in names}
    state |= {f"decoder.{k}": t for k, t in small_models.rosinality_state(small_models.generator()).items()}
    content = {"state_dict": state, "opts": {"encoder_type": kind}, "latent_avg": torch.zeros(8, 48)}
    with pytest.raises(ModelFileError, match=rf"ResNet-34 \({kind}\)") as caught:
        recognise(saved(content, tmp_path / "n.pt"))
    assert "IR-SE" in caught.value.hint


@pytest.mark.parametrize("taps", [[1, 2, 2, 1], [1, 1, 1, 1]])
def test_only_filters_that_are_used_count(tmp_path: Path, taps: list[float]) -> None:
    network = small_models.generator()
    network.taps.copy_(torch.tensor(taps) / sum(taps))
    state = small_models.ada_state(network)
    default = torch.outer(*[torch.tensor([1.0, 3, 3, 1]) / 8] * 2)
    unused = {n: default for n in state if n.endswith("conv1.resample_filter")}
    unused["synthesis.b4.resample_filter"] = default
    assert len(unused) > 3
    check_same(recognise(weights(state | unused, tmp_path / "n.safetensors")), network)
    used = {"synthesis.b8.conv0.resample_filter": default}
    with pytest.raises(ModelFileError, match="several filters"):
        recognise(weights(state | used, tmp_path / "n.safetensors"))


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize(
    "where", ["synthesis.b8.conv0.weight", "mapping.w_avg", "synthesis.b8.conv0.resample_filter"]
)
def test_weights_that_are_no_numbers_are_refused(tmp_path: Path, where: str, bad: float) -> None:
    state = {name: t.clone() for name, t in small_models.ada_state(small_models.generator()).items()}
    state[where].view(-1)[1] = bad
    with pytest.raises(ModelFileError, match=r"missing \(NaN\) or infinite"):
        recognise(weights(state, tmp_path / "n.safetensors"))


def test_an_encoder_with_nan_is_refused(tmp_path: Path) -> None:
    content = small_models.encoder_checkpoint(small_models.generator())
    content["state_dict"]["encoder.linear.weight"] *= float("nan")
    with pytest.raises(ModelFileError, match=r"missing \(NaN\) or infinite"):
        recognise(saved(content, tmp_path / "n.pt"))


def test_complex_weights_are_refused(tmp_path: Path) -> None:
    network = small_models.generator()
    state = {name: t.to(torch.complex64) for name, t in small_models.ada_state(network).items()}
    with pytest.raises(ModelFileError, match="complex"):
        recognise(saved({"G_ema": state}, tmp_path / "n.pt"))
    variables = [(n, np.asarray(a, np.complex64)) for n, a in small_models.tensorflow_variables(network)]
    with pytest.raises(ModelFileError, match="no real numbers"):
        recognise(write_tf_pickle(tmp_path / "n.pkl", variables, {}))
