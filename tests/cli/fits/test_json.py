"""``--json``: every command that prints a table prints one document instead, whose keys stay the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from large_gui.core.choices import Flag
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import imported_folder
from large_gui.project.export import COLUMNS
from tests.cli.fits.acting import predict, run, sort
from tests.packs import write_pack

Say = pytest.CaptureFixture[str]


def told(capsys: Say) -> Any:
    """What was printed: one JSON document and nothing else."""

    def refuse(text: str) -> None:
        raise AssertionError(text)

    return json.loads(capsys.readouterr().out, parse_constant=refuse)


def test_of_a_table(photos: Path, fit: Path, pack: GanModel, capsys: Say) -> None:
    tmp = photos.parent
    capsys.readouterr()
    keys = [
        "folder", "model", "direction", "images", "placed", "faceless", "failed", "left_out", "flags",
        "calibration", "files",
    ]  # fmt: skip
    assert sort(photos, "--json", "--fit-out", fit, "--provenance", "--sheet", tmp / "sheet.png") == 0
    form = told(capsys)
    assert list(form) == keys
    assert (form["images"], form["placed"], form["model"], form["direction"]) == (10, 10, "faces", "-age")
    assert form["calibration"] == json.loads(fit.read_text("utf-8"))["calibration"]
    assert form["files"] == {
        "table": str(tmp / "out.csv"), "sheet": str(tmp / "sheet.png"), "fit": str(fit),
        "provenance": str(tmp / "out.provenance.json"),
    }  # fmt: skip
    assert predict(photos, "--json", "--flags", "failed") == 0
    form = told(capsys)
    assert list(form) == keys and form["left_out"] == 10
    out = tmp / "out.csv"
    assert run("sort", photos, "--direction", "age", "--out", out, "--json") == 0
    assert told(capsys)["calibration"] is None


def test_of_an_evaluation(photos: Path, capsys: Say) -> None:
    out, labels = photos.parent / "report.json", photos.parent / "labels.csv"
    command = ["evaluate", photos, "--labels", labels, "--direction", "age", "--shots", "2", "--repeats", 3]
    assert run(*command, "--out", out, "--json") == 0
    assert told(capsys) == json.loads(out.read_text("utf-8"))
    assert run(*command, "--out", "-", "--json") == 2
    assert "can't both go to standard output" in capsys.readouterr().err


def test_of_directions(photos: Path, pack: GanModel, tmp_path: Path, capsys: Say) -> None:
    keys = [
        "name", "flipped", "low", "high", "space", "intercept", "intercept_means", "found_by", "provenance",
        "layer_importance",
    ]  # fmt: skip
    assert run("direction", "list", "--json") == 0
    form = told(capsys)
    assert list(form) == ["model", "directions"] and form["model"] == "faces"
    assert [one["name"] for one in form["directions"]] == list(pack.directions)
    assert all(list(one) == keys for one in form["directions"])
    assert run("direction", "show", "age", "--json") == 0
    form = told(capsys)
    assert list(form) == ["model", *keys] and form["low"] == "young"
    assert sum(form["layer_importance"]) == pytest.approx(1, abs=1e-3)
    assert run("direction", "find", "--json") == 0
    form = told(capsys)
    assert {"name", "about", "needs"} == set(form["finders"][0]) and any(
        "tags" in one["needs"] for one in form["finders"]
    )
    out = tmp_path / "found.json"
    assert run("direction", "find", "components", photos, "--count", 2, "--out", out, "--json") == 0
    form = told(capsys)
    assert len(form["directions"]) == 2 and form["files"] == {"directions": str(out)}
    assert run("direction", "find", "components", photos, "--out", "-", "--json") == 2
    assert "can't both go to standard output" in capsys.readouterr().err


def test_of_models(pack: GanModel, capsys: Say) -> None:
    write_pack("broken", "{")
    assert run("model", "list", "--json") == 0
    models = {one["name"]: one for one in told(capsys)["models"]}
    faces, broken = models["faces"], models["broken"]
    assert list(faces) == list(broken)
    assert (faces["name"], faces["key"], faces["shape"]) == ("faces", pack.key, [23, 512])
    assert faces["problem"] is None and faces["has_encoder"] and not faces["imported"]
    assert broken["name"] == "broken" and "can't be read" in broken["problem"] and broken["key"] is None
    assert run("model", "verify", "--json") == 0
    form = told(capsys)
    assert form["model"] == "faces" and form["good"] and all(one["good"] for one in form["files"])
    write_pack("small")
    assert run("model", "verify", "small", "--json") == 2
    said = capsys.readouterr()
    assert json.loads(said.out)["good"] is False and "damaged" in said.err
    assert (imported_folder() / "small").is_dir()


def test_of_the_cache(photos: Path, pack: GanModel, tmp_path: Path, capsys: Say) -> None:
    assert run("cache", "list", "--json") == 0
    form = told(capsys)
    assert list(form) == ["file", "bytes", "codes", "folders"]
    assert form["codes"] == {pack.key: 10} and form["bytes"] > 100_000
    assert run("cache", "list", "--json", "--cache", tmp_path / "none.sqlite") == 0
    form = told(capsys)
    assert (form["bytes"], form["codes"], form["folders"]) == (0, {}, {})


def test_the_page_on_files_names_every_column_and_flag() -> None:
    page = (Path(__file__).parents[3] / "docs" / "files.md").read_text("utf-8")
    assert [name for name in (*COLUMNS, *Flag) if f"`{name}`" not in page] == []
