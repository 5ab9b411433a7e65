"""Images whose codes lie in a folder of codes: nothing is computed, and no image is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from large_gui.core.reporter import Reporter, Unit
from large_gui.engine.stages import Embedded
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.inverted import Inverted
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.images.manifest import Failure, Manifest
from large_gui.project.sources.source import is_address


def recalled(
    folder: CodeFolder, paths: Sequence[str], reporter: Reporter
) -> Iterator[list[Embedded | Failure]]:
    """Yield the codes of images in the order in which the parts have them, some hundred at a time.

    Only groups of rows with an image that is asked for are read.
    """
    left, done = set(paths), 0
    for rows in folder.wanted(lambda rows: any(path in left for path in rows.paths)):
        assert rows.codes is not None
        found: list[Embedded | Failure] = []
        for i in np.flatnonzero(rows.coded):
            path = rows.paths[i]
            if path in left:  # else it is not asked for, or an earlier part had it
                left.remove(path)
                code = rows.codes[i].astype(np.float32)
                known = Inverted(code, float(rows.inversion_error[i]), rows.flags[i])
                found.append(Embedded(path, rows.sha256[i], known))
        done += len(found)
        yield found
        reporter.progress(done, len(paths), "Reading codes", unit=Unit.IMAGES)
        reporter.check_cancelled()


def attached(manifest: Manifest, model: Model, cache: CodeCache) -> CodeFolder | None:
    """The folder of codes that a manifest is of, into which the cache looks from now on.

    Returns
    -------
    ``None`` if it holds the codes of another model, and the images are there to be measured.

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
        return folder
    if is_address(about.images) or not Path(about.images).is_dir() or about.model == model.name:
        raise InputError(
            f"The codes in {folder.path} are of {_which(about.model, about.key)}, not of "
            f"{_which(model.name, model.key)}"
            + ("." if about.model == model.name else ", and the images themselves are not here."),
            hint=f"Add: --model {about.model}" if about.model != model.name
            else "Measure the images again: `large-gui invert` into another folder.",
            detail=f"{about.key}, not {model.key}; images in {about.images}",
        )  # fmt: skip
    return None


def _which(model: str, key: str) -> str:
    return f"the model {model!r}" + (" judged by its pictures" if key.endswith("+images") else "")
