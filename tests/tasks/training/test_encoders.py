"""`train encoder` learns from photographs: named ones, or those that the model was trained on here."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui.__main__ import main
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.models.description import write_description
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.models.model import Picture
from large_gui.nets.stylegan2 import StyleGAN2Config
from large_gui.tasks.training import encoder as training_encoder
from large_gui.tasks.training.encoders import EncoderRequest, TrainedEncoder, train_any_encoder
from large_gui.tasks.training.run_file import (
    GanTraining,
    Settings,
    new_form,
    training_folder,
    write_form,
)
from tests.small_models import generator_pack
from tests.tasks.training.conftest import write_images

CONFIG = StyleGAN2Config((8, 8, 8), z_dim=8, w_dim=8, mapping_widths=(8, 8))  # 16 pixels


@pytest.fixture(autouse=True)
def few_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training_encoder, "_MEASURED", 2)


def trained(said: list[str] | None = None, **request: Any) -> TrainedEncoder:
    asked = EncoderRequest("small", steps=2, device="cpu", **request)
    return train_any_encoder(asked, SilentReporter(), (said if said is not None else []).append)


def test_an_encoder_of_photographs_reads_images(tmp_path: Path) -> None:
    pack = generator_pack("small", CONFIG)
    folder, said = write_images(tmp_path / "photos", 33), list[str]()
    result = trained(said, real=folder, out=tmp_path / "out")
    assert said == ["2 steps to train, which takes less than a minute."]
    assert set(result.figures) == {"pixels_r2", "perceptual", "code_r2"}
    about = json.loads((pack.pack.folder / "pack.json").read_text())["encoder"]
    assert about["config"] == {
        "kind": "LiteEncoder", "aligned_size": 32, "input_size": 32, "enlarged": 4, "scales": [1.0],
    }  # fmt: skip
    model = open_model("small")
    assert isinstance(model, GanModel) and model.key != pack.key
    model.start("cpu", SilentReporter())
    pixels = np.random.default_rng(0).integers(0, 255, (20, 30, 3), np.uint8)
    (frame,) = model.prepare([Picture("a.png", pixels)])
    codes = model.embed([frame])  # type: ignore[list-item]
    assert codes.shape == (1, 6, 8) and np.isfinite(codes).all()
    with pytest.raises(InputError, match="holds other files"):
        (tmp_path / "out" / "thesis.txt").write_text("mine")
        trained(real=folder, out=tmp_path / "out")


def test_a_model_that_was_trained_here_knows_its_photographs() -> None:
    pack = generator_pack("small", CONFIG)
    run = training_folder() / "tomatoes"
    run.mkdir(parents=True)
    form = new_form("tomatoes", Path("/photos"), Settings(GanTraining(size=16)), 40)
    write_form(run, form)
    np.save(run / "images.npy", np.random.default_rng(0).integers(0, 255, (40, 3, 16, 16), np.uint8))
    source = {"run": f"tomatoes, begun {form.created}", "snapshot": "00400.safetensors"}
    write_description(pack.pack.folder, replace(pack.pack.about, source=source))
    result = trained()
    assert result.file == run / "encoder-00400" / "encoder.safetensors" and result.file.is_file()
    assert "pixels_r2" in result.figures


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (["--minutes", "0"], "--minutes can't be 0"),
        (["--minutes", "nan"], "--minutes can't be nan"),
        (["--minutes", "3", "--steps", "5"], "Both --steps and --minutes"),
        (["--steps", "0"], "--steps can't be 0"),
        (["--images", "-1"], "--images can't be -1"),
        (["--images", "300", "--real", "."], "so --real has no meaning"),
        (["--images", "300", "--minutes", "3"], "so --minutes has no meaning"),
        ([], "was not trained here"),
        (["--out", "o", "--minutes", "3"], "no photographs that 'small' was trained on"),
        (["--out", "o", "--real", "empty"], "There are no images in empty"),
    ],
)
def test_what_can_not_be_is_told(
    typed: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    generator_pack("small", CONFIG)
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path)
    assert main(["train", "encoder", "--model", "small", *typed]) != 0
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("content", [None, b"no array", "wrong shape", "few"])
def test_photographs_that_can_not_be_read_are_told(tmp_path: Path, content: bytes | str | None) -> None:
    from large_gui.tasks.training.inversion import read_photographs

    file = tmp_path / "images.npy"
    if isinstance(content, bytes):
        file.write_bytes(content)
    elif content is not None:
        np.save(file, np.zeros((3, 3, 16, 16) if content == "few" else (40, 16, 16, 3), np.uint8))
    with pytest.raises(InputError, match="too few" if content == "few" else "can't be read"):
        read_photographs(file)
