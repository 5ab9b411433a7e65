"""`large-gui train gan`: from a folder to a model, stopped and gone on with, and what is refused."""

from __future__ import annotations

import errno
import io
import json
import os
import signal
from pathlib import Path

import pytest
import torch

from large_gui.cli.main import main
from large_gui.models.library import open_model
from large_gui.project.lock import Lock
from large_gui.tasks.training import shown_metric
from large_gui.tasks.training.run_file import read_form, training_folder
from large_gui.training import checkpoint
from large_gui.training.gan import loop, record, trainer
from tests.tasks.training.conftest import MEASURED, TOY, curve, same_weights, write_images

Say = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def few_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Snapshots are judged by a few images."""
    monkeypatch.setattr(shown_metric, "_GENERATED", MEASURED)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_images(tmp_path / "my photos", 100)


def train(*arguments: object, name: str = "toy", toy: bool = True) -> int:
    return main(["train", "gan", "--name", name, "--yes", *(TOY if toy else []), *map(str, arguments)])


def run_of(name: str = "toy") -> Path:
    return training_folder() / name


@pytest.fixture
def no_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is trained: what can be known before must be said before."""

    def refuse(*_: object) -> None:
        raise AssertionError("a step was made")

    monkeypatch.setattr(trainer.GanTrainer, "step", refuse)


def test_a_folder_becomes_a_model(photos: Path, capsys: Say) -> None:
    assert train(photos, "--crop", "padded") == 0
    said = capsys.readouterr().out
    for line in (
        "100 images, the whole image, padded, 8 x 8",
        "images a second on CPU, measured",
        "to the end",
    ):
        assert line in said
    assert "Best snapshot: 1,000 images, Fréchet distance (EfficientNet-Lite0" in said
    assert "Trained with 1,000 images" in said and "all images were shown" in said
    assert "large-gui train encoder --model toy\n" in said
    assert f"large-gui sort '{photos}' --model toy" in said
    model = open_model("toy")
    assert model.pack.about.alignment == "padded" and model.generator().resolution == 8
    (line,) = (run_of() / "log.jsonl").read_text("utf-8").splitlines()
    assert json.loads(line)["images"] == 1000
    assert main(["train", "list"]) == 0
    assert "finished; 100 images at 8 pixels; 1 of 1 thousand shown" in capsys.readouterr().out
    assert main(["train", "list", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["runs"]
    assert (told["state"], told["seen"], told["settings"]["gan"]["size"]) == ("finished", 1000, 8)
    assert told["last"]["path_length"] is not None and told["last"]["hsr"] is None
    assert train(photos, toy=False) == 2, "there is nothing left to do"
    assert "--thousands NUMBER" in capsys.readouterr().err
    assert train("--thousands", 2, toy=False) == 0, "with the images from before"
    assert [line["images"] for line in curve(run_of())] == [1000, 2000]
    assert read_form(run_of()).settings.gan.thousands == 2


def test_a_plan_writes_nothing(photos: Path, capsys: Say, home: Path) -> None:
    assert train(photos, "--plan-only") == 0
    assert "100 images are few" in capsys.readouterr().out
    assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--size", "100"], "can't be 100 pixels. It is one of 16, 32"),
        (["--size", "4"], "size can't be 4"),
        (["--batch", "1"], "batch can't be 1"),
        (["--channel-base", "16", "--size", "64"], "no channels at 64 pixels"),
        (["--hsr-weight", "-1"], "weight can't be -1"),
        (["--no-hsr", "--hsr-weight", "1"], "Without HSR it has no options"),
        (["--hsr-extractor", "nothing"], "no model called 'nothing'"),
        (["--classes", "subfolders"], "not two classes, but 0"),
        (["--name", "faces"], "faces"),
        (["--name", "a/b"], "a/b"),
        (["--batch", "128"], "100 images can be used, and training needs at least 128"),
    ],
)
@pytest.mark.usefixtures("no_steps")
def test_what_can_be_known_first_is_said_first(
    photos: Path, capsys: Say, arguments: list[str], sentence: str, home: Path
) -> None:
    assert main(["train", "gan", str(photos), "--yes", "--name", "toy", *TOY, *arguments]) == 2
    assert sentence in capsys.readouterr().err
    assert not list(home.glob("training/*"))


