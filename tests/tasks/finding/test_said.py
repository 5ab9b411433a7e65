"""Tables of tags and of answers about pairs, as people and spreadsheets write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.reporter import SilentReporter
from large_gui.directions import rank, svm
from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest
from large_gui.tasks.finding.said import materials_of, read_answers, read_said


class Told(SilentReporter):
    """Keeps warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_answers_of_a_spreadsheet(tmp_path: Path, mark: str) -> None:
    table, told = tmp_path / "pairs.csv", Told()
    rows = [["note", "Second", "FIRST", "answer"], ["x", "b.jpg", "'=a.jpg", "first"],
            ["", "sub\\c.jpg", "b.jpg", " Equal "], ["", "c.jpg", "b.jpg", "first"]]  # fmt: skip
    table.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(mark.join(row) for row in rows).encode())
    images, answers = read_answers(table, ["b.jpg", "sub/c.jpg", "=a.jpg"], told)
    assert images == ["=a.jpg", "b.jpg", "sub/c.jpg"]
    assert answers == [(0, 1, 1.0), (1, 2, 0.5)]
    assert len(told.warnings) == 1 and "pairs.csv, row 4: no such image in the folder" in told.warnings[0]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"\xff\xfe", "not UTF-8"), (b"", "have no header"), (b'first,second,answer\n"a', "quotation mark")],
)
def test_tables_that_are_none(tmp_path: Path, content: bytes, why: str) -> None:
    table = tmp_path / "pairs.csv"
    table.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_answers(table, [], Told())
    assert why in f"{caught.value.sentence} {caught.value.hint}"
    with pytest.raises(InputError, match="can't be read"):
        read_answers(tmp_path / "none.csv", [], Told())


def test_tags_are_words_or_numbers(tmp_path: Path) -> None:
    table, told = tmp_path / "tags.csv", Told()
    table.write_text("path,value\na,Yes\nb,NO\nc,true\nd,False\ne,1\nf,0\ng,perhaps\nh,\n", "utf-8")
    found = read_said(
        table, Manifest(tmp_path, list("abcdefgh")), svm.FINDER, CodeCache(tmp_path / "c"), told
    )
    assert list(found.values()) == [1, 0, 1, 0, 1, 0]
    assert [warning.partition(" (")[0] for warning in told.warnings] == [
        "tags.csv, row 8: the value is not a number", "tags.csv, row 9: the value is empty",
    ]  # fmt: skip


ANSWERS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from([0.0, 0.5, 1.0])))


@given(ANSWERS, st.sets(st.integers(0, 9)))
def test_answers_about_images_without_a_code_are_left_out(
    answers: list[tuple[int, int, float]], coded: set[int]
) -> None:
    places = np.array(sorted(coded), np.intp)
    found = materials_of(rank.FINDER, [], answers, places)
    kept = [(a, b, won) for a, b, won in answers if {a, b} <= coded]
    assert found["pairs"].shape == (len(kept), 2) and list(found["won"]) == [won for _, _, won in kept]
    assert [tuple(places[pair]) for pair in found["pairs"]] == [(a, b) for a, b, _ in kept]
