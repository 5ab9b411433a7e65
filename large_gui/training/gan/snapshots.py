"""Snapshots of a GAN training run: what its averaged generator was after so many images."""

from __future__ import annotations

from pathlib import Path

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.own import read_generator, write_generator
from large_gui.nets.stylegan2 import StyleGAN2

SNAPSHOTS = "snapshots"  # the folder within that of a run


def snapshot_file(run: Path, images: int) -> Path:
    """The file of the snapshot after so many images, which is named by the thousands of them."""
    return run / SNAPSHOTS / f"{images // 1000:05d}.safetensors"


def save_snapshot(generator: StyleGAN2, file: Path, crop: str = "") -> None:
    """Write a snapshot, whole or not at all; `large-gui model import` reads it too.

    Parameters
    ----------
    crop
        A value of `large_gui.core.choices.Crop`: how the images were prepared; empty if that is not known.

    Raises
    ------
    InputError
        When it can't be written.
    """
    write_generator(generator, file, crop)


def read_snapshot(file: Path) -> StyleGAN2:
    """Read a snapshot, ready for inference.

    Raises
    ------
    ModelFileError
        When it is missing, damaged or of another program.
    """
    return read_generator(file)


def snapshots(run: Path) -> list[Path]:
    """The snapshots of a run, the oldest first; files of other names are not its own."""
    found = (path for path in (run / SNAPSHOTS).glob("*.safetensors") if path.stem.isdecimal())
    return sorted(found, key=lambda path: int(path.stem))


def best_snapshot(run: Path, images: int | None) -> Path:
    """The snapshot after so many images; for ``None``, or if it is not there, the newest.

    Raises
    ------
    ModelFileError
        When there is none.
    """
    if images is not None and (file := snapshot_file(run, images)).is_file():
        return file
    found = snapshots(run)
    if not found:
        raise ModelFileError(
            "This training has no snapshot yet.", hint="Let it go on until it has drawn its first samples."
        )
    return found[-1]
