"""Small model packs, whole or broken, for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from large_gui.core.direction import Direction
from large_gui.models.pack import imported_folder
from large_gui.models.writing import write_pack_directions

SHA = "0" * 64


def about(**changes: Any) -> dict[str, Any]:
    """A description of a pack with codes of 2 x 3."""
    return {
        "name": "small", "title": "Small", "num_ws": 2, "w_dim": 3, "alignment": "square",
        "licence": "MIT", "files": {"directions.json": SHA},
        "generator": {"network": "none", "licence": "MIT"},
    } | changes  # fmt: skip


def write_pack(name: str, pack_json: Any = None, directions_json: str = "") -> Path:
    """An imported pack of these files, which may be anything."""
    folder = imported_folder() / name
    folder.mkdir(parents=True)
    content = about() if pack_json is None else pack_json
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / "pack.json").write_text(text, "utf-8")
    if directions_json:
        (folder / "directions.json").write_text(directions_json, "utf-8")
    else:
        write_pack_directions(folder, [Direction("first", np.array([1, 0, 0], np.float32))])
    return folder
