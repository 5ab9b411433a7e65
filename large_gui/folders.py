"""Find the folders of the program's own files and of the user's files.

Importing this module is fast, because the window needs it before it is shown.
"""

from __future__ import annotations

import os
from pathlib import Path

from large_gui.errors import ModelFileError


def resources_folder() -> Path:
    """The ``resources`` folder: next to the package in a checkout, inside it when installed."""
    checkout = Path(__file__).parents[1] / "resources"
    if checkout.is_dir():
        return checkout
    import importlib.util

    spec = importlib.util.find_spec("large_gui.resources")
    if spec is None or not spec.submodule_search_locations:
        raise ModelFileError("The program's own files are missing.", hint="Install large-gui again.")
    return Path(spec.submodule_search_locations[0])


def user_folder() -> Path:
    """The folder of fetched models and cached codes; ``LARGE_GUI_HOME`` names another folder."""
    home = os.environ.get("LARGE_GUI_HOME")
    if home:
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("large-gui", appauthor=False))
