"""The client and its handles, without a process and without Qt: the test plays both ends."""

from __future__ import annotations

import inspect
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import pytest

from large_gui.core.reporter import Progress, Unit
from large_gui.errors import InputError, LargeError
from large_gui.service import client as client_module
from large_gui.service import messages, requests
from large_gui.service.client import Callbacks, Client, JobHandle
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
    UseRefined,
    Wanted,
    Warned,
)
from large_gui.service.requests import FetchGenerator, VerifyModel


class Lines:
    """Every line that a client opened; answers wait until the client's thread has time for them."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []
        self.open: list[PlayedLine] = []
        self.died = 0
        self.client = Client(self.waiting.append, self._died, self._connect)

    def _connect(self, arrived: Callable[[Answer], None], gone: Callable[[], None]) -> PlayedLine:
        self.open.append(PlayedLine(len(self.open), arrived, gone))
        return self.open[-1]

    def _died(self) -> None:
        self.died += 1

    def sent(self, line: int = -1) -> list[Message]:
        """What was sent, but for the refined codes that every new process is told."""
        return [message for message in self.open[line].sent if message != UseRefined({})]

    def answer(self, answer: Answer, line: int = -1) -> None:
        """An answer arrives and is delivered."""
        self.open[line].arrived(answer)
        self.deliver()

    def die(self, line: int = -1) -> None:
        self.open[line].gone()
        self.deliver()

    def deliver(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class PlayedLine:
    def __init__(self, pid: int, arrived: Callable[[Answer], None], gone: Callable[[], None]) -> None:
        self.pid, self.arrived, self.gone = pid, arrived, gone
        self.sent: list[Message] = []
        self.ended = 0

    def send(self, message: Message) -> None:
        self.sent.append(message)

    def end(self) -> int:
        self.ended += 1
        return 0


class Told:
    """Writes down what a job says."""

    def __init__(self) -> None:
        self.heard: list[tuple[object, ...]] = []

    @property
    def callbacks(self) -> Callbacks[Any]:
        names = Callbacks._fields
        return Callbacks(
            **{name: lambda *said, name=name: self.heard.append((name, *said)) for name in names}
        )

    def ask(self, lines: Lines, model: str = "faces") -> JobHandle[Path]:
        return lines.client.ask(FetchGenerator(model), self.callbacks)

    def __eq__(self, other: object) -> bool:
        return self.heard == other

    def clear(self) -> Self:
        self.heard = []
        return self


@pytest.fixture
def lines() -> Lines:
    return Lines()


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_job_from_its_beginning_to_its_end(lines: Lines, told: Told) -> None:
    handle = told.ask(lines)
    assert (handle.id, handle.request, handle.running) == (1, FetchGenerator("faces"), True)
    assert lines.sent() == [Ask(1, FetchGenerator("faces"))]
    progress = Progress(5, 10, "Downloading", Unit.BYTES)
    lines.answer(Progressed(1, progress))
    lines.answer(Warned(1, "Slow."))
    lines.answer(Partial(1, "a part"))
    assert handle.progress == progress and handle.running
    lines.answer(Done(1, Path("x")))
    assert not handle.running
    assert told == [
        ("progressed", progress), ("warned", "Slow."), ("partial", "a part"), ("done", Path("x")),
        ("ended",),
    ]  # fmt: skip


def test_nothing_is_called_on_the_thread_that_reads(lines: Lines, told: Told) -> None:
    told.ask(lines)
    lines.open[0].arrived(Done(1, Path("x")))
    assert told == [], "it waits for the client's own thread"
    lines.deliver()
    assert told == [("done", Path("x")), ("ended",)]


def test_the_process_starts_with_the_first_request(lines: Lines) -> None:
    assert not lines.open and lines.client.pid is None
    lines.client.want([Path("a")])
    assert not lines.open, "a control is no request"
    lines.client.ask(VerifyModel("faces"))
    lines.client.ask(VerifyModel("faces"))
    assert len(lines.open) == 1 and lines.client.pid == 0
    lines.client.want([Path("a")])
    assert lines.sent()[-1] == Wanted([Path("a")])


def test_an_error_arrives_with_hint_and_detail(lines: Lines, told: Told) -> None:
    handle = told.ask(lines)
    error = InputError("No network.", hint="Plug it in.", detail="ENETDOWN")
    lines.answer(Failed.of(1, error))
    (_, arrived), ended = told.heard
    assert isinstance(arrived, LargeError) and ended == ("ended",)
    assert (arrived.sentence, arrived.hint, arrived.detail) == ("No network.", "Plug it in.", "ENETDOWN")
    assert not handle.running and not handle.lost


def test_cancelling_waits_for_the_worker_and_forgetting_does_not(lines: Lines, told: Told) -> None:
    handle = told.ask(lines)
    handle.cancel()
    assert lines.sent()[-1] == Cancel(1) and handle.running and told == []
    lines.answer(Stopped(1))
    assert not handle.running and told == [("stopped",), ("ended",)]
    handle.cancel()
    assert lines.sent()[-1] == Cancel(1) and len(lines.sent()) == 2, "what has ended is not cancelled"
    handle = told.clear().ask(lines)
    handle.forget()
    assert lines.sent()[-1] == Cancel(2) and not handle.running
    lines.answer(Progressed(2, Progress(1, 2, "Late")))
    lines.answer(Done(2, Path("late")))
    assert told == [] and handle.progress is None


def test_a_job_that_is_done_before_the_cancel_arrives_is_done(lines: Lines, told: Told) -> None:
    handle = told.ask(lines)
    handle.cancel()
    lines.answer(Done(1, Path("x")))
    assert told == [("done", Path("x")), ("ended",)]


def test_pausing(lines: Lines, told: Told) -> None:
    handle = told.ask(lines)
    handle.pause(True)
    assert handle.paused and lines.sent()[-1] == Pause(1)
    handle.pause(False)
    assert not handle.paused and lines.sent()[-1] == GoOn(1)
    handle.pause(True)
    lines.answer(Done(1, None))
    assert not handle.paused, "what has ended is not held"
    handle.pause(True)
    assert not handle.paused and lines.sent()[-1] == Pause(1)


def test_the_death_of_the_process(lines: Lines, told: Told) -> None:
    first, second = told.ask(lines), told.ask(lines)
    second.forget()
    lines.die()
    assert (first.running, first.lost, second.lost) == (False, True, False)
    assert told == [("lost",), ("ended",)] and lines.died == 1
    assert lines.client.exit_code == 0 and lines.client.pid is None and lines.open[0].ended == 1
    third = told.clear().ask(lines)
    assert len(lines.open) == 2 and third.running and lines.client.pid == 1
    lines.answer(Done(third.id, "new"))
    assert told == [("done", "new"), ("ended",)]


def test_whoever_is_told_of_the_death_may_ask_anew_and_forget_the_old(told: Told) -> None:
    lines, handles = Lines(), []

    def died() -> None:
        assert handles[0].lost
        handles[0].forget()
        handles.append(told.ask(lines))

    lines.client = Client(lines.waiting.append, died, lines._connect)
    handles.append(told.ask(lines))
    lines.die()
    assert told == [], "the old one was forgotten, the new one runs"
    assert [handle.running for handle in handles] == [False, True]


def test_what_an_older_process_says_is_dropped(lines: Lines, told: Told) -> None:
    told.ask(lines)
    lines.open[0].arrived(Done(1, "late"))
    late = lines.waiting.pop()
    lines.die()
    told.clear().ask(lines)
    late()
    lines.answer(Done(2, "of the old one"), line=0)
    lines.die(line=0)
    assert told == [] and lines.died == 1


def test_an_answer_to_nobody_is_dropped(lines: Lines, told: Told) -> None:
    told.ask(lines)
    lines.answer(Done(99, "?"))
    lines.answer(Done(1, "x"))
    lines.answer(Done(1, "again"))
    assert told == [("done", "x"), ("ended",)]


def test_the_next_job_may_begin_within_the_answer(lines: Lines) -> None:
    seen: list[object] = []
    second = Callbacks(done=seen.append)
    first: Callbacks[Any] = Callbacks(done=lambda _: lines.client.ask(VerifyModel("b"), second))
    lines.client.ask(VerifyModel("a"), first)
    lines.answer(Done(1, []))
    lines.answer(Done(2, ["b"]))
    assert seen == [["b"]]


def test_refined_codes_are_told_to_every_new_process(lines: Lines, told: Told) -> None:
    lines.client.use_refined("encoder", {"sha": "code"})  # type: ignore[dict-item]
    told.ask(lines)
    assert lines.open[0].sent[0] == UseRefined({("encoder", "sha"): "code"})  # type: ignore[dict-item]
    lines.die()
    told.ask(lines)
    assert lines.open[1].sent[0] == lines.open[0].sent[0]
    lines.client.use_refined("encoder", {})
    assert lines.open[1].sent[-1] == UseRefined({})


def test_closing(lines: Lines, told: Told) -> None:
    handle = told.ask(lines)
    lines.open[0].arrived(Done(1, "late"))
    lines.client.close()
    lines.deliver()
    assert told == [] and not handle.running and lines.died == 0
    assert lines.sent()[-1] == Quit() and lines.open[0].ended == 1 and lines.client.exit_code == 0
    after = told.ask(lines)
    assert not after.running and len(lines.open) == 1, "nothing starts any more"
    after.cancel()
    after.forget()
    lines.client.close()
    assert lines.open[0].ended == 1


def test_a_callback_that_raises_leaves_nothing_behind(lines: Lines, told: Told) -> None:
    raising: Callbacks[Any] = told.callbacks._replace(done=lambda _: 1 / 0, lost=lambda: 1 / 0)  # type: ignore[arg-type,return-value]
    first = lines.client.ask(FetchGenerator("a"), raising)
    with pytest.raises(ZeroDivisionError):
        lines.answer(Done(1, Path("x")))
    assert not first.running and told == [("ended",)] and not lines.client._handles
    second, third = lines.client.ask(FetchGenerator("a"), raising), told.clear().ask(lines)
    with pytest.raises(ZeroDivisionError):
        lines.die()
    assert not second.running and not third.running
    assert told == [("ended",), ("lost",), ("ended",)] and lines.died == 1


def every(kinds: object, base: type) -> list[type]:
    return [
        kind for _, kind in inspect.getmembers(kinds, inspect.isclass)
        if issubclass(kind, base) and kind is not base and kind.__module__ == kinds.__name__  # type: ignore[attr-defined]
    ]  # fmt: skip


@pytest.mark.parametrize("kind", every(requests, requests.Request))
def test_a_request_crosses_the_border_and_somebody_does_it(kind: type[requests.Request[Any]]) -> None:
    from large_gui.service.jobs import WORK

    values = {name: f"the {name}" for name in inspect.signature(kind).parameters}
    asked = kind(**values)
    assert pickle.loads(pickle.dumps(asked)) == asked
    assert asked != kind(**values | {next(iter(values)): "another"})
    assert kind in WORK and kind.__doc__
    with pytest.raises(AttributeError):
        asked.more = 1  # type: ignore[attr-defined]


def test_only_what_takes_a_moment_is_quick() -> None:
    quick = {kind.__name__ for kind in every(requests, requests.Request) if kind.quick}  # type: ignore[attr-defined]
    assert quick == {
        "ClearDirection", "Crop", "Examine", "ReadDirections", "Reconstruct", "ShowLayers", "SpreadOut",
        "WalkImage",
    }  # fmt: skip


@pytest.mark.parametrize("kind", every(messages, object))
def test_every_message_crosses_the_border(kind: type) -> None:
    message = kind(*range(len(inspect.signature(kind).parameters)))
    assert pickle.loads(pickle.dumps(message)) == message


def test_the_client_knows_no_qt_and_starts_light() -> None:
    import subprocess
    import sys

    heavy = "{'PySide6', 'numpy', 'dataclasses', 'multiprocessing', 'concurrent.futures'}"
    code = f"import sys, {client_module.__name__}, large_gui.threads; print(*{heavy} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
