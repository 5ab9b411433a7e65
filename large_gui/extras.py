"""Import what an extra of the program installs, or say how to install it."""

from __future__ import annotations

import importlib
from types import ModuleType

from large_gui.errors import InputError


def extra_module(name: str, extra: str, needed_by: str) -> ModuleType:
    """A module that comes with an extra, such as ``pyarrow.parquet`` with ``cluster``.

    Parameters
    ----------
    needed_by
        What needs it, as the beginning of a sentence.

    Raises
    ------
    InputError
        When it is not installed, or can't be loaded.
    """
    package, install = name.partition(".")[0], f"pip install 'large-gui[{extra}]'"
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise InputError(
            f"{needed_by} needs {package}, which is not installed.", hint=f"Install it: {install}",
            detail=repr(error),
        ) from error  # fmt: skip
    except (ImportError, OSError) as error:
        raise InputError(
            f"{package} is installed, but can't be loaded here.",
            hint=f"Its parts may not fit each other; install them again: {install}",
            detail=repr(error),
        ) from error
