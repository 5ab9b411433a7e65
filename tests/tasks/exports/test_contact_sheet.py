"""The contact sheet: its words, its margins, and how many images it has."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.project.export import SortedRow
from large_gui.tasks.exports import contact_sheet
from large_gui.tasks.exports.contact_sheet import SheetWords, draw_sheet, write_sheet

WORDS = SheetWords("young", "old", "age", "years")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every line of text that is drawn."""
    drawn: list[str] = []
    draw = contact_sheet.ImageDraw.ImageDraw.text

    def text(self: object, xy: object, words: str, **how: object) -> None:
        drawn.append(words)
        draw(self, xy, words, **how)

    monkeypatch.setattr(contact_sheet.ImageDraw.ImageDraw, "text", text)
    return drawn


def folder_of(path: Path, n: int, *, values: bool = True) -> list[SortedRow]:
    """Rows of so many dark squares."""
    path.mkdir()
    for i in range(n):
        Image.new("RGB", (160, 160), (40, 40, 90)).save(path / f"{i:03}.png")
    return [
        SortedRow(
            f"{i:03}.png", i + 1, i / 10 - 1, 20.0 + i if values else None,
            model="faces", direction="hair_darkness",
        )
        for i in range(n)
    ]  # fmt: skip


@pytest.mark.parametrize("n", [1, 3, 30, 100])
def test_margins_are_equal_on_all_sides(tmp_path: Path, n: int) -> None:
    sheet = np.asarray(draw_sheet(folder_of(tmp_path / "photos", n), tmp_path / "photos", words=WORDS))
    ink = (sheet < 250).any(-1)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    margins = [rows[0], columns[0], len(ink) - 1 - rows[-1], len(ink[0]) - 1 - columns[-1]]
    if n == 1:  # its words are wider than its only image, and are broken where they can be
        margins.pop()
    assert max(margins) - min(margins) <= 2, margins


def test_it_says_what_is_shown_and_what_the_figures_are(tmp_path: Path, said: list[str]) -> None:
    draw_sheet(folder_of(tmp_path / "my photos", 100), tmp_path / "my photos", words=WORDS)
    assert said[:2] == [
        "my photos sorted by hair darkness, from young to old",
        "Model faces, 24 of 100 images at evenly spaced ranks, lowest distance first",
    ]
    assert said[2:4] == ["#1   20.0", "d -1.00"] and said[-3:-1] == ["#100   119.0", "d +8.90"]
    assert said[-1] == (
        "Under each image: its rank and predicted age in years; d is its signed distance along the direction."
    )


def test_without_predictions_none_are_explained(tmp_path: Path, said: list[str]) -> None:
    draw_sheet(folder_of(tmp_path / "photos", 9, values=False), tmp_path / "photos", columns=4, lines=2)
    assert said[0] == "photos sorted by hair darkness"
    assert "Model faces, 8 of 9 images at evenly spaced ranks, lowest distance first" in said
    assert said[-1].startswith("Under each image: its rank; d is") or "rank; d" in " ".join(said)


def test_an_image_that_is_gone_is_marked_and_the_sheet_is_no_image_of_the_folder(tmp_path: Path) -> None:
    rows = folder_of(tmp_path / "photos", 3)
    (tmp_path / "photos" / "001.png").unlink()
    write_sheet(rows, tmp_path / "photos", tmp_path / "sheet.jpg", words=WORDS)
    with Image.open(tmp_path / "sheet.jpg") as sheet:
        reds = np.asarray(sheet.convert("RGB")).astype(int)
        assert "large-gui" in str(sheet.getexif().get(0x0131, ""))
    assert ((reds[..., 0] > 150) & (reds[..., 1] < 80)).any()
