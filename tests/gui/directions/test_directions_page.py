"""The directions page: what it says of a direction, marking images, finding and importing directions."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import SilentReporter
from large_gui.errors import LargeError
from large_gui.gui.directions.page import DirectionsPage
from large_gui.gui.directions.picker import StripView
from large_gui.service.jobs import WORK
from large_gui.service.requests import FindDirections, Measure, ReadDirections
from large_gui.tasks.finding.find import FINDERS, Search
from tests.gui.acting import find
from tests.gui.bench import NAMES, Bench, own_direction


def rows(page: DirectionsPage) -> list[str]:
    names = find(page, "Directions", QListWidget)
    return [names.item(i).text() for i in range(names.count())]


def choose(page: DirectionsPage, text: str) -> None:
    names = find(page, "Directions", QListWidget)
    names.setCurrentItem(names.findItems(text, Qt.MatchFlag.MatchExactly)[0])


def answer_import(bench: Bench) -> None:
    """Read the file that is asked for, as the worker does."""
    asked = bench.worker.last(ReadDirections)
    try:
        found = WORK[ReadDirections](None, asked, SilentReporter())  # type: ignore[arg-type]
    except LargeError as error:
        bench.worker.fail(ReadDirections, error.sentence, error.hint)
    else:
        bench.worker.answer(ReadDirections, found)


def press(page: DirectionsPage, name: str, qtbot: QtBot) -> None:
    button = find(page, name, QPushButton)
    assert button.isEnabled() and button.isVisible(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def mark(page: DirectionsPage, bench: Bench, qtbot: QtBot, has: range, without: range) -> None:
    """Mark images as a person does."""
    for numbers, name in ((has, "having it"), (without, "not having it")):
        page.selection = lambda numbers=numbers: list(numbers)
        press(page, f"Mark selection as {name}", qtbot)


def test_without_a_folder_it_says_what_to_do(bench: Bench, page: DirectionsPage) -> None:
    assert find(page, "Direction shown", QLabel).text() == "Open a folder to see its directions."
    for name in ("Import directions", "Find direction", "Attribute name"):
        assert not find(page, name).isEnabled(), name
    for name in ("Remove direction", "Layer importance", "Found by"):
        assert not find(page, name).isVisible(), name
    bench.open()
    assert find(page, "Import directions").isEnabled()
    bench.document.close()
    assert not rows(page) and not find(page, "Import directions").isEnabled()


def test_directions_stand_under_where_they_come_from(bench: Bench, page: DirectionsPage) -> None:
    bench.open(own_direction("fur", found_by="file"), own_direction("long_freckles"))
    assert rows(page) == [
        "Built-in", "Age", "Yaw", "Pitch", "Smile", "Hair darkness", "Glasses",
        "From tags", "Long freckles", "Imported", "Fur",
    ]  # fmt: skip
    names = find(page, "Directions", QListWidget)
    assert not names.item(0).flags() & Qt.ItemFlag.ItemIsSelectable, "a heading is no direction"


def test_details_of_a_direction(bench: Bench, page: DirectionsPage) -> None:
    bench.open()
    choose(page, "Yaw")
    assert find(page, "Direction shown").text() == "Yaw"
    assert find(page, "Ends").text() == "turned to the image's left → turned to the image's right"
    assert find(page, "Space").text().startswith("W:")
    assert find(page, "Distance 0").text().startswith("frontal face")
    assert "468 face landmarks" in find(page, "Found by").text()
    assert find(page, "Pictures of Yaw", StripView).isVisible()
    importance = bench.pack.direction("yaw").layer_importance
    assert importance is not None
    told = find(page, "Layer importance").accessibleDescription()
    assert told.startswith(f"Layer {int(importance.argmax()) + 1} of 23 counts most")
    choose(page, "Age")
    assert "means nothing by itself" in find(page, "Distance 0").text()


def test_details_of_an_imported_direction_of_every_layer(bench: Bench, page: DirectionsPage) -> None:
    normal = np.tile(own_direction("x").normal, (23, 1))
    bench.open(replace(own_direction("fur"), normal=normal))
    choose(page, "Fur")
    assert find(page, "Space").text() == "W+: a normal for each of 23 layers"
    assert find(page, "Layer importance").accessibleDescription() == "All layers count alike."
    assert not find(page, "Pictures of Fur").isVisible(), "no image of it can be read"


def test_text_of_a_direction_is_never_taken_for_markup(bench: Bench, page: DirectionsPage) -> None:
    bench.open(own_direction("<h1>x</h1>", provenance="<img src=x>"))
    choose(page, "<h1>x</h1>")
    for name in ("Direction shown", "Found by", "Ends"):
        assert find(page, name, QLabel).textFormat() == Qt.TextFormat.PlainText


def test_use_sorts_by_it(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    session = bench.open()
    assert find(page, "Direction shown").text() == "Age"
    assert find(find(page, "Direction Age"), "Direction in use").isVisible()
    press(page, "Use Smile", qtbot)
    assert session.direction.name == "smile"
    bench.document.choose_direction("glasses", flipped=True)
    assert find(page, "Direction shown").text() == "Glasses", "it follows what is chosen elsewhere"


def test_own_directions_can_be_removed_and_others_not(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session = bench.open(own_direction("freckles"))
    assert not find(page, "Remove direction").isVisible()
    press(page, "Use Freckles", qtbot)
    press(page, "Remove direction", qtbot)
    assert session.direction.name == "age" and "Freckles" not in rows(page)
    store = bench.document.store
    assert store is not None and not store.directions()
    assert "removed" in bench.notices[-1][0]


def test_marking_counts_and_can_be_undone(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    counts = find(page, "Marked images", QLabel)
    assert not find(page, "Mark selection as having it").isEnabled(), "it has no name yet"
    qtbot.keyClicks(find(page, "Attribute name", QLineEdit), "long freckles")
    assert counts.text() == "0 with it, 0 without"
    mark(page, bench, qtbot, range(12), range(12, 21))
    assert counts.text() == "12 with it, 9 without"
    assert bench.document.tags["long_freckles"][NAMES[0]] is True
    page.selection = lambda: [0, 1, 12]
    press(page, "Unmark selection", qtbot)
    assert counts.text() == "10 with it, 8 without"
    bench.document.editor.stack.undo()
    assert counts.text() == "12 with it, 9 without"


def test_without_a_selection_it_says_so(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    page.finding.name.setText("freckles")
    press(page, "Mark selection as having it", qtbot)
    assert bench.notices == [("No image is selected.", "Select some on the Images page first.", True)]
    assert not bench.document.editor.stack.canUndo()


def test_finding_asks_the_worker_and_keeps_the_answer(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session = bench.open()
    page.finding.name.setText("freckles")
    mark(page, bench, qtbot, range(2), range(2, 9))
    assert not find(page, "Find direction").isEnabled(), "two are too few"
    mark(page, bench, qtbot, range(3), range(3, 9))
    press(page, "Find direction", qtbot)
    sha256 = [f"sha{i}" for i in range(9)]
    search = Search("svm", FINDERS["svm"].options(), "freckles")
    assert bench.worker.asked == [FindDirections(search, "faces", sha256, [1.0] * 3 + [0.0] * 6)]
    button = find(page, "Find direction", QPushButton)
    assert not button.isEnabled() and button.text() == "Finding…"
    bench.worker.answer(FindDirections, [own_direction("freckles")])
    assert button.isEnabled() and button.text() == "Find direction"
    assert [d.name for d in bench.worker.last(Measure).directions] == ["freckles"]
    bench.worker.answer(Measure, np.linspace(-1, 1, 30)[:, None])
    assert session.direction.name == "freckles"
    assert find(page, "Direction shown").text() == "Freckles"
    assert "Freckles" in rows(page) and "From tags" in rows(page)
    assert button.isEnabled(), "more images may be marked, and it be found anew"


def test_finding_may_fail_or_the_worker_may_die(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    page.finding.name.setText("freckles")
    mark(page, bench, qtbot, range(3), range(3, 9))
    press(page, "Find direction", qtbot)
    bench.worker.fail(FindDirections, "Too few.", "Tag more.")
    assert bench.notices[-1] == ("Too few.", "Tag more.", True)
    press(page, "Find direction", qtbot)
    bench.worker.die()
    assert find(page, "Find direction").isEnabled()


def test_an_answer_for_a_folder_that_was_closed_is_dropped(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    bench.open()
    page.finding.name.setText("freckles")
    mark(page, bench, qtbot, range(3), range(3, 9))
    press(page, "Find direction", qtbot)
    bench.document.close()
    bench.open()
    bench.worker.answer(FindDirections, [own_direction("freckles")])
    assert not bench.worker.of(Measure)


def test_a_name_that_is_taken_is_refused(bench: Bench, page: DirectionsPage) -> None:
    bench.open(own_direction("fur", found_by="file"), own_direction("freckles"))
    for name, taken in (("age", True), ("hair darkness", True), ("fur", True), ("freckles", False)):
        page.finding.name.setText(name)
        assert find(page, "Mark selection as having it").isEnabled() is not taken, name
        assert ("choose another" in find(page, "Marked images").text()) is taken, name


def test_while_images_come_nothing_is_found(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open(measured=20)
    page.finding.name.setText("freckles")
    mark(page, bench, qtbot, range(3), range(3, 9))
    press(page, "Find direction", qtbot)
    assert bench.notices[-1][:2] == (
        "Not every image is measured yet.", "Resume measures the others; a direction wants all of them."
    )  # fmt: skip
    bench.document.job.measure([], print)
    press(page, "Find direction", qtbot)
    assert bench.notices[-1][0] == "Images are still being measured."
    page.import_file(Path("set.npz"))
    assert bench.notices[-1][0] == "Images are still being measured." and len(bench.worker.asked) == 1


def test_while_images_are_measured_nothing_is_asked_for_that_could_not_be_kept(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    bench.open()
    page.finding.name.setText("freckles")
    mark(page, bench, qtbot, range(3), range(3, 9))
    bench.document.job.measure([], print)
    press(page, "Find direction", qtbot)
    assert bench.notices[-1][0] == "The images are being measured." and not bench.worker.of(FindDirections)
    bench.document.job.cancel()
    press(page, "Find direction", qtbot)
    assert bench.worker.last(FindDirections)
    bench.document.job.measure([], print)
    bench.worker.answer(FindDirections, [own_direction("freckles")])
    assert bench.notices[-1][0] == "The images are being measured.", "it is told that it is not kept"


def test_importing_measures_every_direction_of_a_file(
    bench: Bench, page: DirectionsPage, tmp_path: Path
) -> None:
    bench.open()
    normal = own_direction("x").normal
    np.savez(tmp_path / "set.npz", fur=normal * 3, age=normal)
    page.import_file(tmp_path / "set.npz")
    assert find(page, "Import directions", QPushButton).text() == "Importing…"
    assert not find(page, "Import directions").isEnabled()
    answer_import(bench)
    assert find(page, "Import directions").isEnabled()
    (asked,) = bench.worker.of(Measure)
    assert [d.name for d in asked.directions] == ["fur", "age_2"], "a built-in one is never replaced"
    bench.worker.answer(Measure, np.stack([np.linspace(-1, 1, 30)] * 2, 1))
    assert rows(page)[-3:] == ["Imported", "Fur", "Age 2"]
    assert "imported from set.npz" in find(page, "Found by").text()


def test_a_file_of_something_else_is_told(bench: Bench, page: DirectionsPage, tmp_path: Path) -> None:
    bench.open()
    np.save(tmp_path / "a.npy", np.ones(7))
    page.import_file(tmp_path / "a.npy")
    answer_import(bench)
    sentence, hint, problem = bench.notices[-1]
    assert "wrong shape" in sentence and "512 numbers, or 23 rows" in hint and problem
    assert not bench.worker.of(Measure) and find(page, "Import directions").isEnabled()


def test_what_was_read_for_a_folder_that_was_closed_is_dropped(bench: Bench, page: DirectionsPage) -> None:
    bench.open()
    page.import_file(Path("set.npz"))
    bench.document.close()
    bench.open()
    bench.worker.answer(ReadDirections, [own_direction("fur")])
    assert not bench.worker.of(Measure)


def test_every_kind_of_file_with_directions_is_offered(
    bench: Bench, page: DirectionsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: list[str] = []

    def ask(*arguments: object) -> tuple[str, str]:
        offered.append(str(arguments[-1]))
        return "", ""

    monkeypatch.setattr("large_gui.gui.directions.page.QFileDialog.getOpenFileName", ask)
    bench.open()
    press(page, "Import directions", qtbot)
    for suffix in ("npz", "npy", "json", "csv", "pt", "pkl", "safetensors"):
        assert f"*.{suffix}" in offered[0]


def test_it_fits_a_small_window_and_everything_has_a_name(bench: Bench, page: DirectionsPage) -> None:
    bench.open(own_direction("freckles"))
    assert page.minimumSizeHint().width() <= 700 and page.minimumSizeHint().height() <= 400
    controls = QPushButton | QLineEdit | QListWidget | QComboBox | StripView
    assert all(w.accessibleName() for w in page.findChildren(QWidget) if isinstance(w, controls))
    labels = [label.text() for label in page.findChildren(QLabel)]
    assert not any("will stand here" in text for text in labels), "nothing is promised"
