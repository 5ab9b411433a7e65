"""Watch what a reader does with a file: it may read it and refuse it, and nothing else.

`watched` runs a function under an audit hook (PEP 578), which sees what Python opens, writes, runs, imports
and connects to, whoever asks for it and whether or not the caller swallows the error.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 10.0  # of processor time that one case may take
MOST_MEMORY = 768 << 20  # bytes by which the process may grow in one case
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_NEVER = (
    *("subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.startfile", "pty."),
    *("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo"),
    *("socket.gethostbyname", "urllib.", "http.", "ftplib.", "smtplib.", "poplib.", "imaplib.", "telnetlib."),
    *(
        "pickle.find_class",
        "ctypes.dlopen",
        "webbrowser.",
        "os.kill",
        "code.__new__",
        "sqlite3.load_extension",
    ),
    *("sqlite3.enable_load_extension", "cpython.run_", "builtins.input"),
)
_CHANGING = (
    *("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod"),
    *("os.chown", "os.utime", "os.setxattr", "os.removexattr", "shutil."),
)
_LOOKING = ("os.listdir", "os.scandir", "os.walk")
_MAKING_CODE = ("exec", "compile", "marshal.loads")
_OF_PYTHON = ("/ast.py", "/typing.py")  # make code of literals, which is not run, and of our own annotations


class Broken(BaseException):
    """A rule was broken; no ``except Exception`` of the reader swallows it."""


class _Guard:
    """The rules of the case that runs now; there is one audit hook for all, because none can be removed."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.broken: list[str] = []
        self.known: set[str] = set()  # first parts of the names of modules that may be imported
        self.readable: tuple[str, ...] = ()
        self._installed = False

    def install(self) -> None:
        if not self._installed:
            sys.addaudithook(self._hook)
            self._installed = True

    def _hook(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        what = self._what(event, arguments)
        if what:
            folder, self.folder = self.folder, None  # what follows is ours
            self.broken.append(what)
            self.folder = folder
            raise Broken(what)

    def _what(self, event: str, arguments: tuple[Any, ...]) -> str:
        """What is wrong with an event; empty if nothing is."""
        if event == "open":
            path, _, flags = arguments
            return self._place(path, "writes" if (flags or 0) & _WRITING else "reads")
        if event == "sqlite3.connect":
            return self._place(_database(arguments[0]), "opens as a database")
        if event.startswith(_CHANGING):
            places = arguments[:2] if event in ("os.rename", "os.link", "os.symlink") else arguments[:1]
            return next(filter(None, (self._place(p, f"changes ({event})") for p in places)), "")
        if event in _LOOKING:
            return self._place(arguments[0], "reads")
        if event.startswith(_NEVER):
            return f"{event} {arguments!r:.200}"
        if event == "import":
            top = str(arguments[0]).partition(".")[0]
            return "" if top in self.known else f"imports {arguments[0]}"
        if event in _MAKING_CODE and not _is_import(sys._getframe(2)):
            return f"{event} {arguments!r:.200}"
        return ""

    def _place(self, path: object, does: str) -> str:
        if isinstance(path, int) or path in (None, "", ":memory:"):
            return ""
        assert self.folder is not None
        where = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        if where == os.devnull or Path(where).is_relative_to(self.folder):
            return ""
        if does == "reads" and where.startswith(self.readable):
            return ""
        return f"{does} {where!r:.200}"


_GUARD = _Guard()


@contextmanager
def watched(folder: Path, seconds: float = SECONDS) -> Iterator[None]:
    """Run what is inside with ``folder`` as the only place where it may write.

    Parameters
    ----------
    seconds
        Of processor time, so that a busy machine doesn't matter.

    Raises
    ------
    Broken
        When a rule was broken, even if the error was swallowed.
    """
    _GUARD.install()
    _GUARD.known = {name.partition(".")[0] for name in sys.modules} | {"large_gui"}
    _GUARD.readable = _readable()
    _GUARD.broken = []
    before = _memory()
    earlier = signal.signal(signal.SIGVTALRM, _too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    _GUARD.folder = folder.resolve()
    try:
        yield
    finally:
        _GUARD.folder = None
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, earlier)
    if _GUARD.broken:
        raise Broken(_GUARD.broken[0])
    if (grown := _memory() - before) > MOST_MEMORY:
        raise Broken(f"takes {grown >> 20} MB of memory")


def scratch() -> Path:
    """A new folder in memory, where there is such a place."""
    memory = Path("/dev/shm")
    place = memory if memory.is_dir() and os.access(memory, os.W_OK) else None
    return Path(tempfile.mkdtemp(prefix="large-gui-fuzz-", dir=place))


def run(read: Callable[[Path], object], folder: Path) -> None:
    """Call a reader under watch; the errors that it is documented to raise are its own business."""
    with watched(folder):
        read(folder)


def _memory() -> int:
    """The most bytes that this process has had in memory."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most << 10


def _too_long(_number: int, _frame: FrameType | None) -> None:
    raise Broken("takes too long")


def _readable() -> tuple[str, ...]:
    """Where a program may read besides what it was given: itself, Python, what the system says of itself."""
    own = {sys.prefix, sys.base_prefix, str(ROOT), *sysconfig.get_paths().values(), *filter(None, sys.path)}
    return (*own, "/proc/", "/sys/", "/usr/lib", "/usr/share", "/etc/mime.types", "/etc/localtime")


def _database(name: object) -> object:
    """The file that SQLite is asked to open, which may be given as an address."""
    text = os.fsdecode(name) if isinstance(name, str | bytes | os.PathLike) else name
    return unquote(urlsplit(text).path) if isinstance(text, str) and text.startswith("file:") else text


def _is_import(frame: FrameType | None) -> bool:
    """Whether code is made by an import, to parse a literal, or to read our own annotations."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith("<frozen importlib") or name.endswith(_OF_PYTHON):
            return True
        frame = frame.f_back
    return False
