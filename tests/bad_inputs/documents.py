"""Directions, fits and packs of models."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.bad_inputs.case import BadInput, Chapter, Make, file, nothing, pipe
from tests.bad_inputs.world import WIDTH, direction
from tests.nets.checkpoints.instructions import call, pickled

_IMPORT = "direction import given.{} --model mine"
_PREDICT = "predict photos --fit fit.json --out out.csv"
_SHOW = "direction list --model mine"


def _ours(**changes: Any) -> str:
    """A direction in the program's own form, changed; what is set to ``...`` is left out."""
    form = direction().as_json() | changes
    return json.dumps({key: value for key, value in form.items() if value is not ...})


def _array(array: np.ndarray, ending: str = "npy") -> Make:
    def make(here: Path) -> None:
        np.save(here / f"given.{ending}", array)

    return make


_ONES = [1.0] * WIDTH
_TEXTS: dict[str, tuple[str, str | bytes]] = {
    "an empty file": ("json", b""),
    "half of a JSON": ("json", _ours()[:100]),
    "a JSON that is nested a hundred thousand times": ("json", "[" * 100_000 + "]" * 100_000),
    "an empty list": ("json", "[]"),
    "numbers of another length": ("json", "[1, 2, 3]"),
    "rows of different lengths": ("json", json.dumps([_ONES, [1.0]])),
    "words in place of numbers": ("json", json.dumps(["x"] * WIDTH)),
    "a number that is missing": ("json", json.dumps([float("nan"), *_ONES[1:]])),
    "zeros": ("json", json.dumps([0.0] * WIDTH)),
    "a sentence": ("json", '"the direction of age"'),
    "nothing in place of numbers": ("json", json.dumps([None] * WIDTH)),
    "a direction without its normal": ("json", _ours(normal=...)),
    "a direction whose normal has another length": ("json", _ours(normal=[3.0] * WIDTH)),
    "a direction with an intercept in words": ("json", _ours(intercept="far")),
    "a direction with an endless intercept": ("json", _ours(intercept=1e300)),
    "a direction of a newer version": ("json", _ours(version=99)),
    "a direction that is half turned round": ("json", _ours(flipped="half")),
    "a direction with too many importances": (
        "json",
        _ours(layer_importance=[0.5, 0.5], layer_importance_dtype="float64"),
    ),
    "a direction of another kind of numbers": ("json", _ours(normal_dtype="int8")),
    "another document of this program": ("json", json.dumps({"kind": "provenance", "large_gui": "0.1"})),
    "words in a table of numbers": ("csv", "a,b\nc,d\n"),
    "a table of another width": ("csv", "1,2,3\n"),
    "two hundred directions": ("csv", ("1," * WIDTH)[:-1].join(["", "\n"]) * 200),
    "a kind of file that is not read": ("xyz", "1 2 3"),
    "an array that would run code": ("pkl", pickled(call("os:system", "true"))),
    "half an array": ("npy", b"\x93NUMPY\x01\0"),
    "an archive without arrays": ("npz", b"PK\x05\x06" + bytes(18)),
}
_ARRAYS: dict[str, Make] = {
    "an array of text": _array(np.array(["a"] * WIDTH)),
    "an array of three dimensions": _array(np.ones((2, 3, WIDTH))),
    "codes of many images": lambda here: np.savez(here / "given.npz", **{"a.jpg": np.ones((18, 512))}),
    "an array of Python objects": _array(np.array([{}] * WIDTH, object)),
}


def _fit(change: Callable[[dict[str, Any]], object]) -> Make:
    def make(here: Path) -> None:
        form = json.loads((here / "fit.json").read_text("utf-8"))
        change(form)
        (here / "fit.json").write_text(json.dumps(form), "utf-8")

    return make


