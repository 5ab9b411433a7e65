"""The program itself: its version and packages, its extras, and whether a window can open."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from large_gui import __version__
from large_gui.extras import installing
from large_gui.folders import resources_folder
from large_gui.screen import no_qt, no_screen
from large_gui.tasks.doctor.finding import Finding, State

_PACKAGE = "large-gui"
_LEAST_PYTHON = (3, 11)
# A requirement as pyproject.toml writes it: name, [extras], versions, and after ; the extra it belongs to.
_REQUIREMENT = re.compile(r"([\w.-]+)(?:\[([\w,-]+)\])?([^;]*)(?:;.*?extra == ['\"]([\w-]+)['\"])?")
_EXTRAS = {  # what a person gets by each extra
    "heic": "HEIC images",
    "backbones": "further image backbones",
    "fid": "FID of generators",
    "cluster": "folders of codes and clusters",
    "fast": "a faster encoder",
}
_BROKEN_QT = (6, 12)  # drops references to None on Python 3.11, and the process dies while it paints


def version_and_place(home: Path) -> Iterator[Finding]:
    """The version of the program and of Python, and where the program lies."""
    yield Finding("large-gui", f"{__version__}, in {Path(__file__).parents[2]}")
    python = f"{platform.python_version()}, {sys.executable}"
    if sys.version_info < _LEAST_PYTHON:  # pip refuses it, a checkout that is run in place does not
        yield Finding("Python", python, State.PROBLEM, "Install Python 3.11 or later.")
    else:
        yield Finding("Python", python)
    yield Finding("System", platform.platform())
    yield Finding("Resources", str(resources_folder()))


def packages(home: Path) -> Iterator[Finding]:
    """The packages that the program can't do without."""
    for name, _, wanted, extra in requirements():
        if extra:
            continue
        found = _installed(name)
        if not found:
            yield Finding(name, "not installed", State.PROBLEM, f"pip install '{name}{wanted}'")
        elif name.startswith("PySide6") and _numbers(found) >= _BROKEN_QT:
            yield Finding(
                name, f"{found}, which is known to crash", State.PROBLEM, f"pip install '{name}{wanted}'"
            )
        else:
            yield Finding(name, found)


def extras(home: Path) -> Iterator[Finding]:
    """What can be installed beside the program, and how."""
    needed: dict[str, list[str]] = {}
    for name, _, _, extra in requirements():
        if extra in _EXTRAS and name != _PACKAGE:
            needed.setdefault(extra, []).append(name)
    for extra, names in needed.items():
        lacking = [name for name in names if not _installed(name)]
        gives = _EXTRAS[extra]
        if lacking:
            yield Finding(
                f"[{extra}]", f"not installed, for {gives}", advice=f"If you want it: {installing(extra)}"
            )
        else:
            told = ", ".join(f"{name} {_installed(name)}" for name in names)
            yield Finding(f"[{extra}]", f"{told}, for {gives}")


def screen(home: Path) -> Iterator[Finding]:
    """Whether a window can open, and by what."""
    if wrong := no_screen() or no_qt():
        sentence, _, rest = wrong.partition(". ")
        yield Finding("Window", f"{sentence}.", State.NOTE, rest)
        return
    told = [f"{name}={os.environ[name]}" for name in _QT_VARIABLES if os.environ.get(name)]
    yield Finding("Window", "can open" + (f" ({', '.join(told)})" if told else ""))


_QT_VARIABLES = (
    "QT_QPA_PLATFORM", "WAYLAND_DISPLAY", "DISPLAY", "QT_SCALE_FACTOR", "QT_AUTO_SCREEN_SCALE_FACTOR",
)  # fmt: skip


def requirements() -> Iterator[tuple[str, str, str, str]]:
    """What the package asks for: name, extras of it, versions, and the extra of ours that asks for it.

    A frozen program carries no such list.
    """
    try:
        wanted = requires(_PACKAGE) or []
    except PackageNotFoundError:
        return
    for text in wanted:
        if match := _REQUIREMENT.match(text):
            name, theirs, versions, extra = match.groups("")
            yield name, theirs, versions.strip(), extra


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])
