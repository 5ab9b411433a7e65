"""Every way to calibrate on the command line, and what is said where one is not possible."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from tests.conftest import SAMPLES

SORT = ["sort", "{folder}", "--direction", "age", "--cache", "{cache}", "--out", "{out}"]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty samples, whose codes are in a cache after the first test, and two files of labels."""
    root = tmp_path_factory.mktemp("calibrating")
    (root / "images").mkdir()
    for picture in sorted(SAMPLES.glob("*.jpg"))[:40]:
        shutil.copy(picture, root / "images")
    return root


def run(root: Path, *more: str, labels: str = "labels.csv") -> tuple[int, list[dict[str, str]]]:
    filled = [a.format(folder=root / "images", cache=root / "c.sqlite", out=root / "out.csv") for a in SORT]
    status = main([*filled, *(["--labels", str(root / labels)] if labels else []), *more])
    if status:
        return status, []
    with (root / "out.csv").open(encoding="utf-8", newline="") as file:
        return status, list(csv.DictReader(file))


@pytest.fixture
def labelled(measured: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """The same with labels that bend along the order, and with grades."""
    _, rows = run(measured, labels="")
    d = np.array([float(row["distance"]) for row in rows])
    rng = np.random.default_rng(0)
    values = 40 + 30 * np.tanh(12 * (d - np.median(d))) + rng.normal(0, 2, len(d))
    for name, given in (("labels.csv", values), ("grades.csv", np.round(values / 20))):
        lines = [f"{row['path']},{value:.2f}" for row, value in zip(rows, given)]
        (measured / name).write_text("\n".join(["path,value", *lines]) + "\n", "utf-8")
    few = (measured / "labels.csv").read_text("utf-8").splitlines()[:8]
    (measured / "few.csv").write_text("\n".join(few) + "\n", "utf-8")
    capsys.readouterr()
    return measured


@pytest.mark.usefixtures("two_threads")
def test_a_curve_is_shown_beside_the_straight_line(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, straight = run(labelled)
    assert "value = " in capsys.readouterr().out
    for method, words in (("isotonic", "steps from"), ("spline", "smooth curve from")):
        _, rows = run(labelled, "--method", method)
        told = capsys.readouterr().out
        assert words in told and "cross-validated error" in told and "of a straight line" in told
        mine, line = (
            float(told.split(mark)[1].split()[0].strip(",")) for mark in ("error ", "straight line ")
        )
        assert mine < line
        predictions = [float(row["prediction"]) for row in rows]
        assert predictions == sorted(predictions) and [r["path"] for r in rows] == [
            r["path"] for r in straight
        ]


@pytest.mark.usefixtures("two_threads")
def test_grades_are_predicted_as_grades(labelled: Path) -> None:
    _, rows = run(labelled, "--method", "ordinal", labels="grades.csv")
    grades = {float(row["label"]) for row in rows}
    for row in rows:
        low, told, high = (float(row[column]) for column in ("pi_low", "prediction", "pi_high"))
        assert {low, told, high} <= grades and low <= told <= high


@pytest.mark.usefixtures("two_threads")
def test_intervals_have_the_level_and_kind_that_were_asked_for(labelled: Path) -> None:
    widths = {}
    for more in (
        (), ("--level", "0.5"), ("--spread", "40"), ("--interval", "conformal"), ("--method", "L2"),
        ("--interval", "conformal", "--level", "0.6"),
    ):  # fmt: skip
        _, rows = run(labelled, *more)
        widths[more] = np.mean([float(row["pi_high"]) - float(row["pi_low"]) for row in rows])
    usual = widths[()]
    assert widths["--level", "0.5"] < 0.6 * usual < 1.1 * usual < widths["--spread", "40"]
    assert widths["--interval", "conformal", "--level", "0.6"] < widths["--interval", "conformal"]
    assert 0.5 * usual < widths["--interval", "conformal"] < 2 * usual


@pytest.mark.parametrize(
    ("more", "labels", "sentence"),
    [
        (["--method", "isotonic"], "few.csv", "at least 10 labels, there are 7"),
        (["--method", "ordinal"], "labels.csv", "is for grades: 40 labels have"),
        (["--method", "ordinal", "--interval", "conformal"], "grades.csv", "intervals of its own"),
        (["--interval", "conformal"], "few.csv", "at least 20 labels, there are 7"),
        (["--interval", "conformal", "--level", "0.99"], "labels.csv", "at least 99 labels"),
        (["--interval", "conformal", "--spread", "3"], "labels.csv", "takes no spread"),
        (["--level", "1.5"], "labels.csv", "level can't be 1.5"),
        (["--spread", "-1"], "labels.csv", "spread can't be -1"),
        (["--method", "L1"], "", "nothing to calibrate"),
        (["--level", "0.8"], "", "nothing to calibrate"),
    ],
)
def test_what_is_not_possible_is_said_before_anything_is_measured(
    more: list[str], labels: str, sentence: str, labelled: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    fresh = tmp_path / "fresh.sqlite"
    given = ["--labels", str(labelled / labels)] if labels else []
    images = str(labelled / "images")
    arguments = [
        "sort",
        images,
        "--direction",
        "age",
        "--cache",
        str(fresh),
        "--out",
        str(tmp_path / "o.csv"),
    ]
    assert main([*arguments, *given, *more]) == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1 and not (tmp_path / "o.csv").exists()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (["--method", "cubic"], "'cubic'"),
        (["--interval", "wide"], "'wide'"),
        (["--level", "high"], "--level"),
        (["--spread", "much"], "--spread"),
    ],
)
def test_words_that_are_no_option(more: list[str], sentence: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["sort", ".", "--direction", "age", "--out", "o.csv", *more])
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert sentence in said and said.count("\n") == 1


@pytest.mark.usefixtures("two_threads")
def test_two_labels_have_an_interval_if_the_spread_is_known(
    labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = (labelled / "labels.csv").read_text("utf-8").splitlines()
    (labelled / "two.csv").write_text("\n".join([lines[0], lines[1], lines[-1]]) + "\n", "utf-8")
    _, rows = run(labelled, labels="two.csv")
    assert not any(row["pi_low"] for row in rows)
    assert "no error estimate" in capsys.readouterr().err
    _, rows = run(labelled, "--spread", "4", labels="two.csv")
    assert all(row["pi_low"] for row in rows)
    assert "no error estimate" not in capsys.readouterr().err
