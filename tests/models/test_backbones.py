"""Backbones that a person brings: from a file of weights to a sorted folder, and what is refused."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import open_model
from large_gui.models.model import Picture
from large_gui.models.texts import reads_text
from large_gui.nets.backbones.extra import extra
from large_gui.nets.backbones.timm_features import described
from large_gui.tasks.imports.backbone import BackboneOptions, add_backbone
from large_gui.tasks.models import model_card, verify
from tests.small_backbones import ARCHITECTURE, CLIP, added_clip, clip_folder, timm_weights

Say = pytest.CaptureFixture[str]
PIXELS = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    return timm_weights(tmp_path / "w.safetensors")


def codes_of(name: str, *pixels: np.ndarray) -> np.ndarray:
    model = open_model(name)
    model.start("cpu", SilentReporter())
    return model.embed(model.prepare([Picture("", one) for one in pixels]))  # type: ignore[arg-type]


def test_from_weights_to_a_sorted_folder(
    few_samples: Path, weights: Path, tmp_path: Path, capsys: Say
) -> None:
    add = ["model", "add-backbone", ARCHITECTURE, "--weights", str(weights)]
    assert main([*add, "--name", "mine", "--licence", "MIT"]) == 0
    told = capsys.readouterr().out
    assert "padded to 160 x 160 pixels" in told and "64 numbers" in told and "MIT" in told
    assert main(["model", "list"]) == 0
    assert f"mine       {ARCHITECTURE} (timm); here: encoder" in capsys.readouterr().out
    find = ["direction", "find", "components", str(few_samples), "--model", "mine", "--count", "2"]
    assert main(find) == 0
    out = tmp_path / "o.csv"
    sort = ["sort", str(few_samples), "--model", "mine", "--direction", "component_1", "--out", str(out)]
    assert main(sort) == 0
    distances = [float(row["distance"]) for row in csv.DictReader(out.read_text("utf-8").splitlines())]
    assert len(distances) == 12 and distances == sorted(distances) and len(set(distances)) == 12
    assert all(good for _, good, _ in verify("mine"))
    card = model_card("mine")
    assert card.measures and card.has_encoder and not card.generates and card.source == "w.safetensors"


def test_codes_are_what_timm_pools(weights: Path) -> None:
    add_backbone(ARCHITECTURE, BackboneOptions(weights=weights, name="mine"), SilentReporter())
    network = extra("timm").create_model(ARCHITECTURE, num_classes=0).eval()
    network.load_state_dict({k: v for k, v in load_file(weights).items() if not k.startswith("head.fc")})
    model = open_model("mine")
    model.start("cpu", SilentReporter())
    (frame,) = model.prepare([Picture("", PIXELS)])
    shown = torch.from_numpy(frame.content).permute(2, 0, 1).float()[None] / 255  # type: ignore[union-attr]
    mean, deviation = (torch.tensor(of).view(1, 3, 1, 1) for of in ((0.5,) * 3, (0.5,) * 3))
    config = described(ARCHITECTURE)
    assert config.mean == (0.5,) * 3 and config.deviation == (0.5,) * 3
    with torch.inference_mode():
        pooled = network((shown - mean) / deviation).numpy()
    np.testing.assert_allclose(codes_of("mine", PIXELS)[:, 0], pooled / 8, atol=1e-5)


def test_the_key_is_of_the_weights_and_the_size(weights: Path, tmp_path: Path) -> None:
    other = timm_weights(tmp_path / "o.safetensors", seed=1)
    keys = []
    for file, size in ((weights, 0), (weights, 0), (other, 0), (weights, 96)):
        options = BackboneOptions(weights=file, size=size, name="mine", replace=True)
        add_backbone(ARCHITECTURE, options, SilentReporter())
        keys.append(open_model("mine").key)
    assert keys[0] == keys[1] and len(set(keys)) == 3
    assert open_model("mine").prepare.__name__ and codes_of("mine", PIXELS).shape == (1, 1, 64)


def test_a_transformer_is_built_for_another_size(tmp_path: Path) -> None:
    file = timm_weights(tmp_path / "v.safetensors", "test_vit")
    for size in (0, 64):
        options = BackboneOptions(weights=file, size=size, name="vit", replace=True)
        add_backbone("test_vit", options, SilentReporter())
        codes = codes_of("vit", PIXELS, PIXELS[::-1])
        assert codes.shape == (2, 1, 64) and np.ptp(codes, axis=0).max() > 0
    with pytest.raises(InputError, match="can't read images of 17 pixels"):
        options = BackboneOptions(weights=file, size=17, name="vit", replace=True)
        add_backbone("test_vit", options, SilentReporter())


def test_half_precision_stays_half_on_the_disk(weights: Path, tmp_path: Path) -> None:
    half = tmp_path / "half.safetensors"
    save_file({k: v.half() if v.is_floating_point() else v for k, v in load_file(weights).items()}, half)
    for file, name in ((weights, "whole"), (half, "half")):
        add_backbone(ARCHITECTURE, BackboneOptions(weights=file, name=name), SilentReporter())
    assert model_card("half").size < 0.6 * model_card("whole").size
    np.testing.assert_allclose(codes_of("half", PIXELS), codes_of("whole", PIXELS), atol=0.02)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda t: t.pop("stem.0.weight"), r"1 tensor is lacking \(stem.0.weight\)"),
        (lambda t: t.update(odd=torch.zeros(1), odder=torch.zeros(1)), "2 tensors are not known there"),
        (lambda t: t.update({"stem.0.weight": torch.zeros(3)}), r"stem.0.weight is \(3,\) and not \("),
        (lambda t: t["stem.0.weight"].fill_(torch.nan), "no finite numbers"),
    ],
)
def test_weights_of_another_network_are_refused(weights: Path, change: object, why: str) -> None:
    tensors = load_file(weights)
    change(tensors)  # type: ignore[operator]
    save_file(tensors, weights)
    with pytest.raises(ModelFileError, match=why):
        add_backbone(ARCHITECTURE, BackboneOptions(weights=weights), SilentReporter())
    assert "test-convnext" not in [p.name for p in weights.parent.iterdir()]
    with pytest.raises(InputError, match="no model called"):
        open_model("test-convnext")


def test_pickles_and_other_files_are_refused(tmp_path: Path) -> None:
    pickled, cut = tmp_path / "w.bin", tmp_path / "cut.safetensors"
    for file in (pickled, tmp_path / "renamed.safetensors"):
        torch.save({"a": torch.zeros(2)}, file)
    whole = timm_weights(tmp_path / "w.safetensors").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    (tmp_path / "empty.safetensors").write_bytes(b"")
    for file, why in (
        (pickled, "w.bin is not a safetensors file"),
        (tmp_path / "renamed.safetensors", "renamed.safetensors is not a safetensors file"),
        (tmp_path / "empty.safetensors", "is not a safetensors file"),
        (cut, "damaged"),
        (tmp_path, "is a folder"),
        (tmp_path / "none.safetensors", "can't be read"),
    ):  # fmt: skip
        with pytest.raises(ModelFileError, match=why) as caught:
            add_backbone(ARCHITECTURE, BackboneOptions(weights=file), SilentReporter())
        assert caught.value.hint
    with pytest.raises(ModelFileError) as caught:
        add_backbone(ARCHITECTURE, BackboneOptions(weights=pickled), SilentReporter())
    assert "weights_only=True" in caught.value.hint


@pytest.mark.parametrize(
    ("network", "options", "why"),
    [
        ("wisdom", BackboneOptions(), "timm has no network 'wisdom'"),
        ("resnet18.wrong", BackboneOptions(), "timm has no network 'resnet18.wrong'"),
        ("hf-hub:timm/resnet18", BackboneOptions(name="x"), "timm has no network"),
        ("test_vit", BackboneOptions(size=-1), "size of -1 pixels"),
        ("test_vit", BackboneOptions(size=5000), "size of 5000 pixels"),
        ("test_vit", BackboneOptions(name="faces"), "a model called 'faces'"),
        ("test_vit", BackboneOptions(), "weights of test_vit are not on this machine"),
        ("wisdom", BackboneOptions(clip=True), "open_clip has no model 'wisdom'"),
        ("ViT-B-32", BackboneOptions(clip=True), "have to be named"),
        ("ViT-B-32", BackboneOptions(clip=True, size=64), "images of one size"),
        ("ViT-B-16-SigLIP", BackboneOptions(clip=True), "words are Hugging Face's"),
    ],
)
def test_what_can_not_be_is_told(
    network: str, options: BackboneOptions, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    with pytest.raises((InputError, ModelFileError), match=why) as caught:
        add_backbone(network, options, SilentReporter())
    assert caught.value.hint


def test_what_timm_fetched_before_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path))
    cached = tmp_path / "models--timm--test_vit.r160_in1k"
    (cached / "refs").mkdir(parents=True)
    (cached / "refs" / "main").write_text("abc")
    (cached / "snapshots" / "abc").mkdir(parents=True)
    timm_weights(tmp_path / "w.safetensors", "test_vit")
    pickled = cached / "snapshots" / "abc" / "pytorch_model.bin"
    pickled.write_bytes(b"\x80\x02.")
    with pytest.raises(ModelFileError, match=r"pytorch_model\.bin is not a safetensors file"):
        add_backbone("test_vit", BackboneOptions(), SilentReporter())
    (tmp_path / "w.safetensors").rename(pickled.with_name("model.safetensors"))
    added = add_backbone("test_vit", BackboneOptions(), SilentReporter())
    assert added.name == "test-vit" and ("licence", "apache-2.0") in added.facts


def test_without_the_extra_it_is_told_what_to_install(
    weights: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    add = ["model", "add-backbone", ARCHITECTURE, "--weights", str(weights), "--name", "mine"]
    assert main([*add, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "mine" and told["kind"] and told["facts"][0][0]
    monkeypatch.setitem(sys.modules, "timm", None)
    assert main([*add, "--replace"]) == 2
    assert "needs timm, which is not installed. Install it: pip install 'large-gui[backbones]'" in (
        capsys.readouterr().err
    )
    assert main(["model", "list"]) == 0, "nothing is loaded to list it"
    assert f"{ARCHITECTURE} (timm)" in capsys.readouterr().out
    with pytest.raises(ModelFileError, match="needs timm"):
        open_model("mine").start("cpu", SilentReporter())


def test_clip_reads_images_and_texts(tmp_path: Path) -> None:
    model = added_clip(tmp_path / "c")
    model.start("cpu", SilentReporter())
    texts = ["a face", "a smiling face", "a leaf"]
    open_clip = extra("open_clip")
    towers = open_clip.CLIP(**CLIP).eval()
    towers.load_state_dict(load_file(tmp_path / "c" / "open_clip_model.safetensors"))
    (frame,) = model.prepare([Picture("", PIXELS)])
    shown = torch.from_numpy(frame.content).permute(2, 0, 1).float()[None] / 255  # type: ignore[union-attr]
    mean, deviation = (torch.tensor(of).view(1, 3, 1, 1) for of in ((0.4, 0.5, 0.6), (0.2, 0.3, 0.4)))
    with torch.inference_mode():
        image = towers.encode_image((shown - mean) / deviation, normalize=True).numpy()
        words = towers.encode_text(
            open_clip.SimpleTokenizer(context_length=20)(texts), normalize=True
        ).numpy()
    np.testing.assert_allclose(codes_of("clip", PIXELS)[:, 0] / 10, image, atol=1e-5)
    np.testing.assert_allclose(reads_text(model).text_codes(texts), words, atol=1e-5)
    with pytest.raises(InputError, match="too long"):
        model.text_codes(["a long text " * 20])
    assert model.key != added_clip(tmp_path / "d", seed=1).key


def test_a_clip_of_a_file_beside_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_clip = extra("open_clip")
    monkeypatch.setattr(open_clip, "list_models", lambda: ["Tiny-32"])
    monkeypatch.setattr(open_clip, "get_model_config", lambda name: CLIP)
    file = clip_folder(tmp_path / "c") / "open_clip_model.safetensors"
    options = BackboneOptions(clip=True, weights=file)
    assert add_backbone("Tiny-32", options, SilentReporter()).name == "tiny-32"
    assert codes_of("tiny-32", PIXELS).shape == (1, 1, 12)


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"model_cfg": 3}, "no open_clip_config.json in .* that can be read"),
        ({"model_cfg": {"embed_dim": 3}}, "not one of open_clip"),
        ({"model_cfg": {**CLIP, "text_cfg": {"hf_model_name": "x/y"}}}, "Hugging Face"),
        ({"model_cfg": {**CLIP, "multimodal_cfg": {}}}, "can't build"),
        ({"model_cfg": {**CLIP, "vision_cfg": {"timm_model_name": "hf-hub:a/b", "image_size": 32}}}, "build"),
        ({"model_cfg": {**CLIP, "embed_dim": 13}}, "of another shape"),
        ({"preprocess_cfg": {"mean": "red"}}, "not one of open_clip"),
    ],
)
def test_folders_of_clip_that_are_refused(tmp_path: Path, settings: dict[str, object], why: str) -> None:
    folder = clip_folder(tmp_path / "c", **settings)
    with pytest.raises(ModelFileError, match=why):
        add_backbone(str(folder), BackboneOptions(clip=True), SilentReporter())


def test_folders_of_clip_without_a_part(tmp_path: Path) -> None:
    folder = clip_folder(tmp_path / "c")
    (folder / "open_clip_model.safetensors").rename(folder / "open_clip_pytorch_model.bin")
    with pytest.raises(ModelFileError, match="no weights as safetensors"):
        add_backbone(str(folder), BackboneOptions(clip=True), SilentReporter())
    (folder / "open_clip_config.json").unlink()
    with pytest.raises(ModelFileError, match=r"no open_clip_config\.json"):
        add_backbone(str(folder), BackboneOptions(clip=True), SilentReporter())


def test_a_pack_that_was_changed_is_refused(tmp_path: Path, weights: Path) -> None:
    add_backbone(ARCHITECTURE, BackboneOptions(weights=weights, name="mine"), SilentReporter())
    file = model_card("mine").folder / "pack.json"
    about = json.loads(file.read_text("utf-8"))
    about["encoder"]["config"]["architecture"] = "test_vit"
    file.write_text(json.dumps(about), "utf-8")
    with pytest.raises(ModelFileError, match="not the one that its model describes"):
        open_model("mine").start("cpu", SilentReporter())


def test_other_models_read_no_texts() -> None:
    with pytest.raises(ModelFileError, match="'features' reads no texts"):
        reads_text(open_model("features"))
