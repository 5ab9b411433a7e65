"""Start threads and make thread pools; no other file does, and only `processes` starts processes.

Any file may use the locks, events and hooks of `threading`. Heavy modules are imported inside the calls,
because the window loads this file before it is shown.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor


def start(work: Callable[[], None], name: str, *, daemon: bool = False) -> threading.Thread:
    """Do work on a new thread, which ends when the work is done.

    Parameters
    ----------
    work
        The function to call. An exception that it raises reaches `threading.excepthook`.
    name
        Name of the thread in lists of threads.
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
    """Make a pool of threads, which start when they are needed; shut it down, or use it in a ``with``.

    Parameters
    ----------
    name
        The beginning of the names of its threads.
    workers
        The most threads at once; by default one per core.
    """
    import os
    from concurrent.futures import ThreadPoolExecutor

    return ThreadPoolExecutor(workers or os.cpu_count() or 1, thread_name_prefix=name)


def run_in(pool: ThreadPoolExecutor, work: Callable[[], None]) -> None:
    """Do work on a thread of a pool without waiting for it.

    An exception that it raises reaches `threading.excepthook`, as with `start`. Otherwise the exception would
    be lost in the future, whose result nobody asks for.
    """
    pool.submit(work).add_done_callback(_report_error)


def _report_error(future: Future[None]) -> None:
    error = None if future.cancelled() else future.exception()
    if error is not None:
        details = (type(error), error, error.__traceback__, threading.current_thread())
        threading.excepthook(threading.ExceptHookArgs(details))
