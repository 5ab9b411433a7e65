"""Write copies or links of the sorted images, named by rank, for programs that sort by name."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from large_gui.core.reporter import Reporter, Unit
from large_gui.errors import InputError
from large_gui.project.export import SortedRow


def write_ranked_files(
    rows: Sequence[SortedRow], folder: Path, target: Path, reporter: Reporter, *, link: bool = False
) -> int:
    """Write ``0001_name.jpg`` and so on into ``target``, which must be empty or new.

    Parameters
    ----------
    rows
        Of images that have a rank.

    Returns
    -------
    How many files were written. An image that is not there any more is reported and left out.

    Raises
    ------
    InputError
        When ``target`` holds something already or can't be written.
    """
    written = 0
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise InputError(f"The folder {target} is not empty.", hint="Choose a new folder.")
        for done, row in enumerate(rows, 1):
            source = (folder / row.path).resolve()
            name = target / ranked_name(row, len(rows))
            if not source.exists():
                reporter.warn(f"{row.path}: it is not there any more.")
                continue
            if link:
                name.symlink_to(source)
            else:
                shutil.copy2(source, name)
            written += 1
            reporter.progress(done, len(rows), "Linking" if link else "Copying", unit=Unit.IMAGES)
            reporter.check_cancelled()
    except OSError as error:
        raise InputError(
            f"The folder {target} can't be written.",
            hint="Choose a folder that you may write to, with room on the disk.",
            detail=repr(error),
        ) from error
    return written


def ranked_name(row: SortedRow, placed: int) -> str:
    """The name of an image that has a rank, ``0001_name.jpg``, among so many that have one."""
    assert row.rank is not None
    return f"{row.rank:0{max(4, len(str(placed)))}}_{Path(row.path).name}"
