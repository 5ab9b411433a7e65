"""The main job on the real faces pack: invert, sort, calibrate, resume."""

from __future__ import annotations

import csv
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.models.model import Frame
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import COLUMNS
from large_gui.project.images.manifest import find_images
from tests.conftest import SAMPLES
from tests.models.inverting import embedded, frames_of


def sort(folder: Path, out: Path, *more: str) -> int:
    return main(["sort", str(folder), "--direction", "age", "--device", "cpu", "--out", str(out), *more])


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_sorts_and_calibrates(few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, sheet, labels = tmp_path / "out.csv", tmp_path / "sheet.png", tmp_path / "labels.csv"
    assert sort(few_samples, out) == 0
    plain = rows(out)
    assert tuple(plain[0]) == COLUMNS
    assert [int(r["rank"]) for r in plain] == list(range(1, 13))
    distances = [float(r["distance"]) for r in plain]
    assert distances == sorted(distances)
    assert all(r["prediction"] == r["pi_low"] == r["pi_high"] == r["label"] == "" for r in plain)
    assert {r["model"] for r in plain} == {"faces"}
    assert all("failed" not in r["flags"] for r in plain)

    chosen = [plain[0], plain[4], plain[8], plain[11]]
    values = ["5", "24", "41", "70"]
    lines = [f"{r['path']},{v}" for r, v in zip(chosen, values)]
    labels.write_text("\ufeffpath,value\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert sort(few_samples, out, "--labels", str(labels), "--sheet", str(sheet)) == 0
    calibrated = rows(out)
    assert sheet.stat().st_size > 10_000
    assert [r["path"] for r in calibrated] == [r["path"] for r in plain]
    predictions = np.array([float(r["prediction"]) for r in calibrated])
    low, high = (np.array([float(r[c]) for r in calibrated]) for c in ("pi_low", "pi_high"))
    assert (low < predictions).all()
    assert (predictions < high).all()
    labelled = {r["path"]: r["label"] for r in calibrated if r["label"]}
    assert labelled == {r["path"]: v for r, v in zip(chosen, values)}

    # Under other paths the same images are found by their content, if the table says it.
    lines = [f"old {i}.jpg,{v},{r['sha256']}" for i, (r, v) in enumerate(zip(chosen, values))]
    labels.write_text("path,value,sha256\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert sort(few_samples, out, "--labels", str(labels)) == 0
    assert rows(out) == calibrated
    a, b = np.polyfit([float(r["distance"]) for r in chosen], [float(v) for v in values], 1)
    expected = a * np.array([float(r["distance"]) for r in calibrated]) + b
    np.testing.assert_allclose(predictions, expected, rtol=1e-3, atol=0.05)


def test_two_labels_carry_no_interval(
    few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, labels = tmp_path / "out.csv", tmp_path / "labels.csv"
    names = sorted(p.name for p in few_samples.glob("*.jpg"))
    labels.write_text(f"path,value\n{names[0]},20\n{names[1]},40\n", encoding="utf-8")
    assert sort(few_samples, out, "--labels", str(labels)) == 0
    assert "no error estimate" in capsys.readouterr().err
    assert all(r["prediction"] and not r["pi_low"] and not r["pi_high"] for r in rows(out))


def test_a_second_run_inverts_nothing(
    few_samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sort(few_samples, tmp_path / "first.csv") == 0

    def refuse(*arguments: object, **options: object) -> None:
        raise AssertionError("an image was inverted twice")

    monkeypatch.setattr(GanModel, "start", refuse)
    assert sort(few_samples, tmp_path / "second.csv") == 0
    assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_moved_images_are_known_by_their_content(few_samples: Path, tmp_path: Path) -> None:
    from large_gui.core.reporter import SilentReporter
    from large_gui.tasks.invert import embed_folder, open_cache

    assert sort(few_samples, tmp_path / "first.csv") == 0
    moved = few_samples.rename(tmp_path / "elsewhere")
    pack = open_model("faces")

    def refuse(self: GanModel, frames: list[Frame]) -> None:
        pytest.fail("an image was inverted twice")

    with open_cache() as cache, pytest.MonkeyPatch.context() as patch:
        patch.setattr(GanModel, "embed", refuse)
        found = find_images(moved, SilentReporter())
        assert len(embed_folder(found, pack, cache, SilentReporter()).images) == 12


def test_bad_files_are_told_and_the_others_sorted(
    few_samples: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = next(few_samples.glob("*.jpg"))
    (few_samples / "empty.jpg").write_bytes(b"")
    (few_samples / "half.jpg").write_bytes(good.read_bytes()[:3000])
    (few_samples / "text.png").write_text("this is no picture", encoding="utf-8")
    (few_samples / "gesicht ä 顔.jpg").write_bytes(good.read_bytes())
    out = tmp_path / "out.csv"
    assert sort(few_samples, out) == 0
    said = capsys.readouterr().err
    failed = [r for r in rows(out) if r["flags"] == "failed"]
    assert {r["path"] for r in failed} == {"empty.jpg", "half.jpg", "text.png"}
    assert all(name in said for name in ("empty.jpg", "half.jpg", "text.png"))
    assert all(r["rank"] == r["distance"] == "" for r in failed)
    assert "gesicht ä 顔.jpg" in {r["path"] for r in rows(out)}
    assert rows(out)[-3:] == failed


def test_a_file_that_vanishes_is_told(
    few_samples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from large_gui.project.sources import source

    gone = sorted(few_samples.glob("*.jpg"))[2]
    read = source.read_bytes

    def vanish(path: Path) -> bytes:
        if path == gone:
            gone.unlink()
        return read(path)

    monkeypatch.setattr(source, "read_bytes", vanish)
    assert sort(few_samples, tmp_path / "out.csv") == 0
    assert [r["path"] for r in rows(tmp_path / "out.csv") if r["flags"] == "failed"] == [gone.name]


_KILLED = """
import os, signal, sys
from large_gui.cli.main import main
from large_gui.project.codes.cache import CodeCache

put = CodeCache.put_many

def put_and_die(self, encoder, items):
    put(self, encoder, items)
    os.kill(os.getpid(), signal.SIGKILL)

CodeCache.put_many = put_and_die
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.usefixtures("two_threads")
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal here")
def test_killed_in_the_middle_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for path in sorted(SAMPLES.glob("*.jpg"))[:65]:  # three batches
        shutil.copy(path, folder)
    broken, whole = tmp_path / "broken.csv", tmp_path / "whole.csv"
    assert sort(folder, whole) == 0
    monkeypatch.setenv("LARGE_GUI_HOME", str(tmp_path / "broken"))
    command = ["sort", str(folder), "--direction", "age", "--device", "cpu", "--out", str(broken)]
    killed = subprocess.run([sys.executable, "-c", _KILLED, *command], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert 0 < _cached(tmp_path / "broken" / "codes.sqlite") < 65, "it was killed in the middle"
    assert not broken.exists()
    assert sort(folder, broken) == 0
    assert broken.read_bytes() == whole.read_bytes()


def _cached(cache: Path) -> int:
    with CodeCache(cache) as codes:
        return sum(codes.summary().codes.values())


@pytest.mark.usefixtures("two_threads")
def test_codes_do_not_depend_on_company(pack: GanModel, sample_images: list[np.ndarray]) -> None:
    frames = frames_of(pack, sample_images[:20])
    together = embedded(pack, frames)
    alone = embedded(pack, frames[7:8])
    np.testing.assert_array_equal(together[7].code, alone[0].code)


@pytest.mark.usefixtures("two_threads")
def test_old_and_young_samples_are_told_apart(pack: GanModel, tmp_path: Path) -> None:
    labels = SAMPLES / "labels.csv"
    shutil.copy(labels, tmp_path / "labels.csv")
    assert sort(SAMPLES, tmp_path / "out.csv", "--labels", str(labels)) == 0
    table = rows(tmp_path / "out.csv")
    given = [(float(r["distance"]), float(r["label"])) for r in table if r["label"]]
    d, y = np.array(given).T
    assert np.corrcoef(d, y)[0, 1] > 0.7
