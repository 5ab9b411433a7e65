"""The rows that are made of columns are those that a plain list of images gives."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.columns import Coded
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.core.reporter import SilentReporter
from large_gui.errors import LargeError
from large_gui.project.export import ALL_COLUMNS, SortedRow, write_csv
from large_gui.project.images.manifest import Failure, Manifest
from large_gui.tasks.measure import Measured
from large_gui.tasks.sorting.measured import MeasuredFolder, gathered
from large_gui.tasks.sorting.rows import SortedRows, sorted_rows

CONTENTS = [sha256(bytes([i])).hexdigest() for i in range(6)]
FLAGS = [
    (),
    ("unaligned",),
    ("several-faces",),
    ("several-faces", "poor-inversion"),
    ("unaligned", "refined"),
]
LINE = calibrated(
    np.array([-1.0, 0.0, 1.0]), np.array([1.0, 2.1, 2.9]), np.array([-1.0, 1.0]), CalibrationOptions(), (0, 4)
)  # predictions and intervals stop at 0 and 4
NAN = math.nan


@dataclass(frozen=True)
class Photo:
    """What is known of one image; one without a distance failed."""

    path: str
    distance: float | None
    sha256: str
    error: float
    flags: tuple[str, ...]
    label: float
    excluded: bool
    grade: str


def photos() -> st.SearchStrategy[list[Photo]]:
    """Images of which many are copies, lie at one distance, have no face or failed, in any order."""
    return st.lists(
        st.builds(
            Photo, st.text("aä./ \"'", min_size=1, max_size=4),
            st.none() | st.sampled_from([-9.0, -0.5, -0.0, 0.0, 1e-9, 0.5, 9.0]), st.sampled_from(CONTENTS),
            st.sampled_from([NAN, 0.0, 99.5]), st.sampled_from(FLAGS),
            st.sampled_from([NAN, NAN, -1.0, 0.0, 2.5]), st.booleans(), st.sampled_from(["low", "high"]),
        ),
        unique_by=lambda photo: photo.path, max_size=30,
    )  # fmt: skip


def plain(photos: list[Photo], line: Fitted | None, direction: Direction) -> list[SortedRow]:
    """The rows by the rules of docs/files.md, image by image."""
    measured = [p for p in photos if p.distance is not None]
    rows = []
    for rank, p in enumerate(sorted(measured, key=lambda p: ("unaligned" in p.flags, p.distance, p.path)), 1):
        face, d = "unaligned" not in p.flags, np.array([p.distance])
        flags = [*p.flags, *(["learned-from"] if p.sha256 in direction.record.held_out else [])]
        figures: tuple[float | None, ...] = (None, None, None)
        if line is not None:
            figures = NAN, NAN, NAN
            if face:
                figures = float(line.predict(d)[0]), *(float(end[0]) for end in line.interval(d))
                flags += ["clipped"] if line.clips(d)[0] else []
        rows.append(
            SortedRow(
                p.path, rank if face else None, p.distance, *figures, label=p.label, excluded=p.excluded,  # type: ignore[arg-type]
                inversion_error=p.error, flags=tuple(flags), sha256=p.sha256, model="m", direction="-d",
                grade=p.grade,
            )
        )  # fmt: skip
    for p in sorted((p for p in photos if p.distance is None), key=lambda p: p.path):
        label = None if math.isnan(p.label) else p.label
        rows.append(
            SortedRow(
                p.path, None, None, label=label, flags=("failed",), model="m", direction="-d", reason="why"
            )
        )
    return rows


def measured(photos: list[Photo], size: int, taken: list[Photo]) -> MeasuredFolder:
    """The folder, of which the images in ``taken`` come in this order in pieces of so many."""
    found = Manifest(Path(), [photo.path for photo in photos], [])
    pieces = []
    for start in range(0, len(taken), size):
        piece = taken[start : start + size]
        fine = [p for p in piece if p.distance is not None]
        pieces.append(
            Measured(
                [p.path for p in fine], [p.sha256 for p in fine],
                np.array([[p.distance] for p in fine], float),
                [p.error for p in fine], [p.flags for p in fine],
                [Failure(p.path, "why") for p in piece if p.distance is None],
            )
        )  # fmt: skip
    return gathered(found, pieces, SilentReporter())


def rows_of(
    photos: list[Photo], folder: MeasuredFolder, line: Fitted | None, direction: Direction
) -> SortedRows:
    """The rows out of columns."""
    fine = [p for p in photos if p.distance is not None]
    return sorted_rows(
        folder, line, "m", direction, labels=np.array([p.label for p in fine]),
        excluded=np.array([p.excluded for p in fine], bool), grades=Coded.of([p.grade for p in fine]),
        of_failed={p.path: p.label for p in photos if not math.isnan(p.label)},
    )  # fmt: skip


def told(rows: list[SortedRow] | SortedRows) -> list[list[str]]:
    """Rows as text, in which one NaN is like another."""
    return [
        [*(repr(getattr(row, name)) for name in ALL_COLUMNS if name != "flags"), ";".join(row.flags)]
        for row in rows
    ]


@given(st.data())
def test_columns_give_the_rows_of_a_list(data: st.DataObject) -> None:
    its = data.draw(photos())
    taken, size = data.draw(st.permutations(its)), data.draw(st.integers(1, 9))
    line = data.draw(st.sampled_from([None, LINE]))
    held_out = dict.fromkeys(data.draw(st.sets(st.sampled_from(CONTENTS))), 0.0)
    direction = Direction("d", np.eye(2)[0], flipped=True, record=FindingRecord(held_out=held_out))
    rows, expected = rows_of(its, measured(its, size, taken), line, direction), plain(its, line, direction)
    assert told(rows) == told(expected)
    assert len(rows) == len(expected)
    assert told(rows.placed) == told([row for row in expected if row.rank is not None])
    assert told(rows.measured) == told([row for row in expected if row.distance is not None])
    assert rows.ranks.tolist() == [row.rank or 0 for row in expected]
    assert repr(rows.labels.tolist()) == repr([NAN if r.label is None else r.label for r in expected])
    assert list(rows.flags) == [row.flags for row in expected]
    counts = rows.flags.counts()
    assert counts == {flag: sum(flag in r.flags for r in expected) for flag in counts}
    only, without = (
        data.draw(st.lists(st.sampled_from(["unaligned", "clipped", "failed", "learned-from"]))) for _ in "ab"
    )
    wanted = [
        row for row in expected
        if (not only or set(only) & set(row.flags)) and not set(without) & set(row.flags)
    ]  # fmt: skip
    assert told(rows.flagged(only, without)) == told(wanted)
    paths = [row.path for row in expected][::-2]
    assert [row.path for row in rows.of(["no such", *paths])] == paths
    assert [row.path for row in rows.among(set(paths))] == paths[::-1]
    assert told(pickle.loads(pickle.dumps(rows))) == told(expected), "the window sends them to the worker"
    if expected:
        middle = len(expected) // 2
        assert told([rows[middle], rows[-1]]) == told([expected[middle], expected[-1]])
        assert told(rows[1:5]) == told(expected[1:5])


def test_the_table_is_written_row_by_row(tmp_path: Path) -> None:
    """Rows of columns and rows of a list are the same bytes; none is kept when it is written."""
    its = [
        Photo(
            f"{i}.jpg", i % 7 - 3.0 if i % 5 else None, CONTENTS[i % 6], 1.5, FLAGS[i % 5], NAN, False, "low"
        )
        for i in range(3000)
    ]
    direction = Direction("d", np.eye(2)[0], flipped=True)
    write_csv(rows_of(its, measured(its, 512, its), LINE, direction), tmp_path / "a.csv")
    write_csv(plain(its, LINE, direction), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_an_image_of_nowhere_is_refused() -> None:
    found = Manifest(Path(), ["a", "b"], [])
    piece = Measured(["b"], CONTENTS[:1], np.zeros((1, 1)), [0.0], [()])
    for pieces in ([piece, piece], [Measured(["c"], CONTENTS[:1], np.zeros((1, 1)), [0.0], [()])]):
        with pytest.raises(LargeError, match="not in the folder, or twice"):
            gathered(found, pieces, SilentReporter())
