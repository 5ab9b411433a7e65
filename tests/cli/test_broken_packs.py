"""A broken or hostile pack is one bad row with its reason; the others are as they were."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from large_gui.cli.main import main
from large_gui.errors import ModelFileError
from large_gui.models.library import open_model
from large_gui.models.pack import imported_folder
from tests.packs import SHA, about, write_pack

NORMAL = {"name": "a", "normal": [1, 0, 0], "intercept": 0, "layer_importance": None}
BROKEN: dict[str, tuple[Any, str]] = {
    "a list": ([], "not a table"),
    "half": ('{"name": "sm', "damaged"),
    "deep": ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "not text": (about(title=["<b>"]), "'title'"),
    "without files": ({k: v for k, v in about().items() if k != "files"}, "'files'"),
    "files a list": (about(files=["encoder.safetensors"]), "'files'"),
    "a file elsewhere": (about(files={"../../secret": SHA}), "SHA-256"),
    "no hash": (about(files={"directions.json": "x"}), "SHA-256"),
    "without rows": (about(num_ws="two"), "'num_ws'"),
    "endless rows": (about(num_ws=10**12), "'num_ws'"),
    "endless number": (json.dumps(about()).replace("2", "9" * 5000), "damaged"),
    "another alignment": (about(alignment="cars"), "alignment"),
    "a generator in words": (about(generator="StyleGAN2"), "'generator'"),
    "a deep configuration": (about(encoder={"config": {"a": [[1]]}}), "configuration"),
    "facts": (about(facts=[["a"]]), "facts"),
}  # fmt: skip
BROKEN_DIRECTIONS: dict[str, tuple[str, str]] = {
    "half": (json.dumps([NORMAL])[:30], "damaged"),
    "deep": ("[" * 100_000 + "]" * 100_000, "nested too deeply"),
    "a table": ("{}", "not a list"),
    "numbers": ("[1, 2]", "a direction is not a table"),
    "words": (json.dumps([NORMAL | {"normal": ["x", "y", "z"]}]), "'normal'"),
    "ragged": (json.dumps([NORMAL | {"normal": [[1, 0, 0], [1]]}]), "'normal'"),
    "NaN": (json.dumps([NORMAL | {"normal": [float("nan")] * 3}]), "'normal'"),
    "huge": (json.dumps([NORMAL | {"normal": [1e300, 0, 0]}]), "'normal'"),
    "a huge intercept": (json.dumps([NORMAL | {"intercept": 10**400}]), "intercept"),
    "too long": (json.dumps([NORMAL | {"normal": [3, 0, 0]}]), "unit length"),
    "another model's": (json.dumps([NORMAL | {"normal": [1, 0, 0, 0]}]), "size of its codes"),
    "importance": (json.dumps([NORMAL | {"layer_importance": [1.0]}]), "layer importance"),
    "twice": (json.dumps([NORMAL, NORMAL]), "one name"),
}  # fmt: skip


def rows_of(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    assert main(["model", "list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    return {name: row.strip() for name, row in (line.split(" ", 1) for line in lines)}


@pytest.mark.parametrize(("content", "reason"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_description(content: Any, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_pack("broken", content)
    write_pack("whole")
    rows = rows_of(capsys)
    assert rows["broken"].startswith("BAD The model 'broken' can't be read: ")
    assert reason in rows["broken"] and "pack.json" in rows["broken"]
    assert rows["whole"].startswith("Small; here:")
    assert rows["faces"].startswith("Human faces")


@pytest.mark.parametrize(("content", "reason"), BROKEN_DIRECTIONS.values(), ids=BROKEN_DIRECTIONS.keys())
def test_broken_directions(content: str, reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    write_pack("broken", None, content)
    write_pack("whole")
    rows = rows_of(capsys)
    assert rows["broken"].startswith("BAD The model 'broken' can't be read: ")
    assert reason in rows["broken"] and "directions.json" in rows["broken"]
    assert rows["whole"].startswith("Small; here:")
    assert main(["direction", "list", "--model", "broken"]) == 2
    assert reason in capsys.readouterr().err


def test_what_is_no_file(capsys: pytest.CaptureFixture[str]) -> None:
    os.mkfifo(imported_folder_made() / "pipe" / "pack.json")
    (write_pack("without") / "directions.json").unlink()
    (imported_folder() / "large").mkdir()
    with (imported_folder() / "large" / "pack.json").open("wb") as file:
        file.truncate(1 << 30)
    rows = rows_of(capsys)
    assert "it is not there (pack.json)" in rows["pipe"]
    assert "it is not there (directions.json)" in rows["without"]
    assert "it is too large (pack.json)" in rows["large"]


def imported_folder_made() -> Path:
    (imported_folder() / "pipe").mkdir(parents=True)
    return imported_folder()


def test_what_is_shown_is_one_line_of_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    write_pack("loud", about(title="A\x1b[2J\nfaces  BAD\udcff"))
    write_pack(os.fsdecode(b"caf\xe9"), [])
    rows = rows_of(capsys)
    assert rows["loud"].startswith("A\ufffd[2J\ufffdfaces")
    assert rows["caf\ufffd"].startswith("BAD")


def test_networks_that_are_not_what_the_pack_describes() -> None:
    described = {"network": "StyleGAN2", "licence": "MIT", "config": {"channels": [8], "colour": "red"}}
    folder = write_pack("other", about(generator=described, files={"encoder.safetensors": SHA}))
    for name in ("generator", "encoder"):
        save_file({"a": np.zeros(2, np.float32)}, folder / f"{name}.safetensors")
    pack = open_model("other")
    for network in (pack.generator, pack.encoder):
        with pytest.raises(ModelFileError, match="not the one that its model describes"):
            network()


ONES = {"mean": (3,), "axes": (2, 3), "code_quantiles": (101,), "image_quantiles": (101,)}


@pytest.mark.parametrize(
    "shapes",
    [{}, {**ONES, "mean": (4,)}, {**ONES, "axes": (2, 4)}, {**ONES, "axes": (3,)}, {**ONES, "more": (1,)}],
)
def test_statistics_that_are_not_of_the_codes(shapes: dict[str, tuple[int, ...]]) -> None:
    folder = write_pack("odd")
    arrays = {name: np.ones(shape, np.float32) for name, shape in shapes.items()}
    save_file(arrays, folder / "statistics.safetensors")
    with pytest.raises(ModelFileError, match=r"statistics\.safetensors is missing or damaged"):
        _ = open_model("odd").pack.statistics


@pytest.mark.parametrize("content", [b"", b"{", {SHA: (2, 4)}, {SHA: (3,)}])
def test_codes_that_are_not_what_the_pack_says(
    content: bytes | dict[str, tuple[int, ...]], few_samples: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_pack("odd", about(files={"codes.safetensors": SHA}))
    file = folder / "codes.safetensors"
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        save_file({name: np.ones(shape, np.float32) for name, shape in content.items()}, file)
    out = str(few_samples.parent / "out.csv")
    command = ["sort", str(few_samples), "--model", "odd", "--direction", "first", "--out", out]
    assert main(command) == 2
    assert "codes.safetensors is missing or damaged" in capsys.readouterr().err
