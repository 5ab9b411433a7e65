"""The loop of the worker, fed by hand: turns, quick requests in between, cancelling, holding, errors."""

from __future__ import annotations

import logging
import pickle
import threading
from multiprocessing import Pipe
from pathlib import Path

import pytest

from large_gui.core.reporter import Progress, Unit
from large_gui.service.messages import (
    Answer,
    Ask,
    Cancel,
    Done,
    Failed,
    GoOn,
    Message,
    Partial,
    Pause,
    Progressed,
    Quit,
    Stopped,
    Warned,
)
from large_gui.service.worker import WorkerLoop
from tests.service.echo import (
    BreakPipe,
    Chatter,
    Count,
    Echo,
    Fail,
    OtherEcho,
    Pieces,
    Save,
    WarnLater,
    WarnNow,
)


class Scripted:
    """A connection in which the next messages lie only once a number of answers was sent."""

    def __init__(self, *script: tuple[int, Message]) -> None:
        self.script, self.told = list(script), list[Answer]()

    def poll(self) -> bool:
        return bool(self.script) and self.script[0][0] <= len(self.told)

    def recv_bytes(self) -> bytes:
        if not self.script:
            raise EOFError
        return pickle.dumps(self.script.pop(0)[1])

    def send_bytes(self, answer: bytes) -> None:
        self.told.append(pickle.loads(answer))


def scripted(*script: tuple[int, Message]) -> list[Answer]:
    connection = Scripted(*script)
    WorkerLoop(connection).run()  # type: ignore[arg-type]
    return connection.told


def test_long_jobs_are_done_in_turn() -> None:
    told = scripted((0, Ask(1, Count(1))), (0, Ask(2, Pieces(2))))
    counted = Progressed(1, Progress(1, 1, "Counting", Unit.IMAGES, "cpu"))
    assert told == [
        counted, Warned(1, "It was counted."), Done(1, 1), Partial(2, 0), Partial(2, 1), Done(2, None),
    ]  # fmt: skip


def test_of_quick_requests_that_wait_only_the_newest_of_a_class_is_done() -> None:
    asks = [Ask(1, Echo("a")), Ask(2, OtherEcho("x")), Ask(3, Echo("b")), Ask(4, Echo("c"))]
    told = scripted(*((0, ask) for ask in asks))
    assert told[:2] == [Stopped(1), Stopped(3)]
    assert sorted(told[2:], key=lambda answer: answer.id) == [Done(2, "x"), Done(4, "c")]


def test_a_quick_request_is_done_within_a_long_job() -> None:
    told = scripted((0, Ask(1, Count(3))), (2, Ask(2, Echo("a"))))
    assert told.index(Done(2, "a")) < told.index(Done(1, 3))
    assert [answer.id for answer in told if isinstance(answer, Progressed)] == [1, 1, 1]


def test_a_job_that_runs_is_cancelled_at_its_next_look() -> None:
    told = scripted((0, Ask(1, Count(100))), (3, Cancel(1)), (3, Ask(2, Count(1))))
    assert [type(answer) for answer in told[:4]] == [Progressed, Progressed, Progressed, Stopped]
    assert told[-1] == Done(2, 1)


def test_a_job_that_waits_is_cancelled_before_it_starts() -> None:
    long = scripted((0, Ask(1, Count(3))), (1, Ask(2, Count(5))), (1, Cancel(2)))
    assert long.index(Stopped(2)) < long.index(Done(1, 3)), "it is told at once"
    assert not [answer for answer in long if answer.id == 2 and answer != Stopped(2)]
    quick = scripted((0, Ask(1, Echo("a"))), (0, Cancel(1)), (0, Ask(2, Echo("b"))))
    assert quick == [Stopped(1), Done(2, "b")]


def test_a_cancel_that_comes_too_late_concerns_nobody() -> None:
    assert scripted((0, Ask(1, Echo("a"))), (1, Cancel(1)), (1, Ask(2, Count(1))))[-1] == Done(2, 1)


def test_a_job_that_is_held_waits_and_quick_ones_are_done() -> None:
    told = scripted(
        (0, Ask(1, Count(2))), (1, Pause(1)), (1, Ask(2, Echo("a"))), (2, Ask(3, Echo("b"))), (3, GoOn(1))
    )
    kinds = [type(answer) for answer in told]
    assert kinds == [Progressed, Done, Done, Progressed, Warned, Done]
    assert told[1:3] == [Done(2, "a"), Done(3, "b")]


