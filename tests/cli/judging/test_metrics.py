"""The command ``metrics``: its table, its JSON, what it leaves out, and what it refuses."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from large_gui.cli.main import main
from large_gui.models.description import write_description
from large_gui.nets.stylegan2 import StyleGAN2Config
from tests.conftest import SAMPLES
from tests.small_models import generator_pack

CONFIG = StyleGAN2Config((8, 8, 8), z_dim=8, w_dim=8, mapping_widths=(8,))  # 16 pixels
Say = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def tiny(home: Path) -> None:
    generator_pack("tiny", CONFIG)


@pytest.fixture
def real(tmp_path: Path) -> Path:
    folder, rng = tmp_path / "real", np.random.default_rng(0)
    folder.mkdir()
    for i in range(60):
        colour = rng.integers(0, 256, 3)
        noise = rng.integers(-20, 20, (20, 24, 3))
        Image.fromarray(np.clip(colour + noise, 0, 255).astype(np.uint8)).save(folder / f"{i:02d}.png")
    return folder


def metrics(*asked: object, model: str = "tiny", count: int = 100) -> int:
    return main(["metrics", model, "--count", str(count), *map(str, asked)])


def figures(say: Say, *asked: object, **options: Any) -> list[dict[str, Any]]:
    assert metrics("--json", *asked, **options) == 0
    found: list[dict[str, Any]] = json.loads(say.readouterr().out)["figures"]
    return found


def test_a_table_of_the_usual_figures(real: Path, capsys: Say) -> None:
    assert metrics("--images", real) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("  ")[0] for line in lines] == [
        "Figure", "Fréchet distance", "Kernel distance", "Precision", "Recall", "PPL W end",
    ]  # fmt: skip
    assert "100 images  EfficientNet-Lite0 at 128 px" in lines[1]
    assert "60 images" in lines[3]  # as many generated ones as real ones
    assert "100 pairs  EfficientNet-Lite0, strides 4 to 16" in lines[5]
    assert "FID" not in "".join(lines)
    assert "KID" not in "".join(lines)
    assert "LPIPS" not in "".join(lines)


def test_without_images_the_paths_are_measured(capsys: Say) -> None:
    assert [one["metric"] for one in figures(capsys)] == ["ppl-w-end"]


def test_all_of_them_as_json(real: Path, capsys: Say) -> None:
    found = figures(capsys, "--images", real, "--measure", "all")
    assert [one["name"] for one in found][-4:] == ["PPL W full", "PPL W end", "PPL Z full", "PPL Z end"]
    by_name = {one["name"]: one for one in found}
    for one in found:
        assert np.isfinite(one["value"])
        assert one["standard_error"] > 0 or one["name"] in ("Precision", "Recall")
    assert by_name["Fréchet distance"]["real_images"] == 60
    assert by_name["Kernel distance"]["subset"] == 30
    assert by_name["PPL W end"]["counted"] == "pairs"
    assert by_name["PPL W end"]["mean_1_to_99"] <= by_name["PPL W end"]["value"]


def test_a_seed_gives_the_same_and_another_seed_other_figures(real: Path, capsys: Say) -> None:
    asked = ("--images", real, "--measure", "kid", "--measure", "ppl-z-full")
    first = figures(capsys, *asked)
    assert figures(capsys, *asked) == first
    for one, other in zip(first, figures(capsys, *asked, "--seed", "1")):
        assert one["value"] != other["value"]


def test_what_can_not_be_compared_is_left_out_and_named(real: Path, capsys: Say) -> None:
    (real / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing")
    (real / "notes.txt").write_text("no image")
    (found,) = figures(capsys, "--images", real, "--measure", "kid")
    assert found["real_images"] == 60
    assert metrics("--images", real, "--measure", "kid") == 0
    said = capsys.readouterr().err
    assert "broken.png" in said
    assert "notes.txt" in said


def test_images_without_a_face_are_left_out_where_faces_are_aligned(real: Path, capsys: Say) -> None:
    model = generator_pack("portraits", CONFIG)
    write_description(model.pack.folder, replace(model.pack.about, alignment="FFHQ"))
    assert metrics("--images", real, "--measure", "kid", model="portraits") == 2
    said = capsys.readouterr().err
    assert "60 images show no face and can't be compared." in said
    assert "has only 0 images to compare with." in said
    for i, path in enumerate(sorted(SAMPLES.glob("*.jpg"))[:50]):
        shutil.copy(path, real / f"face {i}.jpg")
    (found,) = figures(capsys, "--images", real, "--measure", "kid", model="portraits")
    assert found["real_images"] == 50


def test_a_class_conditional_generator_is_measured(capsys: Say) -> None:
    generator_pack("classes", replace(CONFIG, classes=3, embedding=8))
    (found,) = figures(capsys, model="classes")
    assert found["value"] > 0


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        (["--measure", "beauty"], "There is no metric 'beauty'. There are: frechet, kid, "),
        (["--measure", "frechet"], "needs a folder of real images. Name it with --images FOLDER."),
        (["--images", "nowhere"], "The folder nowhere can't be read."),
        (["--count", "5"], "Figures can't be made of 5 images. It is 100 to 100,000."),
        (["--count", "200000"], "can't be made of 200,000 images"),
        (["--lpips", "none.pth"], "none.pth can't be read."),
        (["--images", str(SAMPLES), "--inception", "none.pth"], "none.pth can't be read."),
        (["--direction", "ripe"], "The model 'tiny' has no direction 'ripe'."),
        (["--seed", "-1"], "is not a whole number from 0"),
    ],
)
def test_refusals(asked: list[str], sentence: str, capsys: Say) -> None:
    try:
        status = metrics(*asked)
    except SystemExit as error:  # what argparse refuses
        status = int(error.code or 0)
    assert status == 2
    assert sentence in capsys.readouterr().err


def test_too_few_images(real: Path, capsys: Say) -> None:
    for path in sorted(real.glob("*.png"))[49:]:
        path.unlink()
    assert metrics("--images", real) == 2
    said = capsys.readouterr().err
    assert "has only 49 images to compare with. At least 50 are needed" in said


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        ("features", "The model 'features' makes no pictures. Choose a model with a generator."),
        ("faces", "The generator of 'faces' is not on this machine. Run `large-gui model fetch faces`."),
        ("none", "There is no model called 'none'."),
    ],
)
def test_a_model_that_draws_nothing(model: str, sentence: str, real: Path, capsys: Say) -> None:
    assert metrics("--images", real, model=model) == 2
    assert sentence in capsys.readouterr().err


class TestExtremes:
    """A picture of the paths with the lowest and the highest lengths (HSR, Figs. 4 and 6)."""

    def test_it_has_rows_of_both_and_can_be_written_again(self, tmp_path: Path, capsys: Say) -> None:
        file = tmp_path / "extremes.png"
        assert metrics("--extremes", file) == 0
        with Image.open(file) as picture:
            assert picture.size == (9 * 96, 8 * 96 + 12)
            before = np.asarray(picture.convert("RGB"))
        low, gap, high = before[: 4 * 96], before[4 * 96 : 4 * 96 + 12], before[4 * 96 + 12 :]
        assert (gap == 255).all()
        assert self.change(high) > self.change(low)
        assert metrics("--extremes", file) == 0
        np.testing.assert_array_equal(np.asarray(Image.open(file).convert("RGB")), before)

    def change(self, rows: np.ndarray) -> float:
        """How much pictures side by side differ."""
        cells = rows.reshape(4, 96, 9, 96, 3).astype(float)
        return float(np.abs(np.diff(cells, axis=2)).mean())

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [("extremes.txt", "extremes.txt is not the name of a picture."), ("no/x.png", "no")],
    )
    def test_places_where_it_can_not_be_written(
        self, name: str, sentence: str, tmp_path: Path, capsys: Say
    ) -> None:
        assert metrics("--extremes", tmp_path / name) == 2
        assert sentence in capsys.readouterr().err

    def test_no_picture_of_the_person_is_replaced(self, real: Path, tmp_path: Path, capsys: Say) -> None:
        mine, read = tmp_path / "mine.png", real / "00.png"
        shutil.copy(read, mine)
        before = mine.read_bytes()
        assert metrics("--extremes", mine) == 2
        assert "was not written by this program" in capsys.readouterr().err
        assert metrics("--images", real, "--extremes", read, "--force") == 2
        assert mine.read_bytes() == read.read_bytes() == before

    def test_it_is_not_taken_for_a_real_image(self, real: Path, capsys: Say) -> None:
        assert metrics("--extremes", real / "extremes.png") == 0
        capsys.readouterr()
        (found,) = figures(capsys, "--images", real, "--measure", "kid")
        assert found["real_images"] == 60
