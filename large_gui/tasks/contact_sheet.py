"""The sorted contact sheet: images at evenly spaced ranks, as the paper's figures show them."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from large_gui.errors import ImageError, InputError
from large_gui.project.export import SortedRow
from large_gui.project.images import read_image

_CELL = 160
_CAPTION = 34
_GAP = 6


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
        except ImageError:  # vanished since it was inverted: its place stays marked
            draw.rectangle((x, y, x + _CELL, y + _CELL), outline="red", width=3)
        else:
            image.thumbnail((_CELL, _CELL))
            sheet.paste(image, (x + (_CELL - image.width) // 2, y + (_CELL - image.height) // 2))
        draw.text((x, y + _CELL + 1), _caption(row), fill="black", font=font, spacing=1)
    _save(sheet, path)


def _caption(row: SortedRow) -> str:
    second = f"d {row.distance:+.2f}"
    if row.prediction is not None and np.isfinite(row.prediction):
        second = f"{row.prediction:.1f}   {second}"
    return f"{row.rank}\n{second}"


def _save(sheet: Image.Image, path: Path) -> None:
    unfinished = path.with_name(f".{path.stem}.part{path.suffix}")
    try:
        sheet.save(unfinished)
        os.replace(unfinished, path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"The sheet {path} can't be written.",
            hint="Choose a name ending in .png or .jpg in a folder that you may write to.",
            detail=repr(error),
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
