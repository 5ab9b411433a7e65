"""Run the stages on threads of this machine, each some batches ahead of the next."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from large_gui.engine.stages import BATCH, Batch, Stages, chunks
from large_gui.threads import pool

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

T = TypeVar("T")
R = TypeVar("R")


def run_on_threads(stages: Stages, paths: Iterable[str]) -> Generator[Batch, None, None]:
    """Batches in the order of ``paths``, each read, recalled, prepared and embedded.

    Each stage is a bounded number of batches ahead of the next, so memory does not grow with the folder.
    """
    with (
        stages.side_by_side() as workers,
        pool("read", stages.readers) as readers,
        pool("prepare", 1) as preparer,
        pool("embed", workers) as embedders,
        # Closed before the pools are shut down, which would do all the work that waits
        closing(ahead(readers, stages.read, paths, 3 * BATCH)) as reads,
        closing(
            ahead(preparer, stages.prepare, map(stages.recall, chunks(reads, BATCH)), workers + 1)
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
