"""A folder of coloured pictures, and the toy model that measures their mean colour."""

from __future__ import annotations

import importlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.core.direction import Direction
from large_gui.directions.finders import FINDERS
from large_gui.engine.engine import ENGINES
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import KINDS
from large_gui.models.pack import imported_folder
from large_gui.models.writing import write_pack_directions

GREY = Direction("brightness", np.full(3, 3**-0.5, np.float32), negative="dark", positive="bright")
BLUE = Direction("blueness", np.array([0, 0, 1], np.float32))


def know_toys(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Register the toys for one test, here and in workers."""
    for registry, name in ((KINDS, "mean-colour"), (FINDERS, "ridge"), (ENGINES, "one-by-one")):
        monkeypatch.setitem(registry, name, None)  # so that it is gone afterwards
    monkeypatch.setenv("LARGE_GUI_EXTENSIONS", "tests.toys")
    monkeypatch.setenv("TOY_ENGINE_TRACE", str(home / "trace.txt"))
    importlib.reload(importlib.import_module("tests.toys"))


def colour_model(*directions: Direction, name: str = "colours") -> None:
    """Put a model that measures mean colours on this machine."""
    folder = imported_folder() / name
    folder.mkdir(parents=True)
    write_pack_directions(folder, list(directions))
    write_description(folder, PackDescription("Mean colours", "mean-colour", (1, 3), licence="none"))


def colourful(folder: Path, count: int = 40) -> Path:
    """Fill a folder with pictures; return a table of labels, which say how bright each is."""
    folder.mkdir()
    random = np.random.default_rng(0)
    rows = ["path,value"]
    for i in range(count):
        colour = random.integers(20, 236, 3)
        Image.new("RGB", (9, 7), tuple(map(int, colour))).save(folder / f"{i:02}.png")
        rows.append(f"{i:02}.png,{colour.mean() + random.normal(0, 3):.2f}")
    table = folder.parent / f"{folder.name}.csv"
    table.write_text("\n".join(rows) + "\n", "utf-8")
    return table
