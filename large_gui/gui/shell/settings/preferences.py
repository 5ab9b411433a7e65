"""What a person chose for the whole program: kept in the settings of the window, and applied at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from large_gui.gui.look.motion import reduce_motion

if TYPE_CHECKING:
    from PySide6.QtCore import QSettings

    from large_gui.gui.document.document import Document
    from large_gui.gui.images.thumbnails import Thumbnails
    from large_gui.gui.shell.theme import Theme

DEVICES = {
    "auto": "Graphics card if there is one, else the processor",
    "openvino": "Processor, through OpenVINO",
    "cpu": "Processor, without OpenVINO",
    "cuda": "Graphics card (CUDA)",
}
MEGABYTE = 1 << 20
SMALLEST, USUAL, LARGEST = 64, 512, 16_384  # megabytes of thumbnails on the disk


class Preferences(QObject):
    """The choices of the Settings page.

    Parameters
    ----------
    settings
        Where they are kept.
    document, thumbnails, theme
        What they change.
    """

    def __init__(self, settings: QSettings, document: Document, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__(document)
        self._settings, self.theme = settings, theme
        self._document, self._thumbnails = document, thumbnails
        device = str(settings.value("device", "auto"))
        document.device = device if device in DEVICES else "auto"
        document.engine = str(settings.value("engine", "local"))
        document.decimal_comma = _truth(settings.value("decimal_comma"))
        if self.reduced_motion:
            reduce_motion(True)
        if self.thumbnail_megabytes != USUAL:
            thumbnails.keep_at_most(self.thumbnail_megabytes * MEGABYTE)

    @property
    def device(self) -> str:
        """Where images are measured: one of `DEVICES`."""
        return self._document.device

    def set_device(self, device: str) -> None:
        """Measure there from the next job on."""
        self._document.device = device
        self._settings.setValue("device", device)

    @property
    def engine(self) -> str:
        """The engine that puts images through a model."""
        return self._document.engine

    def set_engine(self, engine: str) -> None:
        """Use another engine from the next job on."""
        self._document.engine = engine
        self._settings.setValue("engine", engine)

    @property
    def decimal_comma(self) -> bool:
        """Whether tables are written with a decimal comma, and semicolons between cells."""
        return self._document.decimal_comma

    def set_decimal_comma(self, on: bool) -> None:
        """Write tables so from now on."""
        self._document.decimal_comma = on
        self._settings.setValue("decimal_comma", _word(on))

    @property
    def reduced_motion(self) -> bool:
        """Whether nothing is to move by itself."""
        return _truth(self._settings.value("reduced_motion"))

    def set_reduced_motion(self, on: bool) -> None:
        """Let things move by themselves, or not."""
        self._settings.setValue("reduced_motion", _word(on))
        reduce_motion(on)

    @property
    def thumbnail_megabytes(self) -> int:
        """How many megabytes thumbnails may take on the disk."""
        try:
            kept = int(str(self._settings.value("thumbnail_megabytes", USUAL)))
        except ValueError:  # somebody wrote it by hand
            return USUAL
        return min(max(kept, SMALLEST), LARGEST)

    def set_thumbnail_megabytes(self, most: int) -> None:
        """Drop thumbnails beyond this."""
        self._settings.setValue("thumbnail_megabytes", most)
        self._thumbnails.keep_at_most(most * MEGABYTE)


def _truth(kept: object) -> bool:
    """Read what `_word` wrote; the file of settings holds text."""
    return kept == "yes"


def _word(on: bool) -> str:
    return "yes" if on else "no"
