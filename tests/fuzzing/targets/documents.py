"""Documents of JSON: directions, fits, packs, and what the program remembers."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from large_gui.core.calibrating.fit import Fit
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.choices import IntervalKind, Method
from large_gui.core.direction import Direction
from large_gui.models.description import PackDescription, read_pack_directions, write_description
from large_gui.models.kinds.imported_codes import CodeQuality, CodesModel, write_quality
from large_gui.models.library import model_names, open_model
from large_gui.models.own_directions import folder_of, read_own
from large_gui.models.pack import Pack
from large_gui.models.writing import write_pack_directions
from large_gui.project.durations import remember_took, took
from large_gui.project.outputs import check_outputs, check_provenance, stale_provenance
from large_gui.project.recent import opened_before, remember
from large_gui.tasks.fits.predicting import model_of_fit
from large_gui.tasks.fits.saving import read_fit
from large_gui.tasks.imports.directions import read_directions
from large_gui.tasks.models import model_card, verify
from tests.fuzzing.targets.target import Target, files_of, tried

_BEFORE = Path(__file__).resolve().parents[2] / "written_before"
_DIRECTIONS = ("d.json", "d.csv", "d.npy", "d.npz", "d.pt", "d.pkl", "d.safetensors")
_PACK = (
    "models/small/pack.json",
    "models/small/directions.json",
    "models/small/quality.json",
    "models/small/codes.safetensors",
    "models/small/statistics.safetensors",
    "directions/small/mine.json",
)
_KEPT = ("recent.json", "durations.json")
_RESULTS = ("out.csv", "out.provenance.json", "other.npz", "sheet.webp")


def direction(name: str = "age", width: int = 8, layers: int = 0) -> Direction:
    """A direction in W, or in W+ with importances."""
    normal = np.ones((layers, width) if layers else width, np.float32)
    normal /= np.linalg.norm(normal)
    importance = np.full(layers, 1 / layers) if layers else None
    return Direction(name, normal, 0.25, layer_importance=importance, negative="less", positive="more")


def _write_directions(folder: Path, number: int) -> None:
    match number:
        case 0:
            (folder / "d.json").write_text(json.dumps(direction().as_json()))
        case 1:
            (folder / "d.json").write_text(
                json.dumps([direction().as_json(), direction("b", 8, 4).as_json()])
            )
        case 2:
            (folder / "d.json").write_text(json.dumps({"a": [1.0] * 8, "b": [[0.5] * 8] * 2}))
        case 3:
            (folder / "d.csv").write_text("1;2,5;3;4;5;6;7;8\n" * 2)
        case 4:
            np.save(folder / "d.npy", np.ones((3, 8)))
        case _:
            np.savez(folder / "d.npz", lat_comp=np.ones((2, 1, 8)), lat_mean=np.ones(8))


def _read_directions(folder: Path) -> None:
    for file in files_of(folder, _DIRECTIONS):
        for found in tried(read_directions, file, 8, 4, (3, 3)) or ():
            Direction.from_json(found.as_json())


_CALIBRATIONS = (
    CalibrationOptions(),
    CalibrationOptions(method=Method.SPLINE),
    CalibrationOptions(method=Method.ORDINAL),
    CalibrationOptions(interval=IntervalKind.CONFORMAL),
    CalibrationOptions(method=Method.ISOTONIC),
)


def _write_fit(folder: Path, number: int) -> None:
    if number == len(_CALIBRATIONS):
        (folder / "fit.json").write_bytes((_BEFORE / "fit.json").read_bytes())
        return
    d = np.linspace(-1, 1, 30)
    values = np.round(1.5 * d + 2.5 + 0.4 * np.cos(29 * d))
    line = calibrated(d, values, d, _CALIBRATIONS[number])
    fit = Fit(
        line, direction(), "small", "Small", "0123", 30, -1.0, 1.0, "age", "years", 0.0, 120.0, "0.1", "2026"
    )
    (folder / "fit.json").write_text(json.dumps(fit.as_json()))


def _read_fit(folder: Path) -> None:
    fit = tried(read_fit, folder / "fit.json")
    if fit is not None:
        fit.calibration.predict(np.array([-2.0, 0.0, np.nan, 2.0]))
        json.dumps(fit.as_json(), allow_nan=False)
        tried(model_of_fit, fit)


def _write_pack(home: Path, _number: int) -> None:
    folder = home / "models/small"
    folder.mkdir(parents=True)
    sha = "0" * 64
    save_file({sha: np.ones((1, 8), np.float32)}, folder / "codes.safetensors")
    save_file(
        {
            "mean": np.zeros(8, np.float32),
            "axes": np.ones((2, 8), np.float32),
            "code_quantiles": np.arange(101, dtype=np.float32),
            "image_quantiles": np.arange(101, dtype=np.float32),
        },
        folder / "statistics.safetensors",
    )
    write_quality(folder, {sha: CodeQuality(0.5, ("no face",))})
    write_pack_directions(folder, [direction()])
    about = PackDescription(
        "Small", "codes", (1, 8), licence="MIT", facts=(("a", "b"),), source={"file": "x"}
    )
    write_description(folder, about)
    kept = home / "directions/small"
    kept.mkdir(parents=True)
    (kept / "mine.json").write_text(json.dumps(direction("mine").as_json()))


def _read_pack(folder: Path) -> None:
    os.environ["LARGE_GUI_HOME"] = str(folder)
    model_names()
    tried(model_card, "small")
    tried(verify, "small")
    assert folder_of("small").is_relative_to(folder)
    read_own("small")
    model = tried(open_model, "small")
    if model is None:
        return
    for part in ("key", "directions", "shape"):
        tried(getattr, model, part)
    if isinstance(model, CodesModel):
        tried(getattr, model, "codes")
        tried(getattr, model, "qualities")
    pack = Pack(model.pack.folder)
    tried(getattr, pack, "statistics")
    tried(read_pack_directions, pack.folder, pack.about)


def _write_kept(home: Path, number: int) -> None:
    remember(home, home)
    remember(home, home / "p.large", home)
    remember_took(home, "finding", 12.0)
    if number:
        (home / "recent.json").write_bytes((_BEFORE / "recent.json").read_bytes())


def _read_kept(home: Path) -> None:
    opened_before(home)
    took(home, "finding")
    remember_took(home, "more", 1.0)
    remember(home, home)


def _write_results(folder: Path, _number: int) -> None:
    (folder / "out.csv").write_text("path,distance,rank\na.jpg,1,1\n")
    told = {"large_gui": "0.1", "kind": "provenance", "result": {"file": "out.csv", "sha256": "0" * 64}}
    (folder / "out.provenance.json").write_text(json.dumps(told))
    np.savez(folder / "other.npz", paths=np.array(["a"]), codes=np.ones(1), inversion_error=np.ones(1))
    (folder / "sheet.webp").write_bytes(b"RIFF\0\0\0\0WEBP" + b"Made by large-gui")


def _read_results(folder: Path) -> None:
    os.environ["LARGE_GUI_HOME"] = str(folder / "home")
    for file in files_of(folder, _RESULTS):
        tried(check_outputs, [file], [])
        tried(check_provenance, file)
        stale_provenance(file)


TARGETS = (
    Target("directions", _DIRECTIONS, _write_directions, _read_directions, 6),
    Target("fits", ("fit.json",), _write_fit, _read_fit, 6),
    Target("packs", _PACK, _write_pack, _read_pack),
    Target("remembered", _KEPT, _write_kept, _read_kept, 2),
    Target("results", _RESULTS, _write_results, _read_results),
)
