"""A robot that does on a window what comes to its mind, and writes down what the projects must say of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.core.calibrating.options import CalibrationOptions
from large_gui.core.choices import Answer, Caption, Comparison, Filter, Method, Order, Shown
from large_gui.gui.document.document import Document
from large_gui.gui.export.dialog import export_csv
from large_gui.gui.groups.from_table import set_grouping
from large_gui.gui.shell.pages import PAGES
from large_gui.gui.shell.window import MainWindow
from large_gui.project.store import Label, ProjectStore
from large_gui.tasks.projects import project_for

Key = tuple[str, str, str, str]  # kind of what is said, folder, direction or name of a tag or grouping, path
Said = Label | bool | tuple[Comparison, ...] | str
Change = dict[Key, Said | None]
DIRECTIONS = ("age", "yaw", "smile")
TAGS = ("freckles", "hat")


class Robot:
    """Acts on a window and writes down what its labels should be."""

    def __init__(self, window: MainWindow, qtbot: QtBot, folders: list[Path], out: Path, seed: int) -> None:
        self.window, self.qtbot, self.folders, self.out = window, qtbot, folders, out
        self.random = random.Random(seed)
        self.truth: dict[Key, Said] = {}
        self.done: list[tuple[Change, Change]] = []
        self.undone: list[tuple[Change, Change]] = []
        self.folder = ""
        self.answers: list[Comparison] = []
        self.said = 0  # changes that were made
        self.actions: list[tuple[Callable[[], None], int]] = [
            (self.open, 2), (self.close, 1), (self.cancel, 1), (self.label, 20), (self.exclude, 6),
            (self.clear, 4), (self.undo, 10), (self.redo, 6), (self.direction, 4), (self.flip, 4),
            (self.sort, 6), (self.filter, 6), (self.brush, 3), (self.go, 20), (self.export, 2),
            (self.page, 2), (self.breathe, 10), (self.fit, 3), (self.larger, 2), (self.select, 4),
            (self.tag, 8), (self.take_tag, 2), (self.label_many, 6), (self.reverse, 3), (self.caption, 3),
            (self.answer, 8), (self.most, 4), (self.group, 3), (self.show_group, 3), (self.series, 3),
            (self.theme, 1), (self.invert, 2), (self.select_again, 2), (self.click, 6), (self.look, 12),
        ]  # fmt: skip

    @property
    def document(self) -> Document:
        return self.window.document

    def act(self) -> None:
        chosen = self.random.choices([a for a, _ in self.actions], [w for _, w in self.actions])[0]
        chosen()

    def open(self) -> None:
        folder = self.random.choice(self.folders)
        self.document.open([folder])
        self.folder = str(folder)
        self.done, self.undone = [], []
        if self.random.random() < 0.8:
            self.qtbot.waitUntil(lambda: self.document.session is not None)

    def close(self) -> None:
        self.document.close()
        self.done, self.undone = [], []

    def cancel(self) -> None:
        self.document.job.cancel()
        if self.random.random() < 0.5:
            self.document.job.resume()

    def label(self) -> None:
        if self.document.session is None:
            return
        self.give([self.random.randrange(len(self.document.session))])

    def label_many(self) -> None:
        """Give all that are selected a value, which is one step to undo."""
        if self.document.session is not None:
            self.give(list(self.document.in_hand()))

    def give(self, numbers: list[int]) -> None:
        value = round(self.random.uniform(0, 100), 2)
        self.document.editor.label(numbers, value)
        before = {i: self.known(i) for i in numbers}
        self.did({i: Label(value, x.excluded if x is not None else False) for i, x in before.items()})

    def tag(self) -> None:
        name, has = self.document.tag, self.random.choice([True, False, None])
        if self.document.session is not None and name:
            numbers = self.some()
            self.document.editor.tag(name, numbers, has)
            self.changed({("tag", self.folder, name, self.document.session.paths[i]): has for i in numbers})

    def answer(self) -> None:
        """Say which of two images is further along."""
        session = self.document.session
        if session is not None:
            first, second = self.random.sample(session.paths, 2)
            self.answered([Comparison(first, second, self.random.choice(list(Answer)))])
            self.document.comparisons.add(*self.answers[-1])

    def most(self) -> None:
        """Say that the image in hand has most of those that are compared, if any are."""
        document, session = self.document, self.document.session
        if session is not None and document.current in document.compared:
            chosen, paths = session.paths[document.current], [session.paths[i] for i in document.compared]
            self.answered([Comparison(chosen, path, Answer.FIRST) for path in paths if path != chosen])
            self.window.actions_by_id["most"].trigger()

    def answered(self, more: list[Comparison]) -> None:
        key = "answers", self.folder, self.document.value_id, ""
        known = self.truth.get(key, ())
        assert isinstance(known, tuple)
        self.answers = more
        self.changed({key: (*known, *more)})

    def group(self) -> None:
        """Put every image into one of two groups, in place of those that were there."""
        session = self.document.session
        if session is not None:
            groups = {path: self.random.choice("ab") for path in session.paths}
            set_grouping(self.document, "field", groups)
            self.changed({("group", self.folder, "field", path): group for path, group in groups.items()})

    def show_group(self) -> None:
        group = self.random.choice([None, ("field", "a"), ("field", "b")])
        self.document.show_only(self.document.shown._replace(group=group))

    def series(self) -> None:
        self.window.actions_by_id[self.random.choice(["series", "suggest", "suggest"])].trigger()

    def theme(self) -> None:
        self.window.actions_by_id[self.random.choice(["theme_light", "theme_dark"])].trigger()

    def take_tag(self) -> None:
        self.document.take_tag(self.random.choice(["", *TAGS]))

    def reverse(self) -> None:
        self.document.sort(reverse=not self.document.reverse)

    def caption(self) -> None:
        self.window.pages.images.captions.setCurrentText(self.random.choice(list(Caption)))

    def invert(self) -> None:
        if self.document.session is not None:
            self.window.actions_by_id["invert"].trigger()

    def select_again(self) -> None:
        self.window.actions_by_id["select_again"].trigger()

    def click(self) -> None:
        """Click somewhere into the images, perhaps with Shift or Ctrl."""
        grid = self.window.pages.images.grid
        if self.document.session is not None and grid.isVisible():
            place = QPoint(
                self.random.randrange(grid.width() - 20), self.random.randrange(grid.height() - 20)
            )
            modifiers = Qt.KeyboardModifier
            held = self.random.choice(
                [modifiers.NoModifier, modifiers.ShiftModifier, modifiers.ControlModifier]
            )
            self.qtbot.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, held, place)

    def look(self) -> None:
        """Look closely at one image or a few, go on, or go back."""
        names = ["large", "compare", "grid", "actual_size", "larger", "smaller", "first", "last", "clear"]
        self.window.actions_by_id[self.random.choice(names)].trigger()
        views = self.window.pages.images.views
        view = views.currentWidget()
        if view is not None and view.isVisible() and not views.on_grid:
            self.qtbot.keyClick(view, self.random.choice([Qt.Key.Key_Left, Qt.Key.Key_Right]))

    def exclude(self) -> None:
        numbers = self.some()
        labelled = {i: label for i in numbers if (label := self.known(i)) is not None}
        out = not all(label.excluded for label in labelled.values())
        self.document.editor.exclude(numbers)
        self.did({i: Label(x.value, out) for i, x in labelled.items() if x.excluded != out})

    def clear(self) -> None:
        numbers = self.some()
        self.document.editor.clear_labels(numbers)
        self.did({i: None for i in numbers if self.known(i) is not None})

    def undo(self) -> None:
        self.document.editor.stack.undo()
        if self.done:
            before, after = self.done.pop()
            self.undone.append((before, after))
            self.write(before)

    def redo(self) -> None:
        self.document.editor.stack.redo()
        if self.undone:
            before, after = self.undone.pop()
            self.done.append((before, after))
            self.write(after)

    def direction(self) -> None:
        self.document.choose_direction(self.random.choice(DIRECTIONS))

    def flip(self) -> None:
        self.document.flip()

    def sort(self) -> None:
        self.document.sort(self.random.choice(list(Order)))

    def filter(self) -> None:
        kinds = frozenset(self.random.sample(list(Filter), self.random.choice([0, 1, 1, 2])))
        self.document.show_only(Shown(kinds, name=self.random.choice(["", "", "0"])))

    def brush(self) -> None:
        low = self.random.uniform(-1, 1)
        within = self.random.choice([None, (low, low + 0.5)])
        self.document.show_only(self.document.shown._replace(within=within))

    def go(self) -> None:
        self.window.pages.images.grid.go_to(self.random.randrange(12))

    def select(self) -> None:
        self.window.pages.images.grid.selectAll()

    def export(self) -> None:
        if self.document.session is not None:
            assert export_csv(self.document, self.out)

    def page(self) -> None:
        self.window.pages.show_page(self.random.choice(list(PAGES)))

    def fit(self) -> None:
        method, level = self.random.choice(list(Method)), self.random.choice([0.8, 0.9])
        self.document.calibrate_by(CalibrationOptions(str(method), level))

    def larger(self) -> None:
        self.window.pages.images.size_slider.setValue(self.random.randrange(64, 256))

    def breathe(self) -> None:
        QApplication.processEvents()

    def some(self) -> list[int]:
        session = self.document.session
        return [] if session is None else self.random.sample(range(len(session)), 3)

    def key(self, number: int) -> Key:
        assert self.document.session is not None
        return "label", self.folder, self.document.value_id, self.document.session.paths[number]

    def known(self, number: int) -> Label | None:
        label = self.truth.get(self.key(number))
        assert label is None or isinstance(label, Label)
        return label

    def did(self, changed: dict[int, Label | None]) -> None:
        self.changed({self.key(i): label for i, label in changed.items()})

    def changed(self, change: Mapping[Key, Said | None]) -> None:
        """Write down a change that was made, which can be undone."""
        after = {key: new for key, new in change.items() if self.truth.get(key) != new}
        if after:
            self.said += 1
            before = {key: self.truth.get(key) for key in after}
            self.done.append((before, after))
            self.undone = []
            self.write(after)

    def expected(self, kind: str, folder: Path, name: str) -> dict[str, Said]:
        """What the project of a folder must say, by path."""
        wanted = (kind, str(folder), name)
        return {key[3]: said for key, said in self.truth.items() if key[:3] == wanted}

    def write(self, change: Change) -> None:
        for key, label in change.items():
            if label is None:
                self.truth.pop(key, None)
            else:
                self.truth[key] = label

    def check(self, home: Path) -> None:
        """Close what is open, and compare every project file with what was done."""
        self.document.close()
        for folder in self.folders:
            with ProjectStore(project_for(folder, home)) as store:
                for direction in DIRECTIONS:
                    assert store.labels(direction) == self.expected("label", folder, direction)
                    kept = self.expected("answers", folder, direction)
                    assert tuple(store.comparisons(direction)) == kept.get("", ())
                assert store.groupings().get("field", {}) == self.expected("group", folder, "field")
                for tag in TAGS:
                    assert store.tags().get(tag, {}) == self.expected("tag", folder, tag)
