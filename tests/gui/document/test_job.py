"""The one Qt-facing job, and how what other threads found comes to the main one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import Progress, Unit
from large_gui.errors import LargeError
from large_gui.gui.document.background.delivery import Background, Delivery
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.models.page import ModelsPage
from large_gui.gui.shell.status_strip import StatusStrip
from large_gui.gui.widgets.named import named
from large_gui.service.messages import Cancel, GoOn, Pause
from large_gui.service.requests import FetchGenerator, Measure, VerifyModel
from tests.gui.acting import find
from tests.gui.bench import Bench


@pytest.fixture
def job(bench: Bench) -> Job:
    return Job(bench.document)


class TestJob:
    def test_it_says_what_runs_and_how_far_it_is(self, bench: Bench, job: Job) -> None:
        told: list[Progress] = []
        states: list[tuple[bool, str]] = []
        job.progressed.connect(told.append)
        job.changed.connect(lambda: states.append((job.running, job.busy)))
        done: list[object] = []
        job.begin("Fetching", FetchGenerator("faces"), done=done.append)
        progress = Progress(1, 4, "Downloading", Unit.BYTES, "cpu")
        bench.worker.progress(FetchGenerator, progress)
        assert told == [progress] and job.busy == "Downloading on CPU"
        bench.worker.answer(FetchGenerator, Path("x"))
        assert done == [Path("x")] and states == [(True, "Fetching"), (False, "")]

    def test_an_answer_that_is_taken_badly_is_still_the_end(self, bench: Bench, job: Job) -> None:
        states: list[tuple[bool, str]] = []
        job.begin("Fetching", FetchGenerator("faces"), done=lambda _: 1 / 0)  # type: ignore[arg-type,return-value]
        job.changed.connect(lambda: states.append((job.running, job.busy)))
        with pytest.raises(ZeroDivisionError):
            bench.worker.answer(FetchGenerator, Path("x"))
        assert states == [(False, "")]

    def test_errors_and_warnings_go_to_the_bar(self, bench: Bench, job: Job) -> None:
        job.begin("Fetching", FetchGenerator("faces"), done=lambda _: None)
        bench.worker.warn(FetchGenerator, "It is slow.")
        bench.worker.fail(FetchGenerator, "No network.", "Plug it in.", "ENETDOWN")
        assert bench.notices == [("It is slow.", "", True), ("No network.", "Plug it in.", True)]
        assert not job.running and not job.busy

    def test_whoever_begins_it_may_take_them(self, bench: Bench, job: Job) -> None:
        errors: list[LargeError] = []
        warnings: list[str] = []
        job.begin(
            "Fetching", FetchGenerator("faces"), done=lambda _: None, warned=warnings.append,
            failed=errors.append,
        )  # fmt: skip
        bench.worker.warn(FetchGenerator, "It is slow.")
        bench.worker.fail(FetchGenerator, "No network.", "Plug it in.", "ENETDOWN")
        (error,) = errors
        assert (error.sentence, error.hint, error.detail) == ("No network.", "Plug it in.", "ENETDOWN")
        assert warnings == ["It is slow."] and not bench.notices

    def test_pausing_and_cancelling(self, bench: Bench, job: Job) -> None:
        job.pause(True)
        assert not job.paused, "nothing runs"
        job.begin("Fetching", FetchGenerator("faces"), done=lambda _: pytest.fail("it was cancelled"))
        job.pause(True)
        assert job.paused and bench.worker.sent[-1] == Pause(1)
        job.pause(False)
        assert not job.paused and bench.worker.sent[-1] == GoOn(1)
        job.pause(True)
        job.cancel()
        assert (job.running, job.paused, job.busy) == (False, False, "")
        assert bench.worker.sent[-1] == Cancel(1)
        bench.worker.answer(FetchGenerator, Path("late"))

    def test_a_newer_request_forgets_the_older_one(self, bench: Bench, job: Job) -> None:
        done: list[object] = []
        job.begin("Verifying", VerifyModel("a"), done=done.append, stamp="a")
        job.begin("Verifying", VerifyModel("b"), done=done.append, stamp="b")
        assert bench.worker.forgotten == [1] and job.stamp == "b"
        bench.worker.answer(VerifyModel, ["a"], 0)
        assert not done and job.running
        bench.worker.answer(VerifyModel, ["b"], 1)
        assert done == [["b"]] and not job.running

    def test_the_stamp_stays_with_an_answer_and_goes_when_none_comes(self, bench: Bench, job: Job) -> None:
        def begin() -> None:
            job.begin("Verifying", VerifyModel("a"), done=lambda _: None, stamp="a")

        begin()
        bench.worker.answer(VerifyModel, [])
        assert job.stamp == "a"
        begin()
        bench.worker.fail(VerifyModel, "No disk.")
        assert job.stamp == "a", "it would fail again"
        begin()
        bench.worker.stop(VerifyModel)
        assert job.stamp is None
        begin()
        bench.worker.die()
        assert job.stamp is None and not job.running
        begin()
        job.forget()
        assert job.stamp is None

    def test_the_next_may_begin_within_the_answer(self, bench: Bench, job: Job) -> None:
        def next_one(_: object) -> None:
            job.begin("Fetching", FetchGenerator("faces"), done=lambda _: None)

        job.begin("Verifying", VerifyModel("a"), done=next_one)
        bench.worker.answer(VerifyModel, [])
        assert job.running and job.busy == "Fetching"


def test_a_folder_whose_worker_dies_goes_on_in_a_new_one(bench: Bench) -> None:
    bench.open(measured=20)
    assert bench.document.store is not None
    bench.document.job.resume()
    for _ in range(3):
        bench.worker.die()
        assert "started again" in bench.notices[-1][0] and bench.document.job.running
    bench.worker.die()
    assert bench.notices[-1] == (
        "The process that measures images was ended.",
        "Resume starts it again.",
        True,
    )
    assert not bench.document.job.running, "three times are enough"


def test_a_worker_that_dies_of_something_else_leaves_the_folder_alone(bench: Bench, job: Job) -> None:
    bench.open()
    job.begin("Verifying", VerifyModel("a"), done=lambda _: None)
    bench.worker.die()
    assert bench.notices[-1] == (
        "The process that measures images was ended.",
        "It is started again when it is needed.",
        True,
    )
    assert not bench.document.job.running and not bench.worker.of(Measure)


def test_the_strip_shows_progress_as_it_is_told(bench: Bench, qtbot: QtBot) -> None:
    bench.open(measured=20)
    strip = StatusStrip(bench.document)
    qtbot.addWidget(strip)
    text = find(strip, "Status", QLabel)
    bench.document.job.resume()
    tell = bench.document.progressed.emit
    tell(Progress(12, 100, "Inverting", Unit.IMAGES, "cuda"))
    assert text.text() == "Inverting 12 of 100   CUDA"
    tell(Progress(0, 0, "Looking on the shelf"))
    assert text.text() == "Looking on the shelf…", "a stage is not taken apart"


class TestJobBar:
    @pytest.fixture
    def page(self, job: Job, qtbot: QtBot) -> QWidget:
        page, button = QWidget(), named(QPushButton("Begin"), "Begin")
        box = QVBoxLayout(page)
        box.addWidget(button)
        box.addWidget(JobBar(job, "counting", button))
        qtbot.addWidget(page)
        page.show()
        qtbot.waitActive(page)
        return page

    def test_it_counts_what_a_person_counts(self, bench: Bench, job: Job, page: QWidget) -> None:
        job.begin("Beginning", FetchGenerator("faces"), done=lambda _: None)
        words, bar = find(page, "What is done while counting", QLabel), find(page, "Progress of counting")
        assert words.text() == "Beginning" and bar.maximum() == 0
        for progress, told in (
            (Progress(12_300_000, 37_600_000, "Downloading", Unit.BYTES), "Downloading: 12.3 of 37.6 MB"),
            (Progress(1_200, 3_000, "Copying", Unit.IMAGES), "Copying 1,200 of 3,000"),
            (Progress(2, 5, "Converting"), "Converting"),
        ):
            bench.worker.progress(FetchGenerator, progress)
            assert (words.text(), bar.value(), bar.maximum()) == (told, progress.done, progress.total)

    def test_the_keyboard_is_with_cancel_which_enter_does_not_press(
        self, bench: Bench, job: Job, page: QWidget, qtbot: QtBot
    ) -> None:
        begin, cancel = find(page, "Begin", QPushButton), find(page, "Cancel counting", QPushButton)
        begin.setFocus()
        job.begin("Beginning", FetchGenerator("faces"), done=lambda _: None)
        assert cancel.isVisible() and cancel.hasFocus()
        qtbot.keyClick(cancel, Qt.Key.Key_Return)
        assert job.running, "it began with Enter, which may come twice"
        qtbot.keyClick(cancel, Qt.Key.Key_Space)
        assert not job.running and not cancel.isVisible() and begin.hasFocus()

    def test_importing_is_followed_by_one(self, bench: Bench, qtbot: QtBot) -> None:
        page = ModelsPage(bench.document)
        qtbot.addWidget(page)
        page.show()
        named_so = ("What can be imported", "What is imported", "Progress of importing", "Cancel importing")
        widgets = [find(page, name) for name in named_so]
        assert [widget.isVisible() for widget in widgets] == [True, False, False, False]
        page._job.begin("Importing n.pt", FetchGenerator("faces"), done=lambda _: None)
        assert [widget.isVisible() for widget in widgets] == [False, True, True, True]
        assert widgets[1].text() == "Importing n.pt"


class TestOtherThreads:
    def test_calls_are_made_on_the_main_thread_in_their_order(self, qtbot: QtBot) -> None:
        delivery, made = Delivery(), []
        thread = threading.Thread(
            target=lambda: [
                delivery(lambda i=i: made.append((i, threading.current_thread()))) for i in range(5)
            ]
        )
        thread.start()
        thread.join()
        assert not made, "they wait for the event loop"
        qtbot.waitUntil(lambda: len(made) == 5)
        assert made == [(i, threading.main_thread()) for i in range(5)]

    def test_work_is_done_elsewhere_and_its_result_comes_home(self, qtbot: QtBot) -> None:
        owner, found = QObject(), []
        background = Background("test", 2, owner)
        background.run(threading.current_thread, lambda thread: found.append(thread))
        qtbot.waitUntil(lambda: bool(found))
        assert found[0] is not threading.main_thread()
        background.close()
        assert not found[0].is_alive()
        background.run(lambda: pytest.fail("it is closed"), found.append)

    def test_closing_drops_what_waits_and_waits_for_what_runs(self, qtbot: QtBot) -> None:
        owner, done = QObject(), []
        background, begun = Background("test", 1, owner), threading.Event()
        go_on = threading.Timer(0.1, lambda: begun.wait())
        go_on.start()

        def first() -> None:
            begun.set()
            go_on.join()
            done.append("first")

        background.run(first, lambda _: None)
        background.run(lambda: done.append("second"), lambda _: None)
        begun.wait()
        background.close()
        assert done == ["first"]
