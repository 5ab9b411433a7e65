"""What is said of a run."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from large_gui.gui.training.words import Now, facts_of, next_of, progress_of, state_of, step_of
from large_gui.tasks.training.overview.made import Made
from large_gui.tasks.training.run_file import Settings
from large_gui.tasks.training.runs import LogRecord, Run, RunState
from large_gui.training.gan.settings import GanTraining

NO_ENCODER, ENCODER = Made("red", 100, has_encoder=False), Made("red", 100, has_encoder=True)


def a_run(state: RunState, seen: int = 0, *, samples: bool = False, rate: float = 20.0) -> Run:
    log = (LogRecord(seen, 5000.0, rate=rate),) if seen else ()
    files = {seen // 1000: Path("x")} if samples else {}
    return Run(
        "red", Path("/runs/red"), state, Path("/photos/<b>tomatoes"), Settings(GanTraining()), 4148,
        "2026-11-26T03:00:00+00:00", log, files, files,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (a_run(RunState.DAMAGED), "can't be read"),
        (a_run(RunState.TRAINING), "training: it begins"),
        (a_run(RunState.TRAINING, 100_000), "training: 25 %, 4 h 10 min left"),
        (a_run(RunState.TRAINING, 100_000, rate=math.nan), "training: 25 %"),
        (a_run(RunState.STOPPED), "stopped at the beginning"),
        (a_run(RunState.STOPPED, 100_000), "stopped at 25 %"),
        (a_run(RunState.FINISHED, 400_000), "done: 400,000 images shown"),
    ],
)
def test_the_list_tells_the_state(run: Run, words: str) -> None:
    assert state_of(run) == words


def test_what_is_known_better_than_the_log_is_told() -> None:
    run = a_run(RunState.TRAINING, 100_000)
    assert state_of(run, Now(200_000, 100.0)) == "training: 50 %, 33 min left"
    assert progress_of(run, Now(200_000, 4.0)).split("  ·  ") == [
        "200,000 of 400,000 images shown", "4.0 images a second", "13 h 53 min left",
    ]  # fmt: skip
    assert progress_of(a_run(RunState.STOPPED, 100_000)).endswith("images shown  ·  in 83 min")
    assert facts_of(run).startswith("4,148 images of <b>tomatoes  ·  64 × 64 pixels  ·  without HSR")


def test_something_comes_next_in_every_state() -> None:
    training, begun = a_run(RunState.TRAINING, 9000, samples=True), a_run(RunState.TRAINING, 4000)
    assert "first samples after 10,000 images, in about 5 minutes" in next_of(begun, (), ours=True)
    assert "Another program trains it" in next_of(begun, (), ours=False)
    assert "look like your images" in next_of(training, (), ours=True)
    assert "writes where it is" in next_of(training, (), ours=True, stopping=True)
    stopped, done = a_run(RunState.STOPPED, 9000, samples=True), a_run(RunState.FINISHED, 9000, samples=True)
    assert next_of(stopped, (), ours=False) == "Next: resume it, or make it a model as it is."
    assert "first samples" in next_of(a_run(RunState.STOPPED), (), ours=False)
    assert next_of(done, (), ours=False) == "Next: make it a model."
    assert "encoder" in next_of(done, [NO_ENCODER], ours=False)
    assert "sort a folder" in next_of(done, [NO_ENCODER, ENCODER], ours=False)
    words = next_of(done, [ENCODER, Made("red-400k", 400, has_encoder=False)], ours=False)
    assert words.startswith("Next: train the encoder of red-400k, the newest model. red stays")
    assert "can't go on" in next_of(a_run(RunState.DAMAGED), (), ours=False)
    assert [step_of(run, ()) for run in (training, done)] == [2, 3] and step_of(stopped, [ENCODER]) == 3
