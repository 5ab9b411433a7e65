"""What a person at a terminal sees: exit status, sentences, no traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from large_gui.models.library import open_model
from tests.conftest import SAMPLES


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["sort", "/nowhere", "--direction", "age", "--out", "x.csv"], "can't be read"),
        (["sort", "{folder}", "--direction", "wisdom", "--out", "x.csv"], "no direction 'wisdom'"),
        (["sort", "{folder}", "--direction", "age", "--model", "cats", "--out", "x.csv"], "no model called"),
        (["sort", "{empty}", "--direction", "age", "--out", "x.csv"], "no images"),
        (["sort", "{folder}", "--direction", "age", "--labels", "none.csv", "--out", "x.csv"], "none.csv"),
        (["sort", "{folder}", "--direction", "age", "--out", "/nowhere/x.csv"], "/nowhere"),
        (["sort", "{folder}", "--direction", "age", "--device", "cuda", "--out", "x.csv"], "NVIDIA"),
        (
            ["sort", "{folder}", "--direction", "age", "--device", "openvino", "--out", "x.csv"],
            "large-gui[fast]",
        ),
        (["model", "fetch", "faces", "--from-file", "{folder}/none.whl"], "no file"),
        (["direction", "show", "wisdom"], "no direction"),
    ],
)
def test_bad_input_is_one_sentence_and_a_hint(
    arguments: list[str], sentence: str, few_samples: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr("large_gui.models.encoding.is_installed", lambda: False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    filled = [a.format(folder=few_samples, empty=tmp_path / "empty") for a in arguments]
    assert main(filled) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert "Traceback" not in said
    assert said.count("\n") == 1


def test_sorting_by_a_direction_in_a_file(few_samples: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "mine.npy", 3 * open_model("faces").direction("smile").normal)
    ranks = []
    for direction in ("smile", str(tmp_path / "mine.npy"), f"--direction=-{tmp_path / 'mine.npy'}"):
        given = [direction] if direction.startswith("--") else ["--direction", direction]
        assert main(["sort", str(few_samples), *given, "--out", str(tmp_path / "out.csv")]) == 0
        lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()[1:]
        ranks.append([line.split(",")[0] for line in lines])
    assert ranks[1] == ranks[2][::-1]
    assert sorted(ranks[0]) == sorted(ranks[1])


def test_rows_of_labels_that_cannot_be_used_are_named(
    few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = sorted(p.name for p in few_samples.glob("*.jpg"))
    text = f"path;value\r\n{names[0]};20,5\r\n{names[1]};40,5\r\nunknown.jpg;3\r\n{names[2]};old\r\n"
    text += f"{names[3]};1\r\n{names[3]};2\r\n"
    labels = tmp_path / "labels.csv"
    labels.write_text(text, encoding="utf-8-sig", newline="")
    out = tmp_path / "out.csv"
    command = ["sort", str(few_samples), "--direction", "age", "--labels", str(labels), "--out", str(out)]
    assert main(command) == 0
    said = capsys.readouterr().err
    for part in ("row 4", "unknown.jpg", "row 5", names[2], names[3]):
        assert part in said
    assert ",20.5," in out.read_text("utf-8")


def test_invert_writes_codes(few_samples: Path, tmp_path: Path) -> None:
    out = tmp_path / "codes.npz"
    assert main(["invert", str(few_samples), "--out", str(out)]) == 0
    with np.load(out) as codes:
        assert codes["codes"].shape == (12, 23, 512)
        assert codes["inversion_error"].shape == codes["paths"].shape == codes["sha256"].shape == (12,)
        assert "more/face-001.jpg" in codes["paths"].tolist()
        assert np.isfinite(codes["codes"]).all()


def test_evaluate_of_labels_that_are_all_equal_tells_dashes(
    few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    labels, out = tmp_path / "labels.csv", tmp_path / "report.json"
    rows = [f"{path.name},30" for path in sorted(few_samples.glob("*.jpg"))]
    labels.write_text("\n".join(["path,value", *rows]) + "\n", "utf-8")
    command = ["evaluate", str(few_samples), "--labels", str(labels), "--direction", "age", "--out", str(out)]
    assert main([*command, "--shots", "2", "--repeats", "5"]) == 0
    told = capsys.readouterr().out
    assert "Spearman -" in told and "- of 0.00" in told and json.loads(out.read_text())["linear_r2"] is None


def test_evaluate_reports(few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    labels = tmp_path / "labels.csv"
    paths = sorted(p.relative_to(few_samples).as_posix() for p in few_samples.rglob("*.jpg"))
    labels.write_text("path,value\n" + "".join(f"{p},{i}\n" for i, p in enumerate(paths)), "utf-8")
    out = tmp_path / "report.json"
    command = ["evaluate", str(few_samples), "--labels", str(labels), "--direction", "age", "--out", str(out)]
    assert main([*command, "--shots", "2,5", "--repeats", "20"]) == 0
    report = json.loads(out.read_text("utf-8"))
    assert report["n"] == 12
    assert [shot["k"] for shot in report["shots"]] == [2, 5]
    assert {"mae_mean", "mae_std", "r2_mean", "baseline_mae", "ratio", "predictions"} <= set(
        report["shots"][0]
    )


def test_directions_and_models_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["direction", "list"]) == 0
    listed = capsys.readouterr().out
    for name in ("age", "yaw", "pitch", "smile", "hair_darkness", "glasses"):
        assert name in listed
        assert main(["direction", "show", name]) == 0
    shown = capsys.readouterr().out
    assert "frontal face" in shown
    assert "layer importance" in shown
    assert main(["model", "list"]) == 0
    assert main(["model", "verify"]) == 0


def test_a_tampered_wheel_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel = tmp_path / "random_face-2021.7.21.1-py3-none-any.whl"
    wheel.write_bytes(b"not the wheel")
    assert main(["model", "fetch", "faces", "--from-file", str(wheel)]) == 2
    assert "not the file this model was made for" in capsys.readouterr().err


@pytest.mark.usefixtures("two_threads")
def test_interrupting_keeps_progress_and_says_so(tmp_path: Path) -> None:
    environment = {**os.environ, "LARGE_GUI_HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "large_gui.cli.main", "sort", str(SAMPLES), "--direction", "age"]
    job = subprocess.Popen(
        [*command, "--out", str(tmp_path / "out.csv")], env=environment, stderr=subprocess.PIPE, text=True
    )
    cache = tmp_path / "home" / "codes.sqlite"
    while job.poll() is None and not cache.exists():
        pass
    job.send_signal(signal.SIGINT)
    _, said = job.communicate()
    assert job.returncode == 3
    assert "kept" in said
    assert "Traceback" not in said
    assert not (tmp_path / "out.csv").exists()
