"""Attach a folder of codes to the cache: nothing of its images is computed, and none is read."""

from __future__ import annotations

from pathlib import Path

from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.images.manifest import Manifest
from large_gui.project.sources.source import is_address


def attach(manifest: Manifest, model: Model, cache: CodeCache) -> None:
    """Have the cache look into the folder of codes that a manifest is of, from now on.

    Nothing is done if it holds the codes of another model and the images are there to be measured.

    Raises
    ------
    InputError
        When it holds the codes of another model, and the images lie elsewhere, or not where they lay.
    """
    assert manifest.codes is not None
    folder = CodeFolder(manifest.codes)
    about = folder.about
    if about.key == model.key:
        cache.attach(folder)
        return
    if is_address(about.images) or not Path(about.images).is_dir() or about.model == model.name:
        is_renewed = about.model == model.name and _base(about.key) != _base(model.key)
        other = "another version of " if is_renewed else ""
        raise InputError(
            f"The codes in {folder.path} are of {other}{_which(about.model, about.key)}, not of "
            f"{_which(model.name, model.key)}"
            + ("." if about.model == model.name else ", and the images themselves are not here."),
            hint=f"Add: --model {about.model}" if about.model != model.name
            else "Measure the images again: `large-gui invert` into another folder.",
            detail=f"{about.key}, not {model.key}; images in {about.images}",
        )  # fmt: skip


def _base(key: str) -> str:
    return key.partition("+")[0]


def _which(model: str, key: str) -> str:
    return f"the model {model!r}" + (" judged by its pictures" if key.endswith("+images") else "")
