"""The list of what was open."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.project.recent import first_image, forget_all, opened_before, recent, remember


def folders(tmp_path: Path, n: int) -> list[Path]:
    made = [tmp_path / f"ä {i}" for i in range(n)]
    for folder in made:
        folder.mkdir()
    return made


def test_newest_first_each_once(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    assert recent(home) == []
    made = folders(tmp_path, 15)
    for folder in made:
        remember(home, folder)
    assert recent(home) == made[:2:-1]
    remember(home, made[5])
    assert recent(home) == [made[5], *(p for p in made[:2:-1] if p != made[5])]
    assert [p.name for p in home.iterdir()] == ["recent.json"]


def test_what_is_gone_is_left_out_until_it_is_back(tmp_path: Path) -> None:
    one, two, three = folders(tmp_path, 3)
    remember(tmp_path, one)
    remember(tmp_path, two)
    one.rmdir()
    assert recent(tmp_path) == [two]
    remember(tmp_path, three)
    one.mkdir()
    assert recent(tmp_path) == [three, two, one]


def test_the_list_does_not_grow_forever(tmp_path: Path) -> None:
    for i in range(100):
        remember(tmp_path, tmp_path / str(i))
    assert len(json.loads((tmp_path / "recent.json").read_text())) < 100


def test_relative_paths_and_names_that_are_not_utf8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    odd = Path(os.fsdecode(b"odd\xff"))
    try:
        odd.mkdir()
    except OSError:
        odd = Path("odd")
        odd.mkdir()
    remember(tmp_path, odd)
    assert recent(tmp_path) == [tmp_path / odd]


@pytest.mark.parametrize("content", [b"{", b"", b"{}", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_list_is_empty_and_can_be_used(
    tmp_path: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "recent.json").write_bytes(content)
    assert recent(tmp_path) == []
    assert "can't be read" in caplog.text
    remember(tmp_path, tmp_path)
    assert recent(tmp_path) == [tmp_path]


@given(st.binary(max_size=60) | st.lists(st.text(max_size=5)).map(lambda x: json.dumps(x).encode()))
def test_any_content_gives_a_list(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    home = tmp_path_factory.getbasetemp()
    (home / "recent.json").write_bytes(content)
    assert all(path.exists() for path in recent(home))


def test_a_place_that_cannot_be_written_is_only_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    (tmp_path / "recent.json").mkdir()
    for home in (tmp_path / "file", tmp_path):
        remember(home, tmp_path)
        assert "can't be written" in caplog.text
        caplog.clear()
        assert recent(home) == []


def test_a_list_of_an_earlier_version_is_read_and_goes_on(tmp_path: Path) -> None:
    old, new = folders(tmp_path, 2)
    (tmp_path / "recent.json").write_text(json.dumps([str(old)]))
    assert [(o.path, o.images, o.when) for o in opened_before(tmp_path)] == [(old, old, None)]
    remember(tmp_path, new, old)
    newest, oldest = opened_before(tmp_path)
    assert (newest.path, newest.images) == (new, old) and newest.when is not None
    assert oldest == (old, old, None)
    forget_all(tmp_path)
    assert recent(tmp_path) == [] and old.is_dir()


def test_the_first_image_is_by_name_and_also_in_a_folder_below(tmp_path: Path) -> None:
    endings = frozenset({".jpg"})
    assert first_image(tmp_path, endings) is None and first_image(tmp_path / "gone", endings) is None
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "z.JPG").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("")
    assert first_image(tmp_path, endings) == tmp_path / "below" / "z.JPG"
    for name in ("b.jpg", "a.jpg"):
        (tmp_path / name).write_bytes(b"")
    assert first_image(tmp_path, endings) == tmp_path / "a.jpg"
    assert first_image(tmp_path / "b.jpg", endings) == tmp_path / "b.jpg"
