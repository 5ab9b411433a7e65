"""What a command may write over: no input, and no file of a person unless asked to."""

from __future__ import annotations

import csv
import json
import os
import shutil
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from large_gui.cli.main import main
from large_gui.cli.results import inputs
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images import scan
from large_gui.project.outputs import check_training_folder
from tests.conftest import SAMPLES

Say = pytest.CaptureFixture[str]
PHOTOS = ("a.jpg", "b.jpg", "c.jpg")


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Three images and labels of two of them."""
    folder = tmp_path / "photos"
    folder.mkdir()
    for name, source in zip(PHOTOS, sorted(SAMPLES.glob("*.jpg"))):
        shutil.copy(source, folder / name)
    (tmp_path / "labels.csv").write_text("path,value\na.jpg,20\nb.jpg,40\n", "utf-8")
    return folder


def sort(folder: Path, out: Path | str, *more: object) -> int:
    return main(["sort", str(folder), "--direction", "age", "--out", str(out), *map(str, more)])


def table(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["path"]: row for row in csv.DictReader(file)}


def same(path: Path) -> Path:
    return path


def hard(path: Path) -> Path:
    link = path.with_name("hard.csv")
    os.link(path, link)
    return link


def soft(path: Path) -> Path:
    link = path.with_name("soft.csv")
    link.symlink_to(path)
    return link


def roundabout(path: Path) -> Path:
    return path.parent / ".." / path.parent.name / path.name


@pytest.mark.parametrize("way", [same, hard, soft, roundabout])
@pytest.mark.parametrize("command", ["sort", "sheet", "invert", "evaluate"])
def test_an_image_is_never_written_over(
    photos: Path, tmp_path: Path, capsys: Say, way: Callable[[Path], Path], command: str
) -> None:
    before = (photos / "a.jpg").read_bytes()
    out = way(photos / "a.jpg")
    if command == "sheet" and out.suffix == ".csv":
        out = out.rename(out.with_suffix(".png"))
    direction = ["--direction", "age"]
    arguments = {
        "sort": ["sort", photos, *direction, "--out", out],
        "sheet": ["sort", photos, *direction, "--out", tmp_path / "out.csv", "--sheet", out],
        "invert": ["invert", photos, "--out", out],
        "evaluate": ["evaluate", photos, *direction, "--labels", tmp_path / "labels.csv", "--out", out],
    }[command]
    assert main([*map(str, arguments), "--force"]) == 2
    assert "would be lost" in capsys.readouterr().err
    assert (photos / "a.jpg").read_bytes() == before
    assert out.read_bytes() == before
    assert not (tmp_path / "out.csv").exists()


def test_labels_are_never_written_over(photos: Path, tmp_path: Path, capsys: Say) -> None:
    labels = tmp_path / "labels.csv"
    before = labels.read_bytes()
    assert sort(photos, labels, "--labels", labels, "--force") == 2
    assert "would be lost" in capsys.readouterr().err
    assert labels.read_bytes() == before


def test_images_are_not_opened_to_find_out_that_they_are_not_the_output(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out.csv"
    out.write_text("path,rank\n", "utf-8")
    opened: list[str] = []
    head = scan.read_head

    def noted(path: str) -> bytes:
        opened.append(path)
        return head(path)

    monkeypatch.setattr(scan, "read_head", noted)
    arguments = Namespace(cache=tmp_path / "codes.sqlite", folder=photos)
    assert list(inputs(arguments, [out])) == [tmp_path / "codes.sqlite"] and not opened
    os.link(photos / "a.jpg", tmp_path / "hard.csv")
    found = list(inputs(arguments, [out, tmp_path / "hard.csv"]))
    assert photos / "a.jpg" in found and str(photos / "a.jpg") in opened


def test_a_strange_file_is_replaced_only_by_force(photos: Path, tmp_path: Path, capsys: Say) -> None:
    out, labels = tmp_path / "out.csv", tmp_path / "labels.csv"
    out.write_text("name,age\nAda,36\n", "utf-8")
    assert sort(photos, out) == 2
    assert "--force" in capsys.readouterr().err
    assert out.read_text("utf-8") == "name,age\nAda,36\n"
    assert sort(photos, out, "--force") == 0
    assert sort(photos, out) == 0, "its own table is replaced without a word"
    assert sort(photos, labels) == 2, "a table of labels is not one of ours"
    report, codes = tmp_path / "report.json", tmp_path / "codes.npz"
    for _ in range(2):
        assert main(["invert", str(photos), "--out", str(codes)]) == 0
    report.write_text('{"mine": 1}', "utf-8")
    command = ["evaluate", str(photos), "--direction", "age", "--labels", str(labels), "--out", str(report)]
    assert main([*command, "--shots", "2"]) == 2
    assert json.loads(report.read_text("utf-8")) == {"mine": 1}


@pytest.mark.parametrize(
    ("command", "name", "told"),
    [
        (
            "invert",
            "codes.csv",
            "A file of codes can't be written as codes.csv. Choose a name that ends in .npz",
        ),
        ("invert", "codes.npy", "or one without an ending for a folder of codes"),
        ("sort", "pic.png", "A table can't be written as pic.png. Choose a name that ends in .csv."),
    ],
)
def test_a_name_that_promises_another_format_is_refused(
    photos: Path, tmp_path: Path, command: str, name: str, told: str, capsys: Say
) -> None:
    out = tmp_path / name
    words = {"invert": ["invert"], "sort": ["sort", "--direction", "age"]}[command]
    assert main([*words, str(photos), "--out", str(out)]) == 2
    assert told in capsys.readouterr().err and not out.exists()


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp", ".tif"])
def test_a_sheet_among_the_images_is_not_an_image(
    photos: Path, tmp_path: Path, ending: str, capsys: Say
) -> None:
    sheet = photos / f"sheet{ending}"
    for _ in range(2):
        assert sort(photos, tmp_path / "out.csv", "--sheet", sheet) == 0
    assert set(table(tmp_path / "out.csv")) == set(PHOTOS)
    assert f"sheet{ending}" in capsys.readouterr().err
    with Image.open(sheet) as image:
        assert min(image.size) > 150


def test_a_training_folder_must_be_its_own(photos: Path, capsys: Say) -> None:
    (photos / "encoder.safetensors").write_bytes(b"mine")
    assert main(["train", "encoder", "--out", str(photos)]) == 2
    assert "--force" in capsys.readouterr().err
    assert (photos / "encoder.safetensors").read_bytes() == b"mine"
    killed = photos.parent / "killed"
    (killed / "images").mkdir(parents=True)
    (killed / ".unfinished.pt").write_bytes(b"x")
    check_training_folder(killed)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--out", "{tmp}/none/out.csv"], "no folder"),
        (["--out", "{tmp}"], "is a folder"),
        (["--out", "{tmp}/out.csv", "--sheet", "{tmp}/sheet.xyz"], ".png"),
        (["--out", "{tmp}/x.png", "--sheet", "{tmp}/x.png"], "Two results"),
        (["--out", "{tmp}/out.csv", "--labels", "{tmp}/none.csv"], "none.csv"),
        (["--out", "/dev/null"], "ordinary file"),
    ],
)
def test_what_can_be_known_first_is_checked_first(
    photos: Path,
    tmp_path: Path,
    capsys: Say,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
    sentence: str,
) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("images were inverted")

    monkeypatch.setattr(GanModel, "start", refuse)
    command = ["sort", str(photos), "--direction", "age", *(o.format(tmp=tmp_path) for o in options)]
    assert main(command) == 2
    assert sentence in capsys.readouterr().err


def test_shots_are_checked_before_images_are_inverted(
    photos: Path, tmp_path: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GanModel, "start", lambda *_, **__: pytest.fail("images were inverted"))
    command = ["evaluate", str(photos), "--direction", "age", "--labels", str(tmp_path / "labels.csv")]
    assert main([*command, "--out", str(tmp_path / "r.json"), "--shots", "5"]) == 2
    assert "5 labels can't be drawn from 2 images" in capsys.readouterr().err


def test_one_label_gives_a_table_without_predictions(photos: Path, tmp_path: Path, capsys: Say) -> None:
    (tmp_path / "labels.csv").write_text("path,value\na.jpg,20\n", "utf-8")
    assert sort(photos, tmp_path / "out.csv", "--labels", tmp_path / "labels.csv") == 0
    assert "a calibration takes two" in capsys.readouterr().err
    rows = table(tmp_path / "out.csv")
    assert rows["a.jpg"]["label"] == "20"
    assert all(row["distance"] and not row["prediction"] for row in rows.values())


def test_a_label_of_a_damaged_image_is_kept_and_said_why(photos: Path, tmp_path: Path, capsys: Say) -> None:
    (photos / "b.jpg").write_bytes((photos / "b.jpg").read_bytes()[:2000])
    (tmp_path / "labels.csv").write_text("path,value\na.jpg,20\nb.jpg,40\nc.jpg,60\n", "utf-8")
    assert sort(photos, tmp_path / "out.csv", "--labels", tmp_path / "labels.csv") == 0
    said = capsys.readouterr().err
    assert "no such image" not in said
    assert "row 3: the image can't be used: b.jpg is damaged or incomplete" in said
    row = table(tmp_path / "out.csv")["b.jpg"]
    assert (row["label"], row["flags"]) == ("40", "failed")
    assert "damaged" in row["reason"]


def test_files_that_are_passed_over_are_counted_and_named(photos: Path, tmp_path: Path, capsys: Say) -> None:
    (photos / "a.jpg").rename(photos / "no_ending")
    (photos / "raw.cr2").write_bytes(b"II*\0\x10\0\0\0CR\2\0" + bytes(64))
    for i in range(7):
        (photos / f"note-{i}.txt").write_text("x", "utf-8")
    assert sort(photos, tmp_path / "out.csv") == 0
    said = capsys.readouterr().err
    assert "1 file, a camera's raw file" in said and "raw.cr2" in said
    assert "7 files, not an image" in said and "note-4.txt and 2 more" in said
    rows = table(tmp_path / "out.csv")
    assert set(rows) == {"no_ending", "b.jpg", "c.jpg", "raw.cr2"}
    assert "raw file" in rows["raw.cr2"]["reason"]
