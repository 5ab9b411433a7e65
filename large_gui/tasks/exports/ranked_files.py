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

    Returns
    -------
    How many files were written. An image that is not there any more is reported and left out.

    Raises
    ------
    InputError
        When ``target`` holds something already or can't be written.
    """
    placed = [row for row in rows if row.rank is not None]
    digits = max(4, len(str(len(placed))))
    written = 0
    try:
        target.mkdir(parents=True, exist_ok=True)
        if any(target.iterdir()):
            raise InputError(f"The folder {target} is not empty.", hint="Choose a new folder.")
        for done, row in enumerate(placed, 1):
            source = (folder / row.path).resolve()
            name = target / f"{row.rank:0{digits}}_{Path(row.path).name}"
            if not source.exists():
                reporter.warn(f"{row.path}: it is not there any more.")
                continue
            if link:
                name.symlink_to(source)
            else:
                shutil.copy2(source, name)
            written += 1
            reporter.progress(done, len(placed), "Linking" if link else "Copying", unit=Unit.IMAGES)
            reporter.check_cancelled()
    except OSError as error:
        raise InputError(
            f"The folder {target} can't be written.",
            hint="Choose a folder that you may write to, with room on the disk.",
            detail=repr(error),
        ) from error
    return written
