"""Finding by any finder on the directions page: what it shows, needs and asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QProgressBar, QPushButton, QSpinBox, QToolButton
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Answer
from large_gui.core.options import option
from large_gui.core.reporter import Progress
from large_gui.directions import components
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.finders import FINDERS
from large_gui.gui.directions.page import DirectionsPage
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.service.requests import FindDirections, Measure
from large_gui.tasks.finding.find import Search
from large_gui.tasks.models import ModelCard
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction
from tests.gui.directions.test_directions_page import press, rows

SHA = [f"sha{i}" for i in range(30)]


@dataclass(frozen=True)
class NoOptions:
    """Nothing to set."""


@dataclass(frozen=True)
class Many:
    """More than a small window has room for."""

    a: int = option(1, "one")
    b: int = option(1, "two")
    c: int = option(1, "three")
    d: int = option(1, "four")
    e: int = option(1, "five")
    f: int = option(1, "six")


def never(materials: Materials, options: object, reporter: object) -> list[object]:
    raise AssertionError


EXTRA = (
    Finder("ridge", "From values", "It follows values.", frozenset({Need.VALUES}), never, NoOptions, 4),
    Finder("words", "From words", "It reads words.", frozenset({Need.TEXT}), never, Many, 1),
    Finder("sefa", "From weights", "It looks at weights.", frozenset({Need.WEIGHTS}), never, NoOptions, 1),
)  # fmt: skip


@pytest.fixture(autouse=True)
def extra_finders() -> Iterator[None]:
    before = dict(FINDERS)
    FINDERS.clear()
    FINDERS.update({name: before[name] for name in ("svm", "rank", "components")})
    FINDERS.update({finder.name: finder for finder in EXTRA})
    yield
    FINDERS.clear()
    FINDERS.update(before)  # in their order


def model(bench: Bench, **changes: object) -> ModelCard:
    assert bench.document.model is not None
    bench.document.model = replace(bench.document.model, **changes)  # type: ignore[arg-type]
    return bench.document.model


def by(page: DirectionsPage, title: str, qtbot: QtBot) -> None:
    """Choose a finder with the keyboard."""
    box = find(page, "Find by", QComboBox)
    qtbot.keyClick(box, Qt.Key.Key_Home)
    while box.currentText() != title:
        before = box.currentIndex()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() == before + 1, f"{title} is offered"


def shown(page: DirectionsPage, *names: str) -> list[bool]:
    return [find(page, name).isVisible() for name in names]


def works_with(page: DirectionsPage) -> str:
    return find(page, "What the finder works with", QLabel).text()  # type: ignore[no-any-return]


def test_every_finder_is_offered_and_tags_come_first(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    bench.open()
    box = find(page, "Find by", QComboBox)
    titles = [box.itemText(i) for i in range(box.count())]
    assert titles == [
        "From tags", "From comparisons", "Components of the images", "From values", "From words",
        "From weights",
    ]  # fmt: skip
    assert box.currentText() == "From tags"
    own = ("Mark selection as having it", "Marked images", "Words to find", "Finder options")
    assert shown(page, *own) == [True, True, False, True]
    for title, about, visible in (
        ("Components of the images", "codes vary most", [False, False, False, True]),
        ("From values", "It follows values.", [False, False, False, False]),
        ("From words", "It reads words.", [False, False, True, True]),
    ):
        by(page, title, qtbot)
        assert about in find(page, "What the finder does", QLabel).text()
        assert shown(page, *own) == visible, title


def test_components_are_asked_for_with_their_options(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session = bench.open(own_direction("component_2", found_by="file"))
    by(page, "Components of the images", qtbot)
    assert works_with(page).endswith("The codes of the 30 images here are taken as samples.")
    assert not find(page, "Count", QSpinBox).isVisible()
    qtbot.mouseClick(find(page, "Finder options", QToolButton), Qt.MouseButton.LeftButton)
    count = find(page, "Count", QSpinBox)
    assert count.isVisible()
    for _ in range(2):
        qtbot.keyClick(count, Qt.Key.Key_Down)
    press(page, "Find direction", qtbot)
    search = Search("components", components.Options(3))
    assert bench.worker.asked == [FindDirections(search, "faces", SHA, [])]
    found = [own_direction(f"component_{i}", found_by="components") for i in (1, 2, 3)]
    bench.worker.answer(FindDirections, found)
    names = [d.name for d in bench.worker.last(Measure).directions]
    assert names == ["component_1", "component_2_2", "component_3"], "nothing is replaced unasked"
    bench.worker.answer(Measure, np.stack([np.linspace(-1, 1, 30)] * 3, 1))
    assert session.direction.name == "component_1", "the first, along which most varies"
    assert rows(page)[-6:] == [
        "Found", "Component 1", "Component 2 2", "Component 3", "Imported", "Component 2",
    ]  # fmt: skip
    bench.document.editor.stack.undo()
    assert "Found" not in rows(page)


def test_components_are_of_the_folder_also_where_the_generator_is_here(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    model(bench, generator_is_here=True)
    bench.open()
    by(page, "Components of the images", qtbot)
    assert works_with(page) == "The codes of the 30 images here are taken as samples."
    qtbot.keyClicks(find(page, "Attribute name", QLineEdit), "-main ones")
    press(page, "Find direction", qtbot)
    asked = bench.worker.last(FindDirections)
    assert (asked.search.name, asked.sha256) == ("main_ones", SHA)


def test_comparisons_come_before_values(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    by(page, "From comparisons", qtbot)
    assert works_with(page).startswith("0 pairs compared about age. It takes 5")
    for i in range(5):
        bench.document.editor.label([i], i * 1.5)
    assert works_with(page) == "No pairs are compared, so the order of 5 values is taken."
    press(page, "Find direction", qtbot)
    asked = bench.worker.last(FindDirections)
    assert (asked.sha256, asked.said, asked.answers) == (SHA[:5], [0.0, 1.5, 3.0, 4.5, 6.0], ())
    bench.worker.answer(FindDirections, [])
    for i, answer in ((3, Answer.FIRST), (4, Answer.SECOND), (5, Answer.EQUAL)):
        bench.document.comparisons.add("02.jpg", f"{i:02}.jpg", answer)
    assert works_with(page).startswith("3 pairs compared about age. It takes 5")
    assert not find(page, "Find direction").isEnabled()
    bench.document.comparisons.add_most("07.jpg", ["02.jpg", "05.jpg"])
    assert works_with(page) == "5 pairs compared about age."
    press(page, "Find direction", qtbot)
    asked = bench.worker.last(FindDirections)
    assert asked.sha256 == ["sha2", "sha3", "sha4", "sha5", "sha7"] and not asked.said
    assert asked.answers == [(0, 1, 1.0), (0, 2, 0.0), (0, 3, 0.5), (4, 0, 1.0), (4, 3, 1.0)]


def test_values_are_counted_and_those_left_out_are_not_used(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session = bench.open()
    by(page, "From values", qtbot)
    assert works_with(page) == "0 images with a value of age; it takes 4."
    for i in range(5):
        assert not find(page, "Find direction").isEnabled()
        bench.document.editor.label([i], i * 1.5)
        if i == 3:
            bench.document.editor.exclude([3])
    assert works_with(page) == "4 images with a value of age." and session.labels[3] == Label(4.5, True)
    press(page, "Find direction", qtbot)
    asked = bench.worker.last(FindDirections)
    assert (asked.sha256, asked.said) == (["sha0", "sha1", "sha2", "sha4"], [0.0, 1.5, 3.0, 6.0])


def test_words_are_needed(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    by(page, "From words", qtbot)
    assert not find(page, "Find direction").isEnabled()
    qtbot.keyClicks(find(page, "Words to find", QLineEdit), " a freckles ")
    press(page, "Find direction", qtbot)
    assert bench.worker.last(FindDirections).search == Search("words", Many(), "", "a freckles")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"generates": False}, "This model makes no pictures."),
        ({}, "The model's generator is not here: the Models page fetches it."),
        ({"fetched_from": None}, "The model's generator is missing: install large-gui again."),
        ({"generator_is_here": True}, "It looks at the weights of the model's generator."),
    ],
)
def test_weights_are_a_capability(
    bench: Bench, page: DirectionsPage, qtbot: QtBot, changes: dict[str, object], words: str
) -> None:
    card = model(bench, **changes)
    bench.open()
    by(page, "From weights", qtbot)
    assert works_with(page) == words
    assert find(page, "Find direction").isEnabled() is card.can_draw


def test_names_are_kept_for_each_finder(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    name = find(page, "Attribute name", QLineEdit)
    qtbot.keyClicks(name, "freckles")
    by(page, "Components of the images", qtbot)
    assert (name.text(), name.placeholderText()) == ("", "component")
    by(page, "From tags", qtbot)
    assert name.text() == "freckles"


def test_any_finder_by_tags_may_replace_what_it_found_itself(
    bench: Bench, page: DirectionsPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Finder("tree", "By a tree", "It grows.", frozenset({Need.TAGS}), never, NoOptions, 3)
    monkeypatch.setitem(page.finding._finders, "tree", tree)
    monkeypatch.setitem(FINDERS, "tree", tree)
    page.finding.by.addItem(tree.title, tree.name)
    known = {"oak": "tree", "svm": "svm", "file": "file"}
    session = bench.open(*(own_direction(name, found_by=by) for name, by in known.items()))
    assert rows(page)[-5:] == ["From tags", "Oak", "Svm", "Imported", "File"]
    by(page, "By a tree", qtbot)
    name = find(page, "Attribute name", QLineEdit)
    for text, taken in (("svm", True), ("file", True), ("age", True), ("oak", False)):
        name.setText(text)
        assert ("choose another" in find(page, "Marked images", QLabel).text()) is taken, text
    for has, numbers in ((True, [0, 1, 2]), (False, [3, 4, 5])):
        bench.document.editor.tag("oak", numbers, has)
    press(page, "Find direction", qtbot)
    bench.worker.answer(FindDirections, [own_direction("oak", found_by="tree")])
    bench.worker.answer(Measure, np.linspace(-1, 1, 30)[:, None])
    assert [d.name for d in session.directions][-3:] == ["oak", "svm", "file"], "it took the old one's place"


def test_an_option_that_is_not_possible_is_told(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    bench.open()
    for has, numbers in ((True, [0, 1, 2]), (False, [3, 4, 5])):
        bench.document.editor.tag("freckles", numbers, has)
    qtbot.keyClicks(find(page, "Attribute name", QLineEdit), "freckles")
    qtbot.mouseClick(find(page, "Finder options", QToolButton), Qt.MouseButton.LeftButton)
    line = find(page, "Softness", QLineEdit)
    line.selectAll()
    qtbot.keyClicks(line, "0")
    button = find(page, "Find direction")
    before = button.mapTo(page, QPoint())
    press(page, "Find direction", qtbot)
    told = find(page, "Why it can not be found")
    assert told.isVisible() and told.text().startswith("The option softness can't be 0.")
    assert told.text().count("It is") == 1, "the hint is told once"
    assert not bench.notices and not bench.worker.asked
    assert button.mapTo(page, QPoint()) == before, "what may be clicked next stays under the mouse"


def test_finding_shows_progress_and_can_be_cancelled(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    bench.open()
    by(page, "Components of the images", qtbot)
    assert not find(page, "Cancel finding").isVisible()
    find(page, "Find direction", QPushButton).setFocus()
    press(page, "Find direction", qtbot)
    bar = find(page, "Progress of finding", QProgressBar)
    assert bar.isVisible() and bar.maximum() == 0
    bench.worker.progress(FindDirections, Progress(2, 5, "Looking"))
    assert (bar.value(), bar.maximum()) == (2, 5)
    assert find(page, "What is done while finding", QLabel).text() == "Looking"
    press(page, "Cancel finding", qtbot)
    assert bench.worker.forgotten == [1] and not bar.isVisible() and not bench.notices
    assert find(page, "Find direction").isEnabled()


@pytest.mark.parametrize("title", ["From tags", "Components of the images", "From values", "From words"])
def test_it_fits_with_its_options(bench: Bench, page: DirectionsPage, qtbot: QtBot, title: str) -> None:
    bench.open(own_direction("freckles"))
    by(page, title, qtbot)
    find(page, "Finder options", QToolButton).setChecked(True)
    assert page.minimumSizeHint().width() <= 700 and page.minimumSizeHint().height() <= 440


def test_what_values_teach_is_named_after_them_and_replaces_itself_only(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    session, document = bench.open(own_direction("severity", found_by="ridge")), bench.document
    by(page, "From values", qtbot)
    for i in range(5):
        document.editor.label([i], i * 1.5)
    name = find(page, "Attribute name", QLineEdit)
    assert name.placeholderText() == "age_learned", "age itself came with the model"
    document.editor.name_value(Value("age", "severity", "grades"))
    assert name.placeholderText() == "severity"
    press(page, "Find direction", qtbot)
    assert bench.worker.last(FindDirections).search.name == "severity"
    bench.worker.answer(FindDirections, [own_direction("severity", found_by="ridge")])
    bench.worker.answer(Measure, np.linspace(-1, 1, 30)[:, None])
    assert document.own == {"severity"} and session.direction.name == "severity"
    assert len(session.labels) == 5 and document.value == Value("severity", "severity", "grades")
    document.choose_direction("age")
    qtbot.keyClicks(name, "yaw")
    press(page, "Find direction", qtbot)
    bench.worker.answer(FindDirections, [own_direction("yaw", found_by="ridge")])
    assert [d.name for d in bench.worker.last(Measure).directions] == ["yaw_2"]
