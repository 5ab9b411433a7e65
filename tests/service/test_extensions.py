"""Modules named in ``LARGE_GUI_EXTENSIONS`` are known to the worker; what is wrong with one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from large_gui.service.client import Callbacks
from large_gui.service.log_file import WORKER_LOG
from large_gui.service.messages import Ask, Done, Partial, Warned
from large_gui.service.worker import WorkerLoop
from tests.service.conftest import Desk
from tests.service.echo import Count, Echo, Engines, Pieces
from tests.service.test_worker_loop import Scripted

_ADDS = """
from large_gui.engine.engine import register
register("cluster", lambda stages, paths, model: iter(()))
"""


def test_an_engine_of_an_extension_is_known_to_the_worker(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "brings_an_engine.py").write_text(_ADDS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("LARGE_GUI_EXTENSIONS", "brings_an_engine")
    found: list[list[str]] = []
    desk.client.ask(Engines(), Callbacks(done=found.append, warned=pytest.fail))
    desk.wait(lambda: found)
    assert "local" in found[0] and "cluster" in found[0]


def test_an_extension_that_fails_is_told_once_and_logged(
    desk: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARGE_GUI_EXTENSIONS", "there_is_no_such_module")
    counted: list[int] = []
    warned: list[str] = []
    for number in (1, 2):
        desk.client.ask(Count(number), Callbacks(done=counted.append, warned=warned.append))
    desk.wait(lambda: len(counted) == 2)
    assert counted == [1, 2], "the worker works all the same"
    told = [sentence for sentence in warned if "there_is_no_such_module" in sentence]
    assert len(told) == 1 and "LARGE_GUI_EXTENSIONS" in told[0]
    assert "there_is_no_such_module" in (home / WORKER_LOG).read_text("utf-8")


def test_trouble_is_told_after_the_first_part_of_a_long_job() -> None:
    connection = Scripted((0, Ask(1, Echo("a"))), (1, Ask(2, Pieces(2))), (1, Ask(3, Pieces(0))))
    WorkerLoop(connection, "It is amiss.").run()  # type: ignore[arg-type]
    assert connection.told == [
        Done(1, "a"), Partial(2, 0), Warned(2, "It is amiss."), Partial(2, 1), Done(2, None), Done(3, None),
    ]  # fmt: skip
