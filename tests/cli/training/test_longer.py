"""A training that has ended goes on for longer, whatever was done with its model meanwhile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.errors import Cancelled
from large_gui.models.library import model_names, open_pack, remove
from large_gui.tasks.training import finish, shown_metric
from large_gui.tasks.training.run_file import read_form, training_folder
from large_gui.training.gan.record import BEST
from tests.small_models import generator_pack
from tests.tasks.training.conftest import MEASURED, TOY, write_images

Say = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan is shown without the speed, and snapshots are judged by a few images."""
    monkeypatch.setattr("large_gui.tasks.training.gan.with_speed", lambda plan, *_, **__: plan)
    monkeypatch.setattr(shown_metric, "_GENERATED", MEASURED)


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A training of one thousand images that has ended."""
    assert train(write_images(tmp_path / "photos", 100), *TOY) == 0
    return training_folder() / "toy"


def train(*arguments: object) -> int:
    return main(["train", "gan", "--name", "toy", "--yes", *map(str, arguments)])


def give_encoder() -> bytes:
    """The description of the model with an encoder, as it is written."""
    file = open_pack("toy").folder / "pack.json"
    network = '"encoder": {"network": "LiteEncoder", "licence": ""}'
    file.write_text(file.read_text("utf-8").replace('"encoder": null', network), "utf-8")
    return file.read_bytes()


def made_of(name: str) -> str:
    return open_pack(name).about.source["snapshot"]


def let_newest_be_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("large_gui.tasks.training.gan.shown_metric", lambda *_: None)


def test_a_model_with_an_encoder_stays_beside_the_new_one(
    run: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_newest_be_best(monkeypatch)
    written = give_encoder()
    for thousands in (2, 3):
        assert train("--thousands", thousands) == 0
        said, warned = capsys.readouterr()
        assert "The model toy will stay as it is, as it has an encoder." in warned
        new = f"toy-{thousands}k"
        assert f"The model toy stays as it is, as it has an encoder. The new one is called {new}." in said
        assert f"large-gui train encoder --model {new}" in said
        assert made_of(new) == f"0000{thousands}.safetensors"
    assert (open_pack("toy").folder / "pack.json").read_bytes() == written
    assert read_form(run).ended and train() == 2
    assert "has ended" in capsys.readouterr().err


def test_without_a_better_snapshot_no_model_is_made(run: Path, capsys: Say) -> None:
    give_encoder()
    (run / BEST).write_text(json.dumps({"images": 1000, "metric": 0.1, "metric_name": "figure"}), "utf-8")
    model, told = finish.make_best(run, "toy", SilentReporter())
    assert model.name == "toy" and model.sheet.is_file()
    assert told == "The best snapshot is still the one that the model toy was made of."


def test_a_name_that_is_taken_meanwhile_loses_nothing(run: Path) -> None:
    generator_pack("foreign")
    before = open_pack("foreign").about
    generator_pack("foreign-1k")
    model, told = finish.make_best(run, "foreign", SilentReporter())
    assert model.name == "toy" and "still the one" in told, "the best snapshot has a model already"
    remade = open_pack("toy").folder / "pack.json"
    remade.write_text(remade.read_text("utf-8").replace('"sha256": "', '"sha256": "0'), "utf-8")
    model, told = finish.make_best(run, "foreign", SilentReporter())
    assert model.name == "foreign-1k-2" and "as it was not made of this training" in told
    assert open_pack("foreign").about == before
    long = "x" * 40
    generator_pack(long)
    (model.folder / "pack.json").unlink()
    assert finish.make_best(run, long, SilentReporter())[0].name == f"{long[:37]}-1k"


def test_a_run_goes_on_whose_name_another_model_has_got(run: Path, capsys: Say) -> None:
    remove("toy")
    pack = generator_pack("toy").pack
    written = (pack.folder / "pack.json").read_bytes()
    assert train("--thousands", 2) == 0
    assert "will stay as it is, as it was not made of this training" in capsys.readouterr().err
    assert (pack.folder / "pack.json").read_bytes() == written
    assert any(name.startswith("toy-") for name in model_names())


def test_a_model_that_was_not_made_is_made_by_the_next_start(
    run: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_newest_be_best(monkeypatch)

    def stop(*_: object) -> None:
        raise Cancelled

    with monkeypatch.context() as patch:
        patch.setattr(finish, "fill_with_generator", stop)
        assert train("--thousands", 2) == 3
    assert read_form(run).ended and made_of("toy") == "00001.safetensors"
    capsys.readouterr()
    assert train() == 0
    assert made_of("toy") == "00002.safetensors" and model_names().count("toy") == 1
    assert "Trained with 2,000 images" in capsys.readouterr().out
    assert train() == 2
    for snapshot in (run / "snapshots").iterdir():
        snapshot.unlink()
    assert train() == 2, "what is gone can't be better"
    assert "--thousands NUMBER" in capsys.readouterr().err
