"""Record how a result came about: versions, model, direction, labels, fit, and the paragraph on methods."""

from __future__ import annotations

import math
import platform
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui import __version__
from large_gui.core.direction import direction_sha256
from large_gui.errors import InputError
from large_gui.files import sha256_of
from large_gui.tasks.exports.methods import Account, paragraph
from large_gui.tasks.fits.saving import now, write_document

if TYPE_CHECKING:
    from large_gui.tasks.models import ModelCard

_VERSION = 1  # version of the JSON form
_LIBRARIES = ("torch", "numpy", "scipy", "scikit-learn", "pillow")


@dataclass(frozen=True)
class Run:
    """A command that wrote a result.

    Attributes
    ----------
    command, options
        Its name, and the value of every option, typed or not, as JSON has it.
    folder, result
        The folder of images, and the file that was written.
    device
        Where codes were computed; empty where they were looked up.
    labels, fit
        The files with labels and with the fit that were read or written; ``None`` without one.
    """

    command: str
    options: Mapping[str, Any]
    folder: Path
    result: Path
    device: str = ""
    labels: Path | None = None
    fit: Path | None = None


@dataclass(frozen=True)
class UsedLabel:
    """A label that had a part in the result, and the SHA-256 of its image's content."""

    path: str
    value: float
    sha256: str


def write_provenance(
    run: Run, model: ModelCard, account: Account, used: Iterable[UsedLabel], file: Path
) -> None:
    """Write how a result came about, as JSON.

    Raises
    ------
    InputError
        When the file can't be written, or the result, the labels or the fit can't be read again.
    """
    try:
        hashes = {path: sha256_of(path) for path in (run.result, run.labels, run.fit) if path is not None}
    except OSError as error:
        raise InputError(
            f"The provenance can't be written: {error.filename} can't be read any more.",
            hint="The result itself is written. Run the same again.",
            detail=repr(error),
        ) from error

    def told(path: Path | None) -> dict[str, Any]:
        return {"file": None if path is None else str(path), "sha256": hashes.get(path) if path else None}

    direction, line = account.direction, account.calibration
    flags = Counter(flag for image in account.flags for flag in image)
    document = {
        "large_gui": __version__, "kind": "provenance", "version": _VERSION, "date": now(),
        "result": {"file": run.result.name, "sha256": hashes[run.result]},
        "command": run.command, "options": dict(run.options),
        "software": _software(run.device),
        "model": {
            "name": model.name, "title": model.title, "key": model.key, "kind": model.kind,
            "licence": model.licence, "generator_licence": model.generator_licence,
            "shape": list(model.shape),
        },
        "direction": {
            "name": direction.name, "flipped": direction.flipped, "low": direction.low,
            "high": direction.high, "found_by": direction.found_by, "provenance": direction.provenance,
            "sha256": direction_sha256(direction),
        },
        "images": {
            "folder": str(run.folder), "count": len(account.flags) + account.failed,
            "measured": len(account.flags), "failed": account.failed, "flags": dict(sorted(flags.items())),
        },
        "labels": None if run.labels is None else told(run.labels) | {
            "used": [{"path": one.path, "value": one.value, "sha256": one.sha256} for one in used]
        },
        "fit": None if line is None else told(run.fit) | {
            "value": {
                "name": account.value.name, "unit": account.value.unit,
                "low": _end(account.value.low), "high": _end(account.value.high),
            },
            "calibration": line.as_json(),
        },
        "methods": paragraph(account, model),
    }  # fmt: skip
    write_document(document, file)


def _end(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _software(device: str) -> dict[str, str]:
    found = {"large-gui": __version__, "python": platform.python_version()}
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:  # a frozen program may carry it without its description
            found[library] = "not known"
    return found | {"platform": platform.platform(), "device": device or "none"}
