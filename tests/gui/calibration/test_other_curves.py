"""Curves and grades in place of a line, chosen in the details, with their error beside that of a line."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Method
from large_gui.gui.calibration.histogram import DistanceHistogram
from large_gui.gui.calibration.panel import CalibrationPanel
from large_gui.project.images.manifest import Manifest
from large_gui.tasks.exports.methods import methods_paragraph
from large_gui.tasks.models import model_card
from tests.gui.acting import find
from tests.gui.bench import Bench


def choose(panel: CalibrationPanel, choice: str, among: str = "Fit by") -> None:
    box = find(panel, among)
    assert isinstance(box, QComboBox)
    box.setCurrentText(choice)
    box.activated.emit(box.currentIndex())


def label(bench: Bench, count: int) -> None:
    """Give grades that level off at the ends to images from all of the order."""
    session = bench.document.session
    assert session is not None
    order = session.by_distance()[: int(session.ranked.sum())]
    middle = float(np.median(session.distances[order]))
    for i in order[np.linspace(0, len(order) - 1, count).astype(int)]:
        bench.document.editor.label([int(i)], round(3 + 2 * np.tanh(10 * (session.distances[i] - middle))))


@pytest.mark.parametrize("method", ["isotonic", "spline", "ordinal"])
def test_a_curve_is_chosen_and_compared_with_the_line(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot, method: str
) -> None:
    session = bench.open()
    histogram = DistanceHistogram(bench.document)
    qtbot.addWidget(histogram)
    histogram.show()
    label(bench, 5)
    assert session.calibration is not None and session.calibration.method == Method.LEAST_SQUARES
    figures = find(panel, "Calibration figures")
    assert "intervals: expected residual error" in figures.text() and "straight line" not in figures.text()
    choose(panel, method)
    assert session.calibration is None
    assert "at least 10 labels, there are 5" in find(panel, "What that is known from").text()
    label(bench, 20)
    line = session.calibration
    assert line is not None and line.method == method
    assert f"held-out error {line.loo_mae:.3g}" in figures.text()
    assert f"straight line {line.straight_mae:.3g}" in figures.text()
    assert "Typical error about" in find(panel, "How far off predictions are").text()
    panel.plot.residuals = True
    panel.plot.refresh()
    assert bench.document.store is not None and bench.document.store.setting("method", "") == method
    paragraph = methods_paragraph(session, model_card("faces"))
    assert "least-squares line" in paragraph and " nan" not in paragraph
    assert histogram.plot is not None
    axis, ends = histogram.plot.getAxis("top"), (session.distances.min(), session.distances.max())
    ((_, places),) = axis.tickValues(*ends, 300)
    texts = [float(text) for text in axis.tickStrings(places, 1, 1)]
    assert len(texts) > 2 and texts == sorted(texts) and ends[0] <= min(places) < max(places) <= ends[1]
    rows = session.rows()
    assert all(row.pi_low <= row.prediction <= row.pi_high for row in rows if row.rank)  # type: ignore[operator]
    choose(panel, "least-squares")
    assert session.calibration is not None and "straight line" not in figures.text()


def test_the_level_and_the_kind_of_intervals_are_chosen_and_kept(
    bench: Bench, panel: CalibrationPanel, qtbot: QtBot
) -> None:
    session = bench.open()
    label(bench, 20)
    assert session.calibration is not None
    usual = np.diff(session.calibration.interval([0.0]), axis=0)
    choose(panel, "99 %", "Share of images in the interval")
    assert session.calibration is not None and session.calibration.level == 0.99
    assert (np.diff(session.calibration.interval([0.0]), axis=0) > usual).all()
    assert "99 % intervals" in find(panel, "Calibration figures").text()
    choose(panel, "90 %", "Share of images in the interval")
    choose(panel, "held-out labels", "Intervals from")
    assert session.calibration is not None and "held-out" in find(panel, "Calibration figures").text()
    store = bench.document.store
    assert store is not None and store.setting("interval", "") == "conformal"
    bench.document.intake.take_found(Manifest(session.folder, session.paths, []))
    assert bench.document.session is not None and bench.document.session is not session
    assert bench.document.session.options == session.options, "the folder opens with it"
