"""The plots: one axis for both, colours of both themes, images under the mouse, pictures, names of grades."""

from __future__ import annotations

import itertools
from html import unescape

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from large_gui.core.calibrating.ordinal import Grades
from large_gui.core.choices import Chosen
from large_gui.gui.calibration.histogram import DistanceHistogram
from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.gui.look.tokens import DARK, LIGHT, palette_of
from large_gui.project.value import parse_value
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction


@pytest.fixture
def histogram(bench: Bench, panel: CalibrationPanel, qtbot: QtBot) -> DistanceHistogram:
    histogram = DistanceHistogram(bench.document)
    qtbot.addWidget(histogram)
    histogram.resize(panel.width(), 200)
    histogram.show()
    bench.open()
    for number, value in ((1, 10.0), (2, 30.0), (3, 20.0), (4, 25.0)):
        bench.document.editor.label([number], value)
    QApplication.processEvents()
    return histogram


def across(widget: QWidget, x: float) -> float:
    """Where a distance is on a plot, in pixels from the left of the widget."""
    plot = widget.plot  # type: ignore[attr-defined]
    place = plot.mapFromScene(plot.getViewBox().mapViewToScene(plot.getViewBox().viewRect().center()))
    low, high = plot.getViewBox().viewRange()[0]
    width = plot.getViewBox().width()
    return float(plot.mapTo(widget.window(), place).x() + ((x - (low + high) / 2) / (high - low)) * width)


def test_both_plots_have_one_axis(
    bench: Bench, panel: CalibrationPanel, histogram: DistanceHistogram
) -> None:
    assert panel.plot.plot is not None and histogram.plot is not None
    for x in (-1.0, 0.5):
        assert across(panel.plot, x) == pytest.approx(across(histogram, x), abs=1)
    bench.document.flip()
    QApplication.processEvents()
    assert across(panel.plot, 0.5) == pytest.approx(across(histogram, 0.5), abs=1)


def test_titles_of_axes_are_shortened_and_not_cut_off(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    ends = {"negative": "turned to the image's left", "positive": "turned to the image's right"}
    bench.open(own_direction("turned", **ends), built_in=False)
    bench.document.editor.name_value(parse_value("turned", "severity of the disease, grades"))
    for number in (1, 2, 3):
        bench.document.editor.label([number], 5.0 * number)
    QApplication.processEvents()
    canvas = panel.plot.plot
    assert canvas is not None
    whole = f"{ends['negative']} ← distance → {ends['positive']}"
    for width in (370, 250, 800):
        panel.resize(width, 400)
        QApplication.processEvents()
        for axis in ("bottom", "left"):
            label = canvas.getAxis(axis).label
            text = label.sceneBoundingRect().adjusted(4, 4, -4, -4)  # Qt leaves a margin around it
            assert canvas.sceneRect().contains(text), (width, axis)
        axis = canvas.getAxis("bottom")
        assert (axis.label.toPlainText().strip() == whole) == (width == 800)
        assert unescape(axis.toolTip()) == ("" if width == 800 else f"{whole}")


def test_numbers_below_zero_have_a_true_minus(panel: CalibrationPanel, histogram: DistanceHistogram) -> None:
    for widget in (panel.plot, histogram):
        assert widget.plot is not None
        axis = widget.plot.getAxis("bottom")
        assert axis.tickStrings([-0.5, 0.5], 1, 0.5) == ["\N{MINUS SIGN}0.5", "0.5"]


def test_plots_follow_the_theme(panel: CalibrationPanel, histogram: DistanceHistogram) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    application.setStyleSheet("")
    for theme in (DARK, LIGHT):
        application.setPalette(palette_of(theme))
        QApplication.processEvents()
        assert panel.plot.plot is not None
        assert panel.plot.plot.backgroundBrush().color() == QColor(theme.surface)
        assert panel.plot._line.opts["pen"].color() == QColor(theme.accent)
        assert histogram._bars.opts["brush"] == QColor(theme.bars)


def test_the_image_under_the_mouse_is_shown(
    bench: Bench, panel: CalibrationPanel, histogram: DistanceHistogram
) -> None:
    session = bench.document.session
    assert session is not None
    points = panel.plot._points
    shown = next(point for point in points.points() if point.data() == 2)
    points.sigHovered.emit(points, [shown], None)
    card = find(panel.window(), "Image in the plot")
    words = find(card, "Name and figures").text()
    assert card.isVisible() and session.paths[2] in words
    assert "value 30" in words and "estimate " in words
    points.sigHovered.emit(points, [], None)
    assert not card.isVisible()


def test_a_plot_is_copied_as_a_picture(panel: CalibrationPanel, histogram: DistanceHistogram) -> None:
    for widget in (panel.plot, histogram):
        assert widget.plot is not None
        QGuiApplication.clipboard().clear()
        next(a for a in widget.plot.actions() if a.text() == "Copy as picture").trigger()
        picture = QGuiApplication.clipboard().image()
        assert picture.width() == 4 * widget.plot.viewport().width()
        colours = {picture.pixel(x, y) for x in range(0, picture.width(), 9) for y in (90, 200, 310)}
        assert len(colours) > 1, "something is drawn"


def test_names_of_grades_stand_apart(bench: Bench, histogram: DistanceHistogram) -> None:
    names = ("a rather long name", "mild", "tiny", "severe")
    bench.document.editor.set_grades(Grades(names, (-0.1, 0.6, 0.61)), "Grade")
    items = histogram._grades.names
    assert [item.isVisible() for item in items] == [True, True, False, True]
    places = [item.mapRectToScene(item.boundingRect()) for item in items if item.isVisible()]
    assert all(a.right() <= b.left() for a, b in itertools.pairwise(places))
    histogram.resize(150, 200)
    QApplication.processEvents()
    places = [item.mapRectToScene(item.boundingRect()) for item in items if item.isVisible()]
    assert all(a.right() <= b.left() for a, b in itertools.pairwise(places))


def test_grades_stay_on_their_images_when_the_direction_is_flipped(bench: Bench) -> None:
    session, document = bench.open(), bench.document
    grades = Grades(("low", "middle", "high"), (-0.5, 0.5))
    document.editor.set_grades(grades, "Grade")

    def each() -> list[str]:
        return [session.grade_of(float(d)) for d in session.distances]

    before = each()
    document.flip()
    assert each() == before and session.grades is not None and session.grades.names[0] == "high"
    document.editor.set_grades(session.grades.moved(0, -1.0), "Move a cut point")
    moved = each()
    assert moved != before
    document.flip()
    assert each() == moved and session.grades.cuts[1] == pytest.approx(1.0)
    document.editor.stack.undo()
    assert each() == before and session.grades == grades
    document.load_direction(Chosen("age", flipped=True))  # as when the folder is opened again
    assert each() == before
    assert np.array_equal(np.sign(session.grades.cuts), [-1, 1])


def test_no_old_distances_stay_where_no_image_has_a_rank(bench: Bench, histogram: DistanceHistogram) -> None:
    assert histogram.plot is not None and histogram.plot.isVisible()
    session = bench.document.session
    assert session is not None
    session.faceless[:] = True
    session.calibrate_by(session.options)
    bench.document.opened.emit()
    assert not histogram.plot.isVisible()
