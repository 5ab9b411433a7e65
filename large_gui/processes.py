"""Start processes: one of our own with a pipe to it, or another program. No other file does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from subprocess import Popen

_LOG = logging.getLogger(__name__)
_POLL = 0.1  # seconds between two checks whether another program has ended
_GRACE = 5.0  # seconds that another program has to end by itself


class Spawned:
    """A new process of our own, with a connection to it.

    Parameters
    ----------
    serve
        The function that the process runs, with the other end of the connection as its argument. It must be
        a function of a module.

    Attributes
    ----------
    connection
        This process's end of the connection.
    pid
        The process id.
    """

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        import multiprocessing

        context = multiprocessing.get_context("spawn")  # forking a process that runs Qt is not safe
        self.connection, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self.pid: int | None = self._process.pid

    def end(self, patience: float) -> int | None:
        """Wait until the process ends by itself; kill it after ``patience`` seconds.

        Returns
        -------
        Its exit code.
        """
        self._process.join(patience)
        if self._process.is_alive():
            _LOG.warning("the process %s did not end by itself and is killed", self.pid)
            self._process.kill()
            self._process.join()
        return self._process.exitcode

    def close(self) -> None:
        """Free all resources, once the process has ended and the connection is not read any more."""
        self.connection.close()
        self._process.close()


def run_program(
    command: Sequence[str], *, folder: Path, environment: Mapping[str, str], errors: Path,
    meanwhile: Callable[[], None],
) -> int:  # fmt: skip
    """Run another program to its end.

    Parameters
    ----------
    command
        The program and its arguments; no shell reads them.
    folder
        The folder it runs in.
    environment
        All of its environment variables.
    errors
        The file that its standard error is written to; its standard output is dropped.
    meanwhile
        Called several times a second. If it raises an error, the program is ended and the error is passed on.

    Returns
    -------
    The program's exit code.
    """
    import subprocess

    with errors.open("wb") as stream:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=stream,
        )  # fmt: skip
        try:
            while True:
                meanwhile()
                if _ends_within(process, _POLL):
                    return process.returncode
        finally:
            if process.poll() is None:
                process.terminate()
                if not _ends_within(process, _GRACE):
                    process.kill()
                    process.wait()


def _ends_within(process: Popen[bytes], seconds: float) -> bool:
    from subprocess import TimeoutExpired

    try:
        process.wait(seconds)
    except TimeoutExpired:
        return False
    return True
