"""A lock between processes of one machine; the system releases it when its holder dies."""

from __future__ import annotations

import logging
import os
import sys
from contextlib import suppress
from pathlib import Path

_LOG = logging.getLogger(__name__)
_FAR = 1 << 30  # the byte that is locked on Windows, where a locked one can't be read


class Lock:
    """An advisory lock on a file that is made for it, and removed when the lock is released.

    On a network drive it works between machines if the server supports locks. If a file system has no locks,
    every process gets the lock, and the log says so.

    Parameters
    ----------
    path
        The file; it holds the process id of the holder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = -1

    def take(self) -> bool:
        """Take the lock; return ``False`` if another process holds it."""
        while self._file < 0:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(file)
            except (BlockingIOError, PermissionError):
                os.close(file)
                return False
            except OSError as error:
                _LOG.warning("%s: this file system has no locks: %r", self.path, error)
            if not _is(file, self.path):  # its holder has just released and removed it
                os.close(file)
                continue
            os.ftruncate(file, 0)
            os.write(file, str(os.getpid()).encode())
            self._file = file
        return True

    def holder(self) -> str:
        """The process id of the holder; empty if it isn't known."""
        try:
            text = self.path.read_text("ascii", errors="replace")[:20]
        except OSError:
            return ""
        return text if text.isdecimal() else ""

    def release(self) -> None:
        """Release the lock; a second call does nothing."""
        if self._file < 0:
            return
        file, self._file = self._file, -1
        if sys.platform != "win32":  # while it is locked, so that no other process's new file is removed
            with suppress(OSError):
                self.path.unlink()
        os.close(file)


def _lock(file: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
