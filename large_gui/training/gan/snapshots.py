"""Where a GAN training run keeps its snapshots: its averaged generator after so many images.

`large_gui.nets.checkpoints.own` writes and reads the files, and `large-gui model import` reads them too.
"""

from __future__ import annotations

from pathlib import Path

from large_gui.errors import ModelFileError

SNAPSHOTS = "snapshots"  # the folder within that of a run


def snapshot_file(run: Path, images: int) -> Path:
    """The file of the snapshot after so many images, which is named by the thousands of them."""
    return run / SNAPSHOTS / f"{images // 1000:05d}.safetensors"


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
