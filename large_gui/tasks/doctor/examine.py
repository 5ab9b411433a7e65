"""Examine this machine: versions, screen, GPU, compiler, models, what is kept, and what to do about each.

A further check is a function of the data folder in one of the files beside this one, and a line in `CHECKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from large_gui.core.reporter import Reporter
from large_gui.errors import LargeError
from large_gui.tasks.doctor import kept, machine, program
from large_gui.tasks.doctor.finding import Finding, State

Check = Callable[[Path], Iterator[Finding]]
CHECKS: dict[str, Check] = {
    "Program": program.version_and_place,
    "Packages": program.packages,
    "Extras": program.extras,
    "Screen": program.screen,
    "Machine": machine.machine,
    "GPU": machine.gpu,
    "Compiler": machine.compiler,
    "Models": kept.models,
    "Data folder": kept.data_folder,
    "Codes": kept.codes,
    "Projects": kept.projects,
    "Logs": kept.logs,
}


def examine(home: Path, reporter: Reporter) -> list[Finding]:
    """Make every check; one that fails is a finding too.

    Parameters
    ----------
    home
        The folder of the user's data.
    """
    found: list[Finding] = []
    for done, (what, check) in enumerate(CHECKS.items()):
        reporter.progress(done, len(CHECKS), f"Looking at {what.lower() if what != 'GPU' else what}")
        reporter.check_cancelled()
        try:
            found.extend(check(home))
        except LargeError as error:
            found.append(Finding(what, error.sentence, State.PROBLEM, error.hint))
        except Exception as error:  # noqa: BLE001 - what is broken here is what the person wants to know
            found.append(Finding(what, f"can't be looked at: {error!r}", State.PROBLEM))
    return found
