"""What is kept on this machine: models, the data folder, codes, projects and logs."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from large_gui.core.words import count
from large_gui.errors import LargeError
from large_gui.tasks.doctor.finding import Finding, State

_LITTLE_DISK = 2e9  # bytes; 50,000 codes of faces
_LOGS = "*.log"


def models(home: Path) -> Iterator[Finding]:
    """Every model, and whether its files are whole."""
    from large_gui.tasks.models import model_card, model_names, verify

    for name in model_names():
        try:
            card = model_card(name)
            wrong = [f"{file}: {remark}" for file, good, remark in verify(name) if not good]
        except LargeError as error:
            yield Finding(f"Model {name}", error.sentence, State.PROBLEM, error.hint)
            continue
        if wrong:
            yield Finding(f"Model {name}", "; ".join(wrong), State.PROBLEM, f"large-gui model verify {name}")
        elif card.generates and not card.generator_is_here and card.fetched_from is not None:
            advice = f"For pictures of codes: large-gui model fetch {name}"
            yield Finding(f"Model {name}", "whole; its generator is not fetched", advice=advice)
        else:
            yield Finding(f"Model {name}", "whole")


def data_folder(home: Path) -> Iterator[Finding]:
    """Whether the program can write there, and how much room is left."""
    at = next((folder for folder in (home, *home.parents) if folder.is_dir()), Path(os.sep))
    where = f"{home}" if at == home else f"{home}, which will be made"
    elsewhere = "Free some of it, or name another folder in LARGE_GUI_HOME."
    try:
        with tempfile.NamedTemporaryFile(dir=at, prefix=".large-gui-"):
            pass
    except OSError as error:
        why = error.strerror or error
        yield Finding("Data folder", f"{where}: can't be written to ({why})", State.PROBLEM, elsewhere)
        return
    free = shutil.disk_usage(at).free
    told = f"{where}, {free / 1e9:.1f} GB free"
    little = free < _LITTLE_DISK
    yield Finding("Data folder", told, State.NOTE if little else State.GOOD, elsewhere if little else "")


def codes(home: Path) -> Iterator[Finding]:
    """The codes of images that were measured before."""
    from large_gui.project.kept import kept_codes, size_on_disk
    from large_gui.tasks.invert import shared_cache

    file = shared_cache()
    kept = kept_codes(file)
    told = f"{count(sum(kept.codes.values()), 'code')}, {size_on_disk(file) / 1e6:,.0f} MB, {file}"
    yield Finding("Codes", told if file.exists() else "none yet")


def projects(home: Path) -> Iterator[Finding]:
    """The project files, and those that are not what they should be."""
    from large_gui.project.schema import is_project
    from large_gui.tasks.projects import SUFFIX

    files = sorted((home / "projects").glob(f"*{SUFFIX}"))
    damaged = [file for file in files if not is_project(file)]
    yield Finding("Projects", f"{len(files):,} in {home / 'projects'}" if files else "none yet")
    for file in damaged:
        advice = "Keep it, and restore a backup of it if you have one."
        yield Finding("Project", f"{file} is damaged", State.PROBLEM, advice)


def logs(home: Path) -> Iterator[Finding]:
    """Where the details of errors are written."""
    files = sorted(home.glob(_LOGS))
    yield Finding("Logs", ", ".join(map(str, files)) if files else "none yet")
