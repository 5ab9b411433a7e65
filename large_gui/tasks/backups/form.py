"""The form of a backup: a copy of a project that says which images and which model it is about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from large_gui.core import forms
from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.project.schema import is_project
from large_gui.project.store import ProjectStore

KIND, VERSION = "backup", 1
SETTING = "backup"  # of the project that is a backup
_SHA = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Backup:
    """What a backup says of itself.

    Attributes
    ----------
    folder
        The name of the folder of images, without where it lay.
    date
        When the backup was made, in UTC.
    program
        The version of the program.
    model, title, key
        The model: its name, its title, and the key that decides its codes; all are empty where it was not on
        the machine.
    images
        SHA-256 of every image that could be read, by its path in the folder.
    directions
        Those that the model brought and the project speaks of; the project's own are in the project.
    """

    folder: str
    date: str
    program: str
    model: str
    title: str = ""
    key: str = ""
    images: Mapping[str, str] = field(default_factory=dict)
    directions: tuple[Direction, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "large_gui": self.program, "kind": KIND, "version": VERSION, "date": self.date,
            "folder": self.folder, "model": {"name": self.model, "title": self.title, "key": self.key},
            "images": dict(self.images), "directions": [each.as_json() for each in self.directions],
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Backup:
        """Read the JSON form.

        Raises
        ------
        ValueError
            When it is none; `forms.UnknownVersion` if it is of a newer version.
        """
        values, _ = forms.versioned(form, KIND, VERSION)
        forms.require(values, ("model", "images", "directions"))
        model, images = forms.table(values["model"], "model"), forms.table(values["images"], "images")
        for path, sha in images.items():
            parts = PurePosixPath(path).parts
            if not parts or path.startswith("/") or ".." in parts or not isinstance(sha, str):
                raise ValueError(f"an image at {path[:80]!r}")
            if _SHA.fullmatch(sha) is None:
                raise ValueError(f"a content of {path[:80]!r} that is no SHA-256")
        if not isinstance(values["directions"], list):
            raise ValueError("'directions' is not a list")
        return cls(
            forms.text(values, "folder"), forms.text(values, "date"), forms.text(values, "large_gui"),
            forms.text(model, "name"), forms.text(model, "title"), forms.text(model, "key"), images,
            tuple(Direction.from_json(each) for each in values["directions"]),
        )  # fmt: skip


def is_backup(path: Path) -> bool:
    """Whether a file is a project that was written as a backup; false if it can't be read."""
    try:
        with opened_backup(path):
            return True
    except InputError:
        return False


def opened_backup(path: Path) -> ProjectStore:
    """Open a backup to read it; the file is never changed.

    Raises
    ------
    InputError
        When it is no backup or can't be read.
    """
    if not path.is_file():
        raise InputError(f"{path} is not there, or is no file.", hint="Name the file of a backup.")
    if not is_project(path):
        raise InputError(
            f"{path} is not a backup of a project.", hint="`large-gui project backup` writes one."
        )
    store = ProjectStore(path, only_read=True)
    try:
        if store.setting(SETTING) is None:
            raise InputError(
                f"{path} is a project, and not a backup of one: it does not say which images it is about.",
                hint="Open it in the window as it is, or write a backup with `large-gui project backup`.",
            )
        return store
    except BaseException:
        store.close()
        raise


def backup_in(store: ProjectStore) -> Backup:
    """What a backup says of itself.

    Raises
    ------
    InputError
        When it is damaged, or was written by a newer version.
    """
    newer = InputError(
        f"The backup {store.path} was written by a newer version of this program.",
        hint="Update the program to restore it.",
    )
    if store.is_newer:
        raise newer
    with store.understood():
        try:
            return Backup.from_json(store.setting(SETTING))
        except forms.UnknownVersion as error:
            raise newer from error
