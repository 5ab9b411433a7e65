"""Find and open the project file of a folder and a model."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path

from large_gui.core.choices import OWN_MODEL
from large_gui.project.recent import remember
from large_gui.project.schema import is_project
from large_gui.project.store import ProjectStore
from large_gui.project.versions.kept import KEPT

SUFFIX = ".large"
_USED = "used_model"  # setting of the project of `OWN_MODEL`: the model that was used last
_OPEN = ""  # as its value: the folder is new, and which model suits it is still to be found out


def project_for(folder: Path, home: Path, model: str = OWN_MODEL) -> Path:
    """The project file that the program keeps for a folder and a model.

    Labels and directions belong to a model; the same folder has another project for another model.
    """
    real = folder.resolve()
    name = re.sub(r"[^\w.-]+", "_", real.name).strip("._")[:40] or "folder"
    digest = hashlib.sha256(os.fsencode(real)).hexdigest()[:12]
    of_model = "" if model == OWN_MODEL else f"-{model}"
    return home / "projects" / f"{name}-{digest}{of_model}{SUFFIX}"


def open_project(dropped: Sequence[Path], home: Path) -> tuple[ProjectStore, list[Path]]:
    """Open the project of what a person dropped, and put it into the list of recent folders.

    Parameters
    ----------
    dropped
        Absolute paths: a project file, a folder, or several files and folders.
    home
        The folder of the user's data.

    Returns
    -------
    The project, and the paths that it is about.

    Raises
    ------
    InputError
        When the project can't be used.
    """
    if len(dropped) == 1 and dropped[0].is_file() and is_project(dropped[0]):
        store = ProjectStore(dropped[0])
        opened = store.opened()
        if store.path.suffix != KEPT:  # that one is only looked at
            remember(home, store.path, opened[0] if opened else None)
        return store, opened
    store = _last_used(_named_after(dropped, home), home)
    if len(dropped) == 1:
        remember(home, dropped[0])
    return store, list(dropped)


def choose_model(opened: Sequence[Path], home: Path, model: str) -> None:
    """Use another model for these images from now on; each model has a project of its own.

    Raises
    ------
    InputError
        When a project can't be used.
    """
    folder = _named_after(opened, home)
    with ProjectStore(project_for(folder, home)) as base:
        base.set_setting(_USED, model)
    if model != OWN_MODEL:
        with ProjectStore(project_for(folder, home, model)) as own:
            own.set_setting("model", model)


def switch_model(store: ProjectStore, opened: Sequence[Path], home: Path, model: str) -> ProjectStore:
    """Close a project, and open that of another model for these images, which is used from now on.

    Raises
    ------
    InputError
        When a project can't be used; then the first one stays open.
    """
    choose_model(opened, home, model)
    switched = _last_used(_named_after(opened, home), home)
    if switched.claim():
        switched.set_opened(opened)
    store.close()
    return switched


def lacks_model(store: ProjectStore, opened: Sequence[Path], home: Path) -> bool:
    """Whether these images are new, so that `choose_model` is still to say which model they take.

    A project file that a person saved elsewhere stays with its model, and so does one that is only read.
    """
    if store.read_only or not opened or store.setting(_USED) != _OPEN:
        return False
    return store.path == project_for(_named_after(opened, home), home)


def known_project(folder: Path, home: Path, model: str = "") -> Path | None:
    """The project file that is kept for a folder; ``None`` if there is none.

    Parameters
    ----------
    model
        The model that it is for; by default the one that was last used with the folder.

    Raises
    ------
    InputError
        When the project can't be used.
    """
    base = project_for(folder, home)
    if not model and base.is_file():
        with ProjectStore(base, only_read=True) as store:
            model = store.setting(_USED) or OWN_MODEL
    places = [project_for(folder, home, str(model or OWN_MODEL)), *([] if model else [base])]
    return next((place for place in places if place.is_file()), None)


def _last_used(folder: Path, home: Path) -> ProjectStore:
    """The project of a folder for the model that was last used with it, if that is still on this machine."""
    from large_gui.models.library import model_names

    path = project_for(folder, home)
    is_new = not path.exists()
    base = ProjectStore(path)
    if is_new:
        base.set_setting(_USED, _OPEN)
    used = base.setting(_USED, OWN_MODEL)
    if used in (OWN_MODEL, _OPEN) or used not in model_names():
        return base
    base.close()
    return ProjectStore(project_for(folder, home, used))


def _named_after(dropped: Sequence[Path], home: Path) -> Path:
    """The path that a project is named after: the folder, or the names of all dropped files together.

    Labels belong to paths below the common folder, so these make up the name, in whichever order they came.
    """
    if len(dropped) == 1:
        return dropped[0]
    as_before = dropped[0].parent / "+".join(path.name for path in dropped)  # until 0.1
    if (kept := project_for(as_before, home)).is_file():
        with ProjectStore(kept, only_read=True) as store:
            if set(store.opened()) == set(dropped):
                return as_before
    folder = Path(os.path.commonpath([path.parent for path in dropped]))
    names = sorted(path.relative_to(folder).as_posix().replace("/", "|") for path in dropped)
    return folder / "+".join(names)