@pytest.mark.usefixtures("no_steps")
def test_more_memory_than_there_is_is_refused(
    photos: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("large_gui.tasks.training.plan._memory_there", lambda _: 2e8)
    assert train(photos) == 2
    assert "needs about 353.4 MB of memory, and 200.0 MB are free" in capsys.readouterr().err
    monkeypatch.setattr("large_gui.tasks.training.plan._memory_there", lambda _: 3.5e8)
    assert train(photos, "--plan-only") == 0
    said = capsys.readouterr().out
    assert "! It needs more memory than is free" in said and "speed" not in said


@pytest.mark.usefixtures("no_steps")
def test_without_a_folder_there_is_nothing_to_begin(capsys: Say) -> None:
    assert train() == 2
    assert "There is no training called 'toy'. Name the folder of images" in capsys.readouterr().err
    assert main(["train", "list"]) == 0
    assert "No training was begun yet" in capsys.readouterr().out


def stop_after(monkeypatch: pytest.MonkeyPatch, steps: int, error: BaseException) -> None:
    """Raise an error in the given step."""
    real, made = trainer.GanTrainer.step, []

    def step(self: trainer.GanTrainer) -> None:
        made.append(self)
        if len(made) > steps:
            raise error
        real(self)

    monkeypatch.setattr(trainer.GanTrainer, "step", step)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_is_kept_and_goes_on(
    photos: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    real, made = trainer.GanTrainer.step, []

    def step(self: trainer.GanTrainer) -> None:
        made.append(self)
        if len(made) == 11 + 5:  # the plan makes 11
            signal.raise_signal(number)
        real(self)

    with monkeypatch.context() as patch:
        patch.setattr(trainer.GanTrainer, "step", step)
        assert train(photos) == 3
    assert "Stopped." in capsys.readouterr().err and len(made) == 16
    assert torch.load(run_of() / "checkpoint.pt", weights_only=True)["step"] == 500
    assert main(["train", "list"]) == 0
    assert "toy                  stopped;" in capsys.readouterr().out


def test_a_run_of_other_settings_or_images_is_not_gone_on_with(
    photos: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        stop_after(patch, 11 + 5, KeyboardInterrupt())
        assert train(photos) == 3
    capsys.readouterr()
    assert train(photos, "--batch", 50) == 2
    assert "begun with other settings: batch 100, and not 50" in capsys.readouterr().err
    assert train(photos, "--hsr") == 2
    assert "HSR off, and not on" in capsys.readouterr().err
    write_images(photos / "more", 2, seed=1)
    assert train(photos) == 2
    assert "have changed since 'toy' was begun: 2 new" in capsys.readouterr().err
    write_images(photos / "other", 2, seed=2)
    assert train(photos, "--replace-data", "--classes", "subfolders") == 2
    assert "begun with other classes: none" in capsys.readouterr().err
    assert train("--replace-data") == 0, "the folder is known"
    assert read_form(run_of()).images == 104


def test_only_one_process_trains_a_run(photos: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    run_of().mkdir(parents=True)
    lock = Lock(run_of() / "training.lock")
    assert lock.take()
    monkeypatch.setattr("large_gui.tasks.training.holding._WAIT", 0.0)
    assert train(photos) == 2
    assert f"'toy' is being trained already by the process {os.getpid()}" in capsys.readouterr().err
    lock.release()


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is shown without the speed."""
    monkeypatch.setattr("large_gui.tasks.training.gan.with_speed", lambda plan, *_, **__: plan)


@pytest.mark.usefixtures("unmeasured")
def test_a_full_disk_is_a_sentence_and_the_run_goes_on_exactly(
    photos: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = ["--thousands", "2"]
    assert train(photos, *more, name="once") == 0
    assert train(photos) == 0
    capsys.readouterr()

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for place, name in ((record, "append"), (checkpoint.torch, "save"), (loop, "write_generator")):
        with monkeypatch.context() as patch:
            patch.setattr(place, name, full)
            assert train(*more) == 2
        said = capsys.readouterr().err
        assert "is full, so the training was stopped. It goes on from its last checkpoint" in said
    log = run_of() / "log.jsonl"
    log.write_text(log.read_text("utf-8") + '{"images": 20', "utf-8")  # half a line was written
    (run_of() / f".{'0' * 32}.pt").write_bytes(b"left over by a killed process")
    assert train(*more) == 0
    assert curve(run_of()) == curve(run_of("once")) and len(curve(run_of())) == 2
    assert same_weights(run_of(), run_of("once"))
    assert not [path for path in run_of().iterdir() if path.name.startswith(".")]


@pytest.mark.usefixtures("unmeasured")
def test_a_damaged_run_is_a_sentence(photos: Path, capsys: Say) -> None:
    assert train(photos) == 0
    (run_of() / "checkpoint.pt").write_bytes(b"PK\x03\x04 nothing")
    with (run_of() / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write("nonsense\n{}\n")
    assert main(["train", "list"]) == 0
    assert "2 lines of log.jsonl can't be read and are left out: 2, 3." in capsys.readouterr().out
    assert train("--thousands", 2) == 2
    assert "checkpoint" in capsys.readouterr().err
    (run_of() / "run.json").write_text("{", "utf-8")
    assert train(photos) == 2
    assert "damaged" in capsys.readouterr().err
    assert main(["train", "list"]) == 0
    assert "damaged" in capsys.readouterr().out


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "status"), [("n\n", 3), ("", 3), ("y\n", 0)])
def test_on_a_terminal_it_asks_first(
    photos: Path, monkeypatch: pytest.MonkeyPatch, typed: str, status: int, home: Path
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(typed))
    assert main(["train", "gan", str(photos), "--name", "toy", *TOY, "--progress", "none"]) == status
    assert (home / "training").exists() == (status == 0)


@pytest.mark.usefixtures("unmeasured")
def test_classes_are_learned(tmp_path: Path, capsys: Say) -> None:
    for name in ("ripe", "green"):
        write_images(tmp_path / "photos" / name, 50)
    assert train(tmp_path / "photos", "--classes", "subfolders") == 0
    assert open_model("toy").pack.about.generator.config["classes"] == 2  # type: ignore[index, union-attr]
