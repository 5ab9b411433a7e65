"""The command ``large-gui doctor``: look at this machine, and say what to do about each problem."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import asdict

from large_gui.cli.parsers import Commands, add_command, add_json
from large_gui.cli.results import print_json
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError


def add_to(commands: Commands) -> None:
    """Add the command."""
    add_json(add_command(commands, "doctor", "look at this machine, and say what to do about problems", _run))


def _run(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui doctor``."""
    from large_gui.folders import user_folder
    from large_gui.tasks.doctor.examine import examine
    from large_gui.tasks.doctor.finding import State, table

    found = examine(user_folder(), reporter)
    if arguments.json:
        print_json({"findings": [asdict(finding) for finding in found]})
    else:
        print(table(found))
    problems = sum(finding.state is State.PROBLEM for finding in found)
    if problems:
        raise InputError(
            f"{count(problems, 'problem')} {'was' if problems == 1 else 'were'} found.",
            hint="The lines with `problem` say what to do.",
        )