def test_a_job_can_be_held_before_it_starts_and_cancelled_while_it_is_held() -> None:
    told = scripted((0, Ask(1, Count(2))), (0, Pause(1)), (0, Ask(2, Echo("a"))), (1, Cancel(1)))
    assert told == [Done(2, "a"), Stopped(1)]


def test_an_error_tells_its_parts_and_the_next_job_is_done(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        told = scripted((0, Ask(1, Fail())), (0, Ask(2, Fail(mistake=True))), (0, Ask(3, Count(1))))
    first, second = told[:2]
    assert first == Failed(1, "It can't be done.", "Do another thing.", "inner workings")
    assert isinstance(second, Failed) and "in the program itself" in second.sentence
    assert "ZeroDivisionError" in second.detail and "ZeroDivisionError" in caplog.text
    assert "Fail: It can't be done. inner workings" in caplog.text
    assert told[-1] == Done(3, 1)


def test_it_ends_when_it_is_told_so_whatever_runs() -> None:
    assert [type(answer) for answer in scripted((0, Ask(1, Count(9))), (2, Quit()))] == [Progressed] * 2


def test_a_job_saves_what_it_has_when_the_window_quits_or_is_gone(tmp_path: Path) -> None:
    file = tmp_path / "checkpoint"
    told = scripted((0, Ask(1, Save(file))), (2, Quit()))
    assert file.read_text("utf-8") == "saved" and {type(answer) for answer in told} == {Progressed}
    file.unlink()

    class Gone(Scripted):
        def send_bytes(self, answer: bytes) -> None:
            raise BrokenPipeError

    WorkerLoop(Gone((0, Ask(1, Save(file))))).run()  # type: ignore[arg-type]
    assert file.read_text("utf-8") == "saved"


def test_it_ends_when_the_window_is_gone() -> None:
    ours, theirs = Pipe()
    ours.send(Ask(1, Echo("a")))
    ours.close()
    WorkerLoop(theirs).run()


def test_a_job_whose_own_pipe_breaks_does_not_end_the_worker(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        told = scripted((0, Ask(1, BreakPipe())), (0, Ask(2, Count(1))))
    assert isinstance(told[0], Failed) and "of a program that the job ran" in told[0].detail
    assert told[-1] == Done(2, 1) and "BrokenPipeError" in caplog.text


def test_it_ends_when_the_window_goes_while_a_job_reports() -> None:
    class Broken(Scripted):
        def send_bytes(self, answer: bytes) -> None:
            raise BrokenPipeError

    connection = Broken((0, Ask(1, Count(3))), (0, Ask(2, Count(1))))
    WorkerLoop(connection).run()  # type: ignore[arg-type]
    assert not connection.told


def test_it_ends_with_a_line_in_the_log_when_a_message_can_not_be_read(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Garbled(Scripted):
        def recv_bytes(self) -> bytes:
            return b"no pickle"

    WorkerLoop(Garbled((0, Quit()))).run()  # type: ignore[arg-type]
    assert "can't be read" in caplog.text


def test_a_reporter_tells_of_its_own_job_also_while_another_interrupts_it() -> None:
    told = scripted((0, Ask(1, WarnLater())), (1, Ask(2, WarnNow())))
    assert Warned(1, "Of the long job.") in told and told.index(Done(2, None)) < told.index(Done(1, None))


def test_threads_of_a_job_may_report_at_once() -> None:
    ours, theirs = Pipe()
    ours.send(Ask(1, Chatter(4, 1 << 17)))
    ended: list[None] = []
    worker = threading.Thread(target=lambda: ended.append(WorkerLoop(theirs).run()), daemon=True)
    worker.start()
    told: list[Answer] = []
    while Done(1, None) not in told:
        assert ours.poll(60), "an answer was garbled"
        told.append(ours.recv())
    ours.send(Quit())
    worker.join(60)
    assert ended and len(told) == 51
    assert {len(answer.sentence) for answer in told if isinstance(answer, Warned)} == {1 << 17}
