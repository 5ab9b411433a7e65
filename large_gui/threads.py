"""The only file that makes threads and thread pools; `processes` is the only one that makes processes.

Locks, events and hooks of `threading` are for everybody. What is imported here is imported inside the calls,
because the window loads this file before it shows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


def start(work: Callable[[], None], name: str, *, daemon: bool = False) -> threading.Thread:
    """Do work on a thread of its own, which ends with it.

    Parameters
    ----------
    work
        What is done. An exception that it raises reaches `threading.excepthook`.
    name
        Of the thread, for whoever looks at a list of them.
    daemon
        Whether the program may end while the thread runs.

    Returns
    -------
    The thread, to be joined.
    """
    thread = threading.Thread(target=work, name=name, daemon=daemon)
    thread.start()
    return thread


def pool(name: str, workers: int | None = None) -> ThreadPoolExecutor:
    """A pool of threads, which are made as they are needed; shut it down, or use it in a ``with``.

    Parameters
    ----------
    name
        How the names of its threads begin.
    workers
        The most threads at once; by default one a core.
    """
    import os
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix=name)


def run_in(pool: ThreadPoolExecutor, work: Callable[[], None]) -> None:
    """Do work on a thread of a pool, with nobody waiting for it.

    An exception that it raises reaches `threading.excepthook`, as one of `start` does: a future that nobody
    asks for its result would swallow it.
    """
    pool.submit(work).add_done_callback(_tell_error)


def _tell_error(future: Future[None]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        told = (type(error), error, error.__traceback__, threading.current_thread())
        threading.excepthook(threading.ExceptHookArgs(told))
