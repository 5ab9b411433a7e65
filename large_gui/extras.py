"""Import what an extra of the program installs, or say how to install it."""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Callable
from types import ModuleType

from large_gui.errors import InputError, LargeError


def installing(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'large-gui[{extra}]'"


def extra_module(
    name: str, extra: str, needed_by: str, *, kind: type[LargeError] = InputError,
    first: Callable[[], object] = lambda: None,
) -> ModuleType:  # fmt: skip
    """A module that comes with an extra, such as ``pyarrow.parquet`` with ``cluster``.

    Parameters
    ----------
    needed_by
        What needs it, as the beginning of a sentence.
    kind
        The error to raise.
    first
        Called before it is imported; what it raises counts as that.

    Raises
    ------
    LargeError
        When it is not installed, or can't be loaded.
    """
    package = name.partition(".")[0]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of it that are not used here
            first()
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise kind(
            f"{needed_by} needs {package}, which is not installed.",
            hint=f"Install it: {installing(extra)}",
            detail=repr(error),
        ) from error
    except (ImportError, RuntimeError, OSError) as error:
        raise kind(
            f"{package} is installed, but can't be loaded here.",
            hint=f"Its parts may not fit each other; install them again: {installing(extra)}",
            detail=repr(error),
        ) from error
