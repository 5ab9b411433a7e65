"""The page of pairs, as a person with a keyboard sees it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.core.calibrating.ordinal import Grades
from large_gui.core.choices import Answer, Order
from large_gui.gui.pairs.page import PairsPage
from large_gui.models.kinds.gan import GanModel
from large_gui.project.store import ProjectStore
from tests.gui.acting import find, settle
from tests.gui.bench import NAMES, Bench

KEY = Qt.Key


class NoSmall(QObject):
    """In place of the grid's thumbnails."""

    loaded = Signal(list)

    def get(self, path: str) -> QPixmap | None:
        return None


class Asked:
    """The page over thirty measured images on the disk, whose grey is the distance along age."""

    def __init__(self, home: Path, pack: GanModel, qtbot: QtBot) -> None:
        self.bench, self.qtbot = Bench(home, pack), qtbot
        self.document = self.bench.document
        for name in NAMES:
            Image.new("RGB", (40, 30), (int(name[:2]) * 8,) * 3).save(home / name)
        self.page = PairsPage(self.document, NoSmall())
        qtbot.addWidget(self.page)
        self.page.resize(900, 480)
        self.page.show()
        qtbot.waitExposed(self.page)

    def open(self, **how: Any) -> None:
        self.session = self.bench.open(**how)
        self.session.choose("age", {})
        self.document.show_direction(self.document.chosen)
        self.wait()

    def wait(self) -> None:
        """Wait until both pictures are seen."""
        self.qtbot.waitUntil(lambda: all(not p.image.isNull() for p in self.pictures) or not self.page.pair)

    @property
    def pictures(self) -> list[Any]:
        return [find(self.page, name) for name in ("Left picture", "Right picture")]

    @property
    def known(self) -> list[tuple[str, str, str]]:
        """What stands in the project file."""
        assert self.document.store is not None
        return [tuple(c) for c in self.document.store.comparisons(self.document.value_id)]

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self.wait()
            self.qtbot.keyClick(self.page.focusWidget() or self.page, key, modifier)
        self.wait()

    def names(self) -> tuple[str, ...]:
        assert self.page.pair is not None
        return tuple(NAMES[i] for i in self.page.pair)

    def judge(self, answers: int, sign: float = 1) -> None:
        """Answer as the distances along age say."""
        d = sign * self.session.along("age")
        for _ in range(answers):
            assert self.page.pair is not None
            a, b = self.page.pair
            self.press(KEY.Key_Left if d[a] > d[b] else KEY.Key_Right)

    def texts(self) -> str:
        return "\n".join(label.text() for label in self.page.findChildren(QLabel) if label.isVisible())


@pytest.fixture
def asked(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Asked]:
    asked = Asked(home, pack, qtbot)
    yield asked
    asked.document.quit()


def test_keys_answer_and_the_next_pair_follows(asked: Asked) -> None:
    asked.open()
    assert "Which one is further towards “old”?" in asked.texts() and "No answers yet" in asked.texts()
    seen = []
    for key, answer in (
        (KEY.Key_Left, Answer.FIRST), (KEY.Key_Right, Answer.SECOND), (KEY.Key_Down, Answer.EQUAL),
        (KEY.Key_Equal, Answer.EQUAL),
    ):  # fmt: skip
        names = asked.names()
        greys = [picture.image.pixelColor(0, 0).red() for picture in asked.pictures]
        assert greys == pytest.approx([int(name[:2]) * 8 for name in names], abs=3)
        asked.press(key)
        assert asked.known[-1] == (*names, answer)
        seen.append(frozenset(names))
    assert len(set(seen)) == 4 and frozenset(asked.names()) not in seen
    for key in (KEY.Key_Up, KEY.Key_S):
        names = asked.names()
        asked.press(key)
        assert set(asked.names()) != set(names)
    assert len(asked.known) == 4, "what is skipped is no answer"


