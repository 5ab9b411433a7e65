"""``large-gui metrics`` with scores along paths: ALS, the line along a direction, and strips of pictures."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.cli.judging import metrics_commands
from large_gui.cli.main import main
from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.fit import Fit
from large_gui.core.direction import Direction
from large_gui.errors import BAD_INPUT, Cancelled
from large_gui.tasks.finding.find import write_directions
from large_gui.tasks.fits.saving import write_fit
from large_gui.tasks.linearity.figures import METRICS
from tests import small_models

Say = pytest.CaptureFixture[str]


@pytest.fixture
def ripe(home: Path, tmp_path: Path) -> Path:
    """A file with a direction of the model small, which is made too."""
    small_models.generator_pack("small")
    normal = np.random.default_rng(1).normal(size=48)
    write_directions([Direction("ripe", normal / np.linalg.norm(normal))], tmp_path / "ripe.json")
    return tmp_path / "ripe.json"


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Fourteen pictures that get redder, with their labels."""
    folder = tmp_path / "redness"
    folder.mkdir()
    noise = np.random.default_rng(0)
    lines = ["path,value"]
    for i in range(14):
        pixels = np.clip(np.array([15 * i, 80, 60]) + noise.normal(0, 6, (40, 40, 3)), 0, 255)
        Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{i}.png")
        lines.append(f"{i}.png,{i}")
    (folder / "labels.csv").write_text("\n".join(lines), "utf-8")
    return folder


def metrics(*more: object) -> int:
    return main(["metrics", "small", "--progress", "none", *map(str, more)])


def refused(say: Say) -> str:
    return say.readouterr().err.splitlines()[-1]


def test_als_and_the_line(ripe: Path, pictures: Path, tmp_path: Path, capsys: Say) -> None:
    out = tmp_path / "paths.png"
    status = metrics(
        "--measure", "als", "--measure", "line", "--values", pictures, "--direction", ripe, "--paths", 3,
        "--steps", 2, "--strips", out, "--json",
    )  # fmt: skip
    assert status == 0
    figures = {one["name"]: one for one in json.loads(capsys.readouterr().out)["figures"]}
    assert list(figures) == [
        "ALS, redness", "ALS, redness, relative", "Likeness of both ends",
        "ALS of edits along ripe, redness", "ALS of edits along ripe, redness, relative",
        "R² of redness within an edit", "R² of redness against distance",
    ]  # fmt: skip
    als = figures["ALS, redness"]
    assert als["value"] > 0 and als["standard_error"] > 0 and als["count"] == 3 and als["counted"] == "paths"
    assert "learned from 14 labelled images" in als["network"] and als["scorer_r2"] > 0.5
    assert als["t=0"] == als["t=1"] == 0 and als["t=0.5"] == pytest.approx(2 * als["value"])
    likeness = figures["Likeness of both ends"]
    assert likeness["network"] == "EfficientNet-Lite0 features, not an identity network"
    assert -1 <= likeness["value"] <= 1
    assert 0 <= figures["R² of redness against distance"]["value"] <= 1
    assert not any("photographs" in name for name in figures), "the model has no encoder"
    with Image.open(out) as strips:
        assert strips.size == (3 * 128, 3 * 128)
    Image.new("RGB", (8, 8)).save(out)  # it is a person's own now
    assert metrics("--measure", "als", "--values", pictures, "--paths", 2, "--strips", out) == BAD_INPUT
    assert "is there already and was not written by this program" in refused(capsys)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--measure", "als"], "The metric als needs labelled images, a saved fit or a direction"),
        (["--measure", "line"], "The metric line needs a direction"),
        (["--measure", "als", "--values", "nowhere"], "There is no file"),
        (["--measure", "als", "--values", "{pictures}", "--eyes", "small"], "is no image backbone"),
        (["--measure", "als", "--values", "{pictures}", "--eyes", "none"], "no model called"),
        (["--measure", "als", "--values", "{pictures}", "--paths", "0"], "0 paths can't be scored"),
        (["--measure", "als", "--values", "{pictures}", "--steps", "1"], "can't have 1 steps"),
        (["--measure", "als", "--values", "{pictures}", "--strips", "a.gif"], "not the name of a picture"),
        (["--measure", "als", "--direction", "{ripe}"], "has no encoder, so no distance"),
        (["--measure", "als", "--fit", "{fit}"], "This fit was made with the model 'other'"),
    ],
)
def test_what_is_missing_or_wrong_is_said(
    ripe: Path, pictures: Path, tmp_path: Path, capsys: Say, options: list[str], why: str
) -> None:
    line = fit(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0]))
    made = Fit(line, Direction("ripe", np.eye(48)[0]), "other", "Other", "another key", 3, 0.0, 2.0)
    write_fit(made, tmp_path / "fit.json")
    places = {"pictures": pictures, "ripe": ripe, "fit": tmp_path / "fit.json"}
    assert metrics(*(option.format(**places) for option in options)) == BAD_INPUT
    told = refused(capsys)
    assert why in told and "--model" not in told, "metrics has no such option"


def test_the_folder_of_values_is_named(
    ripe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Say
) -> None:
    monkeypatch.chdir(tmp_path)
    Image.new("RGB", (9, 9)).save("a.png")
    Path("values.csv").write_text("path,value\nghost.png,1\n", "utf-8")
    assert metrics("--measure", "als", "--values", "values.csv") == BAD_INPUT
    assert f"names is in {tmp_path}. Its paths" in refused(capsys)


def test_what_is_said_of_a_stop_is_true_of_figures(ripe: Path, capsys: Say) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(metrics_commands, "measure", lambda *_: (_ for _ in ()).throw(Cancelled()))
        assert metrics("--measure", "line", "--direction", ripe) == 3
    told = refused(capsys)
    assert (
        told == "Stopped. Codes and checkpoints that were written are kept; run the same again for the rest."
    )


def test_the_page_of_the_documentation_names_every_figure_and_option(capsys: Say) -> None:
    page = (Path(__file__).parents[3] / "docs" / "measuring-generators.md").read_text("utf-8")
    with pytest.raises(SystemExit):
        main(["metrics", "--help"])
    options = set(re.findall(r"--[a-z]+", capsys.readouterr().out))
    common = {"--help", "--debug", "--progress", "--device", "--force"}
    assert not [name for name in sorted(options - common) if name not in page]
    assert not [name for name in METRICS if f"`{name}`" not in page]
