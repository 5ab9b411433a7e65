"""The table of the samples stays what the first version with the present faces pack wrote, row by row."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from large_gui.cli.main import main
from tests.conftest import SAMPLES

WRITTEN = Path(__file__).with_name("samples.csv")
# How far they may be off: codes in half precision move an age by some thousandths of a year.
NUMBERS = {"distance": 1e-3, "prediction": 1e-2, "inversion_error": 1e-2}
ENDS = ("pi_low", "pi_high")


def half(row: dict[str, str]) -> float:
    """Half the width of a row's interval, which lies about its prediction."""
    low, high, prediction = (float(row[column]) for column in (*ENDS, "prediction"))
    assert prediction == pytest.approx((low + high) / 2, abs=1e-3)
    return (high - low) / 2


@pytest.mark.usefixtures("two_threads")
def test_the_samples_are_sorted_as_before(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    labels = str(SAMPLES / "labels.csv")
    assert main(["sort", str(SAMPLES), "--direction", "age", "--labels", labels, "--out", str(out)]) == 0
    now, before = (list(csv.reader(file.read_text("utf-8").splitlines())) for file in (out, WRITTEN))
    assert now[0] == before[0] and len(now) == len(before)
    rows, written = (
        {row["path"]: row for row in (dict(zip(table[0], cells)) for cells in table[1:])}
        for table in (now, before)
    )
    for path, row in written.items():
        # Processors round differently; everything but the last digits is the same on all of them.
        for column, text in row.items():
            if column in NUMBERS and text:
                assert float(rows[path][column]) == pytest.approx(
                    float(text), rel=1e-3, abs=NUMBERS[column]
                ), column
            elif column not in ("rank", *ENDS):
                assert rows[path][column] == text, column
    factors = [half(rows[path]) / half(row) for path, row in written.items() if row["pi_low"]]
    assert len(factors) == sum(bool(row["pi_low"]) for row in rows.values()) > 5
    assert np.ptp(factors) < 1e-3 and abs(np.mean(factors) - 1) < 1e-3
    for end in (slice(5), slice(-5, None)):  # neighbours in the middle may be equal but for the last digits
        assert list(rows)[end] == list(written)[end]
