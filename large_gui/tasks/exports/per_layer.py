"""Write the distance of every layer of every image, before the layers are weighed (LARGE, section 3.2)."""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.distance import layer_distances
from large_gui.core.reporter import Reporter
from large_gui.engine.stages import chunks
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.models.model import Model
from large_gui.models.spaces import Spaces
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import SortedRow
from large_gui.tasks.exports.arrays import add_array, begin_array
from large_gui.tasks.invert import EmbeddedImage, codes_of

_AT_ONCE = 256  # codes in memory
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
    """Write the distances of every layer of images whose codes are in the cache, some at a time.

    Parameters
    ----------
    rows
        Of images that have a distance, in the order that they are written in; at least one.
    file
        ``.csv`` with ``path, layer_1, layer_2, ...``, or ``.npz`` with ``paths``, ``distances`` ``(N, L)``
        float64, and names of ``direction``, ``model`` and ``encoder``.

    Raises
    ------
    InputError
        When the file is of another kind or can't be written, or a code was deleted meanwhile.
    """
    check_per_layer(file)
    with written_whole(file) as whole:
        if file.suffix.lower() == ".csv":
            _write_csv(_measured(rows, model, direction, cache, reporter), whole)
            return
        longest = max(len(row.path) for row in rows)
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            with archive.open("paths.npy", "w", force_zip64=True) as stream:
                begin_array(stream, f"<U{longest}", (len(rows),))
                for some in chunks(rows, _AT_ONCE):
                    stream.write(np.array([row.path for row in some], f"<U{longest}").tobytes())
            with archive.open("distances.npy", "w", force_zip64=True) as stream:
                for number, (_, table) in enumerate(_measured(rows, model, direction, cache, reporter)):
                    if not number:
                        begin_array(stream, "<f8", (len(rows), table.shape[1]))
                    stream.write(np.ascontiguousarray(table, "<f8").tobytes())
            told = {"direction": direction.spelled, "model": model.name, "encoder": model.key}
            for name, its in told.items():
                add_array(archive, name, np.array(its))


def _measured(
    rows: Sequence[SortedRow], model: Model, direction: Direction, cache: CodeCache, reporter: Reporter
) -> Iterator[tuple[list[str], NDArray[np.float64]]]:
    """Paths and distances ``(n, L)``, some images at a time."""
    for some in chunks(rows, _AT_ONCE):
        reporter.check_cancelled()
        images = [EmbeddedImage(row.path, row.sha256, float("nan"), ()) for row in some]
        codes = np.concatenate(list(codes_of(images, model, cache)))
        yield [row.path for row in some], layer_distances(Spaces(model, codes).of(direction), direction)


def _write_csv(measured: Iterable[tuple[list[str], NDArray[np.float64]]], file: Path) -> None:
    with file.open("x", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        for number, (paths, table) in enumerate(measured):
            if not number:
                writer.writerow(["path", *(f"layer_{i}" for i in range(1, table.shape[1] + 1))])
            for path, along in zip(paths, table):
                # Bytes of names that are not UTF-8 reach Python as surrogates, which can't be encoded.
                shown = os.fsencode(path).decode("utf-8", "backslashreplace")
                writer.writerow([shown, *(format(d, ".6g") for d in along)])
