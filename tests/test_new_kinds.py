"""A new kind of model, a new finder and a new engine are one small file each, and everything offers them."""

from __future__ import annotations

import csv
import importlib
import inspect
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.directions.finders import FINDERS
from large_gui.engine.engine import ENGINES
from large_gui.gui.export.dialog import export_csv
from large_gui.gui.shell.app import build
from large_gui.gui.shell.window import MainWindow
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import KINDS
from large_gui.models.pack import imported_folder
from large_gui.models.writing import write_pack_directions
from large_gui.tasks.imports.labels import labels_for
from large_gui.tasks.projects import choose_model
from large_gui.tasks.shown import ordered
from tests.gui.acting import PatientBot, drop_on, find

LEVELS = list(range(10, 250, 20))  # of grey
MODEL = ["--model", "colours", "--engine", "one-by-one"]


@pytest.fixture(autouse=True)
def toys(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The toys are known for one test, here and in workers, and a model of the kind is on this machine."""
    for registry, name in ((KINDS, "mean-colour"), (FINDERS, "ridge"), (ENGINES, "one-by-one")):
        monkeypatch.setitem(registry, name, None)  # so that it is gone afterwards
    monkeypatch.setenv("LARGE_GUI_EXTENSIONS", "tests.toys")
    monkeypatch.setenv("TOY_ENGINE_TRACE", str(home / "trace.txt"))
    importlib.reload(importlib.import_module("tests.toys"))
    folder = imported_folder() / "colours"
    folder.mkdir(parents=True)
    grey = Direction("brightness", np.full(3, 3**-0.5, np.float32), negative="dark", positive="bright")
    write_pack_directions(folder, [grey])
    write_description(folder, PackDescription("Mean colours", "mean-colour", (1, 3), licence="none"))


@pytest.fixture
def greys(tmp_path: Path) -> Path:
    """Grey pictures, named so that their names don't tell the order."""
    folder = tmp_path / "greys"
    folder.mkdir()
    for i, level in enumerate(LEVELS):
        Image.new("RGB", (9, 7), (level,) * 3).save(folder / f"{i * 7 % len(LEVELS):02}.png")
    return folder


@pytest.fixture
def labels(greys: Path, tmp_path: Path) -> Path:
    """The level of every picture, as a table."""
    file = tmp_path / "labels.csv"
    rows = [f"{i * 7 % len(LEVELS):02}.png,{level}" for i, level in enumerate(LEVELS)]
    file.write_text("\n".join(["path,value", *rows]) + "\n", "utf-8")
    return file


def run_by_the_toy_engine(home: Path) -> int:
    """How many images the toy engine has run since this was asked last."""
    trace = home / "trace.txt"
    images = sum(map(int, trace.read_text("utf-8").split())) if trace.exists() else 0
    trace.unlink(missing_ok=True)
    return images


def test_each_is_under_forty_lines() -> None:
    from tests import toys

    finder = [toys.Options, toys.find]
    for parts in ([toys.MeanColour], finder, [toys.one_by_one]):
        assert sum(len(inspect.getsource(part).splitlines()) for part in parts) < 40


def test_sort_and_evaluate(greys: Path, labels: Path, tmp_path: Path, home: Path) -> None:
    out, report = tmp_path / "out.csv", tmp_path / "report.json"
    command = [str(greys), *MODEL, "--direction", "brightness", "--labels", str(labels)]
    assert main(["sort", *command, "--out", str(out), "--sheet", str(tmp_path / "sheet.png")]) == 0
    assert run_by_the_toy_engine(home) == len(LEVELS)
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert [float(row["prediction"]) for row in rows] == pytest.approx(LEVELS, abs=0.01)
    assert {row["model"] for row in rows} == {"colours"} and (tmp_path / "sheet.png").is_file()
    assert main(["evaluate", *command, "--shots", "2,5", "--repeats", "20", "--out", str(report)]) == 0
    told = json.loads(report.read_text("utf-8"))
    assert told["spearman"]["rho"] == pytest.approx(1) and told["encoder"] == "mean-colour-1"


def test_the_engines_give_the_same_bytes(greys: Path, tmp_path: Path, home: Path) -> None:
    for name in ("local", "one-by-one"):
        command = ["sort", str(greys), "--model", "colours", "--engine", name, "--direction", "brightness"]
        cache = str(tmp_path / f"{name}.sqlite")
        assert main([*command, "--cache", cache, "--out", str(tmp_path / f"{name}.csv")]) == 0
        assert run_by_the_toy_engine(home) == (0 if name == "local" else len(LEVELS))
    assert (tmp_path / "local.csv").read_bytes() == (tmp_path / "one-by-one.csv").read_bytes()


def test_invert_writes_its_codes(greys: Path, tmp_path: Path) -> None:
    assert main(["invert", str(greys), *MODEL, "--out", str(tmp_path / "codes.npz")]) == 0
    with np.load(tmp_path / "codes.npz") as file:
        assert file["codes"].shape == (len(LEVELS), 1, 3)
        reds = sorted(map(float, file["codes"][:, 0, 0]))
    assert reds == pytest.approx([level / 127.5 - 1 for level in LEVELS], abs=1e-6)


def test_a_direction_is_found_and_used(
    greys: Path, labels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["direction", "find"]) == 0
    assert "ridge" in capsys.readouterr().out
    found, out = tmp_path / "found.json", tmp_path / "out.csv"
    command = ["direction", "find", "ridge", str(greys), "--labels", str(labels), "--name", "light", *MODEL]
    assert main([*command, "--ridge", "0.5", "--out", str(found)]) == 0
    form = json.loads(found.read_text("utf-8"))
    assert form["name"] == "light" and form["normal"] == pytest.approx([3**-0.5] * 3, abs=1e-3)
    assert main(["sort", str(greys), *MODEL, "--direction", str(found), "--out", str(out)]) == 0
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    values = dict(line.split(",") for line in labels.read_text("utf-8").splitlines()[1:])
    assert [int(values[row["path"]]) for row in rows] == LEVELS
    assert main([*command, "--ridge", "11", "--out", str(tmp_path / "no.json")]) == 2
    assert "0 to 10" in capsys.readouterr().err


def test_what_it_can_not_do_is_said(greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "out")
    for command in (
        ["sort", str(greys), *MODEL, "--direction", "brightness", "--reconstruct", "--out", f"{out}.csv"],
        ["direction", "weigh", "brightness", "--model", "colours", "--out", f"{out}.json"],
        ["train", "encoder", "--model", "colours", "--out", out],
    ):
        assert main(command) == 2
        assert "makes no pictures" in capsys.readouterr().err


def test_the_list_says_what_a_kind_without_files_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "list"]) == 0
    assert "Mean colours; here: all that the kind mean-colour needs\n" in capsys.readouterr().out


