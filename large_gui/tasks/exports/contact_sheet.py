"""Draw the sorted contact sheet: images at evenly spaced ranks, as in the paper's figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from large_gui.core.words import signed
from large_gui.errors import ImageError, InputError
from large_gui.files import written_whole
from large_gui.project.export import SortedRow
from large_gui.project.images.content import SOFTWARE
from large_gui.project.images.read import read_image

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
_SOFTWARE = 0x0131  # tag of EXIF
_CELL, _CAPTION, _GAP = 160, 34, 6  # pixels


def write_sheet(
    rows: Sequence[SortedRow], folder: Path, path: Path, *, columns: int = 8, lines: int = 3
) -> None:
    """Draw up to ``columns * lines`` images, lowest distance first, and save them as ``path``.

    The image is written whole or not at all; its format follows the ending of ``path``.

    Raises
    ------
    InputError
        When the file can't be written.
    """
    placed = [row for row in rows if row.rank is not None]
    count = min(columns * lines, len(placed))
    chosen = [placed[i] for i in np.unique(np.linspace(0, len(placed) - 1, count).round().astype(int))]
    columns = min(columns, len(chosen))
    lines = -(-len(chosen) // columns)
    width = columns * (_CELL + _GAP) + _GAP
    height = lines * (_CELL + _CAPTION + _GAP) + _GAP
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.load_default(13)
    for k, row in enumerate(chosen):
        x = _GAP + (k % columns) * (_CELL + _GAP)
        y = _GAP + (k // columns) * (_CELL + _CAPTION + _GAP)
        try:
            image = Image.fromarray(read_image(folder / row.path, 2 * _CELL))
        except ImageError:  # the file is gone or has changed since it was measured, so its place is marked
            draw.rectangle((x, y, x + _CELL, y + _CELL), outline="red", width=3)
        else:
            image.thumbnail((_CELL, _CELL))
            sheet.paste(image, (x + (_CELL - image.width) // 2, y + (_CELL - image.height) // 2))
        draw.text((x, y + _CELL + 1), _caption(row), fill="black", font=font, spacing=1)
    check_sheet(path)
    note = Image.Exif()
    note[_SOFTWARE] = SOFTWARE  # so that `scan` does not take it for an image to sort
    with written_whole(path) as temporary:
        sheet.save(temporary, exif=note)


def check_sheet(path: Path) -> None:
    """Refuse a file name whose ending is not that of a format for sheets.

    Raises
    ------
    InputError
        When the ending is not one of `ENDINGS`.
    """
    if path.suffix.lower() not in ENDINGS:
        raise InputError(
            f"A sheet can't be written as {path.name}.", hint=f"Choose a name ending in {', '.join(ENDINGS)}."
        )


def _caption(row: SortedRow) -> str:
    second = f"d {signed(row.distance or 0.0)}"
    if row.prediction is not None and np.isfinite(row.prediction):
        second = f"{row.prediction:.1f}   {second}"
    return f"{row.rank}\n{second}"
