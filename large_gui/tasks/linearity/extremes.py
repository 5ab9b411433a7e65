"""Draw the paths with the lowest and with the highest lengths, as HSR's Figs. 4 and 6 do."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from large_gui.tasks.linearity.measuring import Measuring
from large_gui.tasks.linearity.strips import check_strips_file

ROWS, STEPS = 4, 8  # paths of each tenth, and steps on each
_SIDE, _GAP = 96, 12  # pixels


def write_extremes(measuring: Measuring, file: Path) -> None:
    """Write a picture: paths of the tenth with the lowest lengths, and below of that with the highest.

    They are paths in W, ranked by their length at the end where each row begins, on the left. Of each tenth,
    the first, the last and some between are drawn.

    Raises
    ------
    InputError
        When the name of the file has another ending than pictures have.
    LargeError
        When the model makes no pictures.
    """
    import torch
    from PIL import Image

    from large_gui.metrics.path_length import path_codes
    from large_gui.models.strips import side_by_side
    from large_gui.nets.pixels import to_pixels
    from large_gui.tasks.exports.contact_sheet import save_picture

    check_strips_file(file)
    lengths, seed = measuring.path_lengths("w", "end"), measuring.settings.seed
    tenths = [
        tenth[np.unique(np.linspace(0, len(tenth) - 1, ROWS).round().astype(int))]
        for tenth in (lengths.lowest, lengths.highest)
    ]
    height = _SIDE * sum(map(len, tenths)) + _GAP
    sheet = Image.new("RGB", (_SIDE * (STEPS + 1), height), "white")
    top = 0
    for numbers in tenths:
        for number in numbers:
            measuring.reporter.check_cancelled()
            codes = path_codes(measuring.generator, seed, int(number), "w", STEPS, measuring.device)
            with torch.inference_mode():
                # One at a time, as the largest generators need a lot of memory.
                pictures = [to_pixels(measuring.generator.preview(code[None]))[0] for code in codes]
            sheet.paste(side_by_side(pictures, _SIDE), (0, top))
            top += _SIDE
        top += _GAP
    save_picture(sheet, file)
