"""Scorers: learned from a labelled folder, and of a direction's calibration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from large_gui.core.calibrating.calibration import fit
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.metrics.attributes import Scorers
from large_gui.models.library import open_model
from large_gui.nets.pixels import to_tensor
from large_gui.tasks.invert import open_cache
from large_gui.tasks.linearity.plan import Labelled, Told
from large_gui.tasks.linearity.scorers import direction_scorer, learned_scorer, read_labelled
from tests import small_models

SIDE = 48


def picture(red: float, seed: int = 0) -> np.ndarray:
    """A noisy square with so much red."""
    noise = np.random.default_rng(seed).normal(0, 6, (SIDE, SIDE, 3))
    return np.clip(np.array([200 * red + 20, 90, 60]) + noise, 0, 255).astype(np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twenty wide pictures whose middle is as red as their label says."""
    place = tmp_path / "ripe ones"
    place.mkdir()
    lines = ["path,value"]
    for i in range(20):
        wide = np.full((SIDE, 3 * SIDE, 3), 255 * (i % 2), np.uint8)
        wide[:, SIDE : 2 * SIDE] = picture(i / 19, i)
        Image.fromarray(wide).save(place / f"{i:02}.png")
        lines.append(f"{i:02}.png,{10 * i / 19}")
    (place / "labels.csv").write_text("\n".join(lines), "utf-8")
    return place


def test_a_value_is_learned_from_a_folder(folder: Path, home: Path) -> None:
    model, told = small_models.generator_pack("small"), SilentReporter()
    labelled = read_labelled(folder, told, "redness", "points")
    assert len(labelled.values) == 20 and labelled == read_labelled(
        folder / "labels.csv", told, "redness", "points"
    )
    with open_cache() as cache:
        scorer = learned_scorer(labelled, model, cache, told, device="cpu")
        (about,) = scorer.attributes
        assert about.name == "redness" and about.unit == "points" and about.labels == 20 and about.independent
        assert about.r2 > 0.8 and "EfficientNet-Lite0" in about.scored_by and told.warnings == []
        images = to_tensor([picture(red, 99) for red in (0.2, 0.5, 0.8)])
        scores = scorer.scores(images)
        assert scores.shape == (3, 1)
        np.testing.assert_allclose(scores[:, 0], [2, 5, 8], atol=1.5)  # the middle alone is what is drawn
        again = learned_scorer(labelled, model, cache, told, device="cpu").scores(images)
    np.testing.assert_allclose(again, scores)


def test_a_poor_scorer_is_told(folder: Path, home: Path) -> None:
    told, rng = SilentReporter(), np.random.default_rng(0)
    chance = Labelled(folder, {f"{i:02}.png": float(value) for i, value in enumerate(rng.permutation(20))})
    with open_cache() as cache:
        (about,) = learned_scorer(chance, small_models.generator_pack("small"), cache, told).attributes
    assert about.r2 < 0.3 and "The scorer of value is poor" in told.warnings[-1]


@pytest.mark.parametrize(
    ("values", "why"),
    [([1.0, 2.0], "at least 12 labelled images, and there are 2"), ([3.0] * 14, "the same value")],
)
def test_what_nothing_can_be_learned_from(folder: Path, home: Path, values: list[float], why: str) -> None:
    labelled = Labelled(folder, {f"{i:02}.png": value for i, value in enumerate(values)})
    with open_cache() as cache, pytest.raises(InputError, match=why):
        learned_scorer(labelled, small_models.generator_pack("small"), cache, SilentReporter())


def test_eyes_must_be_an_image_model(folder: Path, home: Path) -> None:
    with open_cache() as cache, pytest.raises(InputError, match="no image backbone"):
        learned_scorer(
            read_labelled(folder, SilentReporter()), small_models.generator_pack("small"), cache,
            SilentReporter(), eyes="faces",
        )  # fmt: skip


def test_labels_that_are_not_there(folder: Path, tmp_path: Path) -> None:
    told = SilentReporter()
    with pytest.raises(InputError, match=r"has no labels\.csv"):
        read_labelled(tmp_path, told)
    with pytest.raises(InputError, match="There is no file"):
        read_labelled(tmp_path / "none.csv", told)
    (folder / "labels.csv").write_text("path,value\nelsewhere.png,3\n", "utf-8")
    with pytest.raises(InputError, match=r"None of the images that labels\.csv names"):
        read_labelled(folder, told)
    assert told.warnings == ["labels.csv, line 2: no such image in the folder."]


def test_what_a_direction_predicts(home: Path) -> None:
    """A picture of the faces model's own samples: the encoder, the distance, the line."""
    model, told = open_model("faces"), SilentReporter()
    age = model.directions["age"]
    line = fit(np.array([-1.0, 0.0, 1.0]), np.array([10.0, 30.0, 50.0]))
    scorer = direction_scorer([Told(age), Told(age, line, "age", "years")], model, told, device="cpu")
    assert [one.name for one in scorer.attributes] == ["distance along age", "age"]
    assert not any(one.independent for one in scorer.attributes)
    images = torch.from_numpy(np.random.default_rng(0).normal(0, 0.3, (2, 3, 64, 64))).float()
    scores = scorer.scores(images)
    np.testing.assert_allclose(scores[:, 1], 30 + 20 * scores[:, 0])
    assert Scorers([scorer, scorer]).scores(images).shape == (2, 4)


def test_a_model_without_an_encoder_measures_no_distance(home: Path) -> None:
    model = small_models.generator_pack("small")
    normal = np.eye(48)[0]
    with pytest.raises(InputError, match="has no encoder, so no distance"):
        direction_scorer([Told(Direction("ripe", normal))], model, SilentReporter())
