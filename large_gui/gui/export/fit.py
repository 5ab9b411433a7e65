"""The page of the export dialog that saves the fit, for `large-gui predict`."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from large_gui.core.words import count
from large_gui.errors import InputError, LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.export.base import Page, about_file, add, form, words
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.path_field import PathField

if TYPE_CHECKING:
    from large_gui.core.calibrating.fit import Fit
    from large_gui.tasks.session import Session


class FitPage(Page):
    """The page that saves the calibration with its direction, so that it predicts other folders."""

    title, key, sign = "Fit", "fit", "ruler"

    def __init__(self, document: Document) -> None:
        super().__init__(document)
        self.text = named(QPlainTextEdit(readOnly=True, tabChangesFocus=True), "What the fit holds")
        self.field = PathField("Fit file", (".json",), about_file)
        rows = form(self)
        rows.addRow(
            words(
                "The calibration and its direction in one small file. It predicts other folders, also on "
                "another machine that has this model, and holds no image and no label."
            )
        )
        self.field.add_to(rows, "&File:")
        add(rows, "&Preview:", self.text)

    def propose(self, folder: Path, stem: str) -> None:
        super().propose(folder, f"{stem}-fit")

    def preview(self) -> None:
        """Say what the file will hold, and how it is used."""
        session = self.document.session
        if session is None:
            return
        try:
            fit = self._fit(session)
            use = ["large-gui", "predict", "FOLDER", "--fit", str(self.field.path()), "--out", "out.csv"]
        except LargeError as error:
            self.text.setPlainText(str(error))
            return
        value, line = session.value, fit.calibration
        unit = f" in {value.unit}" if value.unit else ""
        between = f", {value.bounded}" if value.bounded else ""
        lines = [
            f"{value.name}{unit}{between}, from {count(fit.labels, 'label')}",
            line.formula,
            f"Direction: {fit.direction.spelled}, {fit.direction.low} to {fit.direction.high}",
            f"Model: {fit.model}, {fit.title} (key {fit.key})",
            "",
            "On the command line:",
            " ".join(map(quote, use)),
        ]
        self.text.setPlainText("\n".join(lines))

    def write(self, session: Session, path: Path) -> None:
        from large_gui.tasks.fits.saving import write_fit

        write_fit(self._fit(session), path)

    def _fit(self, session: Session) -> Fit:
        """The fit of the session.

        Raises
        ------
        InputError
            When there is no line yet.
        """
        from large_gui.tasks.fits.saving import fit_of

        direction, line, model = session.sorted_by(), session.calibration, self.document.model
        if line is None or model is None:
            raise InputError("There is no fit yet.", hint="Give two images a value, one near each end.")
        distances = [float(d) for d in session.judged(session.calibration_points())]
        return fit_of(line, direction, model, distances, session.value)
