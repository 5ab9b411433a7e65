"""Every bad input ends with the sentence that docs/bad-inputs.md shows, and nothing is written."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

from tests.bad_inputs.case import BadInput
from tests.bad_inputs.corpus import ALL, CHAPTERS
from tests.bad_inputs.page import expected, key, place, row
from tests.bad_inputs.world import build

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what the system says is Linux's")
FEWEST = 200
KEPT = ("codes.sqlite", "recent.json", "durations.json")  # the program's own notes, in the user's folder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a person, of which every input gets a copy."""
    folder = tmp_path_factory.mktemp("world")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARGE_GUI_HOME", str(folder / "home"))
        build(folder)
    return folder


@pytest.fixture(scope="module")
def lines() -> dict[tuple[str, str], str]:
    """The lines of the page."""
    return expected()


def tree(folder: Path) -> dict[str, str]:
    """What lies in a folder, without the notes that the program keeps for itself."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if not path.name.startswith(KEPT):
            content = path.read_bytes() if path.is_file() else b""
            found[ascii(path.relative_to(folder))] = hashlib.sha256(content).hexdigest()
    return found


@pytest.mark.parametrize("one", ALL, ids=lambda one: f"{one.command.split()[0]}: {one.what}")
def test_the_answer_is_the_one_on_the_page(
    one: BadInput, template: Path, lines: dict[tuple[str, str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before: dict[str, str] = {}
    with place(template) as here:
        make = one.make

        def made(place: Path) -> None:
            make(place)
            before.update(tree(here))

        monkeypatch.setitem(one.__dict__, "make", made)
        status, said = one.said(here)
        after = tree(here)
    assert status == one.status
    assert "Traceback" not in said and all(c.isprintable() or c == "\n" for c in said)
    assert row(one, said) == lines.get(key(one)), "python -m tests.bad_inputs.page writes the page anew"
    if one.status:
        assert after == before


def test_there_are_enough_of_them_and_no_two_are_one() -> None:
    assert len(ALL) >= FEWEST
    assert len({key(one) for one in ALL}) == len(ALL)


def test_the_page_has_no_others(lines: dict[tuple[str, str], str]) -> None:
    head = ("what is given", "to")
    assert {at for at in lines if at != head} == {key(one) for one in ALL}
    assert len(CHAPTERS) > 10
