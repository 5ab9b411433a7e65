"""Who installed the program has no checkout: `large-gui model samples` hands out its sample images."""

from __future__ import annotations

from pathlib import Path

import pytest

from large_gui.__main__ import main
from large_gui.folders import resources_folder
from tests.conftest import SAMPLES


def test_the_samples_and_the_command_that_sorts_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["model", "samples", "tomatoes", "--to", "fruit"]) == 0
    told, command = capsys.readouterr().out.splitlines()
    assert told == "60 images are in fruit. Sort them:"
    program, *words = command.split()
    assert program == "large-gui" and main(words) == 0
    assert len((tmp_path / "out.csv").read_text("utf-8").splitlines()) == 61


def test_those_of_the_first_model_are_handed_out_unless_another_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "with a space"
    assert main(["model", "samples", "--to", str(folder)]) == 0
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == {
        file.name: file.read_bytes() for file in SAMPLES.iterdir() if file.is_file()
    }
    assert f'large-gui sort "{folder}" --direction age' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "taken", "said"),
    [
        ("features", False, "The model 'features' has no samples. Those of 'faces' are always here."),
        ("faces", True, "is there already. Name a folder that is not there yet."),
        ("roses", False, "roses"),
    ],
)
def test_what_can_not_be_copied_is_said(
    name: str, taken: bool, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "samples"
    if taken:
        folder.mkdir()
    assert main(["model", "samples", name, "--to", str(folder)]) == 2
    assert said in capsys.readouterr().err
    assert not folder.exists() or not list(folder.iterdir())


def test_a_folder_that_can_not_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("a file", "utf-8")
    assert main(["model", "samples", "--to", str(tmp_path / "file" / "samples")]) == 2
    assert "can't be written" in capsys.readouterr().err


def test_resources_inside_the_package_come_before_a_folder_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "site-packages" / "large_gui" / "resources"
    inside.mkdir(parents=True)
    (tmp_path / "site-packages" / "resources").mkdir()  # of another program
    monkeypatch.setattr("large_gui.folders.__file__", str(inside.parent / "folders.py"))
    assert resources_folder() == inside
