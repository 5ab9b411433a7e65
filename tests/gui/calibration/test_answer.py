"""What the panel says: the answer in words, the next image, labels that disagree, what a value is of."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Shown
from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.gui.calibration.words import about
from large_gui.project.value import Value
from tests.gui.acting import LEFT, find
from tests.gui.bench import Bench


def read(panel: CalibrationPanel, name: str) -> str:
    return str(find(panel, name).text())


def told(panel: CalibrationPanel) -> str:
    return f"{read(panel, 'How far off predictions are')} {read(panel, 'What that is known from')}"


def ranked(bench: Bench) -> list[int]:
    assert bench.document.session is not None
    return [int(i) for i in bench.document.session.by_distance()]


def test_before_there_is_an_error_it_is_said_what_to_do_next(bench: Bench, panel: CalibrationPanel) -> None:
    bench.open()
    assert "Go to the suggested image" in told(panel)
    order = ranked(bench)
    bench.document.editor.label([order[0]], 10)
    assert "two make a line" in told(panel)
    bench.document.editor.label([order[-1]], 70)
    assert "A third one" in told(panel)


def test_the_answer_is_a_typical_error_beside_that_of_guessing(bench: Bench, panel: CalibrationPanel) -> None:
    session = bench.open()
    bench.document.editor.name_value(Value("age", "age", "years"))
    order = ranked(bench)
    for place, wrong in ((0, 2), (9, -3), (20, 3), (29, -2)):
        number = order[place]
        bench.document.editor.label([number], round(40 + 20 * session.distances[number] + wrong))
    assert session.calibration is not None
    error = f"{session.calibration.loo_mae:.1f}"
    assert f"Typical error about {error} years" in told(panel)
    assert "From 4 labels. Guessing the median: " in told(panel)
    why = read(panel, "Suggestion")
    assert why.startswith("Next: ") and "It would narrow the intervals by about " in why
    figures = find(panel, "Calibration figures")
    assert not figures.isVisible() and "n = 4" in figures.text()
    find(panel, "Details of the line").click()
    assert figures.isVisible() and find(panel, "Fit by").isVisible()


@pytest.mark.parametrize(
    ("number", "like", "text"),
    [
        (5.72, None, "5.7"), (11.24, None, "11.2"), (0.0572, None, "0.057"), (123.4, None, "123"),
        (12345.0, None, "12,345"), (11.24, 5.7, "11.2"), (3.0, 123.4, "3"), (0.0, None, "0"),
        (9.96, None, "10.0"),
    ],
)  # fmt: skip
def test_sizes_are_told_to_two_or_three_digits(number: float, like: float | None, text: str) -> None:
    assert about(number, like) == text


def test_labels_that_disagree_are_looked_at_and_left_out_by_a_click(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session = bench.open()
    order = ranked(bench)[::4]
    for step, number in enumerate(order):
        bench.document.editor.label([number], round(40 + 20 * session.distances[number]) + step % 2)
    box = find(panel, "Labels to check")
    assert not box.isVisible()
    wrong = order[3]
    bench.document.editor.label([wrong], 95)
    assert box.isVisible() and "This label disagrees most" in read(panel, "Why these labels")
    (link,) = (b for b in box.findChildren(QPushButton) if b.text() != "Leave out")
    assert session.paths[wrong] in link.text() and "has 95, the others say" in link.text()
    qtbot.mouseClick(link, LEFT)
    assert bench.document.current == wrong
    (out,) = (b for b in box.findChildren(QPushButton) if b is not link)
    qtbot.mouseClick(out, LEFT)
    assert session.labels[wrong].excluded and not box.isVisible()
    bench.document.editor.stack.undo()
    assert not session.labels[wrong].excluded and box.isVisible()


def test_enter_without_a_number_takes_no_value_away(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session, document = bench.open(), bench.document
    document.select([2, 3])
    qtbot.keyClick(panel.entry, Qt.Key.Key_Return)
    assert read(panel, "Value problem") == "Type a number first."
    qtbot.keyClicks(panel.entry, "30")
    qtbot.keyClick(panel.entry, Qt.Key.Key_Return)
    qtbot.keyClick(panel.entry, Qt.Key.Key_Return)
    assert read(panel, "Value problem") == "Type a number first. Del removes a value."
    assert sorted(session.labels) == [2, 3] and document.editor.stack.count() == 1


def test_taking_back_what_is_not_seen_is_told(bench: Bench, panel: CalibrationPanel) -> None:
    session, document = bench.open(), bench.document
    document.editor.label([3], 7.0)
    document.choose_direction("yaw")
    document.editor.stack.undo()
    assert bench.notices[-1][0] == "1 label of age was changed, which is not what you see now."
    document.choose_direction("age")
    assert not session.labels
    told = len(bench.notices)
    document.editor.stack.redo()
    assert session.labels[3].value == 7.0 and len(bench.notices) == told


def test_a_value_goes_to_all_that_are_selected_in_one_step(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session, document = bench.open(), bench.document
    document.set_current(4)
    assert read(panel, "What the value is of") == "I&ts value"
    document.select([2, 3, 4])
    assert read(panel, "What the value is of") == "Value of 3 &images"
    assert read(panel, "Label of this image") == "none has a value yet"
    qtbot.keyClicks(panel.entry, "31")
    document.select([4, 3, 2])  # sorted anew: the same images
    assert panel.entry.text() == "31"
    qtbot.keyClick(panel.entry, Qt.Key.Key_Return)
    assert {i: label.value for i, label in session.labels.items()} == {2: 31, 3: 31, 4: 31}
    assert document.current == 4 and document.selection == [4, 3, 2] and panel.entry.text() == ""
    assert read(panel, "Label of this image") == "3 of them have a value already"
    document.editor.stack.undo()
    assert not session.labels
    qtbot.keyClicks(panel.entry, "31")
    document.select([7, 8])
    assert panel.entry.text() == "", "what was typed was meant for other images"
    document.set_current(7)
    document.show_only(Shown(name=session.paths[7]))
    document.set_current(4)  # the filter hides it
    assert read(panel, "What the value is of") == "I&ts value"


def test_what_the_numbers_mean_is_asked_of_the_guide(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    bench.open()
    with qtbot.waitSignal(panel.explain_wanted) as asked:
        find(panel, "What each number means").click()
    assert asked.args == ["numbers"]


def test_without_room_everything_but_details_is_seen(bench: Bench, panel: CalibrationPanel) -> None:
    session = bench.open()
    for number in ranked(bench)[::5]:
        bench.document.editor.label([number], round(40 + 20 * session.distances[number]))
    assert panel.heightForWidth(354) <= 400 and panel.minimumSizeHint().width() <= 354
    assert np.isfinite(session.distances).all()
