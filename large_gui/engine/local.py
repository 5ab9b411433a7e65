"""Run the stages on threads of this machine, each some batches ahead of the next."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from large_gui.engine.stages import BATCH, Batch, Stages, chunks
from large_gui.threads import pool

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

_HANDS = 4  # threads that make batches ready for a graphics card; each holds the pixels of one
T = TypeVar("T")
R = TypeVar("R")


def run_on_threads(stages: Stages, paths: Iterable[str]) -> Generator[Batch, None, None]:
    """Batches in the order of ``paths``, each read, recalled, prepared and embedded.

    Each stage is a bounded number of batches ahead of the next, so memory does not grow with the folder.
    """
    with stages.side_by_side() as workers:
        # A graphics card takes one batch after the other, and several threads to make them ready.
        hands = max(workers, min(_HANDS, os.cpu_count() or 1)) if stages.prepares_side_by_side else 1
        yield from _run(stages, paths, workers, hands)


def _run(stages: Stages, paths: Iterable[str], workers: int, hands: int) -> Generator[Batch, None, None]:
    """The batches; ``hands`` of them are prepared and ``workers`` embedded at once."""
    with (
        pool("read", stages.readers) as readers,
        pool("prepare", hands) as preparers,
        pool("embed", workers) as embedders,
        # Closed before the pools are shut down, which would do all the work that waits
        closing(ahead(readers, stages.read, paths, 3 * BATCH)) as reads,
        closing(
            ahead(
                preparers, stages.prepare, map(stages.recall, chunks(reads, BATCH)), max(workers, hands) + 1
            )
        ) as prepared,
        closing(ahead(embedders, stages.embed, prepared, workers)) as embedded,
    ):
        yield from embedded


def ahead(
    threads: ThreadPoolExecutor, work: Callable[[T], R], items: Iterable[T], depth: int
) -> Generator[R, None, None]:
    """Results of ``work`` in order; up to ``depth`` of them are computed ahead of the consumer.

    Work that has not begun is cancelled when the generator is closed.
    """
    pending: deque[Future[R]] = deque()
    try:
        for item in items:
            pending.append(threads.submit(work, item))
            if len(pending) > depth:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for future in pending:
            future.cancel()
