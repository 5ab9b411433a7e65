"""What the tests of fits do, as a person does it."""

from __future__ import annotations

import csv
from pathlib import Path

from large_gui.cli.main import main
from tests.conftest import SAMPLES

NAMES = [path.name for path in sorted(SAMPLES.glob("*.jpg"))[:10]]


def run(*words: object) -> int:
    return main([str(word) for word in words])


def sort(photos: Path, *more: object) -> int:
    """Sort by age turned round, with the labels beside the folder; the table goes there too."""
    beside = photos.parent
    given = ["--labels", beside / "labels.csv", "--out", beside / "out.csv"]
    return run("sort", photos, "--direction", "-age", *given, *more)


def predict(photos: Path, *more: object) -> int:
    """Predict from the fit beside the folder."""
    beside = photos.parent
    return run("predict", photos, "--fit", beside / "fit.json", "--out", beside / "predicted.csv", *more)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
