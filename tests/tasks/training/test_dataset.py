"""Any folder becomes training images, or a sentence says why not, and nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from large_gui.core.choices import Crop
from large_gui.core.reporter import SilentReporter
from large_gui.errors import Cancelled, InputError
from large_gui.tasks.training import dataset
from large_gui.tasks.training.dataset import ImagesRequest, prepare_images
from large_gui.tasks.training.prepared import open_array, read_list
from tests.tasks.training.conftest import write_images

SIZE = 8


def prepare(run: Path, folder: Path, reporter: SilentReporter | None = None, **options: Any) -> np.ndarray:
    replace = options.pop("replace", False)
    asked = ImagesRequest(folder, **{"size": SIZE, **options})
    return open_array(run, prepare_images(run, asked, reporter or SilentReporter(), replace=replace))


def content(run: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in run.iterdir()}


def test_the_images_are_the_centred_squares_in_order(photos: Path, run: Path) -> None:
    array = prepare(run, photos)
    assert array.shape == (18, 3, SIZE, SIZE) and array.dtype == np.uint8
    listed = read_list(run)
    assert listed is not None and list(listed.paths) == [f"{i:02d}.png" for i in range(18)]
    square = Image.open(photos / "03.png").resize((SIZE, SIZE), Image.Resampling.LANCZOS, (2, 0, 22, 20))
    assert (array[3] == np.asarray(square).transpose(2, 0, 1)).all()
    assert listed.labels == [] and not listed.left_out and listed.folder == photos
    assert sorted(content(run)) == ["images.json", "images.npy"]


def test_padded_images_are_whole(photos: Path, run: Path) -> None:
    array = prepare(run, photos, crop=Crop.PADDED)
    assert (array[:, :, -1] == 127).all() and (array[:, :, 3] != 127).any()


def test_what_can_not_be_used_is_told_by_name(photos: Path, run: Path) -> None:
    (photos / "broken.png").write_bytes((photos / "00.png").read_bytes()[:200])
    (photos / "empty.jpg").write_bytes(b"")
    (photos / "notes.txt").write_text("nothing")
    write_images(photos / "tiny", 1, (3, 30))
    reporter = SilentReporter()
    array = prepare(run, photos, reporter)
    assert len(array) == 18
    listed = read_list(run)
    assert listed is not None
    assert {one.path: one.why for one in listed.left_out} == {
        "broken.png": "it is damaged or incomplete",
        "empty.jpg": "it is empty",
        "tiny/00.png": "it has only 3 x 30 pixels",
    }
    told = "\n".join(reporter.warnings)
    for name in ("broken.png", "empty.jpg", "tiny/00.png", "notes.txt"):
        assert name in told


def test_few_images_because_of_what_is_left_out(
    photos: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "ENOUGH", 19)
    (photos / "broken.png").write_bytes(b"no image")
    reporter = SilentReporter()
    prepare(run, photos, reporter)
    assert reporter.warnings[-1].startswith("18 images are few: below 19 a generator mostly repeats")


@pytest.mark.parametrize("number", [1, 15])
def test_too_few_images_are_refused(tmp_path: Path, run: Path, number: int) -> None:
    with pytest.raises(InputError, match=rf"{number} images? can be used, and training needs at least 16"):
        prepare(run, write_images(tmp_path / "few", number))
    assert content(run) == {}


def test_a_folder_of_broken_files_says_which(tmp_path: Path, run: Path) -> None:
    (tmp_path / "broken").mkdir()
    for i in range(20):
        (tmp_path / "broken" / f"{i}.png").write_bytes(b"no image")
    with pytest.raises(InputError, match=r"0 images can be used.*0\.png") as caught:
        prepare(run, tmp_path / "broken")
    assert "and 15 more" in str(caught.value)
    assert content(run) == {}


def test_a_folder_without_images_is_refused(tmp_path: Path, run: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError, match="There are no images"):
        prepare(run, tmp_path / "none")
    with pytest.raises(InputError, match="can't be read"):
        prepare(run, tmp_path / "gone")


def test_what_is_there_is_not_made_again(photos: Path, run: Path) -> None:
    prepare(run, photos)
    before = (run / "images.npy").stat().st_ino
    os.utime(photos / "03.png", (0, 0))  # copied, touched: its content is the same
    prepare(run, photos)
    assert (run / "images.npy").stat().st_ino == before


def test_a_changed_folder_is_told_and_replaced_when_asked(photos: Path, run: Path) -> None:
    first = np.array(prepare(run, photos))
    (photos / "00.png").unlink()
    Image.new("RGB", (20, 20), "red").save(photos / "01.png")
    write_images(photos / "more", 2, seed=1)
    with pytest.raises(InputError, match=r"changed.*2 new, 1 gone, 1 changed.*--replace-data"):
        prepare(run, photos)
    assert (np.load(run / "images.npy") == first).all()
    again = prepare(run, photos, replace=True)
    assert len(again) == 19 and (again[0, 0] == 255).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"size": 16}, "size 8, and not 16"),
        ({"crop": Crop.PADDED}, "crop square"),
        ({"classes": "subfolders"}, "none"),
    ],
)
def test_other_settings_are_refused(photos: Path, run: Path, options: dict[str, Any], sentence: str) -> None:
    prepare(run, photos)
    with pytest.raises(InputError, match=sentence):
        prepare(run, photos, **options)


class StopAfter(SilentReporter):
    """Somebody presses Ctrl+C at the given check."""

    def __init__(self, checks: int) -> None:
        super().__init__()
        self.checks = checks

    def check_cancelled(self) -> None:
        self.checks -= 1
        if self.checks < 0:
            raise Cancelled


def test_stopping_leaves_the_earlier_images(photos: Path, run: Path) -> None:
    with pytest.raises(Cancelled):
        prepare(run, photos, StopAfter(5))
    assert content(run) == {}
    prepare(run, photos)
    before = content(run)
    with pytest.raises(Cancelled):
        prepare(run, photos, StopAfter(5), replace=True)
    assert content(run) == before


def test_a_full_disk_is_found_before(photos: Path, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, 50 << 20))
    with pytest.raises(InputError, match=r"too full: the prepared images take 0\.0 MB\. There are 52\.4 MB"):
        prepare(run, photos)


def test_a_disk_that_becomes_full_loses_nothing(
    photos: Path, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(run, photos)
    before = content(run)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(dataset.os, "fsync", full)
    with pytest.raises(InputError, match=r"too full: the prepared images take 0\.0 MB.*Make room"):
        prepare(run, photos, replace=True)
    assert content(run) == before


def test_classes_by_subfolder(tmp_path: Path, run: Path) -> None:
    for name, number in (("grade 2", 9), ("grade 10", 8)):
        write_images(tmp_path / "photos" / name / "deeper", number)
    write_images(tmp_path / "photos", 1)
    array = prepare(run, tmp_path / "photos", classes="subfolders")
    listed = read_list(run)
    assert listed is not None and listed.class_names == ("grade 2", "grade 10")
    assert listed.class_of["grade 10/deeper/00.png"] == "grade 10"
    assert sorted(listed.labels) == [0] * 9 + [1] * 8 and len(array) == 17
    assert [(one.path, one.why) for one in listed.left_out] == [("00.png", "it has no class")]
    prepare(run, tmp_path / "photos", classes="subfolders")


def test_classes_from_a_table(photos: Path, run: Path, tmp_path: Path) -> None:
    table = tmp_path / "classes.csv"
    rows = [f"{i:02d}.png,{'ripe' if i % 2 else 'green'}" for i in range(17)]
    table.write_text("\n".join(["path,class", *rows, "none.png,ripe"]), "utf-8")
    reporter = SilentReporter()
    prepare(run, photos, reporter, classes=str(table))
    listed = read_list(run)
    assert listed is not None and listed.class_names == ("green", "ripe") and len(listed.paths) == 17
    assert any("Line 19 of classes.csv is not used: no such image" in line for line in reporter.warnings)
    table.write_text("\n".join(["path,class", "00.png,ripe", *rows[1:]]), "utf-8")
    with pytest.raises(InputError, match=r"changed.*1 image of another class"):
        prepare(run, photos, classes=str(table))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "path,class\n00.png,a\n01.png,b\n02.png,b\n",
            "'a' has 1 image that can be used; each class needs two",
        ),
        ("path,grade,plot\n00.png,a,x\n01.png,b,y\n", "several columns that could be classes: grade, plot"),
        ("path,class\n00.png,a\n01.png,a\n", "makes no groups"),
        ("name,class\n00.png,a\n", "does not say which images"),
    ],
)
def test_classes_that_are_none(photos: Path, run: Path, tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "c.csv").write_text(text, "utf-8")
    with pytest.raises(InputError, match=sentence):
        prepare(run, photos, classes=str(tmp_path / "c.csv"))


def test_one_subfolder_is_no_classes(tmp_path: Path, run: Path) -> None:
    write_images(tmp_path / "photos" / "a", 17)
    with pytest.raises(InputError, match="not two classes, but 1"):
        prepare(run, tmp_path / "photos", classes="subfolders")


@pytest.mark.parametrize(
    "damage", ["{", '{"kind": "training images", "version": 1}', '{"kind": "other"}', "[]"]
)
def test_a_damaged_list_is_a_sentence(photos: Path, run: Path, damage: str) -> None:
    prepare(run, photos)
    (run / "images.json").write_text(damage, "utf-8")
    with pytest.raises(InputError, match="damaged"):
        prepare(run, photos)
    assert len(prepare(run, photos, replace=True)) == 18


@pytest.mark.parametrize("damage", ["cut", "gone", "other"])
def test_a_damaged_array_is_a_sentence(photos: Path, run: Path, damage: str) -> None:
    prepare(run, photos)
    file = run / "images.npy"
    if damage == "cut":
        file.write_bytes(file.read_bytes()[:-1000])
    elif damage == "gone":
        file.unlink()
    else:
        np.save(file, np.zeros((3, 3)))
    with pytest.raises(InputError, match="missing or damaged"):
        prepare(run, photos)
    assert len(prepare(run, photos, replace=True)) == 18


def test_faces_are_cropped_and_others_left_out(few_samples: Path, run: Path) -> None:
    for i, path in enumerate(sorted(few_samples.glob("face*"))[:6]):
        shutil.copy(path, few_samples / f"again-{i}.jpg")
    write_images(few_samples / "noise", 3)
    array = prepare(run, few_samples, crop=Crop.FACES)
    listed = read_list(run)
    assert listed is not None and len(array) == 18
    assert [one.why for one in listed.left_out] == ["no face was found in it"] * 3
