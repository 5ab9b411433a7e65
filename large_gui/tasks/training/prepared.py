"""The images of a training run as they lie in its folder: ``images.npy`` and ``images.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from large_gui.core import forms
from large_gui.core.choices import Crop
from large_gui.errors import InputError
from large_gui.files import sha256_of, written_whole
from large_gui.project.images.manifest import Failure

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ARRAY_FILE, LIST_FILE = "images.npy", "images.json"
_KIND, _VERSION = "training images", 1
_LARGEST, _MOST = 4096, 1 << 31  # pixels a side; images


@dataclass(frozen=True)
class Source:
    """A file as it was when the images were prepared: its size, its time, and the hash of its content.

    Attributes
    ----------
    sha256
        Empty if the file could not be read.
    """

    size: int
    mtime_ns: int
    sha256: str

    @classmethod
    def unread(cls, file: Path) -> Source:
        """A file that was not read; one that is gone has a size that none has."""
        try:
            stat = file.stat()
        except OSError:
            return cls(-1, 0, "")
        return cls(stat.st_size, stat.st_mtime_ns, "")

    def is_still(self, file: Path) -> bool:
        """Whether a file has this content; it is only read if its size or time is another."""
        try:
            stat = file.stat()
            if (stat.st_size, stat.st_mtime_ns) == (self.size, self.mtime_ns):
                return True
            return stat.st_size == self.size and bool(self.sha256) and sha256_of(file) == self.sha256
        except OSError:
            return False


@dataclass(frozen=True)
class PreparedImages:
    """What is known of the images that a run trains on; the list of a run folder.

    Attributes
    ----------
    folder
        Where the images were read from.
    size
        Their side in pixels, in ``images.npy``.
    crop
        How each was made square.
    classes
        Where the classes are from, as `ImagesRequest` has it.
    class_names
        The names of the classes.
    paths
        The images in the order of ``images.npy``, relative to the folder.
    labels
        The number of each one's class; empty without classes.
    left_out
        What was left out, and why.
    sources
        Every file that was looked at, by path.
    """

    folder: Path
    size: int
    crop: Crop
    classes: str
    class_names: tuple[str, ...]
    paths: Sequence[str]
    labels: Sequence[int]
    left_out: Sequence[Failure]
    sources: Mapping[str, Source]

    @property
    def class_of(self) -> dict[str, str]:
        """The name of the class of each image, by path; empty without classes."""
        return {path: self.class_names[label] for path, label in zip(self.paths, self.labels)}

    def changes(self, paths: Sequence[str], folder: Path) -> str:
        """How the images of a folder differ from these, as part of a sentence; empty if they don't."""
        known = [path for path in paths if path in self.sources]
        changed = sum(not self.sources[path].is_still(folder / path) for path in known)
        new, gone = len(paths) - len(known), len(self.sources) - len(known)
        return ", ".join(
            f"{n:,} {what}" for n, what in ((new, "new"), (gone, "gone"), (changed, "changed")) if n
        )


def write_list(run: Path, images: PreparedImages) -> None:
    """Write ``images.json`` whole."""
    form = {
        "kind": _KIND, "version": _VERSION, "folder": str(images.folder), "size": images.size,
        "crop": images.crop, "classes": images.classes, "class_names": list(images.class_names),
        "paths": list(images.paths), "labels": list(images.labels),
        "left_out": [{"path": failure.path, "why": failure.why} for failure in images.left_out],
        "sources": {path: [s.size, s.mtime_ns, s.sha256] for path, s in images.sources.items()},
    }  # fmt: skip
    with written_whole(run / LIST_FILE) as temporary:
        temporary.write_text(json.dumps(form), "utf-8")


def read_list(run: Path) -> PreparedImages | None:
    """Read ``images.json``; ``None`` if the images were not prepared yet.

    Raises
    ------
    InputError
        When it is damaged.
    """
    file = run / LIST_FILE
    if not file.exists():
        return None
    try:
        values, _ = forms.versioned(json.loads(file.read_bytes()), _KIND, _VERSION)
        return _read(values)
    except forms.UnknownVersion as error:
        raise InputError(
            f"{file} was written by a newer version of this program.", hint="Update the program.",
            detail=repr(error),
        ) from error  # fmt: skip
    except (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError) as error:
        raise InputError(
            f"The list of training images {file} is damaged.",
            hint="Add --replace-data with the folder of images, to prepare them anew.",
            detail=repr(error),
        ) from error


def open_array(run: Path, images: PreparedImages) -> NDArray[np.uint8]:
    """The images of a run ``(N, 3, S, S)``, memory-mapped.

    Raises
    ------
    InputError
        When the file is missing or is not what the list says.
    """
    expected = (len(images.paths), 3, images.size, images.size)
    try:
        array: NDArray[np.uint8] = mapped_array(run / ARRAY_FILE)
        if array.shape != expected or array.dtype != "uint8":
            raise ValueError(f"{array.dtype} {array.shape} in place of {expected}")
    except (OSError, ValueError) as error:
        raise InputError(
            f"The training images {run / ARRAY_FILE} are missing or damaged.",
            hint="Add --replace-data with the folder of images, to prepare them anew.",
            detail=repr(error),
        ) from error
    return array


def mapped_array(file: Path) -> NDArray[Any]:
    """Map the array of an ``.npy`` file into memory; an archive or an array of objects is none.

    Raises
    ------
    OSError, ValueError
        When the file can't be read, or is anything else.
    """
    from numpy.lib.format import open_memmap

    try:
        array: NDArray[Any] = open_memmap(file, mode="r")
    except (
        SyntaxError,
        TokenError,
        TypeError,
        RecursionError,
        MemoryError,
        EOFError,
        OverflowError,
    ) as error:
        raise ValueError(f"no header of an array: {error!r}") from error  # NumPy parses it as Python
    return array


def _read(values: Mapping[str, Any]) -> PreparedImages:
    forms.require(values, ("class_names", "paths", "labels", "left_out", "sources"))
    names, paths, labels = values["class_names"], values["paths"], values["labels"]
    if not all(isinstance(part, list) for part in (names, paths, labels, values["left_out"])):
        raise ValueError("a list is not there")
    if not all(isinstance(text, str) for text in (*names, *paths)):
        raise ValueError("a name is not text")
    if len(labels) != (len(paths) if names else 0):
        raise ValueError("there is not one class for each image")
    if not all(type(label) is int and 0 <= label < len(names) for label in labels):
        raise ValueError("a class is not one of them")
    sources = {
        path: Source(int(size), int(mtime_ns), str(sha256))
        for path, (size, mtime_ns, sha256) in forms.table(values["sources"], "sources").items()
    }
    return PreparedImages(
        folder=Path(forms.text(values, "folder")), size=forms.count(values, "size", _LARGEST),
        crop=Crop(forms.text(values, "crop")), classes=forms.text(values, "classes"),
        class_names=tuple(names), paths=paths, labels=labels,
        left_out=[Failure(str(one["path"]), str(one["why"])) for one in values["left_out"]], sources=sources,
    )  # fmt: skip
