"""The models on this machine: list them, open one by name, import and remove them.

A new kind of model is a subclass of `Model` and one line in `KINDS`, or a call of `register` in a module that
``LARGE_GUI_EXTENSIONS`` names.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from large_gui.errors import InputError, ModelFileError
from large_gui.files import finish_swaps, folder_written_whole
from large_gui.folders import resources_folder
from large_gui.models.description import PACK_FILE
from large_gui.models.kinds.backbone import BackboneModel
from large_gui.models.kinds.clip import ClipModel
from large_gui.models.kinds.gan import GanModel
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.kinds.imported_codes import CodesModel
from large_gui.models.model import Model
from large_gui.models.pack import Pack, imported_folder

KINDS: dict[str, Callable[[Pack], Model]] = {
    "gan": GanModel,
    "codes": CodesModel,
    "features": FeaturesModel,
    "backbone": BackboneModel,
    "clip": ClipModel,
}


def register(kind: str, opens: Callable[[Pack], Model]) -> None:
    """Register ``opens``, a function that makes the model of a pack, for packs of a kind."""
    KINDS[kind] = opens


def model_names() -> list[str]:
    """Names of the models on this machine: those that came with the program, then imported ones.

    A model that can't be read is listed too; opening it says why.
    """
    finish_swaps(imported_folder())
    own, imported = (
        sorted(p.parent.name for p in folder.glob(f"*/{PACK_FILE}"))
        for folder in (resources_folder(), imported_folder())
    )
    return own + [name for name in imported if name not in own and not name.startswith(".")]


def open_pack(name: str) -> Pack:
    """The pack of a model.

    Raises
    ------
    InputError
        When there is no model of that name.
    ModelFileError
        When it can't be read.
    """
    if name not in model_names():
        raise InputError(
            f"There is no model called {name!r}.", hint=f"There are: {', '.join(model_names())}."
        )
    own = resources_folder() / name
    return Pack(own if (own / PACK_FILE).is_file() else imported_folder() / name)


def open_model(name: str) -> Model:
    """Open a model by name; nothing large is loaded.

    Raises
    ------
    InputError
        When there is no model of that name.
    ModelFileError
        When it can't be read, or is of a kind that this program does not know.
    """
    return model_of(open_pack(name))


def model_of(pack: Pack) -> Model:
    """The model that a pack describes.

    Raises
    ------
    ModelFileError
        When it is of a kind that this program does not know.
    """
    opens = KINDS.get(pack.about.kind)
    if opens is None:
        raise ModelFileError(
            f"The model {pack.name!r} is of a kind that is not known here: {pack.about.kind!r}.",
            hint="Update the program, or name the module that knows it in LARGE_GUI_EXTENSIONS.",
        )
    return opens(pack)


@contextmanager
def staged(name: str, start: Path | None = None) -> Iterator[Path]:
    """Yield a folder for a pack's files; it replaces the imported pack of that name when all went well.

    Parameters
    ----------
    start
        A pack whose files are copied into the folder first.

    Raises
    ------
    InputError
        When it can't be written; an earlier pack is then unchanged.
    """
    models = imported_folder()
    try:
        with folder_written_whole(models / name, start) as folder:
            yield folder
    except OSError as error:
        raise InputError(
            f"The model can't be written to {models}.",
            hint="Make room on the disk, or choose another folder with LARGE_GUI_HOME.",
            detail=repr(error),
        ) from error


def remove(name: str) -> None:
    """Delete an imported model.

    Raises
    ------
    InputError
        When it came with the program, or can't be deleted.
    """
    pack = open_pack(name)
    if not pack.is_imported:
        raise InputError(f"The model {name!r} came with the program.", hint="Only imported models can go.")
    try:
        shutil.rmtree(pack.folder)
    except OSError as error:
        raise InputError(
            f"{pack.folder} can't be deleted.",
            hint="Close the programs that use it, and try again.",
            detail=repr(error),
        ) from error
