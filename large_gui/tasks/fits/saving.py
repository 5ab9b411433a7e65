"""Write fits to files and read them: what one folder's labels taught, for other folders and machines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui import __version__
from large_gui.core.calibrating.fit import Fit
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.direction import Direction
from large_gui.core.forms import UnknownVersion
from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.files import written_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from large_gui.project.value import Value
    from large_gui.tasks.models import ModelCard

_MOST_BYTES = 64 << 20  # a direction in S of the widest generator takes a few


def now() -> str:
    """The time as files keep it: UTC in ISO 8601, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def fit_of(
    calibration: Fitted, direction: Direction, model: ModelCard, distances: Sequence[float], value: Value
) -> Fit:
    """The fit of a calibration.

    Parameters
    ----------
    distances
        Of the labelled images that the calibration was fitted to.
    """
    return Fit(
        calibration, direction, model.name, model.title, model.key, len(distances), min(distances),
        max(distances), value.name, value.unit, *value.possible, program=__version__, date=now(),
    )  # fmt: skip


def write_fit(fit: Fit, file: Path) -> None:
    """Keep a fit as JSON, one part on a line.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    write_document(fit.as_json(), file)


def write_document(document: dict[str, Any], file: Path) -> None:
    """Write a JSON object, one key on a line and numbers side by side, whole or not at all.

    Raises
    ------
    InputError
        When the file can't be written; an earlier file is then unchanged.
    """
    lines = ",\n".join(f" {json.dumps(k)}: {json.dumps(v, allow_nan=False)}" for k, v in document.items())
    with written_whole(file) as temporary:
        temporary.write_text(f"{{\n{lines}\n}}\n", "utf-8", newline="\n")


def read_fit(file: Path) -> Fit:
    """Read a fit from its file.

    Raises
    ------
    InputError
        When the file can't be read, is no fit, is damaged, or a newer version of this program wrote it.
    """
    name = printable(file.name)
    how = "large-gui sort FOLDER --labels labels.csv --fit-out fit.json writes one."
    try:
        if not file.is_file():  # reading a pipe would wait for ever
            raise InputError(f"There is no file {printable(str(file))}.", hint=f"Give a fit: {how}")
        if file.stat().st_size > _MOST_BYTES:
            raise InputError(f"{name} is not a fit: it is too large.", hint=how)
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            f"The fit {name} can't be read.", hint="May you read the file?", detail=repr(error)
        ) from error
    try:
        form = json.loads(content)
    except (ValueError, RecursionError) as error:
        if b'"kind": "fit"' in content[:400]:
            raise _damaged(name, "it is cut off or was changed", repr(error)) from error
        raise InputError(f"{name} is not a fit.", hint=how, detail=repr(error)) from error
    if not isinstance(form, dict) or form.get("kind") != "fit" or "large_gui" not in form:
        kind = form.get("kind") if isinstance(form, dict) else None
        other = f": it is a {kind}" if kind in ("direction", "provenance", "calibration") else ""
        raise InputError(f"{name} is not a fit{other}.", hint=how)
    try:
        return Fit.from_json(form)
    except UnknownVersion as error:
        by = printable(str(form["large_gui"]))[:20]
        raise InputError(
            f"The fit {name} was written by a newer version of this program ({by}; this is {__version__}).",
            hint="Update large-gui here, or write the fit with this version.",
            detail=str(error),
        ) from error
    except (ValueError, OverflowError) as error:
        raise _damaged(name, str(error), repr(error)) from error


def _damaged(name: str, why: str, detail: str) -> InputError:
    return InputError(
        f"The fit {name} is damaged: {why}.", hint="Copy it again, or write it again.", detail=detail
    )
