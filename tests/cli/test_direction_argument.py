"""What ``--direction`` takes: a name, a file, and either with a dash in front."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.direction_argument import NamedDirection
from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from tests.packs import write_pack

MINE = Direction("mine", np.eye(3)[1], 0.5, "in the middle", negative="few", positive="many")


@pytest.fixture
def small(home: Path) -> GanModel:
    write_pack("small")
    return open_model("small")


@pytest.mark.parametrize("text", ["first", "-first"])
def test_a_name(small: GanModel, text: str) -> None:
    found = NamedDirection.parse(text).of(small)
    assert (found.name, found.spelled, found.flipped) == ("first", text, text[0] == "-")


@pytest.mark.parametrize("flipped", [False, True])
@pytest.mark.parametrize("dash", ["", "-"])
def test_a_file_is_turned_round_once_for_each_reason(
    small: GanModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dash: str, flipped: bool
) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(replace(MINE, flipped=flipped).as_json()), "utf-8")
    monkeypatch.chdir(tmp_path)
    found = NamedDirection.parse(f"{dash}mine.json").of(small)
    assert (found.name, found.flipped) == ("mine", flipped != bool(dash))
    assert (found.intercept, found.intercept_means, found.negative) == (0.5, "in the middle", "few")


def test_what_is_no_direction_is_told(
    small: GanModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "two.json").write_text(json.dumps([MINE.as_json()] * 2), "utf-8")
    monkeypatch.chdir(tmp_path)
    for text, why in (("two.json", "holds 2 directions"), ("-wisdom", "no direction 'wisdom'")):
        with pytest.raises(InputError, match=why):
            NamedDirection.parse(text).of(small)


def test_show_tells_the_ends_as_they_are_seen(small: GanModel, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["direction", "show", "--", "-age"]) == 0
    turned = capsys.readouterr().out
    assert main(["direction", "show", "age"]) == 0
    assert turned.startswith("-age: old -> young\n")
    assert capsys.readouterr().out.startswith("age: young -> old\n")


def test_a_name_turned_round_is_no_option(
    small: GanModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["direction", "show", "-age"]) == 0
    assert capsys.readouterr().out.startswith("-age: old -> young\n")
    out = ["--name", "both", "--model", "small", "--out", str(tmp_path / "both.json")]
    assert main(["direction", "mix", "-first=1", *out]) == 0
    assert "sum of directions: -first=1" in capsys.readouterr().out
    assert main(["direction", "mix", *out, "--force", "-first=1"]) == 0
    assert main(["direction", "show", "-wisdom"]) == 2
    assert "no direction 'wisdom'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["direction", "mix", "-first", *out])
    assert "'-first' is not a direction and its weight" in capsys.readouterr().err
    with pytest.raises(SystemExit) as stopped:
        main(["direction", "show", "-h"])
    assert stopped.value.code == 0


@pytest.mark.parametrize("file", ["two.json", "a:b.json"])
@pytest.mark.parametrize("dash", ["", "-"])
@pytest.mark.parametrize("name", ["mine", "with:colon"])
def test_one_of_several_in_a_file(
    small: GanModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, dash: str, name: str
) -> None:
    both = [MINE.as_json(), replace(MINE, name="with:colon").as_json()]
    (tmp_path / file).write_text(json.dumps(both), "utf-8")
    monkeypatch.chdir(tmp_path)
    for place in (file, tmp_path / file):
        given = NamedDirection.parse(f"{dash}{place}:{name}")
        assert given.file == Path(place)
        found = given.of(small)
        assert (found.name, found.flipped) == (name, bool(dash))
