"""A desktop without a screen: X server, window manager, mouse and keys, all through the X server.

It needs Xvfb, openbox, xdotool and ImageMagick, which are packages of every Linux.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = ("Xvfb", "openbox", "xdotool", "import")
PATIENCE = 300  # seconds until something that never comes is given up


def missing() -> list[str]:
    """The programs that are needed and not there."""
    return [name for name in NEEDED if shutil.which(name) is None]


class Desktop:
    """One display with a window manager; every key and click is counted as an action of a person.

    Attributes
    ----------
    actions
        What was done since `count` began: a click, a drag, a chord of keys, or a text that was typed.
    keystrokes
        Single keys among them, each character of a text being one.
    """

    def __init__(self, display: str, environment: Mapping[str, str]) -> None:
        self._environment = {**environment, "DISPLAY": display}
        self._running: list[subprocess.Popen[bytes]] = []
        self.actions = self.keystrokes = 0

    def run(self, *command: str, log: Path, **variables: str) -> subprocess.Popen[bytes]:
        """Start a program on this display."""
        with log.open("wb") as file:
            process = subprocess.Popen(
                command, env=self._environment | variables, stdout=file, stderr=file, cwd=ROOT
            )
        self._running.append(process)
        return process

    def key(self, *chords: str) -> None:
        """Press keys, each by its X name: ``Return``, ``ctrl+s``."""
        for chord in chords:
            self.actions += 1
            self.keystrokes += 1
            self._do("key", "--delay", "30", chord)

    def type(self, text: str) -> None:
        """Type a text."""
        self.actions += 1
        self.keystrokes += len(text)
        self._do("type", "--delay", "15", "--", text)

    def click(self, x: int, y: int, button: int = 1, times: int = 1) -> None:
        """Click at a place."""
        self.actions += 1
        self._do("mousemove", str(x), str(y), "click", "--repeat", str(times), "--delay", "80", str(button))

    def drag(self, begin: tuple[int, int], end: tuple[int, int]) -> None:
        """Press, move in steps, and let go."""
        self.actions += 1
        self._do("mousemove", *map(str, begin), "mousedown", "1")
        for step in range(1, 13):
            at = [str(a + (b - a) * step // 12) for a, b in zip(begin, end)]
            self._do("mousemove", "--sync", *at)
            time.sleep(0.03)  # a hand takes as long, and the programs have to see where it is
        time.sleep(0.3)
        self._do("mouseup", "1")

    def wheel(self, x: int, y: int, *, up: bool, times: int = 1, ctrl: bool = False) -> None:
        """Turn the wheel at a place."""
        self.actions += 1
        held = ["keydown", "ctrl"] if ctrl else []
        self._do("mousemove", str(x), str(y), *held, "click", "--repeat", str(times), "4" if up else "5")
        if ctrl:
            self._do("keyup", "ctrl")

    def answers(self) -> bool:
        """Whether the X server takes connections."""
        return "x:" in self._do("getmouselocation", check=False)

    def titles(self) -> list[str]:
        """The titles of all windows that are shown."""
        found = self._do("search", "--onlyvisible", "--name", ".", check=False).split()
        return [self._do("getwindowname", window, check=False).strip() for window in found]

    def place(self, title: str, x: int, y: int, width: int, height: int) -> None:
        """Move and size the window of a title, and bring it to the front."""
        window = self._do("search", "--onlyvisible", "--name", title).split()[-1]
        self._do("windowsize", "--sync", window, str(width), str(height))
        self._do("windowmove", window, str(x), str(y), "windowactivate", "--sync", window)

    def shot(self, file: Path) -> None:
        """Write a picture of the whole screen."""
        file.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["import", "-window", "root", str(file)], env=self._environment, check=True)

    def rest(self, still: float = 0.7) -> None:
        """Wait until the screen has not changed for a while."""
        before = self._pixels()
        end = time.monotonic() + 30
        while time.monotonic() < end:
            time.sleep(still)
            now = self._pixels()
            if now == before:
                return
            before = now

    def _pixels(self) -> bytes:
        done = subprocess.run(
            ["import", "-window", "root", "-resize", "25%", "rgb:-"],
            env=self._environment, check=True, capture_output=True,
        )  # fmt: skip
        return done.stdout

    def wait(self, what: str, until: Callable[[], object]) -> None:
        """Wait until something is true.

        Raises
        ------
        TimeoutError
            When it doesn't become true.
        """
        end = time.monotonic() + PATIENCE
        while not until():
            if any(process.poll() not in (None, 0) for process in self._running):
                raise RuntimeError(f"a program ended while waiting for {what}")
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain for {what}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End what was started."""
        for process in reversed(self._running):
            process.terminate()
            process.wait()

    def _do(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["xdotool", *arguments], env=self._environment, check=check, capture_output=True, text=True
        )
        return done.stdout


@contextmanager
def desktop(folder: Path, size: str = "1280x720", **variables: str) -> Iterator[Desktop]:
    """A desktop whose programs write their logs, and keep their home, in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {k: v for k, v in os.environ.items() if k not in ("QT_QPA_PLATFORM", "DISPLAY")}
    environment |= {"HOME": str(folder), "LARGE_GUI_HOME": str(folder / "large-gui"), **variables}
    reading, writing = os.pipe()
    with (folder / "x.log").open("wb") as log:
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp"],
            pass_fds=[writing], stdout=log, stderr=log,
        )  # fmt: skip
    os.close(writing)
    with os.fdopen(reading) as told:
        number = told.readline().strip()
    if not number:
        raise RuntimeError(f"the X server did not start; {folder / 'x.log'} may say why")
    made = Desktop(f":{number}", environment)
    try:
        made.wait("the X server", made.answers)
        made.run("openbox", log=folder / "openbox.log")
        yield made
    finally:
        made.stop()
        server.terminate()
        server.wait()


def large_gui(made: Desktop, log: Path, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
    """Start the program as `large-gui` does."""
    return made.run(sys.executable, "-m", "large_gui", *arguments, log=log, **variables)
