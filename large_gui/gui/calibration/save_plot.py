"""Saving the calibration plot as a picture, in PNG or SVG."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from large_gui.errors import InputError
from large_gui.gui.calibration.plot import CalibrationPlot

if TYPE_CHECKING:
    from large_gui.gui.widgets.plotting.plot_canvas import PlotCanvas


def save_plot(plot: CalibrationPlot, path: Path) -> None:
    """Write what the plot shows.

    Parameters
    ----------
    plot
        The plot, which must have been drawn.
    path
        The file to write. It is an SVG if its name ends in ``.svg``, else a PNG.

    Raises
    ------
    InputError
        When there is no plot yet, or the file can't be written.
    """
    if plot.plot is None:
        raise InputError("There is no plot to save.", hint="Give two images a value first.")
    from large_gui.files import written_whole
    from large_gui.project.images.content import SOFTWARE

    with written_whole(path) as temporary, _fitted(plot.plot):
        if path.suffix.lower() == ".svg":
            _draw_svg(plot.plot, temporary)
            return
        image = plot.plot.picture()
        image.setText("Software", SOFTWARE)  # by which a folder's images are told from it
        if not image.save(str(temporary)):
            raise OSError(f"Qt could not write {temporary}")


def _draw_svg(canvas: PlotCanvas, path: Path) -> None:
    """Draw with Qt's own generator, as pyqtgraph's fails on filled curves."""
    from PySide6.QtSvg import QSvgGenerator

    size = canvas.viewport().size()
    generator = QSvgGenerator()
    generator.setFileName(str(path))
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    generator.setResolution(canvas.logicalDpiX())  # axes are recorded pictures, scaled by resolution
    generator.setTitle("Calibration")
    painter = QPainter()
    if not painter.begin(generator):
        raise OSError(f"Qt could not write {path}")
    with canvas.drawn_by(painter, 1):
        canvas.render(painter, QRectF(0, 0, size.width(), size.height()))
    painter.end()


@contextmanager
def _fitted(canvas: PlotCanvas) -> Iterator[None]:
    """Show everything while the picture is drawn, however far a person has zoomed in."""
    box = canvas.getViewBox()
    seen = box.getState(copy=True)
    canvas.fit()
    box.updateAutoRange()
    try:
        yield
    finally:
        box.setState(seen)
