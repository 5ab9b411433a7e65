"""Write the distance of every layer of every image, before the layers are weighed (LARGE, section 3.2)."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.distance import layer_distances
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.models.model import Model
from large_gui.models.spaces import Spaces
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import SortedRow
from large_gui.tasks.invert import EmbeddedImage, codes_of

_ENDINGS = (".csv", ".npz")


def check_per_layer(file: Path) -> None:
    """Refuse a file of another kind.

    Raises
    ------
    InputError
        When its name ends in neither .csv nor .npz.
    """
    if file.suffix.lower() not in _ENDINGS:
        raise InputError(
            f"{file} ends in neither .csv nor .npz.",
            hint="The distances of every layer are written as one of them.",
        )


def write_per_layer(
    rows: Sequence[SortedRow], model: Model, direction: Direction, cache: CodeCache, file: Path,
    reporter: Reporter,
) -> None:  # fmt: skip
    """Write the distances of every layer of the images of a table whose codes are in the cache.

    Parameters
    ----------
    rows
        In the order that they are written in; images without a code are left out.
    file
        ``.csv`` with ``path, layer_1, layer_2, ...``, or ``.npz`` with ``paths``, ``distances`` ``(N, L)``
        float64, and names of ``direction``, ``model`` and ``encoder``.

    Raises
    ------
    InputError
        When the file is of another kind or can't be written, or a code was deleted meanwhile.
    """
    check_per_layer(file)
    images = [EmbeddedImage(row.path, row.sha256, float("nan"), ()) for row in rows if row.sha256]
    pieces = []
    for codes in codes_of(images, model, cache):
        reporter.check_cancelled()
        pieces.append(layer_distances(Spaces(model, codes).of(direction), direction))
    table = np.concatenate(pieces)
    with written_whole(file) as whole:
        if file.suffix.lower() == ".csv":
            _write_csv([image.path for image in images], table, whole)
        else:
            with whole.open("wb") as stream:
                np.savez_compressed(
                    stream, paths=np.array([image.path for image in images]), distances=table,
                    direction=np.array(direction.spelled), model=np.array(model.name),
                    encoder=np.array(model.key),
                )  # fmt: skip


def _write_csv(paths: Sequence[str], table: NDArray[np.float64], file: Path) -> None:
    with file.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["path", *(f"layer_{i}" for i in range(1, table.shape[1] + 1))])
        for path, along in zip(paths, table):
            # Bytes of names that are not UTF-8 reach Python as surrogates, which can't be encoded.
            shown = os.fsencode(path).decode("utf-8", "backslashreplace")
            writer.writerow([shown, *(format(d, ".6g") for d in along)])
