"""Directions from texts: in the codes of a small CLIP, and in the styles of a small StyleGAN2."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.directions import channels, text
from large_gui.directions.channels import Channels, measured_channels
from large_gui.directions.finder import Materials
from large_gui.directions.style_directions import in_rows, in_styles
from large_gui.errors import Cancelled, InputError, ModelFileError
from large_gui.models.kinds.clip import ClipModel
from large_gui.models.library import open_model
from large_gui.nets.generator import drawn_codes
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.nets.weights import save_weights
from large_gui.tasks.imports.model import ImportOptions, import_model
from tests import small_models
from tests.small_backbones import added_clip

Say = pytest.CaptureFixture[str]
FAR = 4.0
SMALL = StyleGAN2Config((8, 8, 6), z_dim=16, w_dim=20, mapping_widths=(20,))  # 16 pixels, 58 channels


class Counting(SilentReporter):
    """Keeps warnings, and stops after so many checks."""

    def __init__(self, checks: int = 1 << 30) -> None:
        self.left, self.warnings = checks, list[str]()

    def warn(self, message: str) -> None:
        self.warnings.append(message)

    def check_cancelled(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled


class Seeing:
    """A CLIP model that counts the pictures that it is shown."""

    def __init__(self, model: ClipModel) -> None:
        self.name, self.key, self.device = model.name, model.key, model.device
        self.text_codes, self._model, self.seen = model.text_codes, model, 0

    def picture_codes(self, pictures: Tensor) -> NDArray[np.float32]:
        self.seen += len(pictures)
        return self._model.picture_codes(pictures)


@pytest.fixture
def clip(home: Path, tmp_path: Path) -> Seeing:
    model = added_clip(tmp_path / "clip-folder")
    model.start("cpu", SilentReporter())
    return Seeing(model)


@pytest.fixture(scope="module")
def generator() -> StyleGAN2:
    return small_models.generator(SMALL)


@pytest.fixture
def materials(clip: Seeing, generator: StyleGAN2, tmp_path: Path) -> Materials:
    return Materials(
        "smile",
        text="a smiling face",
        reads_text=lambda _: clip,
        generator=lambda: generator,
        folder=tmp_path / "kept",
    )


def find(materials: Materials, **options: object) -> Direction:
    given = text.Options(**{"clip": "clip", "images": 2, "change": FAR, **options})  # type: ignore[arg-type]
    (found,) = text.find(materials, given, SilentReporter())
    return found


def by_hand(generator: StyleGAN2, clip: Seeing, images: int) -> NDArray[np.float64]:
    """The changes of every channel of the convolutions, one picture after the other."""
    with torch.inference_mode():
        many = [s.double() for s in generator.styles(torch.from_numpy(drawn_codes(generator, 4096)))]
        rows = []
        for layer, styles in enumerate(many):
            for channel, deviation in enumerate(styles.std(0, correction=0)):
                changes = []
                for code in torch.from_numpy(drawn_codes(generator, images, 1)):
                    ends = []
                    for sign in (1, -1):
                        one = [style.clone() for style in generator.styles(code[None])]
                        one[layer][0, channel] += sign * FAR * deviation
                        ends.append(clip.picture_codes(generator.image_of_styles(one))[0].astype(np.float64))
                    changes.append((ends[0] - ends[1]) / np.linalg.norm(ends[0] - ends[1]))
                mean = np.mean(changes, 0)
                rows.append(mean / np.linalg.norm(mean))
    return np.array(rows)


def test_in_clip_it_is_the_difference_of_the_texts(materials: Materials, clip: Seeing) -> None:
    found = find(materials, clip="", neutral="a face")
    means = []
    for said in ("a smiling face", "a face"):
        codes = clip.text_codes([template.replace("{}", said) for template in text.TEMPLATES])
        means.append(codes.mean(0) / np.linalg.norm(codes.mean(0)))
    wanted = (means[0] - means[1]) / np.linalg.norm(means[0] - means[1])
    np.testing.assert_allclose(found.normal, wanted, atol=1e-5)
    assert found.intercept == 0 and (found.low, found.high) == ("a face", "a smiling face")
    assert "'a smiling face' against 'a face'" in found.provenance


def test_it_sorts_a_folder(few_samples: Path, clip: Seeing, tmp_path: Path, capsys: Say) -> None:
    out = tmp_path / "o.csv"
    find = ["direction", "find", "text", "--model", "clip", "--text", "a smile", "--name", "smile"]
    assert main(find) == 0
    sort = ["sort", str(few_samples), "--model", "clip", "--direction", "smile", "--out", str(out)]
    assert main(sort) == 0
    distances = [float(row["distance"]) for row in csv.DictReader(out.read_text("utf-8").splitlines())]
    assert len(set(distances)) == 12 and distances == sorted(distances)


def test_changes_of_channels_are_those_of_pictures_made_one_by_one(
    clip: Seeing, generator: StyleGAN2, materials: Materials, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channels, "_BLOCK", 5)  # of the eight channels of a layer
    monkeypatch.setattr(channels, "_MOST", 4)  # pictures, of two channels
    measured = measured_channels(generator, clip, 2, FAR, None, SilentReporter())
    wanted = by_hand(generator, clip, 2)
    colours = np.concatenate([[s.module.endswith("torgb")] * s.width for s in generator.style_layers])
    np.testing.assert_array_equal(measured.measured, ~colours)
    np.testing.assert_allclose(measured.changes[~colours], wanted[~colours], atol=1e-4)
    assert not measured.changes[colours].any(), "as in the reference, colours alone are left out"
    towards = text.text_difference(clip, "a smiling face", "a face")
    np.testing.assert_allclose(measured.towards(towards)[~colours], (wanted @ towards)[~colours], atol=1e-4)

    found = find(materials, neutral="a face", cut_off=0.2)
    relevance = np.where((abs(wanted @ towards) >= 0.2) & ~colours, wanted @ towards, 0)
    change = relevance * measured.deviation
    np.testing.assert_allclose(found.normal, change / np.linalg.norm(change), atol=1e-4)
    assert found.layer_sizes == tuple(layer.width for layer in generator.style_layers)
    assert found.low == "a face" and "2 generated images" in found.provenance
    assert f"{np.count_nonzero(change)} of {np.count_nonzero(~colours)} channels" in found.provenance


def test_the_cut_off_and_the_number_of_channels(materials: Materials) -> None:
    few, many = find(materials, cut_off=0.4), find(materials, cut_off=0.01)
    assert 0 < np.count_nonzero(few.normal) < np.count_nonzero(many.normal)
    seven = find(materials, channels=7)
    assert np.count_nonzero(seven.normal) == 7
    with pytest.raises(InputError, match="by 1 or more") as caught:
        find(materials, cut_off=1.0)
    assert "--channels" in caught.value.hint


def test_what_was_measured_is_kept_and_goes_on(
    materials: Materials, clip: Seeing, generator: StyleGAN2, tmp_path: Path
) -> None:
    first = find(materials)
    seen = clip.seen
    again = find(replace(materials, text="an old face"))
    assert clip.seen == seen, "the second text needs no picture"
    assert abs(first.normal @ again.normal) < 0.99
    more = find(materials, images=3)
    assert clip.seen == seen * 3 // 2, "only the third image is new"
    np.testing.assert_allclose(find(replace(materials, folder=None), images=3).normal, more.normal, atol=1e-5)
    assert "3 generated images" in find(materials, images=1).provenance
    (file,) = (tmp_path / "kept").iterdir()
    find(materials, change=2.0)
    find(replace(materials, generator=lambda: small_models.generator(SMALL, seed=1)))
    assert len(list((tmp_path / "kept").iterdir())) == 3, "each generator and change is measured"
    file.write_bytes(file.read_bytes()[:200])
    told = Counting()
    measured_channels(generator, clip, 1, FAR, tmp_path / "kept", told)
    assert "is damaged" in told.warnings[0]


def test_it_can_be_stopped_and_goes_on(clip: Seeing, generator: StyleGAN2, tmp_path: Path) -> None:
    whole = measured_channels(generator, clip, 2, FAR, None, SilentReporter())
    total, clip.seen = clip.seen, 0
    with pytest.raises(Cancelled):
        measured_channels(generator, clip, 2, FAR, tmp_path, Counting(7))
    assert 0 < clip.seen < total
    went_on = measured_channels(generator, clip, 2, FAR, tmp_path, SilentReporter())
    assert clip.seen == total, "whole blocks are kept, and it was stopped between two"
    np.testing.assert_allclose(went_on.changes, whole.changes, atol=1e-5)


def test_what_styleclip_measured_is_read(
    materials: Materials, clip: Seeing, generator: StyleGAN2, tmp_path: Path
) -> None:
    measured = measured_channels(generator, clip, 2, FAR, None, SilentReporter())
    file = tmp_path / "fs3.npy"
    np.save(file, measured.changes[measured.measured].astype(np.float32))
    seen = clip.seen
    found = find(materials, fs3=str(file))
    assert clip.seen == seen and "StyleCLIP's fs3.npy" in found.provenance
    np.testing.assert_allclose(found.normal, find(materials).normal, atol=1e-5)
    np.save(file, measured.changes.astype(np.float32))
    for path, why in (
        (file, "fs3.npy is not what StyleCLIP measured"),
        (tmp_path / "no.npy", "can't be read"),
    ):
        with pytest.raises(ModelFileError, match=why):
            find(materials, fs3=str(path))
    with pytest.raises(InputError, match="is of a generator"):
        find(materials, fs3=str(file), clip="")


def test_that_it_can_not_be_kept_is_told(clip: Seeing, generator: StyleGAN2, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = Counting()
    measured_channels(generator, clip, 1, FAR, tmp_path / "file" / "folder", told)
    assert "can't be kept" in told.warnings[0]


def test_rows_that_change_the_styles_so(materials: Materials, generator: StyleGAN2, clip: Seeing) -> None:
    measured = measured_channels(generator, clip, 2, FAR, materials.folder, SilentReporter())
    rows = torch.randn(1, generator.num_ws, 20, generator=torch.Generator().manual_seed(0))
    rows[:, 3] = 0
    with torch.inference_mode():
        before, after = (torch.cat(generator.styles(code), 1)[0].double() for code in (0 * rows, rows))
    relevance = ((after - before).numpy()) / measured.deviation
    found = in_rows(generator, measured, relevance)
    assert found.layer_importance is not None and found.layer_importance[3] == 0, "this row stayed"
    changes = torch.from_numpy(found.normal * found.layer_importance[:, None]).float()
    with torch.inference_mode():
        changed = torch.cat(generator.styles(changes[None]), 1)[0].double()
    ours = (changed - before).numpy() / measured.deviation
    ours, wanted = (change / np.linalg.norm(change) for change in (ours, relevance))
    np.testing.assert_allclose(ours, wanted, atol=1e-4)
    Direction("rows", found.normal, found.intercept, layer_importance=found.layer_importance)


def test_in_rows_it_has_the_shape_of_the_codes(materials: Materials, generator: StyleGAN2) -> None:
    found = find(materials, space="w+")
    assert found.normal.shape == (generator.num_ws, 20) and found.layer_importance is not None
    mean = generator.mean_latent.numpy()
    assert abs(float(found.layer_importance @ (found.normal @ mean + found.intercept))) < 1e-4


def test_the_average_image_is_at_zero(generator: StyleGAN2) -> None:
    sizes = tuple(layer.width for layer in generator.style_layers)
    random = np.random.default_rng(0)
    mean, deviation = random.normal(size=sum(sizes)), random.random(sum(sizes))
    all_of_them = Channels(sizes, mean, deviation, np.empty(0), np.ones(sum(sizes), bool), 1)
    found = in_styles(all_of_them, random.normal(size=sum(sizes)))
    assert abs(found.normal @ mean + found.intercept * len(sizes)) < 1e-5


def test_what_can_not_be_found_is_told(materials: Materials, clip: Seeing) -> None:
    for changes, options, why in (
        ({}, {"neutral": " "}, "A text to compare with is missing"),
        ({"text": "a face "}, {"neutral": "a face"}, "say the same"),
        ({"generator": None}, {}, "named only beside a generator"),
        ({"text": "long " * 90}, {}, "too long"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=why) as caught:
            find(replace(materials, **changes), **options)
        assert caught.value.hint


@pytest.fixture
def gan(home: Path, generator: StyleGAN2, tmp_path: Path) -> Iterator[str]:
    """An imported generator."""
    file = tmp_path / "gan.safetensors"
    save_weights(small_models.rosinality_state(generator), file)
    import_model(file, ImportOptions(name="gan"), SilentReporter())
    yield "gan"


def test_from_the_command_line(gan: str, clip: Seeing, capsys: Say) -> None:
    command = ["direction", "find", "text", "--model", gan, "--text", "a smile", "--name", "smile"]
    assert main(command) == 2
    assert "The model 'gan' reads no texts. Name a CLIP model" in capsys.readouterr().err
    assert main([*command, "--clip", "nobody"]) == 2
    assert "no model called 'nobody'" in capsys.readouterr().err
    assert main([*command, "--clip", "features"]) == 2
    assert "'features' reads no texts" in capsys.readouterr().err
    assert main(["direction", "find", "text", "--model", "clip", "--clip", "clip", "--text", "a smile"]) == 2
    assert "named only beside a generator" in capsys.readouterr().err
    assert main([*command, "--clip", "clip", "--images", "1", "--channels", "5"]) == 0
    found = open_model(gan).direction("smile")
    assert found.layer_sizes is not None and np.count_nonzero(found.normal) == 5
    assert found.found_by == "text" and found.record.options["clip"] == "clip"
    folder = open_model(gan).pack.folder
    assert len(list(folder.glob("channels-*.npz"))) == 1
    assert main([*command, "--clip", "clip", "--images", "0"]) == 2
    assert "images" in capsys.readouterr().err