def test_answers_are_kept_and_undone(asked: Asked, home: Path, pack: GanModel, qtbot: QtBot) -> None:
    asked.open()
    asked.judge(3)
    kept, names = asked.known, asked.names()
    asked.press(KEY.Key_Down)
    following = asked.names()
    assert len(asked.known) == 4
    asked.document.editor.stack.undo()
    assert asked.known == kept and asked.names() == names, "the pair that was taken back is asked again"
    asked.document.editor.stack.redo()
    assert len(asked.known) == 4 and asked.names() == following
    for _ in range(4):
        asked.document.editor.stack.undo()
    assert asked.known == []
    asked.document.editor.stack.redo()
    left = asked.known
    asked.document.close()
    assert "No folder is open." in asked.texts()
    with ProjectStore(home / "test.large") as store:
        assert [tuple(c) for c in store.comparisons("age")] == left
    asked.open()
    assert [tuple(c) for c in asked.document.comparisons.known] == left
    assert "agrees with 1 of 1 answer" in asked.texts()


def test_a_flipped_direction_asks_and_counts_the_same(asked: Asked) -> None:
    asked.open()
    asked.judge(8)
    before = asked.texts()
    assert "agrees with 8 of 8 answers (68–100 %)" in before
    names = find(asked.page, "The order so far").paths
    asked.document.flip()
    asked.wait()
    assert asked.texts() == before and find(asked.page, "The order so far").paths == names
    asked.judge(1)
    assert "agrees with 9 of 9" in asked.texts()
    assert {c.answer for c in asked.document.comparisons.known} <= {Answer.FIRST, Answer.SECOND}


def test_each_direction_has_its_own_answers(asked: Asked) -> None:
    asked.open()
    asked.judge(2)
    asked.document.choose_direction("smile")
    asked.wait()
    assert "towards “smiling”" in asked.texts() and "No answers yet" in asked.texts()
    asked.document.editor.stack.undo()
    assert "No answers yet" in asked.texts()
    asked.document.choose_direction("age")
    assert "1 of 1" in asked.texts()


def test_answers_against_the_direction_are_told(asked: Asked) -> None:
    asked.open()
    asked.judge(8, sign=-1)
    assert "agrees with 0 of 8" in asked.texts() and "other way" in asked.texts()


@pytest.mark.parametrize("flipped", [False, True])
def test_cut_points_come_from_the_answers(
    asked: Asked, flipped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked.open()
    button = find(asked.page, "Set the grades' cut points", QPushButton)
    asked.judge(4)
    assert not button.isEnabled() and "It takes 5" in button.toolTip()
    asked.judge(36)
    if flipped:
        asked.document.flip()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("none, some, much, all", True))
    button.click()
    grades = asked.session.grades
    assert grades is not None and grades.names == ("none", "some", "much", "all")
    d = asked.session.distances
    assert d.min() < grades.cuts[0] < grades.cuts[1] < grades.cuts[2] < d.max()
    assert min(np.bincount(grades.grade(d), minlength=4)) >= 1
    assert f"none  {grades.cuts[0]:+.2f}  some" in asked.texts()
    asked.document.editor.stack.undo()
    assert asked.session.grades is None and len(asked.known) == 40, "one step"
    asked.document.editor.set_grades(Grades(("low", "high"), (9.0,)), "Grade")
    button.click()
    again = asked.session.grades
    assert again is not None and again.names == ("low", "high") and again.cuts[0] < 3


def test_the_grid_is_sorted_by_the_answers(asked: Asked) -> None:
    asked.open()
    document = asked.document
    document.sort(Order.COMPARED)
    assert document.order().tolist() == list(range(30)), "without answers, by name"
    told: list[object] = []
    document.order_changed.connect(lambda: told.append(0))
    asked.judge(12)
    assert len(told) == 12
    scores = asked.session.compared
    found = [scores.get(int(i)) for i in document.order()]
    assert None not in found[: len(scores)] and found[: len(scores)] == sorted(scores.values())
    assert not any(found[len(scores) :]), "the others come last"
    document.sort(reverse=True)
    assert [scores.get(int(i)) for i in document.order()][: len(scores)] == found[: len(scores)][::-1]
    document.choose_direction("smile")
    assert not asked.session.compared


