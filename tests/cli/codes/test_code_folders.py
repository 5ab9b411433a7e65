"""``large-gui invert`` into a folder, and the commands that read it in place of the images."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from large_gui.cli.main import main
from large_gui.errors import BAD_INPUT
from tests.conftest import SAMPLES

Say = pytest.CaptureFixture[str]
EXTRA = "it comes with: pip install 'large-gui[cluster]'"
QUIET = ["--progress", "none", "--device", "cpu"]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Thirty samples, of which twenty have a label in labels.csv beside it, and a file that is no image."""
    folder = tmp_path / "photos"
    folder.mkdir()
    with (SAMPLES / "labels.csv").open(encoding="utf-8", newline="") as file:
        labels = [row for row in csv.DictReader(file) if row["value"]][:20]
    names = [row["path"] for row in labels]
    more = [path.name for path in sorted(SAMPLES.glob("*.jpg")) if path.name not in names][:10]
    for name in [*names, *more]:
        shutil.copy(SAMPLES / name, folder)
    (folder / "empty.jpg").write_bytes(b"")
    lines = [f"{row['path']},{row['value']}" for row in labels]
    (tmp_path / "labels.csv").write_text("\n".join(["path,value", *lines, ""]), "utf-8")
    return folder


def large(*arguments: object) -> int:
    return main([*map(str, arguments), *QUIET])


def test_commands_read_a_folder_of_codes_without_its_images(
    photos: Path, tmp_path: Path, capsys: Say
) -> None:
    pytest.importorskip("pyarrow", reason=EXTRA)
    codes, labels = tmp_path / "codes", tmp_path / "labels.csv"
    assert large("invert", photos, "--out", codes) == 0
    said = capsys.readouterr()
    assert said.out == f"Codes of 31 images; 1 image failed: {codes}\n"
    assert "empty.jpg is empty" in said.err
    results = {}
    for name, folder in (("photos", photos), ("codes", codes)):
        if name == "codes":
            shutil.rmtree(photos)
        out = tmp_path / f"of {name}"
        out.mkdir()
        cache, age = ["--cache", tmp_path / f"{name}.sqlite"], ["--direction", "age", "--labels", labels]
        fit, layers = out / "fit.json", out / "layers.csv"
        sort = ["sort", folder, *age, *cache, "--out", out / "sorted.csv", "--fit-out", fit]
        assert large(*sort, "--per-layer", layers) == 0
        assert large("predict", folder, "--fit", fit, *cache, "--out", out / "predicted.csv") == 0
        assert large("evaluate", folder, *age, *cache, "--out", out / "report.json", "--shots", "2,5") == 0
        compare = ["compare", folder, "--labels", labels, *cache, "--models", "faces", "--repeats", "20"]
        assert large(*compare, "--no-pixels", "--out", out / "compared.json") == 0
        files = ("sorted.csv", "layers.csv", "predicted.csv", "report.json", "compared.json")
        results[name] = {file: (out / file).read_text("utf-8") for file in files}
    capsys.readouterr()
    for file, text in results["photos"].items():
        one, other = text, results["codes"][file]
        if file == "compared.json":  # it names the folder
            one, other = (json.dumps(json.loads(its) | {"folder": ""}) for its in (one, other))
        assert other == one, file
    assert "empty.jpg is empty" in results["codes"]["sorted.csv"]


def test_what_takes_the_images_says_that_they_are_gone(photos: Path, tmp_path: Path, capsys: Say) -> None:
    pytest.importorskip("pyarrow", reason=EXTRA)
    codes = tmp_path / "codes"
    assert large("invert", photos, "--out", codes) == 0
    capsys.readouterr()
    compare = [
        "compare",
        codes,
        "--labels",
        tmp_path / "labels.csv",
        "--repeats",
        "5",
        "--out",
        tmp_path / "c",
    ]
    assert large(*compare, "--models", "features") == 0, "the images are there"
    shutil.rmtree(photos)
    capsys.readouterr()
    assert large(*compare, "--models", "features", "--cache", tmp_path / "new") == BAD_INPUT
    assert capsys.readouterr().err.endswith(
        f"The codes in {codes} are of the model 'faces', not of the model 'features', and the images "
        "themselves are not here. Add: --model faces\n"
    )
    sort = ["sort", codes, "--direction", "age", "--out", tmp_path / "x.csv"]
    assert large(*sort, "--reconstruct") == BAD_INPUT
    assert "not of the model 'faces' judged by its pictures" in capsys.readouterr().err
    assert large(*compare) == 0
    told = capsys.readouterr().err
    assert "features is left out: The codes in" in told
    assert "Small pictures are left out: the images of these codes are not here." in told


