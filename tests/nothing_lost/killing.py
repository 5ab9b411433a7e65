"""Kill a process with SIGKILL at random moments while it works, and look each time at what it left.

``python -m tests.nothing_lost.killing --kills 200`` does so for every kind of work and prints its counts.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tests.nothing_lost.computing import Embedding, Importing, Training
from tests.nothing_lost.work import Work
from tests.nothing_lost.writing import Exporting, Labelling, Migrating

WORK: dict[str, Work] = {
    "labelling": Labelling(),
    "embedding": Embedding(),
    "importing": Importing(),
    "training": Training(),
    "exporting": Exporting(),
    "migrating": Migrating(),
}
_PATIENCE = 300.0  # seconds that work may take in all; nothing ever waits that long for its own sake


@dataclass
class Counted:
    """What was counted of one kind of work.

    Attributes
    ----------
    killed
        How often it was killed while it worked.
    finished
        How often it had ended before its moment came.
    acknowledged
        How many steps it had said to be done; all of them were found afterwards.
    """

    killed: int = 0
    finished: int = 0
    acknowledged: int = 0


def kill_often(work: Work, kills: int, chance: random.Random, folder: Path) -> Counted:
    """Let work be killed some times, and check after each what is left; at last it is done to its end.

    Raises
    ------
    AssertionError
        When something that was acknowledged is not there, or what is there can't be used.
    """
    counted = Counted()
    work.prepare(folder)
    takes = _run(work, folder, None)[1]  # as long as work takes that nobody disturbs
    work.begin_again(folder)
    while counted.killed < kills:
        acknowledged, _, died = _run(work, folder, chance.uniform(0, takes))
        work.check(folder, acknowledged)
        counted.acknowledged += len(acknowledged)
        counted.killed += died
        counted.finished += not died
        if not died:
            work.check_end(folder)
            work.begin_again(folder)
            assert counted.finished < 20 * kills, "it is done before any moment to kill it"
    _run(work, folder, None)
    work.check_end(folder)
    return counted


def _run(work: Work, folder: Path, moment: float | None) -> tuple[list[str], float, bool]:
    """Let a process work until it ends, or is killed so many seconds after it began.

    Returns
    -------
    What it acknowledged, how many seconds it worked, and whether it was killed.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.nothing_lost.computing"])
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_work, args=(work.do, folder, dict(os.environ), theirs))
    process.start()
    theirs.close()
    acknowledged: list[str] = []
    assert ours.poll(_PATIENCE) and ours.recv_bytes() == b"", "it has begun"
    began = time.monotonic()
    until = began + (_PATIENCE if moment is None else moment)
    try:
        while ours.poll(max(0.0, until - time.monotonic())):
            acknowledged.append(ours.recv_bytes().decode())
        assert moment is not None, "it does not end"
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        while True:  # what it said before it died counts too
            acknowledged.append(ours.recv_bytes().decode())
    except EOFError:
        took = time.monotonic() - began
        process.join()
    finally:
        ours.close()
    assert process.exitcode in (0, -signal.SIGKILL), f"it failed by itself: {process.exitcode}"
    return acknowledged, took, process.exitcode != 0


def _work(
    do: Callable[[Path, Callable[[str], None]], None], folder: Path, environment: dict[str, str],
    said: Connection,
) -> None:  # fmt: skip
    os.environ.update(environment)
    said.send_bytes(b"")
    do(folder, lambda step: said.send_bytes(step.encode()))


def kill_all(kills: int, seed: int, kinds: Sequence[str] = tuple(WORK)) -> dict[str, Counted]:
    """Kill kinds of work, each as often as its share of ``kills``; the counts by its name."""
    found = {}
    shares = sum(WORK[name].share for name in kinds)
    for name, work in ((name, WORK[name]) for name in kinds):
        with tempfile.TemporaryDirectory() as folder:
            chance = random.Random(f"{seed} {name}")
            found[name] = kill_often(work, max(1, round(kills * work.share / shares)), chance, Path(folder))
    return found


def told(found: dict[str, Counted]) -> str:
    """The counts as a table."""
    lines = [f"{'work':<12}{'killed':>8}{'finished':>10}{'acknowledged':>14}   lost"]
    for name, counted in found.items():
        numbers = f"{counted.killed:>8}{counted.finished:>10}{counted.acknowledged:>14}"
        lines.append(f"{name:<12}{numbers}      0")
    total = Counter({field: sum(getattr(c, field) for c in found.values()) for field in Counted().__dict__})
    lines.append(f"{'all':<12}{total['killed']:>8}{total['finished']:>10}{total['acknowledged']:>14}      0")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kind", choices=list(WORK), action="append", help="only this; may be repeated")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LARGE_GUI_HOME"] = home
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        print(told(kill_all(asked.kills, asked.seed, asked.kind or tuple(WORK))))
