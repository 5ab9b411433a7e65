"""Write paths of a generator as a picture: a row for each, from its first end to its last."""

from __future__ import annotations

from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.metrics.attributes import Scorers
from large_gui.models.model import Model, generates
from large_gui.tasks.linearity.courses import some_paths
from large_gui.tasks.linearity.measuring import Settings
from large_gui.tasks.linearity.walking import Ground, look

ROWS = 8
_SIDE = 128  # pixels of each picture
FORMATS = (".webp", ".png", ".jpg", ".jpeg")


def check_strips_file(file: Path) -> None:
    """Refuse a file of another format than pictures are written in.

    Raises
    ------
    InputError
        When its name has another ending than those of `FORMATS`.
    """
    if file.suffix.lower() not in FORMATS:
        raise InputError(f"{file.name} is not the name of a picture.", hint="Use .webp, .png or .jpg.")


def write_strips(model: Model, settings: Settings, file: Path, reporter: Reporter) -> None:
    """Draw the first paths that are scored: along the direction if there is one, else between random codes.

    Raises
    ------
    InputError
        When the file can't be written.
    LargeError
        When the model makes no pictures, or can't measure along the direction.
    """
    from PIL import Image

    from large_gui.models.encoding import pick_device
    from large_gui.models.strips import side_by_side
    from large_gui.tasks.exports.contact_sheet import save_picture

    check_strips_file(file)
    ground = Ground(model, generates(model).generator().to(pick_device(settings.device)))
    count, points = min(ROWS, settings.paths), settings.steps + 1
    paths = some_paths(ground, settings.direction, count, settings.steps, settings.seed)
    sheet = Image.new("RGB", (_SIDE * points, _SIDE * count))
    for row, path in enumerate(paths):
        seen = look(
            ground, [path], Scorers([]), None, reporter, keep=points, done=row * points, total=count * points
        )
        sheet.paste(side_by_side(seen.pictures, _SIDE), (0, row * _SIDE))
    save_picture(sheet, file)