_FITS: dict[str, Make] = {
    "an empty file": file("fit.json", b""),
    "half a fit": lambda here: (here / "fit.json").write_text(
        (here / "fit.json").read_text("utf-8")[:300], "utf-8"
    ),
    "a direction in place of a fit": file("fit.json", _ours()),
    "a provenance in place of a fit": file("fit.json", '{"large_gui": "0.1", "kind": "provenance"}'),
    "a list": file("fit.json", "[]"),
    "a JSON that is nested a hundred thousand times": file("fit.json", "[" * 100_000),
    "a fit of a newer version": _fit(lambda form: form.update(version=99, large_gui="9.0")),
    "a fit of a model that is not here": _fit(lambda form: form["model"].update(key="ffff", name="cats")),
    "a fit of another model of the same name": _fit(lambda form: form["model"].update(key="ffff")),
    "a fit without its calibration": _fit(lambda form: form.pop("calibration")),
    "a fit with a slope in words": _fit(lambda form: form["calibration"].update(a="steep")),
    "a fit of no labels": _fit(lambda form: form["labels"].update(count=0)),
    "a fit whose labels lie nowhere": _fit(lambda form: form["labels"].update(nearest=5, farthest=-5)),
    "a fit whose value falls": _fit(lambda form: form["value"].update(low=9, high=1)),
    "a fit of a direction of another width": _fit(
        lambda form: form["direction"].update(normal=[1.0, 0.0, 0.0])
    ),
    "a fit of a direction that is no direction": _fit(lambda form: form.update(direction=[])),
}


def _pack(name: str, content: str | bytes) -> Make:
    return file(f"home/models/mine/{name}", content)


def _about(**changes: Any) -> Make:
    def make(here: Path) -> None:
        place = here / "home/models/mine/pack.json"
        form = json.loads(place.read_text("utf-8")) | changes
        place.write_text(json.dumps({key: value for key, value in form.items() if value is not ...}), "utf-8")

    return make


_PACKS: dict[str, Make] = {
    "an empty description": _pack("pack.json", b""),
    "half a description": lambda here: (here / "home/models/mine/pack.json").write_text(
        '{"title": "Mi', "utf-8"
    ),
    "a list in place of a description": _pack("pack.json", "[]"),
    "a description that is nested a hundred thousand times": _pack("pack.json", "[" * 100_000),
    "a description of two megabytes": _pack("pack.json", " " * (2 << 20)),
    "a description of a newer version": _about(version=99),
    "a kind of model that is not known": _about(kind="telepathy"),
    "a pack without a title": _about(title=...),
    "a title that is no text": _about(title=["Mine"]),
    "codes of no width": _about(shape=[1, 0]),
    "codes of endless width": _about(shape=[1, 10**12]),
    "a shape in words": _about(shape="wide"),
    "images that are prepared in an unknown way": _about(alignment="cars"),
    "a file that lies elsewhere": _about(files={"../../secret": "0" * 64}),
    "a file without its hash": _about(files={"codes.safetensors": "x"}),
    "a network whose settings are nested": _about(encoder={"network": "x", "config": {"a": [[1]]}}),
    "facts that are no pairs": _about(facts=[["a"]]),
    "replaced models that are no keys": _about(replaces=["../x"]),
    "directions that are gone": lambda here: (here / "home/models/mine/directions.json").unlink(),
    "half of the directions": _pack("directions.json", _ours()[:50]),
    "directions of another width": _pack("directions.json", "[" + _ours(normal=[1.0, 0.0]) + "]"),
    "two directions of one name": _pack("directions.json", f"[{_ours()}, {_ours()}]"),
    "directions that lie in a table": _pack("directions.json", "{}"),
}
_CODES: dict[str, Make] = {
    "codes that are gone": lambda here: (here / "home/models/mine/codes.safetensors").unlink(),
    "half of the codes": _pack("codes.safetensors", b"\x10\0\0\0\0\0\0\0{"),
    "codes that are a text": _pack("codes.safetensors", "my notes"),
}
_SORT = "sort photos --model mine --direction age --out out.csv"

CHAPTERS = [
    Chapter(
        "Directions in files",
        [BadInput(w, _IMPORT.format(e), file(f"given.{e}", content)) for w, (e, content) in _TEXTS.items()]
        + [BadInput(w, _IMPORT.format("npz" if "codes" in w else "npy"), make) for w, make in _ARRAYS.items()]
        + [
            BadInput("a file that is not there", _IMPORT.format("json"), nothing),
            BadInput("a folder", "direction import photos --model mine", nothing),
        ],
    ),
    Chapter(
        "Fits",
        [BadInput(what, _PREDICT, make) for what, make in _FITS.items()]
        + [
            BadInput("a photograph in place of a fit", "predict photos --fit photos/a.png --out out.csv"),
            BadInput("a pipe in place of a fit", "predict photos --fit pipe --out out.csv", pipe("pipe")),
        ],
    ),
    Chapter(
        "Packs of models",
        [BadInput(what, _SHOW, make) for what, make in _PACKS.items()]
        + [BadInput(what, _SORT, make) for what, make in _CODES.items()],
    ),
]
