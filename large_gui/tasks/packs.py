"""The model packs, for callers that must not touch networks themselves."""

from __future__ import annotations

from large_gui.nets.description import printable
from large_gui.nets.pack import ModelPack, pack_names

__all__ = ["ModelPack", "pack_names", "printable"]
