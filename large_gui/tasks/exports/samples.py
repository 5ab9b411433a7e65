"""Copy the sample images of a model to a folder of a person's own, to try the program with."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from large_gui.core.choices import OWN_MODEL
from large_gui.errors import InputError
from large_gui.files import folder_written_whole
from large_gui.folders import resources_folder
from large_gui.tasks.models import model_card


class Samples(NamedTuple):
    """What was copied.

    Attributes
    ----------
    images
        How many images there are.
    labels
        The table of values for some of them; ``None`` without one.
    direction
        A direction of the model to sort them by; empty without one.
    """

    images: int
    labels: Path | None
    direction: str


def copy_samples(name: str, folder: Path) -> Samples:
    """Copy the samples of a model into a new folder, all of them or none.

    Raises
    ------
    InputError
        When the model has no samples, the folder is there already, or it can't be written.
    ModelFileError
        When there is no such model.
    """
    card = model_card(name)
    samples = resources_folder() / "samples" if name == OWN_MODEL else card.samples
    if samples is None:
        raise InputError(
            f"The model {name!r} has no samples.", hint=f"Those of {OWN_MODEL!r} are always here."
        )
    if folder.exists() or folder.is_symlink():
        raise InputError(f"{folder} is there already.", hint="Name a folder that is not there yet.")
    files = [file for file in sorted(samples.iterdir()) if file.is_file() and file.suffix != ".py"]
    try:
        with folder_written_whole(folder) as new:
            for file in files:
                shutil.copyfile(file, new / file.name)
    except OSError as error:
        raise InputError(
            f"{folder} can't be written: {error.strerror or error}.", hint="Choose another folder."
        ) from error
    labels = folder / "labels.csv"
    return Samples(
        images=sum(1 for file in files if file.suffix == ".jpg"),
        labels=labels if labels.is_file() else None,
        direction=next(iter(card.directions), ""),
    )
