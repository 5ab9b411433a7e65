"""Every target of the fuzzer reads its good files and bears some broken ones, without the fuzzer."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from tests.fuzzing.guard import Broken, run, scratch, watched
from tests.fuzzing.targets import TARGETS

BROKEN_FILES = 40  # for each target; packaging/fuzz/fuzz.py makes as many as there is time for


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    made = scratch()
    monkeypatch.chdir(made)
    monkeypatch.setenv("LARGE_GUI_HOME", str(made))
    yield made
    shutil.rmtree(made)


@pytest.mark.parametrize("name", TARGETS)
def test_good_files_are_read_and_broken_ones_refused(name: str, folder: Path) -> None:
    target, random = TARGETS[name], Random(name)
    good = []
    for number in range(target.seeds):
        (folder / "seed").mkdir()
        good.append(target.seed(number, folder / "seed"))
        target.read(folder / "seed")  # what is imported on the way is known from now on
        shutil.rmtree(folder / "seed")
    for number in range(BROKEN_FILES):
        data = target.mutate(good[number % len(good)], random)
        case = folder / str(number)
        case.mkdir()
        target.lay_out(data, case)
        run(target.read, case)
        shutil.rmtree(case)


@pytest.mark.parametrize(
    "does",
    [
        lambda: Path("/tmp/elsewhere").write_bytes(b""),
        lambda: Path("/etc/passwd").read_bytes(),
        lambda: exec("1"),
        lambda: __import__("antigravity"),
        lambda: __import__("os").system("true"),
        lambda: __import__("subprocess").run(["true"]),
        lambda: __import__("socket").create_connection(("127.0.0.1", 9)),
        lambda: __import__("pickle").loads(b"cos\nsystem\n."),
        lambda: __import__("sqlite3").connect("/tmp/elsewhere.sqlite"),
        lambda: Path("/tmp/elsewhere").unlink(),
        lambda: b"x" * (900 << 20),
    ],
)
def test_the_guard_sees_what_a_reader_must_never_do(does: Callable[[], object], folder: Path) -> None:
    with pytest.raises(Broken), watched(folder), suppress(BaseException):  # even if a reader swallows it
        does()


def test_the_guard_ends_what_never_ends(folder: Path) -> None:
    with pytest.raises(Broken, match="too long"), watched(folder, seconds=0.2):
        while True:
            pass
