"""Load the modules that add kinds of models, finders or engines; ``LARGE_GUI_EXTENSIONS`` names them.

Each module is imported when the command line, the window or its worker starts, and registers what it adds.
The window never loads torch, so a module must not import torch at its top, but inside the functions that need
it: these are called in the worker or in a command.
"""

from __future__ import annotations

import os

from large_gui.errors import InputError

VARIABLE = "LARGE_GUI_EXTENSIONS"


def load_extensions() -> None:
    """Import every module that the variable names, separated by commas.

    Raises
    ------
    InputError
        When a module can't be imported.
    """
    for name in filter(None, (part.strip() for part in os.environ.get(VARIABLE, "").split(","))):
        import importlib  # most people have no extensions, and the window starts sooner without it

        try:
            importlib.import_module(name)
        except Exception as error:
            raise InputError(
                f"The extension {name!r} can't be loaded: {error}.",
                hint=f"Correct the variable {VARIABLE}, or take it out.",
                detail=repr(error),
            ) from error
