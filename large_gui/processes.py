"""The only file that makes processes: one of our own with a pipe to it, or another program."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from subprocess import Popen

_LOG = logging.getLogger(__name__)
_POLL = 0.1  # seconds between two looks at another program
_GRACE = 5.0  # seconds that another program has to end by itself


class Spawned:
    """A process of our own that starts afresh, with a connection to it.

    Parameters
    ----------
    serve
        What the process runs: a function of a module, with the other end of the connection.

    Attributes
    ----------
    connection
        Our end.
    pid
        Number of the process.
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
        """Give everything back once the process has ended and nobody reads the connection any more."""
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
        Where it runs.
    environment
        All of its environment.
    errors
        The file that its standard error goes to; what else it says is dropped.
    meanwhile
        Called several times a second. When it raises, the program is ended and the error goes on.

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