def test_shards_and_a_second_run(photos: Path, tmp_path: Path, capsys: Say) -> None:
    pytest.importorskip("pyarrow", reason=EXTRA)
    codes = tmp_path / "codes"
    assert large("invert", photos, "--out", codes, "--shard", "2/2") == 0
    assert capsys.readouterr().out == f"Codes of 0 images of shard 2/2: {codes}\n"
    assert large("sort", codes, "--direction", "age", "--out", tmp_path / "x.csv") == BAD_INPUT
    assert f"There are no codes in {codes} yet." in capsys.readouterr().err
    assert large("invert", photos, "--out", codes, "--shard", "1/2") == 0
    assert capsys.readouterr().out == f"Codes of 31 images of shard 1/2; 1 image failed: {codes}\n"
    assert large("invert", photos, "--out", codes) == 0
    assert capsys.readouterr().out == f"Codes of 31 images, of which 31 were there already: {codes}\n"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--out", "codes.npz", "--engine", "ray"], "With --engine ray codes are written in parts"),
        (["--out", "codes.npz", "--shard", "1/2"], "With --shard codes are written in parts"),
        (["--out", "-", "--shard", "1/2"], "and standard output is a file"),
        (["--out", "codes", "--address", "auto"], "An --address is that of a Ray cluster. Add: --engine ray"),
        (["--out", "codes", "--shard", "3/2"], "There is no shard 3/2. Shards are counted from 1"),
        (
            ["--out", "codes", "--engine", "spark"],
            "The engine 'spark' can't write codes into a folder. There are: local, ray.",
        ),
        (["--out", "full"], "holds other files"),
        (["--out", "file"], "was not written by this program"),
        (["--out", "codes", "--model", "nobody"], "There is no model called 'nobody'"),
    ],
)
def test_mistakes_get_a_sentence(
    photos: Path, tmp_path: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch, more: list[str], sentence: str
) -> None:
    pytest.importorskip("pyarrow", reason=EXTRA)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    assert large("invert", photos, *more) == BAD_INPUT
    assert sentence in capsys.readouterr().err
    assert not (tmp_path / "codes").exists()


@pytest.mark.parametrize("text", ["x", "1", "1/", "/2", "-1/2", "1/2/3", "1.5/2"])
def test_what_is_no_share_gets_a_sentence(photos: Path, tmp_path: Path, capsys: Say, text: str) -> None:
    with pytest.raises(SystemExit):
        large("invert", photos, "--out", tmp_path / "codes", f"--shard={text}")
    assert f"{text!r} is no share such as 3/16" in capsys.readouterr().err


def test_other_commands_send_no_images_to_ray(photos: Path, tmp_path: Path, capsys: Say) -> None:
    sort = ["sort", photos, "--direction", "age", "--out", tmp_path / "x.csv", "--engine", "ray"]
    assert large(*sort) == BAD_INPUT
    assert "Run `large-gui invert FOLDER --engine ray --out CODES` first" in capsys.readouterr().err


def test_a_list_takes_a_folder_as_its_result(photos: Path, tmp_path: Path, capsys: Say) -> None:
    (photos / "list.txt").write_text("empty.jpg\n")
    assert large("invert", photos / "list.txt", "--out", tmp_path / "codes.npz") == BAD_INPUT
    assert "A list of images takes a folder of codes as its result" in capsys.readouterr().err


def test_a_result_never_replaces_a_part(photos: Path, tmp_path: Path, capsys: Say) -> None:
    pytest.importorskip("pyarrow", reason=EXTRA)
    codes = tmp_path / "codes"
    assert large("invert", photos, "--out", codes) == 0
    (part,) = codes.glob("part-*")
    before = part.read_bytes()
    assert large("sort", codes, "--direction", "age", "--out", part, "--force") == BAD_INPUT
    assert "is one of the files that are read" in capsys.readouterr().err
    assert part.read_bytes() == before


def test_without_the_extra_a_sentence_says_what_to_install(
    photos: Path, tmp_path: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pyarrow", "pyarrow.parquet", "ray", "fsspec"):
        monkeypatch.setitem(sys.modules, name, None)
    install = "which is not installed. Install it: pip install 'large-gui[cluster]'"
    assert large("invert", photos, "--out", tmp_path / "codes") == BAD_INPUT
    assert f"A folder of codes needs pyarrow, {install}" in capsys.readouterr().err
    assert large("invert", photos, "--out", tmp_path / "codes", "--engine", "ray") == BAD_INPUT
    assert install in capsys.readouterr().err


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_the_script_for_slurm(photos: Path, tmp_path: Path, capsys: Say) -> None:
    """Two jobs of an array, with programs in the place of Slurm's that run what they are given."""
    pytest.importorskip("pyarrow", reason=EXTRA)
    root = Path(__file__).parents[3]
    programs = {"srun": 'exec "$@"', "large-gui": f'exec "{sys.executable}" -m large_gui "$@"'}
    for name, line in programs.items():
        (tmp_path / name).write_text(f"#!/bin/bash\n{line}\n")
        (tmp_path / name).chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    slurm = {"SLURM_CPUS_PER_TASK": "1", "SLURM_ARRAY_TASK_MAX": "2", "PATH": path, "PYTHONPATH": str(root)}
    script = root / "packaging" / "cluster" / "slurm_array.sh"
    for job in ("1", "2"):
        subprocess.run(
            ["bash", str(script), str(photos), str(tmp_path / "codes")], check=True, capture_output=True,
            env={**os.environ, **slurm, "SLURM_ARRAY_TASK_ID": job},
        )  # fmt: skip
    assert large("invert", photos, "--out", tmp_path / "codes") == 0
    assert capsys.readouterr().out.startswith("Codes of 31 images, of which 31 were there already")
