"""Find the folders of the program's own files and of the user's files.

Importing this module is fast, because the window needs it before it is shown.
"""

from __future__ import annotations

import os
from pathlib import Path

from large_gui.errors import ModelFileError


def resources_folder() -> Path:
    """The ``resources`` folder: inside the package when installed or frozen, next to it in a checkout."""
    package = Path(__file__).parent
    for folder in (package / "resources", package.with_name("resources")):  # beside it may be somebody else's
        if folder.is_dir():
            return folder
    raise ModelFileError("The program's own files are missing.", hint="Install large-gui again.")


def user_folder() -> Path:
    """The folder of fetched models and cached codes; ``LARGE_GUI_HOME`` names another folder."""
    home = os.environ.get("LARGE_GUI_HOME")
    if home:
        return Path(home)
    import platformdirs

    return Path(platformdirs.user_data_dir("large-gui", appauthor=False))