def test_what_is_not_seen_is_not_answered(asked: Asked, home: Path) -> None:
    asked.open()
    (gone, other) = asked.names()
    asked.document.close()
    (home / gone).unlink()
    asked.bench.random = np.random.default_rng(0)  # the same distances again
    asked.session = asked.bench.open()
    asked.session.choose("age", {})
    asked.document.show_direction(asked.document.chosen)
    side = asked.names().index(gone)
    asked.qtbot.waitUntil(lambda: bool(asked.pictures[side].accessibleDescription()))
    QTest.keyClick(asked.page, KEY.Key_Left)
    assert asked.known == [] and asked.names()[1 - side] == other
    QTest.keyClick(asked.page, KEY.Key_Up)
    asked.wait()
    asked.press(KEY.Key_Left)
    assert len(asked.known) == 1


def test_a_larger_window_reads_the_pictures_again(asked: Asked, home: Path) -> None:
    for name in NAMES:
        Image.new("RGB", (1600, 1200), (9, 99, 199)).save(home / name)
    asked.open()
    settle(asked.qtbot, asked.page)
    asked.wait()
    before = asked.pictures[0].image
    assert before.width() == 512
    asked.page.resize(2400, 1200)
    settle(asked.qtbot, asked.page)
    assert not asked.pictures[0].image.isNull(), "the smaller one stays until the larger one is there"
    asked.qtbot.waitUntil(lambda: min(p.image.width() for p in asked.pictures) > 1000)
    asked.press(KEY.Key_Left)
    asked.qtbot.waitUntil(lambda: min(p.image.width() for p in asked.pictures) > 1000)
    assert len(asked.known) == 1


def test_an_edited_picture_is_shown_as_it_is_now(asked: Asked, home: Path) -> None:
    asked.open()
    shown = home / asked.names()[0]
    Image.new("RGB", (40, 30), (200, 0, 0)).save(shown)
    asked.document.pictures_changed.emit([str(shown)])
    asked.wait()
    assert asked.pictures[0].image.pixelColor(0, 0).getRgb()[:3] == (200, 0, 0)
    assert asked.names()[0] == shown.name


def test_a_click_on_a_picture_chooses_it(asked: Asked) -> None:
    asked.open()
    names = asked.names()
    asked.qtbot.mouseClick(asked.pictures[1], Qt.MouseButton.LeftButton)
    assert asked.known == [(*names, Answer.SECOND)]
    asked.wait()
    find(asked.page, "Equal", QPushButton).click()
    assert asked.known[1][2] == Answer.EQUAL


def test_keys_work_from_a_button_too(asked: Asked) -> None:
    asked.open()
    find(asked.page, "Skip", QPushButton).setFocus(Qt.FocusReason.TabFocusReason)
    names = asked.names()
    asked.press(KEY.Key_Right)
    assert asked.known == [(*names, Answer.SECOND)]
    with asked.qtbot.waitSignal(asked.page.left):
        asked.press(KEY.Key_Escape)


def test_too_little_to_compare_is_said(asked: Asked) -> None:
    assert "No folder is open." in asked.texts()
    asked.open(measured=1)
    assert "There is nothing to compare." in asked.texts() and asked.page.pair is None
    asked.press(KEY.Key_Left, KEY.Key_Up)
    assert asked.known == []
    asked.document.close()
    asked.open(measured=2)
    assert asked.page.pair is not None
    asked.press(KEY.Key_Left)
    assert "There is no other pair." in asked.texts()
    asked.document.editor.stack.undo()
    assert asked.page.pair is not None


def test_without_a_direction_there_is_no_question(asked: Asked) -> None:
    asked.open()
    asked.session.choose("", {})
    asked.document.direction_changed.emit()
    assert "There is no direction yet." in asked.texts() and asked.page.pair is None
    asked.press(KEY.Key_Down)
    assert not asked.document.editor.stack.canUndo()
