"""Prepare a folder of images to train a generator on: read, crop, resize, and write as one array."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter, Unit
from large_gui.core.words import count, megabytes, natural, printable
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.project.images.manifest import Failure, find_images
from large_gui.tasks.training.classes import check_classes, classes_of
from large_gui.tasks.training.prepared import (
    ARRAY_FILE,
    LIST_FILE,
    PreparedImages,
    Source,
    open_array,
    read_list,
    write_list,
)
from large_gui.tasks.training.squares import squares

FEWEST = 16  # images that anything can be learned from
ENOUGH = 500  # images below which a generator mostly repeats what it was shown
_SPARE = 64 << 20  # bytes of the disk that stay free
_NAMED = 5  # images that are named of those that were left out


@dataclass(frozen=True)
class ImagesRequest:
    """Which images to prepare, and how.

    Attributes
    ----------
    folder
        Folder of images; its subfolders are read too.
    size
        Side of the prepared images in pixels.
    crop
        How an image is made square: the centred square, the whole image padded with grey, or round the
        largest face.
    classes
        ``subfolders``, the path of a table with the columns path and class, or empty for no classes.
    """

    folder: Path
    size: int
    crop: Crop = Crop.SQUARE
    classes: str = ""


@dataclass(frozen=True)
class ChosenImages:
    """The images of a folder that are to be prepared.

    Attributes
    ----------
    paths
        Relative to the folder, in order.
    classes
        The class of each, by path; ``None`` without classes.
    without_class
        Images that are left out because they have none.
    failures
        Files that can't be read as images, and why.
    """

    paths: Sequence[str]
    classes: Mapping[str, str] | None
    without_class: Sequence[Failure]
    failures: Sequence[Failure]

    @property
    def class_names(self) -> list[str]:
        """The names of the classes, in order; empty without classes."""
        return sorted(set((self.classes or {}).values()), key=natural)


def choose_images(asked: ImagesRequest, reporter: Reporter, *, fewest: int = FEWEST) -> ChosenImages:
    """Find the images of a folder and their classes; none of them is read.

    Raises
    ------
    InputError
        When there are too few images, or too few of a class.
    """
    manifest = find_images(asked.folder, reporter)
    _check_number(len(manifest.paths), fewest)
    classes = classes_of(manifest.paths, asked.classes, reporter)
    paths = [path for path in manifest.paths if classes is None or path in classes]
    check_classes(paths, classes)
    chosen = set(paths)
    left = [Failure(path, "it has no class") for path in manifest.paths if path not in chosen]
    return ChosenImages(paths, classes, left, manifest.failures)


def prepare_images(
    run: Path, asked: ImagesRequest, reporter: Reporter, *, fewest: int = FEWEST, replace: bool = False,
    same_classes: Sequence[str] | None = None,
) -> PreparedImages:  # fmt: skip
    """Write the images of a folder as ``images.npy`` and ``images.json`` into a run folder.

    If they are there already and the folder has the same images still, nothing is done. Both files are
    written whole: a call that was stopped or killed is made again from the start.

    Parameters
    ----------
    fewest
        How many images are needed, such as those of a step.
    replace
        Whether to prepare them anew if they are there already.
    same_classes
        The classes that there must be, because networks were trained with them; ``None`` for any.

    Raises
    ------
    InputError
        When the folder has changed since, has too few images, or when the disk is full.
    Cancelled
        When the person stops it.
    """
    there = None if replace else read_list(run)
    if there is not None:
        _check_same(there, asked, run, reporter)
        open_array(run, there)
        return there
    fewest = max(fewest, FEWEST)
    chosen = choose_images(asked, reporter, fewest=fewest)
    paths, classes, names = chosen.paths, chosen.classes, chosen.class_names
    if same_classes is not None and names != list(same_classes):
        raise InputError(
            f"{run.name!r} was begun with other classes: {', '.join(same_classes) or 'none'}.",
            hint="Give the images the same classes, or the new training another name.",
        )
    _check_room(run, len(paths), asked.size)
    try:
        with written_whole(run / ARRAY_FILE) as temporary:
            kept, sources, left_out = _write_array(temporary, asked.folder, paths, asked, reporter)
            _check_number(len(kept), fewest, left_out)
            check_classes(kept, classes)
            (run / LIST_FILE).unlink(missing_ok=True)  # it is of the earlier array, if there was one
    except InputError as error:
        raise _as_told(error, run, len(paths), asked.size) from error.__cause__
    sources |= {one.path: Source.unread(asked.folder / one.path) for one in chosen.without_class}
    images = PreparedImages(
        folder=asked.folder.absolute(), size=asked.size, crop=asked.crop, classes=asked.classes,
        class_names=tuple(names), paths=kept,
        labels=[names.index(classes[path]) for path in kept] if classes is not None else [],
        left_out=[*chosen.failures, *chosen.without_class, *left_out], sources=sources,
    )  # fmt: skip
    write_list(run, images)
    # Files that can't be images were told of when they were found.
    _tell(images, [*chosen.without_class, *left_out], reporter)
    return images


def _write_array(
    file: Path, folder: Path, paths: Sequence[str], asked: ImagesRequest, reporter: Reporter
) -> tuple[list[str], dict[str, Source], list[Failure]]:
    """Write the squares of all images that can be used, in order; return their paths, and the other images.

    The bytes are written and not mapped, so that a full disk is an error and not the end of the process.
    """
    kept: list[str] = []
    sources: dict[str, Source] = {}
    left_out: list[Failure] = []
    with file.open("wb") as stream:
        _write_header(stream, len(paths), asked.size)
        for image in squares(folder, paths, asked.size, asked.crop):
            reporter.check_cancelled()
            sources[image.path] = image.source
            if image.square is None:
                left_out.append(Failure(image.path, image.why))
            else:
                kept.append(image.path)
                stream.write(image.square.transpose(2, 0, 1).tobytes())
            reporter.progress(len(kept) + len(left_out), len(paths), "Preparing the images", unit=Unit.IMAGES)
        _write_header(stream, len(kept), asked.size)  # of the same length: the format leaves room for digits
        stream.flush()
        os.fsync(stream.fileno())  # a disk may say only now that it is full
    return kept, sources, left_out


def _write_header(stream: BinaryIO, number: int, size: int) -> None:
    """Write the head of a ``.npy`` at the beginning of a file, with room to write it again."""
    from numpy.lib import format as npy

    stream.seek(0)
    head = {"descr": "|u1", "fortran_order": False, "shape": (number, 3, size, size)}
    npy.write_array_header_1_0(stream, head)


def _check_number(number: int, fewest: int, left_out: Sequence[Failure] = ()) -> None:
    if number < fewest:
        reasons = f" Left out: {_in_words(left_out)}." if left_out else ""
        raise InputError(
            f"{count(number, 'image')} can be used, and training needs at least {fewest}.{reasons}",
            hint="Add images, or train with a smaller batch."
            if fewest > FEWEST
            else f"{ENOUGH} images give a first result, several thousand a good one.",
        )


def _check_same(there: PreparedImages, asked: ImagesRequest, run: Path, reporter: Reporter) -> None:
    """Refuse to train on with images that are not the folder's any more."""
    for word, now, then in (
        ("size", asked.size, there.size),
        ("crop", asked.crop.value, there.crop.value),
        ("classes", asked.classes or "none", there.classes or "none"),
    ):
        if now != then:
            raise InputError(
                f"The images of {run.name!r} were prepared otherwise: {word} {then}, and not {now}.",
                hint=f"Give the run the {word} {then} again, or the new one another name.",
            )
    paths = find_images(asked.folder, reporter).paths
    changes = there.changes(paths, asked.folder)
    if not changes and (classes := classes_of(paths, asked.classes, reporter)) is not None:
        moved = sum(classes.get(path) != name for path, name in there.class_of.items())
        changes = f"{count(moved, 'image')} of another class" if moved else ""
    if changes:
        raise InputError(
            f"The images in {asked.folder} have changed since {run.name!r} was begun: {changes}.",
            hint="Add --replace-data to train on with them, or leave the folder away to go on with those "
            "from before.",
        )


