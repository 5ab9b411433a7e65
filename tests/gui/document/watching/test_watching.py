"""Files that come, go, are renamed and edited while their folder is open, or while it is closed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from large_gui.core.choices import Answer, Filter, Flag, Shown
from large_gui.gui.shell.window import MainWindow
from large_gui.tasks.session import Session
from tests.conftest import SAMPLES
from tests.gui.acting import Drop, entry_of

pytestmark = pytest.mark.usefixtures("two_threads")


@pytest.fixture
def more() -> list[Path]:
    """Samples that are not among the photos, but whose codes are known."""
    return sorted(SAMPLES.glob("*.jpg"))[10:16]


def session_of(window: MainWindow) -> Session:
    session = window.document.session
    assert session is not None
    return session


def told(window: MainWindow, qtbot: QtBot, words: str) -> None:
    """Wait until the notice bar says it, and all is measured."""
    qtbot.waitUntil(lambda: words in window.notice.text)
    qtbot.waitUntil(lambda: not window.document.job.busy and not session_of(window).unmeasured)


def copy(path: Path, to: Path) -> None:
    """Copy a file with its time, which is long ago, so that it is not taken for one being written."""
    shutil.copy2(path, to)
    os.utime(to, ns=(10**18, 10**18 + path.stat().st_size))


def edit(path: Path) -> None:
    with Image.open(path) as image:
        image.rotate(90).save(path)
    os.utime(path, ns=(10**18, 10**18 + 7))


def test_added_and_removed_files_are_noticed(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, more: list[Path]
) -> None:
    drop(photos)
    session, document = session_of(window), window.document
    document.set_current(3)
    shown = session.paths[3]
    for path in more[:2]:
        copy(path, photos / path.name)
    told(window, qtbot, "2 images added.")
    assert session_of(window) is session and session.images == session.measured == 12
    assert session.paths[document.current] == shown
    (photos / session.paths[0]).unlink()
    told(window, qtbot, "1 image removed.")
    assert session.images == session.measured == 11
    assert 0 not in document.order() and len(document.order()) == 11
    assert len(session.rows()) == 11


def test_a_removed_image_in_hand_is_no_longer_looked_at(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    order = [int(i) for i in document.order()]
    document.set_current(order[4])
    (photos / session.paths[order[4]]).unlink()
    told(window, qtbot, "1 image removed.")
    assert document.current == order[5]


def test_a_renamed_file_keeps_all_that_was_said_of_it(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    old, other = session.paths[2], session.paths[5]
    document.editor.label([2], 30.0)
    document.editor.exclude([2])
    document.editor.tag("smiles", [2], True)
    document.comparisons.add(old, other, Answer.FIRST)
    document.set_current(2)
    (photos / old).rename(photos / "renamed.jpg")
    told(window, qtbot, "1 image renamed.")
    assert session.paths[2] == "renamed.jpg" and document.current == 2
    assert session.labels[2].value == 30.0 and session.labels[2].excluded
    assert document.tags["smiles"] == {"renamed.jpg": True}
    assert [(c.first, c.second) for c in document.comparisons.known] == [("renamed.jpg", other)]
    assert document.store is not None and set(document.store.labels(document.value_id)) == {"renamed.jpg"}

    stack = document.editor.stack
    stack.undo()
    assert not document.comparisons.known
    stack.undo()
    assert document.tags["smiles"] == {}
    stack.undo()
    stack.undo()
    assert not session.labels and not document.store.labels(document.value_id)
    for _ in range(4):
        stack.redo()
    assert set(document.store.labels(document.value_id)) == {"renamed.jpg"}
    assert document.store.tags() == {"smiles": {"renamed.jpg": True}}
    assert document.store.comparisons(document.value_id)[0].first == "renamed.jpg"


def test_two_files_that_trade_names_keep_their_values(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    a, b = session.paths[1], session.paths[2]
    document.editor.label([1], 10.0)
    document.editor.label([2], 20.0)
    (photos / a).rename(photos / "kept aside")
    (photos / b).rename(photos / a)
    (photos / "kept aside").rename(photos / b)
    told(window, qtbot, "2 images renamed.")
    assert document.store is not None
    labels = document.store.labels(document.value_id)
    assert labels[a].value == 20.0 and labels[b].value == 10.0
    assert session.paths[1] == b and session.labels[1].value == 10.0


def test_values_follow_files_that_were_renamed_while_closed(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    paths = list(session.paths)
    document.editor.label([1], 10.0)
    document.editor.label([2], 20.0)
    document.editor.label([4], 40.0)
    document.editor.tag("smiles", [4], False)
    document.close()
    (photos / paths[1]).rename(photos / "kept aside")  # these two trade places
    (photos / paths[2]).rename(photos / paths[1])
    (photos / "kept aside").rename(photos / paths[2])
    (photos / "inside").mkdir()
    (photos / paths[4]).rename(photos / "inside" / "moved.jpg")
    drop(photos)
    session = session_of(window)
    values = {session.paths[i]: label.value for i, label in session.labels.items()}
    assert values == {paths[1]: 20.0, paths[2]: 10.0, "inside/moved.jpg": 40.0}
    assert document.tags["smiles"] == {"inside/moved.jpg": False}


def test_a_copy_moves_nothing(window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path) -> None:
    drop(photos)
    session = session_of(window)
    window.document.editor.label([1], 10.0)
    copy(photos / session.paths[1], photos / "a copy.jpg")
    told(window, qtbot, "1 image added.")
    assert [session.paths[i] for i in session.labels] == [session.paths[1]]
    window.document.close()
    drop(photos)
    session = session_of(window)
    assert [session.paths[i] for i in session.labels] == [sorted(session.paths)[2]]


def test_an_edited_file_keeps_its_value_and_the_person_is_told(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    document.editor.label([1], 10.0)
    before = session.sha256[1]
    edit(photos / session.paths[1])
    document.watch.look()  # as when the person comes back from the other program
    qtbot.waitUntil(lambda: "edited after you had judged it" in window.notice.text)
    assert session.sha256[1] not in ("", before) and session.labels[1].value == 10.0
    assert Flag.CHANGED in session.flags[1]
    document.show_only(Shown(frozenset({Filter.CHANGED})))
    assert document.order().tolist() == [1]
    document.show_only(Shown())
    document.close()
    drop(photos)
    session = session_of(window)
    assert Flag.CHANGED in session.flags[1], "it is remembered"
    document.editor.label([1], 11.0)
    assert Flag.CHANGED not in session.flags[1], "the person has judged what is there now"


def test_a_file_that_is_saved_over_is_edited_and_not_renamed(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, more: list[Path]
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    document.editor.label([1], 10.0)
    copy(more[0], photos / "written first.jpg")
    told(window, qtbot, "1 image added.")
    (photos / "written first.jpg").rename(photos / session.paths[1])
    qtbot.waitUntil(lambda: "edited after you had judged it" in window.notice.text)
    assert session.labels[1].value == 10.0 and session.images == 10


def test_what_is_gone_waits_in_the_project(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    path = session.paths[1]
    document.editor.label([1], 10.0)
    shutil.move(photos / path, tmp_path / "elsewhere.jpg")
    told(window, qtbot, "1 image removed.")
    assert not session.labels and document.store is not None
    assert set(document.store.labels(document.value_id)) == {path}
    shutil.move(tmp_path / "elsewhere.jpg", photos / "back under another name.jpg")
    told(window, qtbot, "1 image added.")
    assert {session.paths[i]: label.value for i, label in session.labels.items()} == {
        "back under another name.jpg": 10.0
    }
    document.editor.stack.undo()
    assert not session.labels and not document.store.labels(document.value_id)


def test_an_unplugged_folder_stays_as_it_is_and_goes_on(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, tmp_path: Path, more: list[Path]
) -> None:
    drop(photos)
    document, session = window.document, session_of(window)
    document.editor.label([1], 10.0)
    photos.rename(tmp_path / "unplugged")
    qtbot.waitUntil(lambda: "is not there at the moment" in window.notice.text)
    assert session.images == session.measured == 10 and session.labels[1].value == 10.0
    document.editor.label([2], 20.0)
    copy(more[0], tmp_path / "unplugged" / more[0].name)
    (tmp_path / "unplugged").rename(photos)
    document.watch.look()
    told(window, qtbot, "1 image added.")
    assert session.images == 11 and len(session.labels) == 2 and not document.watch.away


def test_nothing_moves_under_the_hands_of_a_person_who_types(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, more: list[Path]
) -> None:
    drop(photos)
    window.activateWindow()
    document, session = window.document, session_of(window)
    document.set_current(3)
    entry = entry_of(window)
    entry.setFocus()
    qtbot.keyClicks(entry, "4")
    copy(more[0], photos / more[0].name)
    with qtbot.waitSignal(document.watch._typing.timeout):
        pass
    assert session.images == 10
    qtbot.keyClicks(entry, "2\r")
    told(window, qtbot, "1 image added.")
    assert session.labels[3].value == 42.0


def test_duplicates_are_found_and_shown(
    window: MainWindow, qtbot: QtBot, drop: Drop, photos: Path, more: list[Path]
) -> None:
    drop(photos)
    window.actions_by_id["duplicates"].trigger()
    qtbot.waitUntil(lambda: "No two of these images show the same" in window.notice.text)
    session, document = session_of(window), window.document
    copy(photos / session.paths[2], photos / "copy.jpg")
    with Image.open(photos / session.paths[4]) as image:
        image.resize((image.width // 2, image.height // 2)).save(photos / "small.jpg")
    os.utime(photos / "small.jpg", (1000, 1000))
    told(window, qtbot, "2 images added.")
    window.actions_by_id["duplicates"].trigger()
    qtbot.waitUntil(lambda: "2 images with the same content" in window.notice.text)
    assert "2 images nearly the same as another" in window.notice.text
    assert {session.paths[i] for i in document.order()} == {session.paths[2], "copy.jpg"}
    groups = document.groups_of("duplicates")
    assert {session.paths[i] for i in groups["nearly the same"]} == {session.paths[4], "small.jpg"}
    assert len(groups["no duplicate"]) == 8


def test_files_that_change_while_others_are_measured(
    window: MainWindow, qtbot: QtBot, photos: Path, more: list[Path]
) -> None:
    document = window.document
    document.open([photos])
    document.job.pause(True)
    qtbot.waitUntil(lambda: document.session is not None)
    session = session_of(window)
    document.editor.label([3], 30.0)
    (photos / session.paths[3]).rename(photos / "renamed.jpg")
    (photos / session.paths[0]).unlink()
    copy(more[0], photos / more[0].name)
    qtbot.waitUntil(lambda: session.images == 10 and "renamed.jpg" in session.number)
    document.job.pause(False)
    qtbot.waitUntil(lambda: not document.job.busy and not session.unmeasured)
    assert session.measured == 10 and not session.failures
    assert {session.paths[i]: label.value for i, label in session.labels.items()} == {"renamed.jpg": 30.0}
