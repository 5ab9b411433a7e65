"""Part photographs of tomatoes into those to learn from and those to measure with, and choose the samples.

    python packaging/choose_tomatoes.py TOMATOES

``TOMATOES`` is a folder of FGrade's photographs with a ``labels.csv`` (``path,value``). The samples are
copied as they are into ``resources/tomatoes/samples``: sixty of those to measure with, six of each grade.

Of many tomatoes there are several photographs. Those that look nearly alike are kept on one side; which side
is decided by the hash of the first name among them, so that it never changes. What remains is other views
of one tomato and the same tomato on another day, which can't be told from other tomatoes.
"""

from __future__ import annotations

import csv
import hashlib
import shutil
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from large_gui.folders import resources_folder

SHARE = 5  # one group in so many is measured with
SAMPLES, GRADES = 60, 10
_SIDE, _ALIKE = (
    24,
    0.04,
)  # pixels of a thumbnail; root mean square difference of what looks alike, white being 1
_APART = 0.07  # of two samples of one grade
_AT_ONCE = 512


def read_grades(folder: Path) -> dict[str, float]:
    """The grade of every photograph by its name, in the order of the names."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["path"]: float(row["value"]) for row in sorted(csv.DictReader(file), key=lambda r: r["path"])
        }


def thumbnails(folder: Path, names: list[str]) -> NDArray[np.float32]:
    """Small pictures ``(N, P)``, 0 to 1."""
    result = np.empty((len(names), _SIDE * _SIDE * 3), np.float32)
    for i, name in enumerate(names):
        with Image.open(folder / name) as image:
            small = image.convert("RGB").resize((_SIDE, _SIDE), Image.Resampling.BOX)
        result[i] = np.asarray(small, np.float32).ravel() / 255
    return result


def held_out(folder: Path, names: list[str]) -> NDArray[np.bool_]:
    """Which photographs, named in order, are measured with and not learned from: ``(N,)``."""
    groups = alike(thumbnails(folder, names))
    first = {int(group): name for name, group in zip(reversed(names), groups[::-1], strict=True)}
    return np.array([_hash(first[int(group)]) % SHARE == 0 for group in groups])


def alike(pictures: NDArray[np.float32]) -> NDArray[np.int32]:
    """The number of each picture's group: chains of pictures that look alike join two of one group."""
    squares, pairs = np.square(pictures).sum(1), []
    for start in range(0, len(pictures), _AT_ONCE):
        part = slice(start, start + _AT_ONCE)
        apart = squares[part, None] + squares - 2 * pictures[part] @ pictures.T
        rows, columns = np.nonzero(apart < _ALIKE**2 * pictures.shape[1])
        pairs.append((rows + start, columns))
    rows, columns = (np.concatenate(side) for side in zip(*pairs, strict=True))
    joined = coo_array((np.ones(len(rows), np.int8), (rows, columns)), shape=(len(pictures),) * 2)
    return np.asarray(connected_components(joined, directed=False)[1])


def _hash(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def samples(folder: Path, grades: dict[str, float]) -> list[str]:
    """The names of the samples: as many of each grade, in an order that says nothing of it."""
    names = list(grades)
    pictures = dict(zip(names, thumbnails(folder, names), strict=True))
    left = [name for name, out in zip(names, held_out(folder, names), strict=True) if out]
    chosen: list[str] = []
    for grade in range(GRADES):
        taken: list[str] = []
        for name in sorted((n for n in left if grades[n] == grade), key=_hash):
            others = [float(np.sqrt(np.square(pictures[name] - pictures[o]).mean())) for o in taken]
            if min(others, default=1.0) > _APART:
                taken.append(name)
        chosen += taken[: SAMPLES // GRADES]
    return sorted(chosen, key=_hash)


def main() -> None:
    """Copy the samples and write their grades."""
    folder = Path(sys.argv[1])
    grades = read_grades(folder)
    target = resources_folder() / "tomatoes" / "samples"
    target.mkdir(parents=True, exist_ok=True)
    rows = ["path,value"]
    for number, name in enumerate(samples(folder, grades), 1):
        shutil.copyfile(folder / name, target / f"tomato-{number:02d}.jpg")
        rows.append(f"tomato-{number:02d}.jpg,{grades[name]:g}")
    (target / "labels.csv").write_text("\n".join(rows) + "\n", "utf-8")
    print(f"{len(rows) - 1} samples in {target}")


if __name__ == "__main__":
    main()
