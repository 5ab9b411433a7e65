"""A fit that one machine saves predicts on another, bit for bit, and refuses what it is not made for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from large_gui.core.calibrating.fit import Fit
from large_gui.models.pack import imported_folder
from large_gui.tasks.fits.saving import read_fit, write_fit
from tests.cli.fits.acting import NAMES, predict, rows_of, run, sort

Say = pytest.CaptureFixture[str]


def changed(fit: Path, **changes: Any) -> None:
    fit.write_text(json.dumps(json.loads(fit.read_text("utf-8")) | changes), "utf-8")


def test_the_table_is_the_one_that_sort_wrote(photos: Path, fit: Path, capsys: Say) -> None:
    assert predict(photos) == 0
    told = capsys.readouterr().out
    assert "age in years by the fit of 6 labels" in told
    sorted_, predicted = (rows_of(photos.parent / name) for name in ("out.csv", "predicted.csv"))
    assert any(row["label"] for row in sorted_) and not any(row["label"] for row in predicted)
    assert [row | {"label": ""} for row in sorted_] == predicted
    assert all(row["prediction"] and row["pi_low"] for row in predicted)


def test_it_comes_back_to_the_last_bit(fit: Path, tmp_path: Path) -> None:
    one = read_fit(fit)
    assert (one.model, one.labels, one.value, one.unit, one.low, one.high) == (
        "faces", 6, "age", "years", 0, 120,
    )  # fmt: skip
    assert one.direction.spelled == "-age" and one.calibration.n == 6
    write_fit(one, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == fit.read_bytes()
    assert str(fit.parent) not in fit.read_text("utf-8"), "a fit tells nothing of where it was made"


def test_the_model_is_found_under_any_name(photos: Path, fit: Path) -> None:
    changed(fit, model={"name": "people", "title": "", "key": read_fit(fit).key})
    assert predict(photos) == 0
    assert {row["model"] for row in rows_of(photos.parent / "predicted.csv")} == {"faces"}


def test_what_a_later_version_adds_is_passed_over(photos: Path, fit: Path) -> None:
    form = json.loads(fit.read_text("utf-8"))
    changed(fit, note="new", labels=form["labels"] | {"median": 3})
    assert predict(photos) == 0


def test_another_models_codes_are_refused(photos: Path, fit: Path, capsys: Say) -> None:
    changed(fit, model={"name": "faces", "title": "Faces of 2031", "key": "abc"})
    assert predict(photos) == 2
    said = capsys.readouterr().err
    for part in ("'faces' (Faces of 2031; key abc)", "no model on this machine", "is another one", "Import"):
        assert part in said
    assert predict(photos, "--model", "faces") == 2
    assert "can't be used with 'faces'" in capsys.readouterr().err
    assert predict(photos, "--model", "nobody") == 2
    assert "no model called 'nobody'" in capsys.readouterr().err
    broken = imported_folder() / "broken"
    broken.mkdir(parents=True)
    (broken / "pack.json").write_text("{", "utf-8")
    assert predict(photos) == 2, "a model that can't be read is passed over"
    assert "no model on this machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "fit.json is not a fit."),
        (b"\xff\xd8\xff picture", "fit.json is not a fit."),
        (b"[1, 2]", "fit.json is not a fit."),
        (b"[" * 100_000, "fit.json is not a fit."),
        (b'{"path": "a.jpg"}', "fit.json is not a fit."),
        (b'{"kind": "direction", "version": 1}', "fit.json is not a fit: it is a direction."),
        (b'{"kind": "fit", "slope": 2}', "fit.json is not a fit."),
        (b'{"large_gui": "9", "kind": "fit", "version": 2}', "by a newer version of this program (9; this"),
        (b'{"large_gui": "9", "kind": "fit", "version": "x"}', "is damaged: a fit is of the version 'x'"),
        (b'{"large_gui": "9", "kind": "fit", "version": 1}', "is damaged: 'model' is not there"),
        (b'{"large_gui": "9", "kind": "fit", "vers', "is damaged: it is cut off or was changed"),
    ],
)
def test_what_is_no_fit_is_told(photos: Path, content: bytes, sentence: str, capsys: Say) -> None:
    (photos.parent / "fit.json").write_bytes(content)
    assert predict(photos) == 2
    said = capsys.readouterr().err
    assert sentence in said and "Traceback" not in said and said.count("\n") == 1
    assert not (photos.parent / "predicted.csv").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"calibration": None},
        {"direction": {"kind": "direction"}},
        {"labels": {"count": 6, "nearest": 2, "farthest": 1}},
        {"labels": {"count": 0, "nearest": 1, "farthest": 2}},
        {"value": {"name": "age", "unit": "years", "low": 5, "high": 5}},
        {"value": {"name": "age", "unit": "years", "low": 5}},
        {"date": 7},
        {"model": "faces"},
    ],
)
def test_one_that_was_changed_is_damaged(photos: Path, fit: Path, change: Any, capsys: Say) -> None:
    changed(fit, **change)
    assert predict(photos) == 2
    said = capsys.readouterr().err
    assert "The fit fit.json is damaged" in said and "Traceback" not in said


def test_a_newer_calibration_in_it_is_told(photos: Path, fit: Path, capsys: Say) -> None:
    form = json.loads(fit.read_text("utf-8"))
    changed(fit, calibration=form["calibration"] | {"version": 99}, large_gui="9.9\n")
    assert predict(photos) == 2
    assert "by a newer version of this program (9.9\ufffd; this is" in capsys.readouterr().err


def test_a_direction_of_other_codes_is_told(photos: Path, fit: Path, capsys: Say) -> None:
    one = read_fit(fit)
    normal = one.direction.normal[..., :2]
    write_fit(replace(one, direction=replace(one.direction, normal=normal / 2**0.5 * 0 + 2**-0.5)), fit)
    assert predict(photos) == 2
    assert "direction 'age' is not of the codes of the model 'faces'" in capsys.readouterr().err


def test_images_beyond_the_labels_are_counted(photos: Path, fit: Path, capsys: Say) -> None:
    one = read_fit(fit)
    write_fit(replace(one, nearest=one.farthest), fit)
    assert predict(photos) == 0
    assert "images lie beyond the labels of the fit" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--value-range", "0,9", "--measures", "age, years, 0 to 9"], "Two ranges are given"),
        (["--measures", "age, years, 9 to 0"], "That can't be understood"),
        (["--fit-out", "-"], "A fit can't go to standard output"),
        (["--fit-out", "{tmp}/f.csv"], "A fit can't be written as f.csv. Choose a name that ends in .json."),
        (["--fit-out", "{tmp}/none/fit.json"], "there is no folder"),
        (["--fit-out", "{tmp}/out.csv"], "Two results would go to one file"),
        (["--fit-out", "{tmp}/labels.csv"], "would be lost"),
        (["--fit-out", "{tmp}/mine.json"], "not written by this program"),
    ],
)
def test_what_sort_refuses(photos: Path, more: list[str], sentence: str, capsys: Say) -> None:
    tmp = photos.parent
    (tmp / "mine.json").write_text('{"kind": "fit", "slope": 2}', "utf-8")
    assert sort(photos, *(word.format(tmp=tmp) for word in more)) == 2
    assert sentence in capsys.readouterr().err
    assert not (tmp / "out.csv").exists()
    assert (tmp / "mine.json").read_text("utf-8") == '{"kind": "fit", "slope": 2}'


def test_a_fit_takes_labels(photos: Path, capsys: Say) -> None:
    tmp = photos.parent
    command = ["sort", photos, "--direction", "age", "--out", tmp / "out.csv", "--fit-out", tmp / "f.json"]
    assert run(*command) == 2
    assert "A fit needs labels" in capsys.readouterr().err
    (tmp / "labels.csv").write_text(f"path,value\n{NAMES[0]},20\n", "utf-8")
    assert run(*command, "--labels", tmp / "labels.csv") == 2
    assert "The table is written, and no fit" in capsys.readouterr().err
    assert (tmp / "out.csv").exists() and not (tmp / "f.json").exists()


def test_a_fit_is_not_written_over_by_its_predictions(photos: Path, fit: Path, capsys: Say) -> None:
    before = fit.read_bytes()
    assert run("predict", photos, "--fit", fit, "--out", fit, "--force") == 2
    assert "would be lost" in capsys.readouterr().err and fit.read_bytes() == before
    assert sort(photos, "--fit-out", fit) == 0, "a fit is replaced by a fit"
    assert Fit.from_json(json.loads(fit.read_text("utf-8"))).value == ""
    assert run("predict", photos, "--fit", photos, "--out", photos.parent / "p.csv") == 2
    assert "There is no file" in capsys.readouterr().err
