"""What printing does: the calibration plot as lines, and the contact sheet that the worker draws."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from large_gui.errors import InputError, LargeError
from large_gui.gui.shell.commands.place import Place

if TYPE_CHECKING:
    from PySide6.QtCore import QRectF, QSizeF
    from PySide6.QtGui import QPainter
    from PySide6.QtPrintSupport import QPrinter
    from PySide6.QtSvg import QSvgRenderer

    from large_gui.gui.calibration.plot import CalibrationPlot
    from large_gui.gui.document.job import Job


class PrintCommands:
    """Asks for a printer, and prints."""

    def __init__(self, at: Place) -> None:
        self._at = at
        self._job: Job | None = None

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        return {"print_plot": self.print_plot, "print_sheet": self.print_sheet}

    def print_plot(self) -> None:
        """Print the calibration plot, if there is one."""
        plot = self._at.pages.panel.plot
        if plot.plot is None:
            self._at.document.notice.emit(
                "There is no plot to print.", "Give two images a value first.", True
            )
        else:
            self._ask("Print the plot", "calibration", partial(self._print, partial(print_plot, plot)))

    def print_sheet(self) -> None:
        """Print the sorted contact sheet, if images have a rank."""
        session = self._at.document.session
        if session is None:
            return
        if not session.rows().placed:
            self._at.document.notice.emit("No image is measured yet.", "Wait for the first ones.", True)
        else:
            self._ask("Print the contact sheet", "sheet", self._draw_sheet)

    def _ask(self, title: str, kind: str, then: Callable[[QPrinter], None]) -> None:
        """Show the print dialog of the system, and go on when a person has accepted it."""
        from PySide6.QtCore import Qt
        from PySide6.QtGui import QPageLayout
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from large_gui.gui.export.base import stem

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        if self._at.document.session is not None:
            printer.setDocName(f"{stem(self._at.document.session)}-{kind}")  # a file of a PDF gets this name
        dialog = QPrintDialog(printer, self._at.window)
        dialog.setWindowTitle(title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda _: then(printer))
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.show()

    def _draw_sheet(self, printer: QPrinter) -> None:
        from large_gui.gui.document.job import Job
        from large_gui.service.requests import WriteSheet
        from large_gui.tasks.exports.contact_sheet import words_of

        session = self._at.document.session
        if session is None:
            return
        rows = session.rows().placed
        folder = TemporaryDirectory(prefix="large-gui-")
        sheet = Path(folder.name) / "sheet.png"

        def print_it(_: None) -> None:
            try:
                self._print(partial(print_picture, sheet), printer)
            finally:
                folder.cleanup()

        def failed(error: LargeError) -> None:
            folder.cleanup()
            self._at.document.tell_error(error)

        self._job = self._job or Job(self._at.document)
        self._job.begin(
            "Drawing the sheet", WriteSheet(rows, session.folder, sheet, words_of(session)), done=print_it,
            failed=failed, stopped=folder.cleanup, lost=folder.cleanup,
        )  # fmt: skip

    def _print(self, call: Callable[[QPrinter], None], printer: QPrinter) -> None:
        try:
            call(printer)
        except LargeError as error:
            self._at.document.tell_error(error)
            return
        where = printer.outputFileName()
        self._at.document.notice.emit(f"Printed to {where}." if where else "Sent to the printer.", "", False)


def print_plot(plot: CalibrationPlot, printer: QPrinter) -> None:
    """Print the calibration plot as lines that are sharp at every size.

    Raises
    ------
    InputError
        When there is no plot yet, or the printer can't be used.
    """
    drawing = drawn(plot)
    _on_page(printer, drawing.viewBoxF().size(), drawing.render)


def drawn(plot: CalibrationPlot) -> QSvgRenderer:
    """The calibration plot as lines, on white whichever colours the window has.

    Raises
    ------
    InputError
        When there is no plot yet.
    """
    from PySide6.QtGui import QPalette
    from PySide6.QtSvg import QSvgRenderer

    from large_gui.gui.calibration.save_plot import save_plot
    from large_gui.gui.look.tokens import LIGHT, palette_of

    with TemporaryDirectory(prefix="large-gui-") as folder:
        file = Path(folder) / "plot.svg"
        parts = [part for part in (plot, plot.plot) if part is not None]
        for part in parts:
            part.setPalette(palette_of(LIGHT))
        try:
            save_plot(plot, file)
        finally:
            for part in parts:
                part.setPalette(QPalette())  # an empty one: that of the window
        return QSvgRenderer(str(file))


def print_picture(file: Path, printer: QPrinter) -> None:
    """Print a picture as large as the page allows.

    Raises
    ------
    InputError
        When the picture can't be read, or the printer can't be used.
    """
    from PySide6.QtCore import QSizeF
    from PySide6.QtGui import QImage

    picture = QImage(str(file))
    if picture.isNull():
        raise InputError(f"{file.name} can't be read.", hint="Print again.")
    _on_page(printer, QSizeF(picture.size()), lambda painter, place: painter.drawImage(place, picture))


def _on_page(printer: QPrinter, size: QSizeF, paint: Callable[[QPainter, QRectF], None]) -> None:
    """Paint something of this shape in the middle of one page."""
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QPainter
    from PySide6.QtPrintSupport import QPrinter

    file = printer.outputFileName()
    if file and not Path(file).absolute().parent.is_dir():
        raise InputError(f"There is no folder {Path(file).parent}.", hint="Choose another one.")
    painter = QPainter()
    if not painter.begin(printer):
        raise InputError("The printer can't be used.", hint="Choose another one, or print to a file.")
    page = QRectF(QPointF(), printer.pageRect(QPrinter.Unit.DevicePixel).size())
    place = QRectF(QPointF(), size.scaled(page.size(), Qt.AspectRatioMode.KeepAspectRatio))
    place.moveCenter(page.center())
    paint(painter, place)
    painter.end()
