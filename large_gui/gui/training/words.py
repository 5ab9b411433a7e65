"""What the page of trainings says of a run: its state, how far it is, and what comes next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.words import about, count, duration, printable

if TYPE_CHECKING:
    from large_gui.tasks.training.overview.made import Made
    from large_gui.tasks.training.runs import Run

STEPS = ("Your images", "What it takes", "Training", "A model")
_FEWEST_LEFT = 1.0  # seconds below which nothing is said of the time that is left


class Now(NamedTuple):
    """How far a training is between two lines of its log: images shown, and images a second."""

    seen: int
    rate: float


def now_of(run: Run) -> Now:
    """How far a run is, as its log tells it."""
    return Now(run.seen, run.log[-1].rate if run.log else math.nan)


def state_of(run: Run, now: Now | None = None) -> str:
    """The state of a run in a few words, for the list.

    Parameters
    ----------
    now
        How far it is, where that is known better than its log says.
    """
    from large_gui.tasks.training.runs import RunState

    now = now or now_of(run)
    share = f"{100 * now.seen / run.total:.0f} %" if run.total else f"{now.seen:,} images"
    match run.state:
        case RunState.DAMAGED:
            return "can't be read"
        case RunState.TRAINING:
            left = f", {time_left(run, now)}" if time_left(run, now) else ""
            return f"training: {share}{left}" if now.seen else "training: it begins"
        case RunState.FINISHED:
            return f"done: {count(run.seen, 'image')} shown"
        case _:
            return f"stopped at {share}" if run.seen else "stopped at the beginning"


def time_left(run: Run, now: Now) -> str:
    """How long a run takes to its end, as ``2 h 10 min left``; empty if that is not known."""
    seconds = (run.total - now.seen) / now.rate if now.rate > 0 else math.nan
    return f"{duration(seconds)} left" if seconds > _FEWEST_LEFT else ""


def progress_of(run: Run, now: Now | None = None) -> str:
    """How far a run is, how fast, and how long it takes; see `state_of`."""
    from large_gui.tasks.training.runs import RunState

    seen, rate = now or now_of(run)
    done = min(seen, run.total or seen)  # the last step may show a few more
    parts = [f"{done:,} of {count(run.total, 'image')} shown" if run.total else f"{done:,} images shown"]
    if run.state is RunState.TRAINING and rate > 0:
        parts += [f"{rate:,.0f} images a second" if rate >= 10 else f"{rate:.1f} images a second"]
        parts += [left] if (left := time_left(run, Now(done, rate))) else []
    elif run.log and run.log[-1].seconds > 0:
        parts += [f"in {duration(run.log[-1].seconds)}"]
    return "  ·  ".join(parts)


def facts_of(run: Run) -> str:
    """What a run trains on, and how."""
    if run.settings is None:
        return ""
    gan, folder = run.settings.gan, run.images_folder
    of = f" of {printable(folder.name)}" if folder is not None else ""
    parts = [f"{count(run.images, 'image')}{of}", f"{gan.size} × {gan.size} pixels"]
    parts += ["with HSR" if run.settings.hsr is not None else "without HSR"]
    parts += [f"begun {run.created[:10]}"] if run.created else []
    return "  ·  ".join(parts)


def step_of(run: Run, made: Sequence[Made]) -> int:
    """The number of the step of `STEPS` that a run is at."""
    from large_gui.tasks.training.runs import RunState

    return 3 if made or run.state is RunState.FINISHED else 2


def next_of(run: Run, made: Sequence[Made], *, ours: bool, stopping: bool = False) -> str:
    """What comes next for a run, in a sentence or two.

    Parameters
    ----------
    made
        The models that were made of it.
    ours
        Whether this window trains it.
    stopping
        Whether it was asked to stop, and writes its checkpoint.
    """
    from large_gui.tasks.training.runs import RunState

    if run.state is RunState.DAMAGED:
        return "It can't go on. Begin another training; what is in its folder stays there."
    if stopping:
        return "It stops after this step, and writes where it is. That takes a moment."
    if run.state is RunState.TRAINING and not ours:
        return "Another program trains it: the command line, or another window. This page follows it."
    if run.state is RunState.TRAINING and not run.sheets:
        return f"Next: wait for its first samples{_first_samples(run)}. The window can be used for all else."
    reading = [model for model in made if model.has_encoder]
    newest = max(made, key=lambda model: model.thousands, default=None)
    if reading and newest is not None and newest.thousands > max(model.thousands for model in reading):
        new, old = printable(newest.name), printable(reading[0].name)
        return f"Next: train the encoder of {new}, the newest model. {old} stays, and reads photographs."
    if reading:
        return "Next: sort a folder with the model, or find a direction of your own."
    if made:
        return "Next: train the model's encoder, with which it can read photographs."
    if run.state is RunState.TRAINING:
        return "Next: wait until the samples look like your images. It can become a model at any time, below."
    if not run.snapshots:
        return "Next: resume it, until it has drawn its first samples."
    return (
        "Next: make it a model." if run.state is RunState.FINISHED
        else "Next: resume it, or make it a model as it is."
    )  # fmt: skip


def _first_samples(run: Run) -> str:
    if run.settings is None:
        return ""
    first = run.settings.gan.snapshot_thousands * 1000
    rate = run.log[-1].rate if run.log else math.nan
    soon = f", in {about((first - run.seen) / rate)}" if rate > 0 and first > run.seen else ""
    return f" after {first:,} images{soon}"
