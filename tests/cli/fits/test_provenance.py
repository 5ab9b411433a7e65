"""``--provenance``: all that another person needs to do the same again, and no file of theirs is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui import __version__
from large_gui.cli import folder_commands, tables
from large_gui.core.direction import Direction, direction_sha256
from large_gui.models.kinds.gan import GanModel
from large_gui.project.outputs import provenance_file
from tests.cli.fits.acting import NAMES, predict, run, sort

Say = pytest.CaptureFixture[str]


def told(result: Path) -> Any:
    return json.loads(provenance_file(result).read_text("utf-8"))


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def evaluate(photos: Path, *more: object) -> int:
    labels = photos.parent / "labels.csv"
    command = ["evaluate", photos, "--labels", labels, "--direction", "age", "--shots", "2,3", "--repeats", 7]
    return run(*command, *more)


def test_it_tells_how_a_table_came_about(photos: Path, pack: GanModel, capsys: Say) -> None:
    tmp = photos.parent
    options = ["--measures", "age, years, 0 to 120", "--fit-out", tmp / "fit.json", "--provenance"]
    assert sort(photos, *options) == 0
    assert f"Provenance: {tmp / 'out.provenance.json'}" in capsys.readouterr().out
    form = told(tmp / "out.csv")
    assert (form["large_gui"], form["kind"], form["version"]) == (__version__, "provenance", 1)
    assert form["result"] == {"file": "out.csv", "sha256": sha256(tmp / "out.csv")}
    assert form["command"] == "sort"
    given = {"direction": "-age", "labels": str(tmp / "labels.csv"), "engine": "local", "force": False}
    assert given.items() <= form["options"].items()
    assert {"large-gui", "python", "torch", "numpy", "platform"} <= form["software"].keys()
    assert form["software"]["torch"] != "not known"
    assert (form["model"]["name"], form["model"]["key"]) == ("faces", pack.key)
    assert "NVIDIA" in form["model"]["generator_licence"] and form["model"]["title"]
    assert form["direction"]["name"] == "age" and form["direction"]["flipped"]
    assert form["direction"]["sha256"] == direction_sha256(pack.direction("age").turned())
    assert form["images"] == {
        "folder": str(photos), "count": 10, "measured": 10, "failed": 0, "flags": form["images"]["flags"],
    }  # fmt: skip
    labels = form["labels"]
    assert labels["sha256"] == sha256(tmp / "labels.csv")
    used = {(one["path"], one["value"], one["sha256"]) for one in labels["used"]}
    assert used == {(n, 20 + 7.3 * i, sha256(photos / n)) for i, n in enumerate(NAMES[:6])}
    assert form["fit"]["sha256"] == sha256(tmp / "fit.json")
    saved = json.loads((tmp / "fit.json").read_text("utf-8"))
    assert form["fit"]["calibration"] == saved["calibration"] and form["fit"]["value"] == saved["value"]
    assert "calibrated to 'age' in years" in form["methods"] and "6 labels" in form["methods"]


def test_it_says_why_labels_were_not_used(photos: Path) -> None:
    labels, first = photos.parent / "labels.csv", NAMES[0]
    shutil.copy(photos / first, photos / "Copy.png")  # before the other one by its name
    with labels.open("a", encoding="utf-8") as file:
        file.write(f"Copy.png,60\n{NAMES[8]},300\n")
    assert sort(photos, "--measures", "age, years, 0 to 120", "--provenance") == 0
    form = told(photos.parent / "out.csv")
    assert {one["path"]: one["value"] for one in form["labels"]["used"]}.get("Copy.png") == 60
    assert first not in {one["path"] for one in form["labels"]["used"]} and "to 6 labels;" in form["methods"]
    assert "1 label outside of what the value can be was not used." in form["methods"]
    assert "1 label of a copy of another image was not used." in form["methods"]


def test_without_labels_there_is_no_fit(photos: Path) -> None:
    out = photos.parent / "out.csv"
    command = ["sort", photos, "--direction", "smile", "--out", out, "--provenance", "--value-range", "0,9"]
    assert run(*command) == 0
    form = told(out)
    assert form["options"]["value_range"] == [0, 9] and form["options"]["labels"] is None
    assert form["labels"] is None and form["fit"] is None and "uncalibrated" in form["methods"]


def test_of_a_prediction(photos: Path, fit: Path) -> None:
    assert predict(photos, "--provenance") == 0
    form = told(photos.parent / "predicted.csv")
    assert form["command"] == "predict" and form["labels"] is None
    assert (form["fit"]["file"], form["fit"]["sha256"]) == (str(fit), sha256(fit))
    assert "6 labels of other images; the fit was saved on" in form["methods"]


def test_of_an_evaluation(photos: Path, capsys: Say) -> None:
    out = photos.parent / "report.json"
    for _ in range(2):
        assert evaluate(photos, "--out", out, "--provenance", "--values", "25,90") == 0
    assert "report.provenance.json" in capsys.readouterr().out
    form = told(out)
    assert form["result"]["sha256"] == sha256(out)
    assert [one["path"] for one in form["labels"]["used"]] == NAMES[1:6]
    assert "judged on 5 labelled images" in form["methods"] and "7 times" in form["methods"]


def test_an_evaluation_is_not_judged_by_copies(photos: Path, capsys: Say) -> None:
    labels = photos.parent / "labels.csv"
    with labels.open("a", encoding="utf-8") as file:
        for name in NAMES[:2]:
            shutil.copy(photos / name, photos / f"z-{name}")
            file.write(f"z-{name},30\n")
    out = photos.parent / "report.json"
    assert evaluate(photos, "--out", out, "--provenance") == 0
    assert "2 copies of other images are left out." in capsys.readouterr().err
    assert json.loads(out.read_text("utf-8"))["n"] == 6 == len(told(out)["labels"]["used"])


def test_a_file_of_a_person_is_not_replaced(photos: Path, capsys: Say) -> None:
    file = photos.parent / "out.provenance.json"
    for mine in ('{"kind": "provenance", "painter": "Vermeer"}', "[]", "notes", '{"large": 1}'):
        file.write_text(mine, "utf-8")
        assert sort(photos, "--provenance") == 2
        assert "was not written by this program" in capsys.readouterr().err
        assert file.read_text("utf-8") == mine
    assert not (photos.parent / "out.csv").exists()
    assert sort(photos, "--provenance", "--force") == 0
    assert sort(photos, "--provenance") == 0, "now it is ours"


def test_it_never_tells_of_another_result(photos: Path, capsys: Say) -> None:
    tmp = photos.parent
    assert sort(photos, "--provenance") == 0
    before = (tmp / "out.provenance.json").read_bytes()
    assert evaluate(photos, "--out", tmp / "out.json", "--provenance") == 2
    assert "out.provenance.json tells of out.csv" in capsys.readouterr().err
    assert (tmp / "out.provenance.json").read_bytes() == before
    assert evaluate(photos, "--out", tmp / "out.json", "--provenance", "--force") == 0


def test_an_older_one_that_tells_of_a_replaced_table_is_named(photos: Path, capsys: Say) -> None:
    for out, command in (("out.csv", sort), ("report.json", evaluate)):
        more = ["--out", photos.parent / out]
        assert command(photos, *more, "--provenance") == 0
        assert "tells of" not in capsys.readouterr().err
        assert command(photos, *more) == 0
        told = f"{provenance_file(Path(out))} tells of the {out} that was replaced. Add --provenance"
        assert told in capsys.readouterr().err


def test_labels_that_are_gone_at_the_end_are_told(
    photos: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tables.write_table

    def write_and_lose(*given: Any) -> Any:
        (photos.parent / "labels.csv").unlink()
        return written(*given)

    monkeypatch.setattr(folder_commands, "write_table", write_and_lose)
    assert sort(photos, "--provenance") == 2
    said = capsys.readouterr().err
    assert "labels.csv can't be read any more" in said and "Traceback" not in said
    assert (photos.parent / "out.csv").exists()


def test_it_has_a_place_beside_the_result_or_none(photos: Path, capsys: Say) -> None:
    tmp = photos.parent
    for command in (sort, evaluate):
        assert command(photos, "--out", "-", "--provenance") == 2
        assert "written beside the result, which goes to standard output" in capsys.readouterr().err
    assert sort(photos, "--provenance", "--fit-out", tmp / "out.provenance.json") == 2
    assert "Two results would go to one file" in capsys.readouterr().err


def test_the_hash_of_a_direction_covers_what_decides_distances() -> None:
    one = Direction("age", np.eye(4)[0], provenance="år")
    others = [
        one.turned(), replace(one, intercept=1e-9), replace(one, normal=np.eye(4)[1]),
        replace(one, normal=np.eye(4)), replace(one, layer_importance=np.array([1.0])),
    ]  # fmt: skip
    assert len({direction_sha256(other) for other in (one, *others)}) == 6
    for same in (replace(one, name="years"), replace(one, normal=np.eye(4, dtype=np.float32)[0])):
        assert direction_sha256(same) == direction_sha256(one)
