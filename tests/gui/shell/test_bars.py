"""The strip at the bottom, which counts, and the bar above it, which tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from large_gui.gui.look.tokens import DARK, LIGHT, Colours, palette_of
from large_gui.gui.shell.notice_bar import NoticeBar
from large_gui.gui.shell.status_strip import StatusStrip
from large_gui.project.value import parse_value
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction


@pytest.fixture
def palette(qapp: QApplication) -> Iterator[Callable[[Colours], None]]:
    before = qapp.palette()
    yield lambda colours: qapp.setPalette(palette_of(colours))
    qapp.setPalette(before)


def test_a_notice_follows_the_theme_with_its_icon(qtbot: QtBot, palette: Callable[[Colours], None]) -> None:
    palette(LIGHT)
    bar = NoticeBar()
    qtbot.addWidget(bar)
    bar.tell("The disk is full.", problem=True)

    def lines() -> QColor:
        """The colour of the icon where it differs most from what lies behind it."""
        image = find(bar, "Notice icon").grab().toImage()
        pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
        behind = bar.palette().window().color()
        return max(pixels, key=lambda pixel: abs(pixel.lightness() - behind.lightness()))

    assert lines().lightness() < 100
    palette(DARK)
    assert lines().lightness() > 150


def test_a_disk_that_refused_is_not_told_of_any_more_once_it_takes_what_is_written(
    bench: Bench, qtbot: QtBot
) -> None:
    bar, document = NoticeBar(), bench.document
    qtbot.addWidget(bar)
    document.notice.connect(bar.tell)
    document.over.connect(bar.take_back)
    bench.open()
    assert document.store is not None
    database = document.store._db
    database.execute("PRAGMA query_only = ON")  # every write is refused
    document.editor.label([0], 2.0)
    assert "can't be used" in bar.text and not bar.isHidden()
    document.choose_direction("yaw")
    assert not bar.isHidden(), "that was refused as well"
    database.execute("PRAGMA query_only = OFF")
    document.editor.label([0], 2.0)
    assert bar.isHidden()
    bar.tell("Another problem.", problem=True)
    document.editor.label([1], 3.0)
    assert not bar.isHidden(), "it has nothing to do with the disk"


def test_labels_are_counted_under_the_name_of_what_they_measure(bench: Bench, qtbot: QtBot) -> None:
    strip = StatusStrip(bench.document)
    qtbot.addWidget(strip)
    bench.open(own_direction("component_1"), built_in=False)
    bench.document.editor.label([0, 3], 2.0)
    words = find(strip, "Status")
    assert words.text().startswith("30 images, 2 labels for component 1 ")
    bench.document.editor.name_value(parse_value("component_1", "severity, grade, 0 to 5"))
    assert words.text().startswith("30 images, 2 labels for severity ")
    bench.document.editor.name_value(parse_value("component_1", ""))
    assert words.text().startswith("30 images, 2 labels for component 1 ")
