"""The calibration plot as a picture: PNG or SVG."""

from __future__ import annotations

from pathlib import Path

from large_gui.errors import InputError
from large_gui.gui.calibration_plot import CalibrationPlot

_WIDTH = 1600  # pixels of a PNG


def save_plot(plot: CalibrationPlot, path: Path) -> None:
    """Write what the plot shows; the ending of ``path`` decides the format.

    Raises
    ------
    InputError
        When there is no plot yet, or the file can't be written.
    """
    if plot.plot is None:
        raise InputError("There is no plot to save.", hint="Open the calibration panel first.")
    from pyqtgraph.exporters import ImageExporter, SVGExporter

    from large_gui.project.export import written_whole

    item = plot.plot.getPlotItem()
    with written_whole(path) as temporary:
        if path.suffix.lower() == ".svg":
            SVGExporter(item).export(str(temporary))
        else:
            exporter = ImageExporter(item)
            exporter.parameters()["width"] = _WIDTH
            exporter.export(str(temporary))
