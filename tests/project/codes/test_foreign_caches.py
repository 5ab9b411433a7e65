"""Files of other programs stay as they are, old caches are taken over, and nobody else may read one."""

import sqlite3
import stat
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from large_gui.errors import InputError
from large_gui.project import database
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.file_system import mounted_as

ITEM = {"a" * 64: Inverted(np.ones((1, 4), np.float32))}
MOUNTS = r"""
/dev/sda1 / ext4 rw 0 0
server:/export/home /home nfs4 rw 0 0
/dev/sdb1 /home/ada/local\040disk xfs rw 0 0
//nas/pictures /mnt/nas cifs rw 0 0
garbage
"""


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def left(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
@pytest.mark.parametrize(
    ("tables", "application"),
    [("CREATE TABLE bookmarks (url TEXT)", 0), ("CREATE TABLE codes (sha TEXT)", 0), ("", 7)],
)
def test_files_of_other_programs_stay_as_they_are(
    tmp_path: Path, journal: str, tables: str, application: int
) -> None:
    path = tmp_path / "theirs.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute(f"PRAGMA application_id = {application}")
        db.executescript(tables)
    before = left(tmp_path)
    with pytest.raises(InputError, match="not") as caught:
        CodeCache(path)
    assert "emove" not in str(caught.value) and "elete" not in str(caught.value)
    assert left(tmp_path) == before


def test_a_file_whose_tables_are_still_in_its_log_stays_as_it_is(tmp_path: Path) -> None:
    there, copy = tmp_path / "there", tmp_path / "copy"
    there.mkdir(), copy.mkdir()
    with closing(sqlite3.connect(there / "theirs.db")) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE bookmarks (url TEXT)")
        for path in there.iterdir():  # as a program leaves it that was killed
            (copy / path.name).write_bytes(path.read_bytes())
    before = left(copy)
    with pytest.raises(InputError, match="not a cache"):
        CodeCache(copy / "theirs.db")
    assert left(copy) == before


def test_an_image_as_a_cache_stays_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff" + bytes(5000))
    before = left(tmp_path)
    with pytest.raises(InputError, match="is not a cache"):
        CodeCache(tmp_path / "a.jpg")
    assert left(tmp_path) == before


def test_a_cache_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "codes.sqlite"
    with CodeCache(path) as cache:
        cache.put_many("e", ITEM)
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA application_id = 0")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path.chmod(0o644)
    with CodeCache(path) as cache:
        assert cache.get_many(list(ITEM), "e").keys() == ITEM.keys()
    assert path.read_bytes()[68:72] == b"LGCC"
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="modes of files")
def test_nobody_else_may_read_a_cache(tmp_path: Path) -> None:
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        cache.put_many("e", ITEM)
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes.pop("codes.sqlite-codes") == 0o700
    assert len(modes) == 5 and set(modes.values()) == {0o600}, modes


@pytest.mark.parametrize("local", [True, False])
def test_the_log_is_written_ahead_only_on_a_local_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local: bool
) -> None:
    path = tmp_path / "codes.sqlite"
    with CodeCache(path):
        pass
    monkeypatch.setattr(database, "is_local", lambda _: local)
    with CodeCache(path) as cache:
        cache.put_many("e", ITEM)
        beside = {entry.name for entry in tmp_path.glob("*.sqlite*")} - {path.name, "codes.sqlite-codes"}
        assert beside == ({"codes.sqlite-wal", "codes.sqlite-shm"} if local else set())
    with CodeCache(path) as cache:
        assert cache.get_many(list(ITEM), "e").keys() == ITEM.keys()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/etc/x", "ext4"),
        ("/home/ada/x", "nfs4"),
        ("/home/ada/local disk/x", "xfs"),
        ("/homes/x", "ext4"),
        ("/mnt/nas/a/b", "cifs"),
    ],
)
def test_file_systems_are_told_apart(path: str, kind: str) -> None:
    assert mounted_as(Path(path), MOUNTS) == kind


def test_clearing_forgets_for_good(tmp_path: Path) -> None:
    path = tmp_path / "codes.sqlite"
    code = np.frombuffer(b"face" * 4, "<f4").reshape(1, 4)
    with CodeCache(path) as cache:
        cache.put_many("e", {"a": Inverted(code), "b": Inverted(0 * code)})
        cache.remember_shas([("/photos/x/a.jpg", 1, 2, "a"), ("/photos/xy/b.jpg", 1, 2, "b")])
        assert cache.summary().folders == {"/photos/x": 1, "/photos/xy": 1}
        assert any(b"facefaceface" in entry.read_bytes() for entry in files(tmp_path))
        assert cache.clear(Path("/photos/x")) == 1
        assert cache.summary().folders == {"/photos/xy": 1}
        assert cache.get_many(["a", "b"], "e").keys() == {"b"}
        assert all(b"facefaceface" not in entry.read_bytes() for entry in files(tmp_path))
        assert cache.clear() == 1
        assert cache.summary().codes == {}
