"""A folder opened for the first time: the model that suits it, and directions where there are none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.shell.window import MainWindow
from large_gui.project.images.manifest import Manifest
from large_gui.service.requests import FindDirections, Measure, OpenFolder, ProposeModel
from large_gui.tasks.opening.proposing import Proposal
from tests.gui.acting import Drop, find
from tests.gui.bench import NAMES, Bench, own_direction


@pytest.fixture
def leaves(tmp_path: Path) -> Path:
    """Ten images that show no face: specks on green, more of them in each."""
    folder, random = tmp_path / "leaves", np.random.default_rng(0)
    folder.mkdir()
    for i in range(10):
        pixels = np.full((60, 120, 3), (60, 140, 40), np.uint8)
        pixels[random.random((60, 120)) < i / 12] = 90, 50, 20
        Image.fromarray(pixels).save(folder / f"{i}.png")
    return folder


def found_in(folder: Path) -> Manifest:
    return Manifest(folder, list(NAMES))


def begin(bench: Bench, folder: Path) -> None:
    """Drop a new folder, whose images are listed by now."""
    folder.mkdir()
    bench.document.open([folder])
    assert [type(asked) for asked in bench.worker.asked] == [ProposeModel]
    bench.worker.part(ProposeModel, found_in(folder))
    assert bench.document.session is not None, "the images are shown at once"


def test_a_folder_without_faces_is_measured_by_features(
    window: MainWindow, qtbot: QtBot, drop: Drop, leaves: Path
) -> None:
    drop(leaves)
    document, session = window.document, window.document.session
    assert document.model is not None and document.model.name == "features"
    assert session is not None and session.measured == 10 and not session.faceless.any()
    assert window.offer.isVisible()
    assert window.offer.text == "These pictures show no faces, so they are measured by their features."
    assert window.notice.text == "Sorted by component 1, along which these images differ most."
    assert find(window, "Direction", QComboBox).currentText() == "Component 1"
    with_specks = abs(np.corrcoef(session.distances, range(10))[0, 1])
    assert with_specks > 0.7, "what differs most is how many specks there are"
    assert not document.editor.stack.canUndo(), "the person has done nothing yet"

    sort_by = find(window, "Sort by", QComboBox)
    places = [sort_by.model().index(row, 0) for row in range(sort_by.count())]
    off = [str(place.data()) for place in places if not place.flags() & Qt.ItemFlag.ItemIsEnabled]
    assert off == ["inversion error"], "there is none"
    document.set_current(0)
    window.pages.workspace.bring("Inspector")
    shown = [label.text() for label in window.pages.inspector.findChildren(QLabel) if label.isVisible()]
    assert "Whole image, padded" in shown and "Original" in shown
    assert not [text for text in shown if "reconstruct" in text.lower() or "crop" in text.lower()]

    document.close()
    drop(leaves)
    assert document.model.name == "features" and document.chosen.name == "component_1"
    assert not window.offer.isVisible(), "it was decided, and the project remembers"
    document.use_model("faces")
    qtbot.waitUntil(lambda: document.session is not None and not document.job.busy)
    document.close()
    drop(leaves)
    assert document.model.name == "faces" and document.session is not None
    assert document.session.faceless.all() and "'features'" in window.notice.text


def test_a_folder_without_images_is_open_still(
    window: MainWindow, qtbot: QtBot, leaves: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "new"
    folder.mkdir()
    window.document.open([folder])
    qtbot.waitUntil(lambda: "There are no images in" in window.notice.text)
    assert window.document.session is None and not window.document.job.busy
    for image in leaves.iterdir():
        image.rename(folder / image.name)
    window.document.open([folder])
    qtbot.waitUntil(lambda: window.document.session is not None and not window.document.job.busy)
    assert window.document.session is not None and window.document.session.model == "features"


def test_one_click_measures_faces_instead(window: MainWindow, qtbot: QtBot, drop: Drop, leaves: Path) -> None:
    drop(leaves)
    first = window.document.session
    window.document.editor.label([0], 3.0)
    button = find(window.offer, "Measure faces instead", QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.session not in (None, first) and not window.document.job.busy)
    assert window.document.session is not None and window.document.session.model == "faces"
    second = window.document.session
    said = [label.text() for label in window.offer.findChildren(QLabel)]
    assert any("What you said with features stays with it." in text for text in said)
    qtbot.mouseClick(find(window.offer, "Measure features instead", QPushButton), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.document.session not in (None, second) and not window.document.job.busy)
    assert window.document.session is not None and window.document.session.model == "features"
    window.document.close()
    assert not window.offer.isVisible(), "it was about that folder"


def test_a_folder_of_faces_opens_with_faces(window: MainWindow, drop: Drop, photos: Path) -> None:
    drop(photos)
    assert window.document.session is not None and window.document.session.model == "faces"
    assert window.document.chosen.name == "age" and not window.offer.isVisible()


def test_who_has_begun_to_work_stays_with_the_model(bench: Bench, tmp_path: Path) -> None:
    begin(bench, tmp_path / "a")
    bench.document.editor.label([3], 5.0)
    bench.worker.part(ProposeModel, Proposal("features", 21, 0))
    bench.worker.answer(ProposeModel, None)
    assert bench.worker.last(OpenFolder).model == "faces"
    session = bench.document.session
    assert session is not None and session.labels[3].value == 5.0 and bench.document.editor.stack.canUndo()


def test_what_shows_nothing_stays_with_faces_and_open(bench: Bench, tmp_path: Path) -> None:
    begin(bench, tmp_path / "a")
    bench.worker.answer(ProposeModel, None)  # no image of the sample could be read
    assert bench.worker.last(OpenFolder).model == "faces"
    bench.document.open([tmp_path / "a"])
    assert len(bench.worker.of(ProposeModel)) == 2, "they may be readable next time"


def test_a_process_that_dies_meanwhile_looks_again(bench: Bench, tmp_path: Path) -> None:
    begin(bench, tmp_path / "a")
    bench.worker.part(ProposeModel, Proposal("features", 21, 0))
    bench.worker.die()
    assert len(bench.worker.of(ProposeModel)) == 2 and not bench.worker.of(OpenFolder)
    bench.document.job.cancel()
    bench.document.job.resume()
    assert len(bench.worker.of(ProposeModel)) == 3
    bench.worker.part(ProposeModel, Proposal("features", 21, 0))
    bench.worker.answer(ProposeModel, None)
    asked = bench.worker.last(OpenFolder)
    assert asked.model == "features" and not asked.directions


def answer_first(bench: Bench) -> None:
    """The worker measures all, finds two directions, and measures along them."""
    document, session = bench.document, bench.document.session
    assert session is not None
    document.job.resume()
    bench.worker.answer(OpenFolder, None)
    search = bench.worker.last(FindDirections).search
    assert (search.finder, search.name, search.options.count) == ("components", "component", 5)
    assert bench.worker.last(FindDirections).sha256 == session.sha256
    found = [own_direction(f"component_{i}", found_by="components") for i in (1, 2)]
    bench.worker.answer(FindDirections, found)
    bench.worker.answer(Measure, np.random.default_rng(0).normal(size=(30, 2)))


def test_labels_that_were_given_meanwhile_go_with_the_first_direction(bench: Bench) -> None:
    session, document = bench.open(built_in=False), bench.document
    document.editor.label([3], 5.0)
    answer_first(bench)
    assert document.chosen.name == "component_1" and session.labels[3].value == 5.0
    document.editor.stack.undo()
    assert not session.directions and document.chosen.name == "" and session.labels[3].value == 5.0
    document.editor.stack.undo()
    assert not session.labels
    for _ in range(2):
        document.editor.stack.redo()
    assert document.chosen.name == "component_1" and session.labels[3].value == 5.0


def test_directions_that_were_removed_are_not_found_again(bench: Bench) -> None:
    session, document = bench.open(built_in=False), bench.document
    answer_first(bench)
    assert document.own == {"component_1", "component_2"} and not document.editor.stack.canUndo()
    for name in ("component_1", "component_2"):
        assert document.editor.remove_direction(name)
    assert not session.directions and len(bench.worker.of(FindDirections)) == 1
    assert "no direction to sort by yet" in bench.notices[-1][0]


def test_too_few_images_for_a_direction_say_just_that(bench: Bench) -> None:
    bench.open(built_in=False)
    bench.document.job.resume()
    bench.worker.answer(OpenFolder, None)
    bench.worker.fail(FindDirections, "2 different codes are too few to find directions in.")
    assert [told[0].partition(":")[0] for told in bench.notices] == ["There is no direction to sort by yet"]
