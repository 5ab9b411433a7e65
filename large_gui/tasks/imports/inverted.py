"""Read the ``.npz`` that ``large-gui invert`` writes, so that its codes can be a model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.latent import LatentCode, LatentSpace
from large_gui.core.reporter import Reporter
from large_gui.errors import ImageError, InputError, LargeError, ModelFileError
from large_gui.project.images.read import hash_file
from large_gui.project.images.scan import scan
from large_gui.tasks.models import model_with_key

if TYPE_CHECKING:
    from large_gui.models.kinds.imported_codes import CodeQuality

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, eq=False)
class InvertedCodes:
    """Codes by SHA-256 of their image, and what else the file says.

    Attributes
    ----------
    codes, qualities
        By SHA-256 of the image.
    directions
        Those of the model that made the codes, if it is on this machine.
    model, key
        Its name and its key.
    licence
        Of the model, if it is on this machine.
    problems
        Why some codes were left out, as sentences.
    """

    codes: dict[str, LatentCode]
    qualities: dict[str, CodeQuality]
    directions: list[Direction]
    model: str
    key: str
    licence: str
    problems: list[str]


def read_inverted(file: Path, images: Path | None, reporter: Reporter) -> InvertedCodes:
    """Read codes that this program wrote.

    Parameters
    ----------
    images
        The folder of images, of which only those are taken that are as they were; ``None`` takes all codes,
        by the content of the images that they belong to.

    Raises
    ------
    InputError
        When the file can't be read, is none of ours or was changed, or no code belongs to an image.
    """
    from large_gui.models.kinds.imported_codes import CodeQuality
    from large_gui.models.model import POOR_PERCENTILE

    found = _arrays(file)
    paths = [str(path) for path in found["paths"]]
    contents = found.get("sha256")
    if contents is None and images is None:
        raise InputError(
            f"{file.name} names its images, and does not know their content: an older version wrote it.",
            hint="Give the folder of images with --images.",
        )
    recorded = [None] * len(paths) if contents is None else [str(sha) for sha in contents]
    here = None if images is None else _hashes(paths, images, reporter)
    problems: list[str] = []
    codes: dict[str, LatentCode] = {}
    qualities: dict[str, CodeQuality] = {}
    for i, (path, sha) in enumerate(zip(paths, recorded)):
        content = sha if here is None else here.get(path)
        if content is None:
            problems.append(f"{path}: no image of this name, or it can't be read")
        elif sha not in (None, content):
            problems.append(f"{path}: the image was changed since it was inverted")
        elif not np.isfinite(found["codes"][i]).all():
            problems.append(f"{path}: numbers that are missing or infinite")
        elif not np.array_equal(
            codes.setdefault(content, code := _code(found["codes"][i])).values, code.values
        ):
            problems.append(f"{path}: its image has another code already")
        else:
            error, flags = float(found["inversion_error"][i]), filter(None, str(found["flags"][i]).split(";"))
            told = tuple(f for f in flags if f != Flag.POOR_INVERSION or not error > POOR_PERCENTILE)
            qualities[content] = CodeQuality(error, told)  # the flag comes again from the error
    if not codes:
        raise InputError(
            f"None of the codes in {file.name} can be used{'' if images is None else f' with {images}'}.",
            hint=problems[0] if problems else "The file is empty.",
        )
    model, key = str(found["model"]), str(found["encoder"])
    directions, licence = _of_model(model, key, next(iter(codes.values())))
    return InvertedCodes(codes, qualities, directions, model, key, licence, problems)


def _arrays(file: Path) -> Mapping[str, NDArray[Any]]:
    """The arrays of the file, once they are found to belong together."""
    from large_gui.nets.checkpoints.reading.reader import read_checkpoint

    try:
        content = read_checkpoint(file) if _is_zip(file) else None
    except ModelFileError as error:
        raise InputError(
            f"{file.name} is damaged, or was not written by large-gui invert.",
            hint="Copy it again, or write it again.",
            detail=f"{error.sentence} {error.detail}",
        ) from error
    kinds = {"paths": "U", "codes": "f", "inversion_error": "f", "flags": "U", "model": "U", "encoder": "U"}
    if not isinstance(content, dict) or not all(
        isinstance(content.get(name), np.ndarray) and content[name].dtype.kind == kind
        for name, kind in kinds.items()
    ):
        raise InputError(
            f"{file.name} was not written by large-gui invert.",
            hint="Give its .npz, or a folder with a code of every image.",
        )
    codes, sha256 = content["codes"], content.get("sha256")
    of_images = [content[name] for name in ("paths", "inversion_error", "flags")]
    right = codes.ndim == 3 and codes.size and all(array.shape == codes.shape[:1] for array in of_images)
    if sha256 is not None:
        right = right and sha256.shape == codes.shape[:1] and all(_SHA256.fullmatch(str(s)) for s in sha256)
    if not right:
        raise InputError(f"{file.name} was changed since it was written.", hint="Write it again.")
    return content


def _is_zip(file: Path) -> bool:
    """Whether a file begins as an archive does, whole or cut off."""
    try:
        with file.open("rb") as stream:
            return stream.read(4) == b"PK\x03\x04"
    except OSError as error:
        raise InputError(
            f"{file.name} can't be read.", hint="May you read it?", detail=repr(error)
        ) from error


def _hashes(paths: list[str], images: Path, reporter: Reporter) -> dict[str, str]:
    """SHA-256 of the images of these paths that are there and can be read."""
    there = {path.relative_to(images).as_posix(): path for path in scan(images).paths}
    found: dict[str, str] = {}
    for done, path in enumerate(paths, 1):
        reporter.check_cancelled()
        reporter.progress(done, len(paths), "Finding the images")
        if path in there:
            with suppress(ImageError):
                found[path] = hash_file(there[path])
    return found


def _code(values: NDArray[Any]) -> LatentCode:
    row = np.ascontiguousarray(values, np.float32)
    return LatentCode(LatentSpace.W, row[0]) if len(row) == 1 else LatentCode(LatentSpace.W_PLUS, row)


def _of_model(name: str, key: str, code: LatentCode) -> tuple[list[Direction], str]:
    """The directions in the code's space of the model with a key, and its licence; nothing without it."""
    model = model_with_key(key, name)
    if model is None:
        return [], ""
    shapes = {code.values.shape, code.values.shape[-1:]}
    try:
        own = model.directions.values()
    except LargeError:  # they are damaged, and the codes are good
        return [], model.pack.about.licence
    return [
        replace(one, record=replace(one.record, model_key=""))  # these codes get a key of their own
        for one in own
        if one.normal.shape in shapes and not one.layer_sizes
    ], model.pack.about.licence
