"""What a folder of codes says of itself in ``codes.json``; every run that writes there must agree with it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from large_gui import __version__
from large_gui.core import forms
from large_gui.errors import InputError
from large_gui.files import write_unless_there

ABOUT = "codes.json"
KIND = "codes"
VERSION = 1
MOST_LAYERS, MOST_WIDTH = 4096, 1 << 20
MOST_NUMBERS = 1 << 20  # of a code, 4 MB
_MOST_BYTES = 1 << 20
_LONGEST = 4096


@dataclass(frozen=True)
class AboutCodes:
    """Whose codes a folder holds, and where their images lie.

    Attributes
    ----------
    model, key
        Name and `Model.key` of the model that made them.
    shape
        Rows L and width D of a code.
    images
        The folder or address where the images' paths begin; of a table that holds the images, its file.
    """

    model: str
    key: str
    shape: tuple[int, int]
    images: str

    def as_json(self) -> dict[str, object]:
        """As ``codes.json`` has it."""
        return {
            "large_gui": __version__, "kind": KIND, "version": VERSION, "model": self.model, "key": self.key,
            "shape": list(self.shape), "images": self.images,
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Self:
        """Read what `as_json` returned.

        Raises
        ------
        ValueError
            When something is missing, of another type or not possible.
        """
        values, version = forms.versioned(form, KIND, VERSION)
        if not version:
            raise ValueError("it says neither kind nor version")
        shape = values.get("shape")
        if not isinstance(shape, list) or len(shape) != 2:
            raise ValueError("'shape' is not two whole numbers")
        sizes = dict(zip("LD", shape))
        layers, width = forms.count(sizes, "L", MOST_LAYERS), forms.count(sizes, "D", MOST_WIDTH)
        texts = [forms.text(values, name) for name in ("model", "key", "images")]
        if layers * width > MOST_NUMBERS or any(len(text) > _LONGEST for text in texts):
            raise ValueError("the size of its codes, or a text, is not possible")
        return cls(texts[0], texts[1], (layers, width), texts[2])


def is_code_folder(folder: Path) -> bool:
    """Whether a folder holds codes, as far as a look at the names in it tells."""
    return (folder / ABOUT).is_file()


def read_about(folder: Path) -> AboutCodes:
    """What a folder of codes says of itself.

    Raises
    ------
    InputError
        When it can't be read, or was written by a newer version.
    """
    file = folder / ABOUT
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("it is too large")
        return AboutCodes.from_json(json.loads(file.read_bytes()))
    except forms.UnknownVersion as error:
        raise InputError(
            f"The codes in {folder} were written by a newer version of this program.",
            hint="Update the program.", detail=str(error),
        ) from error  # fmt: skip
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            f"{file} can't be read, so it is not known whose codes these are.",
            hint="Copy it again from where it came, or write codes to another folder.",
            detail=repr(error),
        ) from error


def agree(folder: Path, about: AboutCodes) -> None:
    """Have a folder keep codes of one model and of one source of images: write ``codes.json``, or compare.

    Several runs may begin at once; the first one's file stands, and the others are compared with it.

    Raises
    ------
    InputError
        When it holds codes of another model or of other images, or can't be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / ABOUT).exists():
            write_unless_there(folder / ABOUT, json.dumps(about.as_json(), indent=1) + "\n")
    except OSError as error:
        raise InputError(
            f"Codes can't be written to {folder}.",
            hint="Choose a folder that you may write to, with room on the disk.",
            detail=repr(error),
        ) from error
    there = read_about(folder)
    if (there.key, there.shape) != (about.key, about.shape):
        raise InputError(
            f"{folder} holds codes of {_which(there)}, and these would be of {_which(about)}.",
            hint="Choose another folder for --out.",
            detail=f"{there} {about}",
        )
    if there.images != about.images:
        raise InputError(
            f"{folder} holds codes of the images in {there.images}, and not of those in {about.images}.",
            hint="Choose another folder for --out.",
        )


def _which(about: AboutCodes) -> str:
    return f"the model {about.model!r} ({about.key[:8]}{'+images' * about.key.endswith('+images')})"
