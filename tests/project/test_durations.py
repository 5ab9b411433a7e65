"""How long jobs took the last time."""

from pathlib import Path

import pytest

from large_gui.core.words import about
from large_gui.project.durations import remember_took, took


def test_the_last_time_counts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert took(home, "refine") is None
    remember_took(home, "refine", 61.234)
    remember_took(home, "other", 5)
    remember_took(home, "refine", 48.5)
    assert took(home, "refine") == 48.5 and took(home, "other") == 5


@pytest.mark.parametrize("text", ["", "[]", '{"refine": "x"}', '{"refine": NaN}', "[" * 100_000, "\x00"])
def test_a_broken_file_says_nothing_and_is_replaced(tmp_path: Path, text: str) -> None:
    (tmp_path / "durations.json").write_text(text)
    assert took(tmp_path, "refine") is None
    remember_took(tmp_path, "refine", 3.0)
    assert took(tmp_path, "refine") == 3.0


def test_where_nothing_can_be_written_nothing_happens(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    remember_took(tmp_path / "file", "refine", 3.0)
    assert took(tmp_path / "file", "refine") is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (2, "a few seconds"), (13, "about 15 seconds"), (49, "about 50 seconds"), (55, "about a minute"),
        (100, "about 2 minutes"), (1500, "about 25 minutes"), (7000, "about 2 hours"),
    ],
)  # fmt: skip
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert about(seconds) == words
