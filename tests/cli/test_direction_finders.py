"""Finders on the command line: tables of tags and answers, scores of pictures, sums and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.files import sha256_of
from large_gui.models.description import (
    DIRECTIONS_FILE,
    NetworkDescription,
    PackDescription,
    write_description,
)
from large_gui.models.library import open_model
from large_gui.models.model import Picture
from large_gui.models.pack import GENERATOR, imported_folder
from large_gui.nets.generator import drawn_codes
from large_gui.nets.weights import save_weights
from large_gui.tasks.imports.model import ImportOptions, import_model
from tests import small_models
from tests.code_folders import CodeFolder

Say = pytest.CaptureFixture[str]


@pytest.fixture
def folder(home: Path, tmp_path: Path, few_samples: Path) -> CodeFolder:
    """A folder of images with codes in W+ that were made elsewhere, as the model ``codes``."""
    found = CodeFolder(tmp_path / "codes", few_samples)
    found.fill("w+")
    found.bring(name="codes")
    return found


@pytest.fixture
def generator(home: Path, tmp_path: Path) -> str:
    """An imported generator without an encoder, which came with a direction ``component_1``."""
    network, folder = small_models.generator(), imported_folder() / "mine"
    folder.mkdir(parents=True)
    save_weights(network.state_dict(), folder / GENERATOR)
    described = NetworkDescription("StyleGAN2", "MIT", network.config.as_json())
    write_description(folder, PackDescription("mine", "gan", (8, 48), generator=described))
    own = Direction("component_1", np.eye(48, dtype=np.float32)[0])
    (folder / DIRECTIONS_FILE).write_text(json.dumps([own.as_json()]), "utf-8")
    return "mine"


def names(folder: CodeFolder) -> list[str]:
    return sorted(p.relative_to(folder.images).as_posix() for p in folder.images.rglob("*.jpg"))


def known(folder: CodeFolder, capsys: Say) -> list[str]:
    """The images that have a code."""
    assert (
        main(["direction", "find", "components", str(folder.images), "--model", "codes", "--name", "k"]) == 0
    )
    told = capsys.readouterr().err
    return [name for name in names(folder) if name not in told]


@pytest.mark.parametrize(("has", "hasnt"), [("yes", "no"), ("True", "FALSE"), ("1", "0"), ("1,0", "0")])
def test_tags_may_be_words(folder: CodeFolder, tmp_path: Path, capsys: Say, has: str, hasnt: str) -> None:
    images = known(folder, capsys)[:6]
    table = tmp_path / "tags.csv"
    rows = [f"{name};{has if i % 2 else hasnt}" for i, name in enumerate(images)]
    table.write_text("\n".join(["path;value", *rows, f"{images[0]};perhaps"]), "utf-8")
    out = tmp_path / "o.json"
    command = ["direction", "find", "svm", str(folder.images), "--model", "codes", "--tags", str(table)]
    assert main([*command, "--out", str(out)]) == 0
    told = capsys.readouterr()
    assert "3 images with it and 3 without" in told.out and "held-out images told apart" in told.out
    assert "tags.csv, row 8: the value is not a number (" in told.err
    figures = json.loads(out.read_text("utf-8"))["record"]["figures"]
    assert figures["images with it"] == 3 and 0 <= figures["accuracy"] <= 1


def ask(folder: CodeFolder, tmp_path: Path, rows: list[str], header: str = "first,second,answer") -> int:
    table = tmp_path / "pairs.csv"
    table.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    out = tmp_path / "rank.json"
    command = ["direction", "find", "rank", str(folder.images), "--model", "codes", "--pairs", str(table)]
    return main([*command, "--out", str(out)])


def test_answers_about_pairs_rank(folder: CodeFolder, tmp_path: Path, capsys: Say) -> None:
    a, b, c, d = known(folder, capsys)[:4]
    rows = [f"{a},{b},second", f"{c},{b},First", f"{c},{d},second", f"{a},{d},second", f"{a},{c},second",
            f"{b},{d},second", f"{b},{b},first", f"{a},nobody.jpg,first", f"{a},{b},maybe", f"{a},{b}",
            f"{d},{c},equal"]  # fmt: skip
    assert ask(folder, tmp_path, rows) == 0
    told = capsys.readouterr()
    assert "pairwise logistic regression of 6 pairs of 4 images" in told.out
    for row, why in (
        (8, "both are the same image"), (9, "no such image in the folder"),
        (10, "the answer is none of first, second, equal"), (11, "the answer is none of"),
    ):  # fmt: skip
        assert f"pairs.csv, row {row}: {why}" in told.err
    form = json.loads((tmp_path / "rank.json").read_text("utf-8"))
    found, record = Direction.from_json(form), form["record"]
    model = open_model("codes")
    frames = model.prepare([Picture(sha256_of(folder.images / name), None) for name in (a, b, c, d)])
    along = distances(model.embed(frames), found)
    assert list(np.argsort(along)) == [0, 1, 2, 3], "so many codes have a direction for any order"
    assert len(record["held_out"]) == 4 and record["figures"]["pairs"] == 6


def test_answers_that_will_not_do(folder: CodeFolder, tmp_path: Path, capsys: Say) -> None:
    a, b = known(folder, capsys)[:2]
    assert ask(folder, tmp_path, [f"{a},{b},first"] * 3 + [f"{a},{b},equal"] * 9) == 2
    assert "3 pairs of which one image has more are too few" in capsys.readouterr().err
    assert ask(folder, tmp_path, [f"{a},{b},first"], "left,right,answer") == 2
    assert "have no header. The first line must be: first,second,answer" in capsys.readouterr().err
    assert ask(folder, tmp_path, []) == 2
    assert "0 pairs of which one image has more are too few" in capsys.readouterr().err


def test_grades_rank(folder: CodeFolder, tmp_path: Path, capsys: Say) -> None:
    table = tmp_path / "grades.csv"
    images = known(folder, capsys)[:6]
    table.write_text("path,value\n" + "".join(f"{n},{i // 2}\n" for i, n in enumerate(images)), "utf-8")
    command = ["direction", "find", "rank", str(folder.images), "--model", "codes", "--labels", str(table)]
    assert main([*command, "--name", "sick"]) == 0
    assert "12 pairs of 6 images" in capsys.readouterr().out
    assert main([*command, "--strength", "-1"]) == 2
    assert "The option strength can't be -1" in capsys.readouterr().err
    assert main(["direction", "show", "sick", "--model", "codes"]) == 0
    with pytest.raises(SystemExit):
        main([*command, "--pairs", str(table)])
    assert "not allowed with argument" in capsys.readouterr().err


def test_weights_and_drawn_codes_are_looked_into(generator: str, capsys: Say) -> None:
    find = ["direction", "find"]
    assert main([*find, "sefa", "--model", generator, "--layers", "coarse", "--count", "2"]) == 0
    assert "2 directions: kept for" in capsys.readouterr().out
    assert main([*find, "ganspace", "--model", generator, "--samples", "1000", "--count", "2"]) == 0
    assert main([*find, "components", "--model", generator, "--kind", "independent", "--count", "2"]) == 0
    capsys.readouterr()
    kept = set(open_model(generator).directions)
    assert {"sefa_coarse_1", "sefa_coarse_2", "ganspace_1", "ganspace_2"} <= kept
    assert {"component2_1", "component2_2"} <= kept, "the model came with a component_1"
    assert main([*find, "sefa", "--model", generator, "--layers", "9"]) == 2
    assert "There are no layers 9. The layers of this generator are 1 to 8." in capsys.readouterr().err
    assert main([*find, "ganspace", "--model", generator, "--samples", "10"]) == 2
    assert "The option samples can't be 10." in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*find, "components", "--kind", "curious"])
    assert "can't be 'curious'" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main([*find, "sefa", "folder", "--model", generator])
    assert "folder can't be used here" in capsys.readouterr().err


RED = "def red(picture):\n    assert picture.dtype == 'uint8'\n    return picture[..., 0].mean()\n"


def test_pictures_are_scored_by_a_function(generator: str, tmp_path: Path, capsys: Say) -> None:
    file, out = tmp_path / "mine.py", tmp_path / "red.json"
    file.write_text(RED, "utf-8")
    command = ["direction", "find", "svm", "--model", generator, "--samples", "100", "--score", f"{file}:red"]
    assert main([*command, "--out", str(out)]) == 0
    assert "10 images with it and 10 without" in capsys.readouterr().out
    form = json.loads(out.read_text("utf-8"))
    assert form["record"]["options"] == {"softness": 1.0, "score": "mine.py:red", "samples": 100}
    assert "100 generated pictures scored by mine.py:red" in form["provenance"]
    network = small_models.generator()
    codes = drawn_codes(network, 60, seed=5)
    with torch.inference_mode():
        reds = network.preview(torch.from_numpy(codes))[:, 0].clamp(-1, 1).mean((1, 2)).numpy()
    assert np.corrcoef(distances(codes, Direction.from_json(form)), reds)[0, 1] > 0.4
    assert main([*command, "--force", "--out", str(file)]) == 2
    assert "would be lost" in capsys.readouterr().err


@pytest.mark.slow
def test_scored_pictures_are_measured_as_photographs_are(home: Path, tmp_path: Path, capsys: Say) -> None:
    torch.save(small_models.encoder_checkpoint(small_models.generator()), tmp_path / "pair.pt")
    model = import_model(
        tmp_path / "pair.pt", ImportOptions(alignment="square", measured=8), SilentReporter()
    )
    (tmp_path / "mine.py").write_text(RED, "utf-8")
    found = []
    for name in ("one", "two"):
        out = tmp_path / f"{name}.json"
        command = ["direction", "find", "svm", "--model", model.name, "--samples", "60", "--out", str(out)]
        assert main([*command, "--score", f"{tmp_path / 'mine.py'}:red"]) == 0
        found.append(Direction.from_json(json.loads(out.read_text("utf-8"))))
    assert "6 images with it and 6 without" in capsys.readouterr().out
    np.testing.assert_array_equal(found[0].normal, found[1].normal)
    assert found[0].record.model_key == open_model(model.name).key


@pytest.mark.parametrize(
    ("program", "function", "more", "why"),
    [
        (RED, "", [], "names no function. Write FILE.py:FUNCTION."),
        (RED, ":blue", [], "There is no function 'blue'"),
        ("", ":red", [], "There is no function 'red'"),
        ("import nothing_like_it", ":red", [], "can't be run: ModuleNotFoundError"),
        ("def red(p):\n    return 'much'", ":red", [], "failed on a picture: ValueError"),
        ("def red(p):\n    return 1", ":red", [], "The scores of 100 pictures don't tell enough of them"),
        ("def red(p):\n    return float('nan')", ":red", [], "The scores of 0 pictures don't"),
        (RED, ":red", ["--samples", "59"], "59 pictures can't be scored. Make 60 to 1,000,000."),
        (RED, ":red", ["--model", "faces"], "generator of 'faces' is not on this machine. Run"),
        (RED, ":red", ["--model", "codes"], "makes no pictures"),
    ],
)  # fmt: skip
def test_scores_that_will_not_do(
    generator: str, folder: CodeFolder, tmp_path: Path, capsys: Say, program: str, function: str,
    more: list[str], why: str,
) -> None:  # fmt: skip
    file = tmp_path / "mine.py"
    file.write_text(program, "utf-8")
    command = ["direction", "find", "svm", "--model", generator, "--samples", "100", "--score"]
    assert main([*command, f"{file}{function}", *more]) == 2
    told = capsys.readouterr().err
    assert why in told and "Traceback" not in told


def test_a_function_needs_its_file(generator: str, tmp_path: Path, capsys: Say) -> None:
    command = ["direction", "find", "svm", "--model", generator, "--score"]
    assert main([*command, str(tmp_path / "none.py:red")]) == 2
    assert "There is no file" in capsys.readouterr().err
    assert main(["direction", "find", "svm", "--tags", str(tmp_path / "t.csv")]) == 2
    assert "No folder is named" in capsys.readouterr().err
    tags = ["direction", "find", "svm", str(tmp_path), "--tags", str(tmp_path / "t.csv"), "--samples", "9"]
    assert main(tags) == 2
    assert "Pictures are made for --score alone. Leave out --samples." in capsys.readouterr().err
    assert main([*command, str(tmp_path / "none.py:red"), "--", str(tmp_path)]) == 2
    assert "made by the model. Leave out the folder." in capsys.readouterr().err


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, count: int = 2, width: int = 48) -> Path:
        file = tmp_path / name
        np.save(file, np.random.default_rng(count).standard_normal((count, width)))
        return file

    return write


def test_files_are_kept_and_mixed(
    generator: str, written: Callable[..., Path], tmp_path: Path, capsys: Say
) -> None:
    model = ["--model", generator]
    assert main(["direction", "import", str(written("two.npy")), *model, "--name", "my own"]) == 0
    told = capsys.readouterr().out
    assert "my_own_1: less -> more; imported from two.npy" in told and "2 directions: kept for" in told
    assert main(["direction", "import", str(written("one.npy", 1)), *model]) == 0
    assert main(["direction", "mix", "my_own_1=1", "my_own_2=-0.5", *model, "--name", "sum"]) == 0
    assert "sum: sum of directions: my_own_1=1 my_own_2=-0.5" in capsys.readouterr().out
    known = open_model(generator).directions
    expected = known["my_own_1"].normal - 0.5 * known["my_own_2"].normal
    np.testing.assert_allclose(known["sum"].normal, expected / np.linalg.norm(expected), atol=1e-6)
    clear = ["direction", "orthogonalise", "sum", "--without", "my_own_1", "one", *model]
    assert main(clear) == 0
    left = open_model(generator).directions["sum_only"]
    assert max(abs(left.normal @ known[name].normal) for name in ("my_own_1", "one")) < 1e-6
    out = tmp_path / "out.json"
    assert main([*clear, "--out", str(out), "--name", "other"]) == 0
    assert Direction.from_json(json.loads(out.read_text("utf-8"))).name == "other"
    capsys.readouterr()
    assert main(["direction", "mix", f"{out}=1", *model, "--name", "x", "--out", str(out), "--force"]) == 2
    assert "would be lost" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (["mix", "age"], "'age' is not a direction and its weight such as age=0.5"),
        (["mix", "age=nan"], "'age=nan' is not a direction"),
        (["mix", "=1"], "'=1' is not a direction"),
        (["mix", "wisdom=1"], "has no direction 'wisdom'"),
        (["mix", "age=1", "--name", "yaw"], "came with a direction 'yaw'. Choose another --name."),
        (["mix", "age=1", "--out", "o.npz"], "o.npz does not end in .json"),
        (["mix", "age=0"], "cancel each other"),
        (["orthogonalise", "age", "--without", "age"], "Nothing is left of age without age"),
        (["orthogonalise", "age", "--without", "wisdom"], "has no direction 'wisdom'"),
        (["orthogonalise", "age", "--without", "yaw", "--name", "smile"], "came with a direction 'smile'"),
        (["import", "none.npy"], "none.npy can't be read"),
        (["import", "narrow.npy"], "wrong shape"),
        (["import", "narrow.npy", "--model", "cats"], "no model called 'cats'"),
    ],
)
def test_wrong_inputs_are_one_sentence(
    home: Path, written: Callable[..., Path], tmp_path: Path, capsys: Say, monkeypatch: pytest.MonkeyPatch,
    command: list[str], why: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    written("narrow.npy", 3, 5)
    more = ["--name", "x"] if command[0] == "mix" and "--name" not in command else []
    try:
        assert main(["direction", *command, *more]) == 2
    except SystemExit as left:
        assert left.code == 2
    told = capsys.readouterr().err
    assert why in told and "Traceback" not in told


def test_names_of_imported_directions_are_not_those_of_the_model(
    home: Path, written: Callable[..., Path], capsys: Say
) -> None:
    file = written("age.npy", 1, 512)
    assert main(["direction", "import", str(file)]) == 2
    assert "came with a direction 'age'. Choose another --name." in capsys.readouterr().err
    assert main(["direction", "import", str(file), "--name", "years"]) == 0
    assert "years" in open_model("faces").directions
