"""Where the program's own files and the user's lie, for callers that must not touch networks."""

from __future__ import annotations

from large_gui.nets.folders import resources_folder, user_folder

__all__ = ["resources_folder", "user_folder"]
