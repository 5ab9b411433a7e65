"""The page that compares groups: what it says, draws and writes, and how it follows the document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.core.comparing.groups import difference
from large_gui.core.words import minus
from large_gui.gui.groups.from_table import GroupTableDialog
from large_gui.gui.groups.page import GroupsPage
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest
from large_gui.project.value import Value
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session
from tests.gui.acting import find, place_in, settle
from tests.gui.bench import NAMES, Bench


def cell(page: GroupsPage, row: int, column: int) -> str:
    item = page.table.item(row, column)
    assert item is not None
    return item.text()


def dialog_of(page: GroupsPage, path: Path) -> GroupTableDialog:
    """The dialog that is shown for a table."""
    page.read_table(path)
    (dialog,) = (d for d in page.findChildren(GroupTableDialog) if d.isVisible())
    return dialog


class TestTheAnswer:
    def test_it_is_that_of_welchs_interval(self, page: GroupsPage, bench: Bench) -> None:
        session = bench.document.session
        assert session is not None
        found = difference(session.distances[:4], session.distances[4:12])
        way = "higher" if found.mean > 0 else "lower"
        assert f"{abs(found.mean):.1f}" in page.answer.text()
        assert f"{way} in images with wet than in images without wet" in page.answer.text()
        assert page.answer.text().endswith("4 and 8 images.")
        assert minus(f"{found.g:+.2f}") in page.effect.text()
        assert "The mean of images with wet says little: there are only 4 images." in page.cautions.text()
        assert "Distances have no unit" in page.cautions.text()

    def test_with_a_line_it_is_in_the_unit_of_the_value(
        self, page: GroupsPage, bench: Bench, qtbot: QtBot
    ) -> None:
        editor = bench.document.editor
        editor.name_value(Value("age", "sickness", "per cent"))
        editor.label([0], 10.0)
        editor.label([5], 40.0)
        editor.label([20], 45.0)
        settle(qtbot, page)
        assert page.answer.text().startswith("Sickness is ")
        assert " per cent " in page.answer.text()
        assert "fitted to 3 labels" in page.cautions.text()
        editor.exclude([5])
        settle(qtbot, page)
        assert "No image of “without wet” has a value" in page.cautions.text()

    def test_a_copy_counts_once_in_each_group(self, page: GroupsPage, bench: Bench, qtbot: QtBot) -> None:
        session = bench.document.session
        assert session is not None
        for copy, of in ((1, 0), (5, 4), (6, 4), (7, 0)):  # the last one in the other group
            its = session.measured_of([of])
            session.add(replace(its, paths=[NAMES[copy]]))
        page.refresh()
        assert page.answer.text().endswith("3 and 6 images.")
        assert [cell(page, row, 1) for row in (0, 1)] == ["3", "6"]
        assert "3 images are copies of others in the same group and left out: a copy counts once." in (
            page.cautions.text()
        )
        found = difference(session.distances[[0, 2, 3]], session.distances[[4, 7, 8, 9, 10, 11]])
        assert f"{abs(found.mean):.1f}" in page.answer.text()
        bench.document.editor.label([7], 10.0)
        bench.document.editor.label([20], 40.0)
        settle(qtbot, page)
        assert "has a value: the line was fitted to others" not in page.cautions.text()

    def test_of_one_image_no_interval_is_explained(
        self, page: GroupsPage, bench: Bench, qtbot: QtBot
    ) -> None:
        for i, value in ((0, 10.0), (5, 40.0), (20, 45.0)):
            bench.document.editor.label([i], value)
        settle(qtbot, page)
        assert "The interval is about" in page.cautions.text()
        bench.document.editor.tag("wet", [1, 2, 3], None)
        settle(qtbot, page)
        assert page.answer.text().endswith("can't be said of fewer than two images of each.")
        assert "The interval" not in page.cautions.text()

    def test_the_other_way_round(self, page: GroupsPage) -> None:
        page.swap.click()
        assert " in images without wet than in images with wet" in page.answer.text()
        page.first.setCurrentIndex(0)
        page.first.activated.emit(0)
        assert " in images with wet than in images without wet" in page.answer.text(), (
            "a group is not compared with itself"
        )

    def test_it_is_copied(self, page: GroupsPage) -> None:
        page.copy.click()
        assert QApplication.clipboard().text() == f"{page.answer.text()} {page.effect.text()}"

    def test_it_follows_marks(self, page: GroupsPage, bench: Bench, qtbot: QtBot) -> None:
        bench.document.editor.tag("wet", [12, 13], False)
        settle(qtbot, page)
        assert page.answer.text().endswith("4 and 10 images.")
        bench.document.editor.stack.undo()
        settle(qtbot, page)
        assert page.answer.text().endswith("4 and 8 images.")


class TestTheFigures:
    def test_each_group_has_a_row_and_a_place_in_the_plot(self, page: GroupsPage, bench: Bench) -> None:
        session = bench.document.session
        assert session is not None and page.table.rowCount() == 2
        assert (cell(page, 0, 0), cell(page, 0, 1)) == ("with wet", "4")
        assert float(cell(page, 1, 2).replace(minus("-"), "-")) == pytest.approx(
            session.distances[4:12].mean(), abs=0.01
        )
        assert page.plot.plot is not None
        low, high = page.plot.plot.getViewBox().viewRange()[0]
        assert low <= session.distances[:12].min() and session.distances[:12].max() <= high

    def test_a_click_shows_the_images_of_a_group(self, page: GroupsPage, bench: Bench, qtbot: QtBot) -> None:
        plot = page.plot.plot
        assert plot is not None
        QApplication.processEvents()
        with qtbot.waitSignal(page.images_wanted):
            place = place_in(plot, sum(plot.getViewBox().viewRange()[0]) / 2, 2.2).toPoint()
            qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert bench.document.shown.group == ("tag wet", "with")
        assert sorted(bench.document.order()) == [0, 1, 2, 3]
        page.table.setCurrentCell(1, 0)
        with qtbot.waitSignal(page.images_wanted):
            qtbot.keyClick(page.table, Qt.Key.Key_Return)
        assert sorted(bench.document.order()) == list(range(4, 12))

    def test_the_two_that_are_compared_are_drawn_first(
        self, page: GroupsPage, doses: Path, qtbot: QtBot
    ) -> None:
        dialog_of(page, doses).accept()
        page.first.setCurrentIndex(2)
        page.first.activated.emit(2)
        page.second.setCurrentIndex(1)
        page.second.activated.emit(1)
        plot = page.plot.plot
        assert plot is not None
        words = [text for _, text in plot.getAxis("left")._tickLevels[0]]
        assert words == ["none\n10", "half\n10", "difference\n95 %", "full\n10"]
        QApplication.processEvents()
        place = place_in(plot, sum(plot.getViewBox().viewRange()[0]) / 2, 1).toPoint()
        qtbot.mouseClick(plot.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert page._document.shown.group is None, "the difference has no images"

    def test_the_difference_is_said_beside_its_point(self, page: GroupsPage, bench: Bench) -> None:
        session, plot = bench.document.session, page.plot.plot
        assert session is not None and plot is not None
        found = difference(session.distances[:4], session.distances[4:12])
        said = {item.toPlainText() for item in plot.scene().items() if hasattr(item, "toPlainText")}
        assert "no difference" in said
        low, high = (minus(f"{end:.1f}") for end in (found.low, found.high))
        assert any(f"({low} to {high})" in words for words in said)

    def test_the_table_is_as_high_as_its_rows(self, page: GroupsPage) -> None:
        bottom = page.table.visualItemRect(page.table.item(1, 0)).bottom()
        assert 0 <= page.table.viewport().height() - bottom <= 6

    def test_of_very_many_groups_some_are_drawn(self, page: GroupsPage, bench: Bench, tmp_path: Path) -> None:
        bench.document.columns = {"each": {name: name for name in NAMES}}
        page.refresh()
        page.grouping.setCurrentIndex(1)
        page.refresh()
        assert page.table.rowCount() == 30
        assert "can't be said of fewer than two images" in page.answer.text()
        assert "30 groups make 435 pairs" in page.cautions.text()

    def test_they_are_exported(self, page: GroupsPage, bench: Bench, tmp_path: Path) -> None:
        page.export_to(tmp_path / "out.csv")
        lines = (tmp_path / "out.csv").read_text("utf-8").splitlines()
        assert len(lines) == 3 and lines[1].startswith("with wet,4,")
        assert bench.notices[-1] == (f"Saved as {tmp_path / 'out.csv'}.", "", False)
        page.export_to(tmp_path / "no" / "out.csv")
        assert bench.notices[-1][2] and "can't be written" in bench.notices[-1][0]


class TestTables:
    def test_a_column_makes_groups_and_that_can_be_undone(
        self, page: GroupsPage, bench: Bench, doses: Path, qtbot: QtBot
    ) -> None:
        document = bench.document
        dialog = dialog_of(page, doses)
        assert dialog.summary.text() == "30 of 30 images get a group: full 10, half 10, none 10."
        assert dialog.problems.model().rowCount() == 1
        dialog.name.setText("folder")
        assert not find(dialog, "OK").isEnabled() and "another name" in dialog.remark.text()
        dialog.name.setText("Dose")
        qtbot.mouseClick(find(dialog, "OK"), Qt.MouseButton.LeftButton)
        assert page.grouping.currentText() == "Dose" and page.table.rowCount() == 3
        assert "3 groups make 3 pairs" in page.cautions.text()
        assert document.store is not None and len(document.store.groupings()["Dose"]) == 30
        page.show_images("half")
        document.editor.stack.undo()
        settle(qtbot, page)
        assert document.store.groupings() == {} and document.shown.group is None
        assert page.grouping.currentText() == "Tag wet"
        document.editor.stack.redo()
        settle(qtbot, page)
        page.grouping.setCurrentIndex(1)
        page.refresh()
        assert page.remove.isVisible()
        qtbot.mouseClick(page.remove, Qt.MouseButton.LeftButton)
        assert document.columns == {}
        document.editor.stack.undo()
        assert len(document.columns["Dose"]) == 30

    def test_another_column(self, page: GroupsPage, bench: Bench, doses: Path) -> None:
        dialog = dialog_of(page, doses)
        dialog.column.setCurrentIndex(1)
        assert dialog.name.text() == "side" and "0 15, 1 15" in dialog.summary.text()
        dialog.accept()
        dialog = dialog_of(page, doses)
        dialog.column.setCurrentIndex(1)
        assert "it is replaced" in dialog.remark.text()
        dialog.reject()
        assert set(bench.document.columns) == {"side"}

    def test_what_is_wrong_with_a_table_is_told(self, page: GroupsPage, bench: Bench, tmp_path: Path) -> None:
        (tmp_path / "no.csv").write_text("a,b\n1,2\n")
        page.read_table(tmp_path / "no.csv")
        assert "does not say which images" in bench.notices[-1][0]
        assert not page.findChildren(GroupTableDialog)

    def test_names_from_tables_are_no_markup(self, page: GroupsPage, bench: Bench, tmp_path: Path) -> None:
        rows = [f"{name},{'<b>x</b>' if i % 2 else 'a&b'}" for i, name in enumerate(NAMES)]
        (tmp_path / "m.csv").write_text("\n".join(["path,<i>g</i>", *rows]))
        dialog_of(page, tmp_path / "m.csv").accept()
        assert "in <b>x</b> than in a&b" in page.answer.text()
        assert page.answer.textFormat() == Qt.TextFormat.PlainText


def test_without_groups_it_says_what_makes_them(bench: Bench, qtbot: QtBot, doses: Path) -> None:
    page = GroupsPage(bench.document)
    qtbot.addWidget(page)
    page.resize(1180, 560)
    page.show()
    assert page.empty.isVisible() and find(page, "Choose a table of groups").isEnabled()
    dialog_of(page, doses).accept()
    assert not page.empty.isVisible() and page.table.isVisible()
    bench.document.close()
    settle(qtbot, page)
    assert page.empty.isVisible() and not find(page, "Choose a table of groups").isEnabled()


def test_nothing_is_computed_while_it_is_hidden(page: GroupsPage, bench: Bench) -> None:
    page.hide()
    bench.document.editor.tag("wet", [12, 13], False)
    assert page.answer.text().endswith("4 and 8 images.")
    page.show()
    assert page.answer.text().endswith("4 and 10 images.")


def test_two_folders_opened_in_turn_are_groups(bench: Bench, qtbot: QtBot, pack: GanModel) -> None:
    document, model = bench.document, bench.document.model
    document.close()
    document.model = model
    bench.open()
    names, directions = ["a.jpg", "b.jpg", "c.jpg"], list(pack.directions.values())
    document.session = Session(Manifest(Path("/other/field"), names, []), directions, "faces")
    table = np.full((3, len(directions)), 5.0) + np.arange(3)[:, None]
    spelled = [d.name for d in directions]
    document.session.add(Measured(names, names, table, [1.0] * 3, [()] * 3, directions=spelled))
    page = GroupsPage(document)
    qtbot.addWidget(page)
    page.show()
    other = bench.home.name
    assert page.grouping.currentText() == f"This folder and {other}, open before"
    assert f"higher in field than in {other}" in page.answer.text()
    page.show_images("here")
    assert document.shown.group is None
    page.show_images("there")
    assert bench.notices[-1][0] == f"The folder {other} is not open."
