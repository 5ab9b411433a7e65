"""Threads and processes: what nobody caught is told, and what is run ends."""

from __future__ import annotations

import sys
import threading
from pathlib import Path

import pytest

from large_gui import threads
from large_gui.processes import run_program


@pytest.fixture
def uncaught(monkeypatch: pytest.MonkeyPatch) -> list[type[BaseException]]:
    kinds: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda told: kinds.append(told.exc_type))
    return kinds


def test_what_a_pool_raises_is_not_swallowed(uncaught: list[type[BaseException]]) -> None:
    with threads.pool("test", 1) as pool:
        threads.run_in(pool, lambda: [][0])
        threads.run_in(pool, lambda: None)
    assert uncaught == [IndexError]


def test_work_that_was_dropped_is_no_error(uncaught: list[type[BaseException]]) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        begun.set()
        go_on.wait()

    pool = threads.pool("test", 1)
    threads.run_in(pool, hold)
    threads.run_in(pool, lambda: [][0])
    begun.wait()
    pool.shutdown(wait=False, cancel_futures=True)
    go_on.set()
    pool.shutdown()
    assert uncaught == []


def test_a_thread_has_a_name_and_ends_with_its_work(uncaught: list[type[BaseException]]) -> None:
    names: list[str] = []
    thread = threads.start(lambda: names.append(threading.current_thread().name), "counting")
    thread.join()
    assert names == ["counting"] and not thread.is_alive()
    threads.start(lambda: [][0], "failing").join()
    assert uncaught == [IndexError]


def run(code: str, folder: Path, meanwhile: object = lambda: None) -> int:
    return run_program(
        [sys.executable, "-c", code], folder=folder, environment={"WORD": "hello"},
        errors=folder / "errors.txt", meanwhile=meanwhile,
    )  # type: ignore[arg-type]  # fmt: skip


def test_a_program_runs_to_its_end(tmp_path: Path) -> None:
    code = (
        "import os, sys; open('here', 'w'); print('out'); sys.stderr.write(os.environ['WORD']); sys.exit(3)"
    )
    assert run(code, tmp_path) == 3
    assert (tmp_path / "here").exists() and (tmp_path / "errors.txt").read_text() == "hello"


def test_a_program_ends_when_its_caller_gives_up(tmp_path: Path) -> None:
    code = "import os, time; open('pid.new', 'w').write(str(os.getpid())); os.rename('pid.new', 'pid')\n"

    def stop() -> None:
        if (tmp_path / "pid").exists():
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(code + "while True: time.sleep(60)", tmp_path, stop)
    if sys.platform != "win32":
        import os

        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "pid").read_text()), 0)
