"""A client with a real worker process, spawned as a person's is, and no Qt."""

from __future__ import annotations

import os

import pytest

from large_gui.core.reporter import Progress
from large_gui.errors import LargeError
from large_gui.service.client import Callbacks, Client, training_line
from tests.service.conftest import Desk
from tests.service.echo import Count, Die, Echo, Fail, Priority, Unreadable


def test_a_job_goes_there_and_back(desk: Desk) -> None:
    told: list[Progress] = []
    done: list[int] = []
    warned: list[str] = []
    handle = desk.client.ask(
        Count(3), Callbacks(done=done.append, progressed=told.append, warned=warned.append)
    )
    desk.wait(lambda: not handle.running)
    assert done == [3] and warned == ["It was counted."]
    assert [(p.done, p.total, p.words, p.unit) for p in told][-1] == (3, 3, "Counting on CPU", "images")
    assert handle.progress == told[-1]
    failed: list[LargeError] = []
    handle = desk.client.ask(Fail(), Callbacks(failed=failed.append))
    desk.wait(lambda: not handle.running)
    assert (failed[0].sentence, failed[0].hint) == ("It can't be done.", "Do another thing.")
    assert failed[0].detail == "inner workings"
    desk.client.close()
    assert desk.client.exit_code == 0


def test_a_process_that_dies_is_told_and_the_next_request_starts_another(desk: Desk) -> None:
    heard: list[str] = []
    lost = desk.client.ask(
        Die(), Callbacks(lost=lambda: heard.append("lost"), ended=lambda: heard.append("ended"))
    )
    pid = desk.client.pid
    desk.wait(lambda: not lost.running)
    assert heard == ["lost", "ended"] and lost.lost and desk.died == 1
    assert desk.client.exit_code == 7 and desk.client.pid is None
    words: list[str] = []
    desk.client.ask(Echo("again"), Callbacks(done=words.append))
    desk.wait(lambda: words)
    assert words == ["again"] and desk.client.pid not in (None, pid)


@pytest.mark.skipif(not hasattr(os, "nice"), reason="priorities are not for everybody here")
def test_trainings_leave_the_processor_to_all_others(desk: Desk) -> None:
    heard: list[int] = []
    trainer = Client(desk.calls.put, connect=training_line)
    desk.client.ask(Priority(), Callbacks(done=heard.append))
    desk.wait(lambda: heard)
    trainer.ask(Priority(), Callbacks(done=heard.append))
    assert trainer.busy
    desk.wait(lambda: len(heard) == 2)
    assert heard[0] < heard[1] and not trainer.busy
    handle = trainer.ask(Count(10_000_000))
    trainer.cancel_all()
    desk.wait(lambda: not handle.running)
    trainer.close()


def test_closing_ends_a_job_that_runs(desk: Desk) -> None:
    handle = desk.client.ask(Count(10_000_000), Callbacks(done=lambda _: pytest.fail("it was closed")))
    desk.wait(lambda: handle.progress is not None)
    desk.client.close()
    assert desk.client.exit_code == 0 and not handle.running


def test_a_request_that_can_not_be_sent_fails_alone(desk: Desk) -> None:
    failed: list[LargeError] = []
    words: list[str] = []
    desk.client.ask(Echo(lambda: "no pickle"), Callbacks(failed=failed.append))  # type: ignore[arg-type]
    desk.client.want([lambda: "no pickle"])  # type: ignore[list-item]
    desk.client.ask(Echo("next"), Callbacks(done=words.append))
    desk.wait(lambda: words)
    assert words == ["next"] and "Echo can't be sent" in failed[0].sentence and failed[0].hint
    desk.client.close()
    assert desk.client.exit_code == 0 and desk.died == 0


def test_an_answer_that_can_not_be_read_counts_as_the_death_of_the_process(desk: Desk) -> None:
    words: list[str] = []
    lost = desk.client.ask(Unreadable())
    waiting = desk.client.ask(Count(10_000_000))
    desk.wait(lambda: not lost.running)
    assert lost.lost and waiting.lost and desk.died == 1
    desk.client.ask(Echo("again"), Callbacks(done=words.append))
    desk.wait(lambda: words)
    assert words == ["again"]
