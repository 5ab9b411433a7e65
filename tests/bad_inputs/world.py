"""What a person has: photographs, labels, a model that knows them, a direction, a fit, a project."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
from PIL import Image
from safetensors.numpy import save_file

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.fit import Fit
from large_gui.core.direction import Direction
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import open_model
from large_gui.models.writing import write_pack_directions
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value

WIDTH = 8
PHOTOS = [f"{letter}.png" for letter in "abcdefghijklmnop"]


def build(here: Path) -> None:
    """Write it all; `LARGE_GUI_HOME` is the folder ``home`` in it."""
    photos = here / "photos"
    photos.mkdir()
    random = np.random.default_rng(0)
    codes = {}
    for number, name in enumerate(PHOTOS):
        Image.new("RGB", (20, 20), (15 * number, 10, 10)).save(photos / name)
        sha256 = hashlib.sha256((photos / name).read_bytes()).hexdigest()
        codes[sha256] = random.standard_normal((1, WIDTH)).astype(np.float32)
    labels = [f"{name},{20 + 3 * number}" for number, name in enumerate(PHOTOS)]
    (here / "labels.csv").write_text("\n".join(["path,value", *labels]) + "\n", "utf-8")
    (here / "notes.txt").write_text("my notes\n", "utf-8")
    _write_model(here / "home/models/mine", codes)
    _write_fit(here)
    with ProjectStore(here / "photos.large") as store:
        store.set_opened([photos])
        store.set_value("age", Value("age", "age", "years", 0, 120))
        store.set_labels("age", {"a.png": Label(20), "b.png": Label(30)})
        store.set_tags("glasses", {"a.png": True})


def direction(name: str = "age") -> Direction:
    """A direction of the model's codes."""
    normal = np.zeros(WIDTH, np.float32)
    normal[0] = 1
    return Direction(name, normal, negative="young", positive="old", provenance="by hand")


def _write_model(folder: Path, codes: dict[str, np.ndarray]) -> None:
    folder.mkdir(parents=True)
    save_file(codes, folder / "codes.safetensors")
    write_pack_directions(folder, [direction(), direction("smile")])
    about = PackDescription("Mine", "codes", (1, WIDTH), licence="MIT", source={"file": "codes.npz"})
    write_description(folder, about)


def _write_fit(here: Path) -> None:
    os.environ["LARGE_GUI_HOME"] = str(here / "home")
    d = np.linspace(-1, 1, 9)
    line = fit(d, 3 * d + 20 + 0.1 * np.cos(9 * d))
    model = open_model("mine")
    written = Fit(line, direction(), "mine", "Mine", model.key, 9, -1.0, 1.0, "age", "years", program="0.1.0")
    (here / "fit.json").write_text(json.dumps(written.as_json(), indent=1), "utf-8")
