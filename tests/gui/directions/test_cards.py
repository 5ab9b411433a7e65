"""The cards of directions: what stands on them, their pictures, keys, and how tags become a direction."""

from dataclasses import replace

import numpy as np
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QListWidget
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Chosen
from large_gui.gui.directions.page import DirectionsPage
from large_gui.gui.directions.picker import StripView
from large_gui.gui.directions.rename import RenameDialog
from large_gui.project.value import Value
from large_gui.service.requests import DrawStrip, FindDirections, Measure
from tests.gui.acting import find
from tests.gui.bench import NAMES, Bench, own_direction


def test_keys_go_from_card_to_card_and_enter_uses(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    session = bench.open()
    cards = find(page, "Directions", QListWidget)
    qtbot.keyClick(cards, Qt.Key.Key_Right)
    assert find(page, "Direction shown").text() == "Yaw" and session.direction.name == "age"
    qtbot.keyClick(cards, Qt.Key.Key_Down)
    assert find(page, "Direction shown").text() in ("Pitch", "Smile"), "as many columns as there is room for"
    shown = find(page, "Direction shown").text()
    qtbot.keyClick(cards, Qt.Key.Key_Return)
    assert session.direction.name == shown.lower()


def words_of(page: DirectionsPage, name: str) -> list[str]:
    """What stands on a card."""
    return [label.text() for label in find(page, f"Direction {name}").findChildren(QLabel)]


def test_a_card_tells_the_error_of_its_own_labels(bench: Bench, page: DirectionsPage) -> None:
    session, document = bench.open(), bench.document
    document.choose_direction("smile")
    for i in range(2):
        document.editor.label([i], float(i))
    assert "2 labels yet; 3 labels show its error" in words_of(page, "Smile")
    for i in range(2, 9):
        document.editor.label([i], float(i))
    document.editor.exclude([8])
    document.editor.name_value(Value("smile", "smile", "points"))
    document.choose_direction("age")
    document.choose_direction("smile")
    assert session.calibration is not None
    told = f"Typical error {session.calibration.loo_mae:.3g} points from 8 labels"
    document.choose_direction("age")
    assert told in words_of(page, "Smile"), "of any direction, not only of the one in use"
    assert "No labels yet; 3 labels show its error" in words_of(page, "Age")


def test_own_directions_are_shown_by_nine_images_of_the_folder(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    for i, name in enumerate(NAMES):
        Image.new("RGB", (40, 30), (8 * i, 8 * i, 8 * i)).save(bench.home / name, "PNG")
    session = bench.open(own_direction("light"))
    session.add_direction(own_direction("light"), np.arange(30.0))
    bench.document.directions_changed.emit()
    pictures = find(page, "Pictures of Light", StripView)

    def levels() -> list[int]:
        image = pictures.pixmap.toImage()
        width = image.width() // 9
        return (
            []
            if image.isNull()
            else [image.pixelColor(i * width + width // 2, 90).red() // 8 for i in range(9)]
        )

    qtbot.waitUntil(lambda: levels() == [0, 4, 7, 11, 14, 18, 22, 25, 29])


def test_own_directions_are_drawn_where_the_generator_is_here(bench: Bench, page: DirectionsPage) -> None:
    bench.document.model = replace(bench.document.model, generator_is_here=True)  # type: ignore[type-var]
    bench.open(own_direction("freckles"), own_direction("fur"))
    first = bench.worker.last(DrawStrip)
    assert (first.direction.name, first.model) == ("freckles", "faces")
    bench.worker.answer(DrawStrip, np.zeros((8, 40, 3), np.uint8))
    assert find(page, "Pictures of Freckles", StripView).pixmap.width() == 40
    assert bench.worker.last(DrawStrip).direction.name == "fur", "one after the other"
    bench.worker.fail(DrawStrip, "No memory.")
    assert not bench.notices and len(bench.worker.of(DrawStrip)) == 2, "images of the folder are shown"


def test_a_tag_of_the_grid_becomes_a_direction(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    session = bench.open()
    by = find(page, "Find by", QComboBox)
    by.setCurrentIndex(by.count() - 1)
    bench.document.editor.tag("long freckles", [0, 1], True)
    page.find_from_tags("long freckles")
    assert bench.notices[-1][0] == "2 images have it and 0 do not; a direction takes 3 of each."
    bench.document.editor.tag("long freckles", [2], True)
    bench.document.editor.tag("long freckles", [7, 8, 9], False)
    page.find_from_tags("long freckles")
    asked = bench.worker.last(FindDirections)
    assert (asked.search.name, asked.search.finder) == ("long_freckles", "svm")
    assert (asked.sha256, asked.said) == ([f"sha{i}" for i in (0, 1, 2, 7, 8, 9)], [1.0] * 3 + [0.0] * 3)
    assert by.currentText() == "From tags" and page.finding.name.text() == "long freckles"
    page.find_from_tags("long freckles")
    assert bench.notices[-1][0] == "A direction is being found."
    bench.worker.answer(FindDirections, [own_direction("long_freckles")])
    bench.worker.answer(Measure, np.linspace(-1, 1, 30)[:, None])
    assert session.direction.name == "long_freckles"
    assert "From your tags: 3 with it, 3 without" in words_of(page, "Long freckles")
    page.find_from_tags("smile")
    assert bench.notices[-1][0] == "There is a direction called smile."


def test_an_own_direction_gets_other_words_and_that_can_be_undone(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session, document = bench.open(own_direction("component_1"), own_direction("freckles")), bench.document
    assert not find(page, "Rename direction").isVisible(), "the model's own keep their names"
    document.choose_direction("component_1", flipped=True)
    before = session.distances.copy()
    qtbot.mouseClick(find(page, "Rename direction"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(RenameDialog)
    name, ok = find(dialog, "New name", QLineEdit), dialog._ok
    for text, possible in (("Freckles", False), ("", False), ("Hat size", True)):
        name.setText(text)
        assert ok.isEnabled() is possible, text
    find(dialog, "Words for the high end", QLineEdit).setText("large hat")
    qtbot.mouseClick(ok, Qt.MouseButton.LeftButton)
    assert document.chosen == Chosen("Hat_size", True) and session.direction.low == "large hat"
    np.testing.assert_array_equal(session.distances, before)
    assert document.own == {"Hat_size", "freckles"} and find(page, "Direction shown").text() == "Hat size"
    assert document.store is not None and set(document.store.directions()) == {"Hat_size", "freckles"}
    document.editor.stack.undo()
    assert document.chosen == Chosen("component_1", True) and session.direction.positive == "with"
    np.testing.assert_array_equal(session.distances, before)
    assert set(document.store.directions()) == {"component_1", "freckles"}


def test_a_name_under_which_labels_are_kept_stays(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    session, document = bench.open(own_direction("freckles")), bench.document
    document.choose_direction("freckles")
    document.editor.label([0], 1.0)
    qtbot.mouseClick(find(page, "Rename direction"), Qt.MouseButton.LeftButton)
    dialog = page.findChild(RenameDialog)
    assert not find(dialog, "New name").isEnabled()
    assert "labels or tags" in find(dialog, "About the name").text()
    find(dialog, "Words for the low end", QLineEdit).setText("shaved")
    dialog.accept()
    assert session.direction.low == "shaved" and session.labels[0].value == 1.0
    assert words_of(page, "Freckles").count("shaved") == 1
