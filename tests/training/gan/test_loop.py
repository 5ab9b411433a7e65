"""A training in its folder: what it writes, and that a stopped run goes on as if it had not been stopped."""

from __future__ import annotations

import errno
import json
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError, LargeError
from large_gui.nets.checkpoints.own import read_generator
from large_gui.nets.stylegan2 import StyleGAN2
from large_gui.training.checkpoint import save_run
from large_gui.training.gan import loop, record
from large_gui.training.gan.loop import ShownMetric, run_training
from large_gui.training.gan.snapshots import best_snapshot, snapshots
from large_gui.training.gan.trainer import GanTrainer
from tests.training.gan.toys import toy_trainer


class _StopAfter(SilentReporter):
    """Stops a job once so many images were shown."""

    def __init__(self, images: int) -> None:
        super().__init__()
        self._images, self._done = images, 0

    def tell(self, progress: Progress) -> None:
        self._done = progress.done

    def check_cancelled(self) -> None:
        if self._done >= self._images:
            raise Cancelled


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "TICK", 200)


def _trainer(**changed: Any) -> GanTrainer:
    return toy_trainer(batch=100, **changed)


def _log(folder: Path) -> list[dict[str, Any]]:
    lines = record.read_lines(folder)
    for line in lines:
        del line["seconds"], line["rate"]
    return lines


def test_a_stopped_run_has_the_curve_and_the_weights_of_one_that_was_not(tmp_path: Path) -> None:
    whole = _trainer()
    run_training(whole, tmp_path / "whole", None, SilentReporter())
    stopped = tmp_path / "stopped"
    for images in (300, 700):
        with pytest.raises(Cancelled):
            run_training(_trainer(), stopped, None, _StopAfter(images))
        torch.randn(3)
    last = _trainer()
    run_training(last, stopped, None, SilentReporter())
    assert [line["images"] for line in _log(stopped)] == [200, 400, 600, 800, 1000]
    assert _log(stopped) == _log(tmp_path / "whole")
    mine, other = last.average.state_dict(), whole.average.state_dict()
    assert all(torch.equal(mine[key], other[key]) for key in other)


def test_lines_after_the_checkpoint_are_written_again(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_training(_trainer(), tmp_path, None, _StopAfter(400))
    kept = _log(tmp_path)
    record.append(tmp_path, {"images": 600, "seconds": 1.0, "rate": 1.0})  # a kill came before the checkpoint
    with (tmp_path / record.LOG).open("a") as file:
        file.write('{"images": 8')
    with pytest.raises(Cancelled):
        run_training(_trainer(), tmp_path, None, _StopAfter(600))
    *before, last = _log(tmp_path)
    assert before == kept
    assert (last["images"], last["loss_g"] is None) == (600, False)


def test_a_run_keeps_the_best_snapshot_and_stops_when_none_is_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_KEPT", 1)
    figures = iter([5.0, 3.0, 4.0, 6.0, 7.0])

    def measure(generator: StyleGAN2) -> float:
        torch.randn(5)  # must not change what the training draws
        return next(figures)

    trainer = _trainer(thousands=50, patience=2)
    run_training(trainer, tmp_path, ShownMetric("toy distance", measure), SilentReporter())
    assert trainer.seen == 4000
    assert json.loads((tmp_path / "best.json").read_text()) == {
        "images": 2000, "metric": 3.0, "metric_name": "toy distance",
    }  # fmt: skip
    snapshots = sorted((tmp_path / "snapshots").iterdir())
    assert [file.name for file in snapshots] == ["00002.safetensors", "00004.safetensors"]
    assert [line["metric"] for line in _log(tmp_path) if line["metric"]] == [5.0, 3.0, 4.0, 6.0]
    again = _trainer(thousands=4)
    run_training(again, tmp_path / "without", None, SilentReporter())
    mine, other = again.average.state_dict(), trainer.average.state_dict()
    assert all(torch.equal(mine[key], other[key]) for key in other)


def test_a_snapshot_is_the_averaged_generator_and_has_a_sheet(tmp_path: Path) -> None:
    trainer = _trainer()
    run_training(trainer, tmp_path, None, SilentReporter())
    snapshot = read_generator(tmp_path / "snapshots" / "00001.safetensors")
    codes = torch.randn(2, 8)
    assert torch.allclose(snapshot(codes), trainer.average(codes), atol=1e-6)
    with Image.open(tmp_path / "sheets" / "00001.webp") as sheet:
        assert sheet.size == (8 * 8, 4 * 8)


def test_losses_that_are_no_numbers_stop_it_before_the_checkpoint(tmp_path: Path) -> None:
    trainer = _trainer()
    with torch.no_grad():
        trainer.generator.get_parameter("b8.conv1.weight").fill_(float("nan"))
    with pytest.raises(LargeError, match="came apart"):
        run_training(trainer, tmp_path, None, SilentReporter())
    assert not (tmp_path / "checkpoint.pt").exists()


def test_losses_that_are_no_numbers_are_not_saved_when_it_is_stopped_before_a_tick(tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        run_training(_trainer(), tmp_path, None, _StopAfter(100))
    saved = (tmp_path / "checkpoint.pt").read_bytes()
    broken = _trainer()
    step = broken.step

    def breaks() -> None:
        with torch.no_grad():
            broken.generator.get_parameter("b8.conv1.weight").fill_(float("nan"))
        step()

    broken.step = breaks  # type: ignore[method-assign]
    with pytest.raises(LargeError, match="came apart"):
        run_training(broken, tmp_path, None, _StopAfter(150))
    assert (tmp_path / "checkpoint.pt").read_bytes() == saved


def test_what_a_person_put_beside_the_snapshots_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "_KEPT", 1)
    copy = tmp_path / "snapshots" / "00001 copy.safetensors"
    copy.parent.mkdir()
    copy.write_bytes(b"mine")
    run_training(_trainer(thousands=3), tmp_path, None, SilentReporter())
    assert copy.read_bytes() == b"mine"
    assert [file.name for file in snapshots(tmp_path)] == ["00003.safetensors"]
    assert best_snapshot(tmp_path, None).name == "00003.safetensors"


def test_a_disk_that_is_full_is_told_as_such(tmp_path: Path) -> None:
    """A process may write files of no more than some kilobytes, which fails as a full disk does."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    trainer = _trainer()
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(InputError) as refused:
            save_run(tmp_path / "checkpoint.pt", 0, trainer.parts(), "cpu")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert isinstance(refused.value.__cause__, OSError) and refused.value.__cause__.errno == errno.EFBIG
    assert list(tmp_path.iterdir()) == []
