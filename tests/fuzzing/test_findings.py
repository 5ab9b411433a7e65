"""What the fuzzer found: each was a traceback, a warning, or a sentence that no person could read."""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.nets.openvino_ir import read_ir
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.project.images.thumbnails import ThumbnailStore
from large_gui.project.outputs import check_provenance
from large_gui.project.store import Label, ProjectStore
from large_gui.tasks.training.prepared import ARRAY_FILE, LIST_FILE, mapped_array, read_list
from large_gui.training.checkpoint import load_run
from large_gui.training.gan.record import LOG, read_lines
from tests.packs import SHA, about, write_pack

NOT_UTF8 = "CAST(x'ff80' AS TEXT)"


def changed(path: Path, statements: str) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(statements)
    return path


def project(folder: Path) -> Path:
    with ProjectStore(folder / "p.large") as store:
        store.set_labels("age", {"a.jpg": Label(1)})
    return folder / "p.large"


def with_a_schema_of_no_text(path: Path) -> Path:
    """One byte of the SQL that made the tables is none of UTF-8."""
    content = path.read_bytes()
    assert b"NOT NULL" in content
    path.write_bytes(content.replace(b"NOT NULL", b"NOT \xb5ULL", 1))
    return path


def test_a_project_whose_schema_is_no_text_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="damaged"):
        ProjectStore(with_a_schema_of_no_text(project(tmp_path)))


def test_a_cache_whose_schema_is_no_text_is_damaged(tmp_path: Path) -> None:
    CodeCache(tmp_path / "c.sqlite").close()
    with pytest.raises(InputError, match="damaged"):
        CodeCache(with_a_schema_of_no_text(tmp_path / "c.sqlite"))


def test_texts_of_a_project_that_are_no_text_are_damage_and_are_not_shown(tmp_path: Path) -> None:
    path = changed(project(tmp_path), f"UPDATE labels SET path = {NOT_UTF8}")
    with ProjectStore(path) as store, pytest.raises(InputError, match="is damaged") as caught:
        store.labels("age")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("used", ["'x'", "x'ff'", "9223372036854775807", "NULL"])
def test_thumbnails_are_made_whatever_a_changed_file_says_of_their_use(tmp_path: Path, used: str) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "a.png")
    for side in (16, 8):
        store = ThumbnailStore(tmp_path / "t.sqlite")
        assert store.thumbnail(tmp_path / "a.png", side).shape[1] == side
        store.close()
        if used != "NULL":
            changed(tmp_path / "t.sqlite", f"UPDATE thumbnails SET used = {used}")


@pytest.mark.parametrize("ask", [CodeCache.summary, lambda cache: cache.clear(Path("/a"))])
def test_paths_of_a_cache_that_are_no_text_are_damage(
    tmp_path: Path, ask: Callable[[CodeCache], object]
) -> None:
    CodeCache(tmp_path / "c.sqlite").close()
    changed(tmp_path / "c.sqlite", "INSERT INTO files VALUES (x'ff', 1, 1, 'a')")
    with CodeCache(tmp_path / "c.sqlite") as cache, pytest.raises(InputError, match="damaged"):
        ask(cache)


def test_a_direction_that_is_far_too_long_is_refused_without_a_warning() -> None:
    with pytest.raises(ValueError, match="unit length, got inf"):
        Direction("a", np.full(4, 1e300))


def test_what_a_file_says_of_its_version_is_not_repeated_without_end() -> None:
    with pytest.raises(ValueError, match="version") as caught:
        Direction.from_json({"kind": "direction", "version": {"": "x" * 5000}})
    assert len(str(caught.value)) < 200


def test_a_pack_of_codes_that_lists_no_codes_is_one_bad_row(capsys: pytest.CaptureFixture[str]) -> None:
    write_pack("small", about(version=2, kind="codes", shape=[1, 3], files={"directions.json": SHA}))
    assert main(["model", "list"]) == 0
    row = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("small"))
    assert "missing or damaged" in row


def test_a_name_in_a_provenance_is_shown_as_plain_text(tmp_path: Path) -> None:
    told = {"large_gui": "0.1", "kind": "provenance", "result": {"file": "\x1b[2J.csv", "sha256": SHA}}
    (tmp_path / "out.provenance.json").write_text(json.dumps(told), "utf-8")
    with pytest.raises(InputError) as caught:
        check_provenance(tmp_path / "out.csv")
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("shape", [str(10**30), "9223372036854775807,9223372036854775807", "2," * 90])
def test_a_constant_of_endless_size_is_refused(shape: str) -> None:
    xml = (
        '<net><layers><layer id="0" name="a" type="Const">'
        f'<data element_type="f32" shape="{shape}" offset="0" size="4"/></layer></layers></net>'
    )
    with pytest.raises(ModelFileError):
        read_ir(xml.encode(), b"1234")


def test_a_line_of_a_log_that_is_nested_without_end_is_left_out(tmp_path: Path) -> None:
    (tmp_path / LOG).write_text("[" * 100_000 + '\n{"images": 5}\n', "utf-8")
    assert read_lines(tmp_path) == [{"images": 5}]


@pytest.mark.parametrize(
    "changes",
    [
        {"left_out": [{"path": "a.jpg"}]},
        {"left_out": [5]},
        {"sources": {"a.jpg": [float("inf"), 0, ""]}},
        {"sources": {"a.jpg": [1]}},
        {"class_names": ["a"], "labels": [7]},
    ],
)
def test_a_list_of_training_images_with_odd_values_is_damaged(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    form = {
        "kind": "training images", "version": 1, "folder": "/photos", "size": 16, "crop": "square",
        "classes": "", "class_names": [], "paths": ["a.jpg"], "labels": [], "left_out": [], "sources": {},
    }  # fmt: skip
    (tmp_path / LIST_FILE).write_text(json.dumps(form | changes), "utf-8")
    with pytest.raises(InputError, match="damaged"):
        read_list(tmp_path)


@pytest.mark.parametrize("header", [b"{'descr': (((", b"{'shape': ('a'\n  'b", b"(" * 5000, b"\xff", b"{}"])
def test_an_array_whose_header_is_no_python_is_none(tmp_path: Path, header: bytes) -> None:
    for version in (1, 2, 3):
        length = struct.pack("<H" if version == 1 else "<I", len(header))
        (tmp_path / ARRAY_FILE).write_bytes(b"\x93NUMPY" + bytes([version, 0]) + length + header)
        with pytest.raises(ValueError):
            mapped_array(tmp_path / ARRAY_FILE)


@pytest.mark.parametrize(
    "changes",
    [{"step": float("inf")}, {"step": None}, {"random": 5}, {"random": {"cpu": torch.ones(3)}}, {"part": 7}],
)
def test_a_checkpoint_with_odd_values_is_damaged(tmp_path: Path, changes: dict[str, object]) -> None:
    part = torch.nn.Linear(2, 2)
    saved = {"part": part.state_dict(), "step": 5, "random": {"cpu": torch.get_rng_state()}} | changes
    torch.save(saved, tmp_path / "checkpoint.pt")
    with pytest.raises(InputError, match="damaged"):
        load_run(tmp_path / "checkpoint.pt", {"part": part}, "cpu", SilentReporter())


def test_names_of_files_that_are_passed_over_are_shown_as_plain_text(tmp_path: Path) -> None:
    (tmp_path / "\x1b[2J.txt").write_text("x", "utf-8")
    with pytest.raises(InputError) as caught:
        find_images(tmp_path, SilentReporter())
    assert str(caught.value).isprintable() and "\\x1b[2J.txt" in str(caught.value)
