"""The cache of codes: what is put in comes out, whatever happens to the process."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache, Inverted

ROOT = Path(__file__).resolve().parents[3]


def items(n: int, start: int = 0) -> dict[str, Inverted]:
    rng = np.random.default_rng(start)
    return {
        f"{i:064x}": Inverted(rng.standard_normal((18, 512)).astype(np.float32), i / 7, ("whole image",))
        for i in range(start, start + n)
    }


def spawn(code: str, path: Path) -> subprocess.Popen[bytes]:
    text = f"from tests.project.codes.test_cache import *\npath = Path({str(path)!r})\n{code}"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", text], env=environment, stdout=subprocess.PIPE)


def test_round_trip_by_content_and_encoder(tmp_path: Path) -> None:
    kept = items(3)
    with CodeCache(tmp_path / "new" / "cache.db") as cache:
        cache.put_many("e1", kept)
    with CodeCache(tmp_path / "new" / "cache.db") as cache:
        found = cache.get_many([*kept, "unknown"], "e1")
        assert cache.get_many(list(kept), "e2") == {}
    assert found.keys() == kept.keys()
    for sha, item in kept.items():
        np.testing.assert_array_equal(found[sha].code, item.code)
        assert found[sha].code.dtype == np.float32
        assert found[sha].code.flags.writeable
        assert (found[sha].inversion_error, found[sha].flags) == (item.inversion_error, item.flags)


def test_later_codes_replace_earlier_ones_and_nan_survives(tmp_path: Path) -> None:
    with CodeCache(tmp_path / "cache.db") as cache:
        cache.put_many("e", {"a": Inverted(np.zeros((1, 4), np.float32), 1.0, ("x", "y"))})
        cache.put_many("e", {"a": Inverted(np.ones((2, 3), np.float32))})
        found = cache.get_many(["a"], "e")["a"]
    np.testing.assert_array_equal(found.code, np.ones((2, 3)))
    assert np.isnan(found.inversion_error)
    assert found.flags == ()


def test_more_keys_than_a_query_takes(tmp_path: Path) -> None:
    many = {f"{i:064x}": Inverted(np.full((1, 2), i, np.float32)) for i in range(1201)}
    with CodeCache(tmp_path / "cache.db") as cache:
        cache.put_many("e", many)
        found = cache.get_many(list(many), "e")
    assert len(found) == 1201
    assert found[f"{1200:064x}"].code[0, 0] == 1200


def test_file_hashes(tmp_path: Path) -> None:
    with CodeCache(tmp_path / "cache.db") as cache:
        cache.remember_shas([("é.jpg", 10, 1_700_000_000_123_456_789, "s1"), ("b.jpg", 1, 2, "s2")])
        assert cache.known_sha("é.jpg", 10, 1_700_000_000_123_456_789) == "s1"
        assert cache.known_sha("é.jpg", 11, 1_700_000_000_123_456_789) is None
        assert cache.known_sha("é.jpg", 10, 1_700_000_000_123_456_788) is None
        assert cache.known_sha("c.jpg", 1, 2) is None
        cache.remember_shas([("b.jpg", 1, 3, "s3")])
        assert cache.known_sha("b.jpg", 1, 2) is None
        assert cache.known_sha("b.jpg", 1, 3) == "s3"
        cache.remember_shas([("caf\udce9/c.jpg", 1, 2, "s4"), ("d.jpg", 1, 2, "s5")])
        assert cache.known_sha("caf\udce9/c.jpg", 1, 2) is None, "no database holds such a name"
        assert cache.known_sha("d.jpg", 1, 2) == "s5"


def test_a_bad_batch_leaves_nothing(tmp_path: Path) -> None:
    good = Inverted(np.zeros((1, 4), np.float32))
    with CodeCache(tmp_path / "cache.db") as cache:
        for bad in (Inverted(np.zeros(4, np.float32)), Inverted(good.code, 0.0, ("a;b",))):
            with pytest.raises(ValueError, match="not \\(L, D\\)"):
                cache.put_many("e", {"a": good, "b": bad})
        with pytest.raises(sqlite3.ProgrammingError):
            cache.remember_shas([("a", 1, 2, "s"), ("b",)])  # type: ignore[list-item]
        assert cache.get_many(["a"], "e") == {}
        assert cache.known_sha("a", 1, 2) is None
        cache.put_many("e", {"a": good})


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with CodeCache(path):
        pass
    db = sqlite3.connect(path)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.execute(f"PRAGMA user_version = {version + 1}")
    db.close()
    before = path.read_bytes()
    with pytest.raises(InputError, match="newer version"):
        CodeCache(path)
    assert path.read_bytes() == before


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    path.write_bytes(b"this is not a database at all" * 100)
    with pytest.raises(InputError, match="damaged") as caught:
        CodeCache(path)
    assert "emove" not in caught.value.hint and "cache clear" in caught.value.hint
    path.unlink()
    with CodeCache(path) as cache:
        cache.put_many("e", items(20))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x55" * len(content[4096:])
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged"), CodeCache(path) as cache:
        cache.get_many(list(items(20)), "e")


def test_a_code_of_the_wrong_length_is_damage(tmp_path: Path) -> None:
    with CodeCache(tmp_path / "cache.db") as cache:
        db = sqlite3.connect(tmp_path / "cache.db")
        with db:
            db.execute("INSERT INTO codes VALUES (?, 'e', 18, 512, x'00', 1.0, '')", list(items(1)))
        db.close()
        with pytest.raises(InputError, match="damaged"):
            cache.get_many(list(items(1)), "e")


def test_unusable_places(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for path in (tmp_path, tmp_path / "file" / "cache.db"):
        with pytest.raises(InputError, match="can't be used"):
            CodeCache(path)


def test_many_open_a_new_file_at_the_same_moment(tmp_path: Path) -> None:
    """SQLite waits for nobody when the kind of its log is changed."""
    at_once, files = 4, 60
    start = threading.Barrier(at_once)

    def open_all() -> None:
        for i in range(files):
            start.wait()
            try:
                CodeCache(tmp_path / f"{i}.db").close()
            except BaseException:
                start.abort()  # the others wait for it
                raise

    with ThreadPoolExecutor(at_once) as threads:
        running = [threads.submit(open_all) for _ in range(at_once)]
        refused = [done.exception() for done in running]
    assert refused == [None] * at_once


def test_two_processes_write_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    code = "for i in range(20):\n    with CodeCache(path) as c: c.put_many('e', items(3, {start} + 3 * i))"
    children = [spawn(code.format(start=start), path) for start in (0, 1000)]
    assert [child.communicate(timeout=60)[0] for child in children] == [b"", b""]
    assert [child.returncode for child in children] == [0, 0]
    wanted = [f"{i:064x}" for start in (0, 1000) for i in range(start, start + 60)]
    with CodeCache(path) as cache:
        assert cache.get_many(wanted, "e").keys() == set(wanted)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_a_batch_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    code = (
        "cache = CodeCache(path)\ncache.put_many('e', items(50))\n"
        "cache.remember_shas([('a', 1, 2, 's')])\n"
        "cache._db.execute('BEGIN IMMEDIATE'); cache._db.execute('DELETE FROM codes')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    child = spawn(code, path)
    child.communicate(timeout=60)
    assert child.returncode == -signal.SIGKILL
    with CodeCache(path) as cache:
        found = cache.get_many(list(items(50)), "e")
        assert cache.known_sha("a", 1, 2) == "s"
    assert found.keys() == items(50).keys()
    np.testing.assert_array_equal(found[f"{7:064x}"].code, items(50)[f"{7:064x}"].code)
