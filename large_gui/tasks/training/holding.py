"""Keep a run to one process, and say what a full disk means for it."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from large_gui.core.words import megabytes
from large_gui.errors import InputError
from large_gui.project.lock import Lock

_LOCK_FILE = "training.lock"
_FULL = 1 << 20  # bytes: a disk with less is full
_TRIES, _WAIT = 10, 0.1  # a process that looks at the lock holds it for a moment; seconds


@contextmanager
def held(run: Path) -> Iterator[None]:
    """Keep other processes from training a run; a folder in which nothing was written is taken away again.

    Raises
    ------
    InputError
        When another process trains it, or the folder can't be written.
    """
    try:
        run.mkdir(parents=True, exist_ok=True)
        lock = Lock(run / _LOCK_FILE)
        taken = lock.take()
        for _ in range(_TRIES):
            if taken:
                break
            time.sleep(_WAIT)
            taken = lock.take()
    except OSError as error:
        raise InputError(
            f"The folder {run} can't be written.",
            hint="Make room on the disk, or choose another folder with LARGE_GUI_HOME.",
            detail=repr(error),
        ) from error
    if not taken:
        process = f" by the process {lock.holder()}" if lock.holder() else ""
        raise InputError(
            f"{run.name!r} is being trained already{process}.",
            hint="Wait until it ends, or stop it first; or give the new training another name.",
        )
    try:
        yield
    finally:
        lock.release()
        with suppress(OSError):  # it holds a run
            run.rmdir()


def is_training(folder: Path) -> bool:
    """Whether a process, this one or another, trains a run right now."""
    file = folder / _LOCK_FILE
    if not file.exists():
        return False
    lock = Lock(file)
    try:
        if not lock.take():
            return True
    except OSError:
        return False  # nobody can write here
    lock.release()  # what a process left that was killed
    return False


@contextmanager
def told_of_full_disk(run: Path) -> Iterator[None]:
    """Say what a full disk means for a training, whichever file did not fit."""
    try:
        yield
    except (OSError, InputError) as error:
        cause = error if isinstance(error, OSError) else error.__cause__
        told = isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT)
        # Some libraries write files and don't say why they fail.
        if cause is None or not (told or shutil.disk_usage(run).free < _FULL):
            raise
        checkpoint = run / "checkpoint.pt"
        size = checkpoint.stat().st_size if checkpoint.exists() else 0
        kept = (
            f" It goes on from its last checkpoint, and needs {megabytes(2 * size)} to save." if size else ""
        )
        raise InputError(
            f"The disk of {run} is full, so the training was stopped.{kept}",
            hint="Make room and run the same again.",
            detail=repr(cause),
        ) from error
