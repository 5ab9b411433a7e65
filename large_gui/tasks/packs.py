"""The model packs, for callers that must not touch networks themselves."""

from __future__ import annotations

from large_gui.models.description import printable
from large_gui.models.pack import ModelPack, pack_names
from large_gui.models.published import published_generator

__all__ = ["ModelPack", "pack_names", "printable", "published_generator"]