def _bytes_of(number: int, size: int) -> int:
    return number * 3 * size**2


def _check_room(run: Path, number: int, size: int) -> None:
    needed, free = _bytes_of(number, size), shutil.disk_usage(run).free
    if needed + _SPARE > free:
        raise _no_room(run, needed, f" There are {megabytes(free)}.")


def _no_room(run: Path, needed: int, there: str = "", detail: str = "") -> InputError:
    return InputError(
        f"The disk of {run} is too full: the prepared images take {megabytes(needed)}.{there}",
        hint="Make room, train at a smaller size, or choose another folder with LARGE_GUI_HOME.",
        detail=detail,
    )


def _as_told(error: InputError, run: Path, number: int, size: int) -> InputError:
    """The same error, or one that says how much room is needed if the disk is full."""
    cause = error.__cause__
    if isinstance(cause, OSError) and cause.errno in (errno.ENOSPC, errno.EDQUOT):
        return _no_room(run, _bytes_of(number, size), detail=repr(cause))
    return error


def _in_words(failures: Sequence[Failure]) -> str:
    more = f" and {len(failures) - _NAMED:,} more" if len(failures) > _NAMED else ""
    named = "; ".join(f"{printable(one.path)} ({one.why})" for one in failures[:_NAMED])
    return f"{count(len(failures), 'image')}: {named}{more}"


def _tell(images: PreparedImages, left_out: Sequence[Failure], reporter: Reporter) -> None:
    """Warn of images that were left out, and if there are few because of that."""
    if left_out:
        reporter.warn(f"Left out: {_in_words(left_out)}.")
        if (caution := few(len(images.paths))) and not few(len(images.paths) + len(left_out)):
            reporter.warn(caution)


def few(number: int) -> str:
    """What it means that there are so few images; empty if there are enough."""
    if number >= ENOUGH:
        return ""
    return (
        f"{count(number, 'image is', 'images are')} few: below {ENOUGH} a generator mostly repeats what it "
        "was shown, even with adaptive augmentation (ADA). More images help most."
    )
