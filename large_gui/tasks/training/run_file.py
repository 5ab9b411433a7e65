"""What a training run is: its folder, and ``run.json`` in it with the settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from large_gui.core import forms
from large_gui.core.options import checked, options_of
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.folders import user_folder
from large_gui.training.gan.hsr.options import HsrOptions
from large_gui.training.gan.settings import SIZES, GanTraining, Preset, preset

__all__ = ["SIZES", "GanTraining", "HsrOptions", "Preset", "preset"]  # for those who don't import training
RUN_FILE = "run.json"
_VERSION = 1
_MOST = 1 << 31  # images
_FREE = ("thousands", "patience", "snapshot_thousands")  # settings that may change while a run goes on
T = TypeVar("T", GanTraining, HsrOptions)


@dataclass(frozen=True)
class Settings:
    """All settings of a run.

    Attributes
    ----------
    hsr
        Those of the Hierarchical Semantic Regularizer; ``None`` to train without it.
    """

    gan: GanTraining
    hsr: HsrOptions | None = None

    def differences(self, other: Settings) -> list[str]:
        """What another run has set otherwise, of what must stay as it is: ``batch 16, and not 32``."""
        ours, theirs = _flat(self), _flat(other)
        return [
            f"{name.replace('_', ' ')} {_said(ours.get(name))}, and not {_said(theirs.get(name))}"
            for name in {**ours, **theirs}
            if ours.get(name) != theirs.get(name) and name not in _FREE
        ]


@dataclass(frozen=True)
class RunForm:
    """The content of ``run.json``.

    Attributes
    ----------
    folder
        Where the images are from.
    images
        How many there are.
    created
        When the run was begun, as ISO 8601 in UTC.
    ended
        Why it ended by itself, as part of a sentence; empty while it may go on.
    """

    name: str
    folder: Path
    settings: Settings
    images: int
    created: str
    ended: str = ""


def training_folder() -> Path:
    """The folder in which every run has a folder."""
    return user_folder() / "training"


def new_form(name: str, folder: Path, settings: Settings, images: int) -> RunForm:
    """The form of a run that begins now."""
    return RunForm(name, folder, settings, images, datetime.now(UTC).isoformat(timespec="seconds"))


def write_form(run: Path, form: RunForm) -> None:
    """Write ``run.json`` whole."""
    settings = {**asdict(form.settings.gan), "hsr": form.settings.hsr and asdict(form.settings.hsr)}
    values = {
        "version": _VERSION, "name": form.name, "folder": str(form.folder), "settings": settings,
        "images": form.images, "created": form.created, "ended": form.ended,
    }  # fmt: skip
    with written_whole(run / RUN_FILE) as temporary:
        temporary.write_text(json.dumps(values, indent=1), "utf-8")


def read_form(run: Path) -> RunForm:
    """Read ``run.json``.

    Raises
    ------
    InputError
        When it is missing, damaged or of a newer version.
    """
    file = run / RUN_FILE
    try:
        values = forms.document(json.loads(file.read_bytes()), "a run")
        if (version := values.get("version")) != _VERSION:
            raise forms.UnknownVersion(f"a run is of the version {version!r}, which is not known here")
        given = forms.table(values.get("settings"), "settings")
        hsr = given.get("hsr")
        settings = Settings(
            _options({k: v for k, v in given.items() if k != "hsr"}, GanTraining),
            None if hsr is None else _options(forms.table(hsr, "hsr"), HsrOptions),
        )
        return RunForm(
            forms.text(values, "name"), Path(forms.text(values, "folder")), settings,
            forms.count(values, "images", _MOST), forms.text(values, "created"),
            forms.text(values, "ended", ""),
        )  # fmt: skip
    except forms.UnknownVersion as error:
        raise InputError(
            f"{file} was written by another version of this program.", hint="Update the program.",
            detail=repr(error),
        ) from error  # fmt: skip
    except (OSError, ValueError, TypeError, RecursionError, InputError) as error:
        raise InputError(
            f"What is told of the training {run.name!r} is damaged: {file}.",
            hint="Begin it again under another name; its snapshots can be imported as models.",
            detail=repr(error),
        ) from error


def check_possible(settings: Settings) -> None:
    """Refuse settings that no network can be made of.

    Raises
    ------
    InputError
        When an option is outside its ends, or the options don't fit each other.
    """
    gan = checked(settings.gan)
    if settings.hsr is not None:
        checked(settings.hsr)
    if gan.size & (gan.size - 1):
        raise InputError(
            f"The size can't be {gan.size} pixels.", hint=f"It is one of {', '.join(map(str, SIZES))}."
        )
    if gan.channel_base < gan.size:
        raise InputError(
            f"With a channel base of {gan.channel_base} there are no channels at {gan.size} pixels.",
            hint=f"It is at least {gan.size}.",
        )


def _options(values: Mapping[str, Any], kind: type[T]) -> T:
    """Options as they were written; of the type that each has, and possible."""
    kinds = {option.name: option.kind for option in options_of(kind)}
    if unknown := values.keys() - kinds.keys():
        raise forms.UnknownVersion(f"the settings {sorted(unknown)} are not known here")
    for name, value in values.items():
        if type(value) is not kinds[name] and not (kinds[name] is float and type(value) is int):
            raise ValueError(f"{name!r} can't be {value!r}")
    made: T = checked(kind(**values))
    return made


def _flat(settings: Settings) -> dict[str, Any]:
    hsr = {} if settings.hsr is None else {f"HSR {k}": v for k, v in asdict(settings.hsr).items()}
    return {**asdict(settings.gan), "HSR": settings.hsr is not None, **hsr}


def _said(value: object) -> str:
    if value is None:
        return "none"
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
