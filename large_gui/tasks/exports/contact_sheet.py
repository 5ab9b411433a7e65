"""Draw the sorted contact sheet: images at evenly spaced ranks, as in the paper's figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from large_gui.core.latent import Pixels
from large_gui.core.words import count, printable, signed
from large_gui.errors import ImageError, InputError
from large_gui.files import written_whole
from large_gui.project.export import SortedRow
from large_gui.project.images.content import SOFTWARE
from large_gui.project.images.read import read_image

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont
    from PIL.ImageFont import ImageFont as BitmapFont

    from large_gui.tasks.session import Session

    Font = FreeTypeFont | BitmapFont

ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")
_SOFTWARE = 0x0131  # tag of EXIF
_CELL, _CAPTION, _GAP, _MARGIN = 160, 40, 12, 24  # pixels
_TITLE, _TEXT = 22, 14  # pixels of letters
_BLACK, _GREY, _RED = "#1a1d21", "#59606b", "#b91c1c"


class SheetWords(NamedTuple):
    """What a sheet says beside its figures; all of it may be empty.

    Attributes
    ----------
    low, high
        What the images at the two ends have.
    value, unit
        What the predictions measure, and in which unit.
    """

    low: str = ""
    high: str = ""
    value: str = ""
    unit: str = ""


_NO_WORDS = SheetWords()


def words_of(session: Session) -> SheetWords:
    """What a sheet of an open folder says beside its figures.

    Raises
    ------
    InputError
        When the folder has no direction yet.
    """
    direction, value = session.sorted_by(), session.value
    return SheetWords(direction.low, direction.high, value.name, value.unit)


def write_sheet(
    rows: Sequence[SortedRow], folder: Path, path: Path, *, columns: int = 8, lines: int = 3,
    words: SheetWords = _NO_WORDS,
) -> None:  # fmt: skip
    """Draw up to ``columns * lines`` images, lowest distance first, and save them as ``path``.

    The image is written whole or not at all; its format follows the ending of ``path``.

    Raises
    ------
    InputError
        When the file can't be written.
    """
    check_sheet(path)
    save_picture(draw_sheet(rows, folder, columns=columns, lines=lines, words=words), path)


def save_picture(picture: Image.Image, path: Path) -> None:
    """Save a picture, whole or not at all, with a note by which it is known not to be one to sort.

    Raises
    ------
    InputError
        When the file can't be written.
    """
    note = Image.Exif()
    note[_SOFTWARE] = SOFTWARE
    with written_whole(path) as temporary:
        picture.save(temporary, exif=note)


def draw_sheet(
    rows: Sequence[SortedRow], folder: Path, *, columns: int = 8, lines: int = 3,
    words: SheetWords = _NO_WORDS, read: Callable[[Path, int], Pixels] = read_image,
) -> Image.Image:  # fmt: skip
    """Draw a sheet: a title, images at evenly spaced ranks, their figures, and what the figures are.

    Parameters
    ----------
    rows
        Of images that have a rank, by rank; at least one.
    read
        Reads an image of at most so many pixels a side.
    """
    chosen = evenly_spaced(rows, columns * lines)
    columns = min(columns, len(chosen))
    lines = -(-len(chosen) // columns)
    inner = columns * (_CELL + _GAP) - _GAP
    title, small = ImageFont.load_default(_TITLE), ImageFont.load_default(_TEXT)
    shown = (
        f"{len(chosen):,} of {count(len(rows), 'image')} at evenly spaced ranks"
        if len(chosen) < len(rows)
        else count(len(chosen), "image")
    )
    head = [(line, title, _BLACK) for line in _wrapped(_title(rows[0], folder, words), title, inner)]
    about = f"Model {rows[0].model}, {shown}, lowest distance first"
    head += [(line, small, _GREY) for line in _wrapped(about, small, inner)]
    foot = list(_wrapped(_legend(chosen, words), small, inner))
    top = _MARGIN + sum(_step(font) for _, font, _ in head) + _GAP
    cells = lines * (_CELL + _CAPTION + _GAP)
    size = (inner + 2 * _MARGIN, top + cells + _step(small) * len(foot) + _MARGIN)
    sheet = Image.new("RGB", size, "white")
    draw, y = ImageDraw.Draw(sheet), _MARGIN
    for line, font, colour in head:
        draw.text((_MARGIN, y), line, fill=colour, font=font, anchor="lt")
        y += _step(font)
    for k, row in enumerate(chosen):
        place = (_MARGIN + (k % columns) * (_CELL + _GAP), top + (k // columns) * (_CELL + _CAPTION + _GAP))
        _draw_cell(sheet, draw, row, folder, place, read)
    for up, line in enumerate(reversed(foot)):
        y = size[1] - _MARGIN - _step(small) * up
        draw.text((_MARGIN, y), line, fill=_GREY, font=small, anchor="lb")
    return sheet


def evenly_spaced(rows: Sequence[SortedRow], most: int = 24) -> list[SortedRow]:
    """The rows that a sheet of so many images shows, out of those of images that have a rank."""
    places = np.linspace(0, len(rows) - 1, min(most, len(rows))).round().astype(np.intp)
    return [rows[i] for i in np.unique(places).tolist()]


def _draw_cell(
    sheet: Image.Image, draw: ImageDraw.ImageDraw, row: SortedRow, folder: Path, place: tuple[int, int],
    read: Callable[[Path, int], Pixels],
) -> None:  # fmt: skip
    x, y = place
    try:
        image = Image.fromarray(read(folder / row.path, 2 * _CELL))
    except ImageError:  # the file is gone or has changed since it was measured, so its place is marked
        draw.rectangle((x, y, x + _CELL - 1, y + _CELL - 1), outline=_RED, width=3)
    else:
        image.thumbnail((_CELL, _CELL))
        sheet.paste(image, (x + (_CELL - image.width) // 2, y + (_CELL - image.height) // 2))
    for line, (text, colour) in enumerate(zip(_caption(row), (_BLACK, _GREY))):
        draw.text(
            (x, y + _CELL + 4 + 18 * line), text, fill=colour, font=ImageFont.load_default(_TEXT), anchor="la"
        )


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


def _predicted(row: SortedRow) -> bool:
    return row.prediction is not None and bool(np.isfinite(row.prediction))


def _caption(row: SortedRow) -> tuple[str, str]:
    value = f"   {row.prediction:.1f}" if row.prediction is not None and _predicted(row) else ""
    return f"#{row.rank:,}{value}", f"d {signed(row.distance or 0.0)}"


def _title(row: SortedRow, folder: Path, words: SheetWords) -> str:
    name = row.direction.removeprefix("-").replace("_", " ")
    ends = f", from {words.low} to {words.high}" if words.low and words.high else ""
    return printable(f"{folder.resolve().name or 'Images'} sorted by {name}{ends}")


def _legend(rows: Sequence[SortedRow], words: SheetWords) -> str:
    value = f"predicted {words.value or 'value'}{f' in {words.unit}' if words.unit else ''}"
    first = f"rank and {value}" if any(map(_predicted, rows)) else "rank"
    return printable(f"Under each image: its {first}; d is its signed distance along the direction.")


def _step(font: Font) -> int:
    """How far lines of text are apart."""
    return round(1.1 * sum(font.getmetrics())) if isinstance(font, ImageFont.FreeTypeFont) else _TEXT


def _wrapped(text: str, font: Font, width: int) -> Iterator[str]:
    """The lines in which a text fits a width; a word that is too long stands alone."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and font.getlength(longer) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
