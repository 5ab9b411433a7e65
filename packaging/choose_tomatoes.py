"""Part photographs of tomatoes into those to learn from and those to measure with, and choose the samples.

    python packaging/choose_tomatoes.py TOMATOES

``TOMATOES`` is a folder of FGrade's photographs with a ``labels.csv`` (``path,value``). The samples are
copied as they are into ``resources/tomatoes/samples``: sixty of those to measure with, six of each grade.

One photograph in five is kept back, by the hash of its name. Of many tomatoes there are several photographs,
so that some of those kept back have a near twin among the others, and figures are told without these too.
Other views of one tomato, and the same tomato on another day, can't be told from other tomatoes.
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


def held_out(names: list[str]) -> NDArray[np.bool_]:
    """Which photographs are measured with and never learned from: ``(N,)``."""
    return np.array([_hash(name) % SHARE == 0 for name in names])


def twins(pictures: NDArray[np.float32], out: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the small pictures that are kept back look like one that is learned from: ``(M,)``."""
    kept, learned = pictures[out], pictures[~out]
    squares, found = np.square(learned).sum(1), []
    for part in range(0, len(kept), _AT_ONCE):
        these = kept[part : part + _AT_ONCE]
        apart = np.square(these).sum(1)[:, None] + squares - 2 * these @ learned.T
        found.append(apart.min(1) < _ALIKE**2 * pictures.shape[1])
    return np.concatenate(found)


def _hash(name: str) -> int:
    return int(hashlib.sha256(name.encode()).hexdigest(), 16)


def samples(folder: Path, grades: dict[str, float]) -> list[str]:
    """The names of the samples, as many of each grade, none with a twin, in an order that says nothing."""
    names = list(grades)
    small, out = thumbnails(folder, names), held_out(names)
    pictures = dict(zip(np.array(names)[out], small[out], strict=True))
    left = [str(n) for n, twin in zip(np.array(names)[out], twins(small, out), strict=True) if not twin]
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
