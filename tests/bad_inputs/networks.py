"""Checkpoints of networks, and files of codes."""

from __future__ import annotations

import io
import json
import pickle
import struct
import zipfile
from pathlib import Path

import numpy as np
import torch

from tests.bad_inputs.case import BadInput, Chapter, Make, file, nothing, pipe
from tests.nets.checkpoints.hostile_files import LAUGHS, RUNS_CODE
from tests.nets.checkpoints.instructions import call, pickled, torch_zip, view

_IMPORT = "model import given.{} --name new"
_CODES = "model import-codes codes --images photos --name new"
_PHOTOS = ("a", "b", "c")


def _saved(content: object) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream)
    return stream.getvalue()


def _safetensors(header: object, rest: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + rest


def _zip(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/"), part)
    return stream.getvalue()


def _code(shape: tuple[int, ...], value: float = 1.0) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.full(shape, value, np.float32))
    return stream.getvalue()


_WEIGHTS = {"a": torch.ones(2, 3)}
_CHECKPOINTS: dict[str, tuple[str, bytes]] = {
    "an empty file": ("pkl", b""),
    "a web page that was saved as a model": ("pkl", b"<!DOCTYPE html><html>Sign in to download</html>"),
    "a pointer of Git LFS": ("pkl", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
    "a photograph": ("pkl", b"\xff\xd8\xff\xe0" + bytes(60)),
    "a text": ("pkl", b"my notes\n" * 9),
    "a pickle that starts a program": ("pkl", pickled(call("os:system", "true"))),
    "a pickle that evaluates Python": ("pkl", pickled(call("builtins:eval", "1"))),
    "a pickle that opens a connection": ("pkl", pickled(call("socket:socket"))),
    "a pickle that makes an object the old way": ("pkl", RUNS_CODE["OBJ"]),
    "a torch file that starts a program": ("pt", torch_zip(pickled(call("os:system", "true")))),
    "a class of another program with code": ("pt", torch_zip(pickled(call("mymodels.network:Net")))),
    "a pickle of the first protocol": ("pkl", b"(lp0\nI1\na."),
    "half a pickle": ("pkl", pickle.dumps({"a": np.ones(99)}, 4)[:200]),
    "half a torch file": ("pt", _saved(_WEIGHTS)[:700]),
    "a torch file with a wrong byte": (
        "pt",
        _saved(_WEIGHTS).replace(np.ones(6, np.float32).tobytes(), np.full(6, 2, np.float32).tobytes()),
    ),
    "lists in lists without end": ("pkl", pickled(LAUGHS)),
    "a tensor larger than its file": ("pt", view(0, (10**9, 10**9), (1, 1))),
    "a program of TorchScript": ("pt", _zip(model__data=b"", x__constants=b"", **{"m__constants.pkl": b""})),
    "a network of ONNX": ("onnx", b"\x08\x07\x12\x07pytorch\x1a\x051.9.0" + bytes(30)),
    "weights of Keras": ("h5", b"\x89HDF\r\n\x1a\n" + bytes(60)),
    "a language model": ("gguf", b"GGUF\x03\0\0\0" + bytes(60)),
    "a compressed archive": ("tar.gz", b"\x1f\x8b\x08\0" + bytes(60)),
    "safetensors with a header of nonsense": ("safetensors", _safetensors(b"{" + b"x" * 50)),
    "half a safetensors file": (
        "safetensors",
        _safetensors({"a": {"dtype": "F32", "shape": [9, 9], "data_offsets": [0, 324]}}, bytes(10)),
    ),
    "safetensors that point outside": (
        "safetensors",
        _safetensors({"a": {"dtype": "F32", "shape": [1], "data_offsets": [100, 104]}}, bytes(8)),
    ),
    "safetensors with a million tensors": (
        "safetensors",
        _safetensors(b"{" + b'"a":{"data_offsets":[0,0]},' * 30_000 + b"}"),
    ),
    "weights without a network that is known": ("pt", _saved(_WEIGHTS)),
    "an array": ("npy", _code((4,))),
    "a number": ("pkl", pickle.dumps(5, 4)),
    "arrays of Python objects": ("pkl", pickle.dumps(np.array([{}, []], object), 4)),
}


def _each(content: bytes, ending: str = "npy") -> Make:
    """A file of this content for each of three photographs."""

    def make(here: Path) -> None:
        (here / "codes").mkdir()
        for name in _PHOTOS:
            (here / f"codes/{name}.{ending}").write_bytes(content)

    return make


def _boundary(content: bytes, ending: str = "npy") -> Make:
    def make(here: Path) -> None:
        (here / "codes").mkdir()
        for number, name in enumerate(_PHOTOS):
            (here / f"codes/{name}.npy").write_bytes(_code((512,), number))
        (here / f"boundary.{ending}").write_bytes(content)

    return make


def _inverted(**changes: np.ndarray) -> Make:
    """What ``large-gui invert`` writes, changed."""
    arrays = {
        "paths": np.array(["a.png", "b.png"]),
        "codes": np.ones((2, 1, 512), np.float32),
        "inversion_error": np.ones(2, np.float32),
        "flags": np.array(["", ""]),
        "model": np.array("faces"),
        "encoder": np.array("0123"),
        "sha256": np.array(["0" * 64, "1" * 64]),
    } | changes

    def make(here: Path) -> None:
        np.savez(here / "given.npz", **{name: array for name, array in arrays.items() if array.size})

    return make


_OURS = "model import-codes given.npz --images photos --name new"
_CODE_FILES: dict[str, tuple[str, Make]] = {
    "codes that are not there": (_CODES, nothing),
    "a folder without codes": (_CODES, lambda here: (here / "codes").mkdir()),
    "a folder of texts": (_CODES, file("codes/a.txt", "x")),
    "codes of images that are not there": (_CODES, file("codes/z.npy", _code((512,)))),
    "codes of another width": (_CODES, _each(_code((100,)))),
    "codes with numbers that are missing": (_CODES, _each(_code((512,), np.nan))),
    "codes of two spaces": (
        _CODES,
        lambda here: [_each(_code((512,)))(here), (here / "codes/a.npy").write_bytes(_code((18, 512)))],
    ),
    "codes that are all the same, and no boundary": (_CODES, _each(_code((512,)))),
    "codes that would run code": (_CODES, _each(pickled(call("os:system", "true")), "pkl")),
    "half a code": (_CODES, _each(_code((512,))[:300])),
    "images that are not there": (_CODES.replace("photos", "holidays"), _each(_code((512,)))),
    "a boundary that is not there": (f"{_CODES} --boundary boundary.npy", _each(_code((512,)))),
    "a boundary of another width": (f"{_CODES} --boundary boundary.npy", _boundary(_code((99,)))),
    "a boundary of zeros": (f"{_CODES} --boundary boundary.npy", _boundary(_code((512,), 0))),
    "weights of another number of layers": (
        f"{_CODES} --boundary boundary.npy --weights weights.csv",
        lambda here: [_boundary(_code((512,)))(here), file("weights.csv", "1,2,3")(here)],
    ),
    "weights below 0": (
        f"{_CODES} --boundary boundary.npy --weights weights.csv",
        lambda here: [_boundary(_code((512,)))(here), file("weights.csv", "-1")(here)],
    ),
    "arrays of another program": (_OURS, lambda here: np.savez(here / "given.npz", x=np.ones(3))),
    "codes of ours of which a part was cut off": (_OURS, _inverted(flags=np.array([""]))),
    "codes of ours with hashes that are none": (_OURS, _inverted(sha256=np.array(["x", "y"]))),
    "codes of ours of other images": (_OURS, _inverted()),
    "codes of an older version, and no images": (
        "model import-codes given.npz --name new",
        _inverted(sha256=np.array([])),
    ),
    "half a file of ours": (_OURS, file("given.npz", b"PK\x03\x04" + bytes(50))),
}

_OTHERS = [
    BadInput("a checkpoint that is not there", _IMPORT.format("pkl")),
    BadInput("a folder in place of a checkpoint", "model import photos --name new"),
    BadInput("a pipe in place of a checkpoint", _IMPORT.format("pkl"), pipe("given.pkl")),
]
CHAPTERS = [
    Chapter(
        "Checkpoints of networks",
        _OTHERS
        + [
            BadInput(w, _IMPORT.format(e), file(f"given.{e}", content))
            for w, (e, content) in _CHECKPOINTS.items()
        ],
    ),
    Chapter("Codes", [BadInput(what, command, make) for what, (command, make) in _CODE_FILES.items()]),
]