def test_a_model_without_directions_is_whole(
    greys: Path, labels: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = imported_folder() / "colours"
    (folder / "directions.json").unlink()
    assert main(["model", "list"]) == 0
    assert "BAD" in capsys.readouterr().out, "the file is listed, and lost"
    write_description(folder, PackDescription("Mean colours", "mean-colour", (1, 3), licence="none"))
    assert main(["model", "list"]) == 0
    assert "BAD" not in capsys.readouterr().out
    found = tmp_path / "found.json"
    command = ["direction", "find", "ridge", str(greys), "--labels", str(labels), *MODEL]
    assert main([*command, "--out", str(found)]) == 0
    out = str(tmp_path / "out.csv")
    assert main(["sort", str(greys), *MODEL, "--direction", str(found), "--out", out]) == 0


def test_a_kind_that_nobody_registered(capsys: pytest.CaptureFixture[str]) -> None:
    del KINDS["mean-colour"]
    assert main(["model", "list"]) == 0
    assert "LARGE_GUI_EXTENSIONS" in capsys.readouterr().out


def test_an_extension_that_can_not_be_loaded(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LARGE_GUI_EXTENSIONS", "no.such.module")
    assert main(["model", "list"]) == 2
    assert "The extension 'no.such.module' can't be loaded" in capsys.readouterr().err


def test_an_engine_that_is_not_there(greys: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["sort", str(greys), "--model", "colours", "--direction", "brightness", "--engine", "cloud"]
    assert main([*command, "--out", str(tmp_path / "out.csv")]) == 2
    assert "There are: local, one-by-one." in capsys.readouterr().err


@pytest.fixture
def window(qtbot: PatientBot, home: Path) -> Iterator[MainWindow]:
    """The window as a person starts it, with a worker that is spawned as it is for a person."""
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.close()


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


def click(qtbot: PatientBot, window: MainWindow, name: str) -> None:
    qtbot.mouseClick(find(window, name), Qt.MouseButton.LeftButton)


def choose(window: MainWindow, name: str, item: str) -> None:
    """Choose an item of a combo box as a person does."""
    box = find(window, name, QComboBox)
    box.setCurrentText(item)
    box.activated.emit(box.currentIndex())


def test_the_window_offers_them(
    window: MainWindow, qtbot: PatientBot, greys: Path, labels: Path, tmp_path: Path, home: Path
) -> None:
    faces = greys.parent / "one"  # a folder is opened with the model that came with the program
    faces.mkdir()
    Image.new("RGB", (9, 7)).save(faces / "black.png")
    document = window.document
    drop_on(window, qtbot, faces)
    window.actions_by_id["page_settings"].trigger()
    choose(window, "Engine", "one-by-one")

    window.pages.show_page("models")
    box = find(window, "Model colours")
    qtbot.waitUntil(box.isVisible)
    assert find(box, "Model title").text() == "Mean colours"
    document.close()
    drop_on(window, qtbot, greys)
    window.pages.show_page("models")
    qtbot.mouseClick(find(box, "Use model"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: document.session is not None and document.session.model == "colours")
    session = document.session
    qtbot.waitUntil(lambda: session.measured == len(LEVELS) and not document.job.busy)

    document.editor.take_labels(labels_for(session, labels).values)
    assert len(session.labels) == len(LEVELS)
    window.pages.show_page("directions")
    by = find(window, "Find by", QComboBox)
    by.setCurrentText("From values")
    name = find(window, "Attribute name", QLineEdit)
    name.clear()
    qtbot.keyClicks(name, "light")
    click(qtbot, window, "Find direction")
    qtbot.waitUntil(lambda: "light" in [d.name for d in session.directions] and not document.job.busy)
    assert run_by_the_toy_engine(home) == 2 * len(LEVELS), "with the faces model first, then with this one"
    assert session.along("light") == pytest.approx(session.along("brightness"), abs=1e-3)

    out = tmp_path / "window.csv"
    assert export_csv(document, out)
    rows = list(csv.DictReader(out.read_text("utf-8").splitlines()))
    assert len(rows) == len(LEVELS) and {row["model"] for row in rows} == {"colours"}


def test_the_window_opens_a_model_without_directions_and_finds_the_first(
    window: MainWindow, qtbot: PatientBot, greys: Path, tmp_path: Path
) -> None:
    folder = imported_folder() / "colours"
    (folder / "directions.json").unlink()
    write_description(folder, PackDescription("Mean colours", "mean-colour", (1, 3), licence="none"))
    document = window.document
    told: list[tuple[str, str, bool]] = []
    document.notice.connect(lambda *notice: told.append(notice))
    choose_model([greys], document.home, "colours")
    drop_on(window, qtbot, greys)
    session = document.session
    assert session is not None and session.model == "colours" and session.measured == len(LEVELS)
    assert document.chosen.name == "component_1" and told[-1][0].startswith("Sorted by component 1")
    assert document.own == {d.name for d in session.directions} and not document.editor.stack.canUndo()
    for direction in session.directions:
        assert document.editor.remove_direction(direction.name)
    assert session.direction is None and [session.paths[i] for i in ordered(session)] == session.paths
    assert "no direction to sort by yet" in told[-1][0]
    images = window.pages.images.grid.image_model
    assert (
        images.cell(images.index(0)).rank == 0 and find(window, "Direction", QComboBox).currentIndex() == -1
    )
    document.set_current(3)
    document.editor.label([3], 30.0)
    assert session.labels[3].value == 30.0 and session.calibration is None, "a direction may be found from it"
    document.flip()
    assert not export_csv(document, tmp_path / "none.csv") and not (tmp_path / "none.csv").exists()
    for panel in window.pages.workspace.docks:
        window.pages.workspace.bring(panel)
    assert "no direction yet" in find(window, "Estimate").text()

    window.pages.show_page("directions")
    page = window.pages.directions
    assert "no direction yet" in find(page, "Direction shown").text()
    find(window, "Attribute name", QLineEdit).setText("light")
    for has in (True, False):
        numbers = [i for i in range(len(session)) if (level_of(session.paths[i]) > 120) is has]
        document.editor.tag("light", numbers, has)
    click(qtbot, window, "Find direction")
    qtbot.waitUntil(lambda: document.chosen.name == "light" and not document.job.busy)
    order = [level_of(session.paths[i]) for i in ordered(session)]
    assert order == LEVELS and session.ranks().all()
    document.editor.label([3], 30.0)
    assert session.labels[3].value == 30.0 and export_csv(document, tmp_path / "out.csv")

    for _ in range(2):
        document.editor.stack.undo()
    assert document.chosen.name == "" and session.direction is None and not session.directions
    assert [session.paths[i] for i in ordered(session)] == session.paths
    np.save(tmp_path / "dark.npy", -np.ones(3))
    page.import_file(tmp_path / "dark.npy")
    qtbot.waitUntil(lambda: document.chosen.name == "dark" and not document.job.busy)
    assert [level_of(session.paths[i]) for i in ordered(session)] == LEVELS[::-1]
    assert document.editor.remove_direction("dark") and session.direction is None
    document.editor.stack.undo()
    drop_on(window, qtbot, greys)
    assert document.session is not session and document.chosen.name == "dark", "it is there the next time"


def level_of(path: str) -> int:
    """The level of grey of a picture of `greys`."""
    return next(level for i, level in enumerate(LEVELS) if f"{i * 7 % len(LEVELS):02}.png" == path)
