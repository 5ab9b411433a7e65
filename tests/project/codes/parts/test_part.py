"""A part of a folder of codes: what is written is read, and what another hand wrote gets a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui.errors import InputError
from large_gui.project.codes.parts.about import ABOUT, AboutCodes, agree, read_about
from large_gui.project.codes.parts.folder import CodeFolder
from large_gui.project.codes.parts.part_file import GROUP, DamagedPart, Part, Row, write_part

pa = pytest.importorskip("pyarrow", reason="it comes with: pip install 'large-gui[cluster]'")
pq = pytest.importorskip("pyarrow.parquet")
ABOUT_TOY = AboutCodes("toy", "key", (2, 3), "/photos")


def sha(number: int) -> str:
    return f"{number * 0x9E3779B97F4A7C15 % (1 << 64):016x}{number:048x}"


def rows(count: int, start: int = 0) -> list[Row]:
    """Rows of which every seventh failed."""
    return [
        Row(f"more/{i:04}.jpg", sha(i), why="It is damaged.") if i % 7 == 6
        else Row(
            f"more/{i:04}.jpg", sha(i), np.full((2, 3), i / 8, np.float16), i / 4 if i % 2 else float("nan"),
            ("unaligned", "poor-inversion")[: i % 3],
        )
        for i in range(start, start + count)
    ]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "codes"
    agree(folder, ABOUT_TOY)
    write_part(folder / "part-000000-a.parquet", ABOUT_TOY, rows(GROUP + 44))
    write_part(folder / "part-000001-b.parquet", ABOUT_TOY, rows(20, 300))
    return folder


def test_what_is_written_is_read(folder: Path) -> None:
    part = Part(folder / "part-000000-a.parquet", ABOUT_TOY)
    found = [row for group in part.all() for row in group.as_rows()]
    assert len(part) == len(found) == 300 and part.groups == 2
    for row, wanted in zip(found, rows(300), strict=True):
        assert (row.path, row.sha256, row.flags, row.why) == (
            wanted.path, wanted.sha256, wanted.flags, wanted.why,
        )  # fmt: skip
        np.testing.assert_equal(row.inversion_error, wanted.inversion_error)
        if wanted.code is None:
            assert row.code is None
        else:
            np.testing.assert_array_equal(row.code, wanted.code)


def test_the_same_rows_give_the_same_bytes(folder: Path) -> None:
    write_part(folder / "again.parquet", ABOUT_TOY, rows(20, 300))
    assert (folder / "again.parquet").read_bytes() == (folder / "part-000001-b.parquet").read_bytes()


def test_codes_are_found_by_their_image(folder: Path) -> None:
    codes = CodeFolder(folder)
    asked = [sha(310), "f" * 64, sha(3), sha(6), sha(299), "", sha(3)]  # 6 failed
    found = codes.get_many(asked, "key")
    assert set(found) == {sha(310), sha(3), sha(299)}
    assert found[sha(310)].code.dtype == np.float32 and (found[sha(310)].code == 310 / 8).all()
    assert found[sha(3)].inversion_error == 0.75 and found[sha(299)].flags == ("unaligned", "poor-inversion")
    assert codes.get_many(asked, "other key") == {}
    known = codes.known(asked, "key")
    assert known.found.tolist() == [True, False, True, False, True, False, True]
    assert known.flags[4] == ("unaligned", "poor-inversion")
    blocks = {
        int(i): float(code[0, 0]) for at, block in codes.blocks(asked, "key") for i, code in zip(at, block)
    }
    assert blocks == {0: 310 / 8, 2: 3 / 8, 4: 299 / 8, 6: 3 / 8}


def altered(change: Callable[[Any], Any], **options: Any) -> Callable[[Path], None]:
    """A part that another program wrote, with something in the table changed."""

    def write(file: Path) -> None:
        table = pq.read_table(file)
        changed = change(table)
        usual = {"compression": "none", "use_dictionary": False, "row_group_size": GROUP}
        pq.write_table(changed, file, **(usual | options))

    return write


def column(name: str, values: list[Any], kind: Any = None) -> Callable[[Path], None]:
    def change(table: Any) -> Any:
        at = table.schema.get_field_index(name)
        field = table.schema.field(name)
        new = table.column(name).to_pylist()
        new[: len(values)] = values
        return table.set_column(at, field.with_type(kind or field.type), pa.array(new, kind or field.type))

    return altered(change)


def said(**changes: Any) -> Callable[[Path], None]:
    def change(table: Any) -> Any:
        form = json.loads(table.schema.metadata[b"large_gui"]) | changes
        return table.replace_schema_metadata({"large_gui": json.dumps(form)})

    return altered(change)


NAN = np.full((2, 3), np.nan, np.float16).tobytes()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda file: file.write_bytes(b""), "it is damaged"),
        (lambda file: file.write_bytes(b"PAR1" + bytes(100) + b"PAR1"), "it is damaged"),
        (lambda file: file.write_bytes(file.read_bytes()[:-9]), "it is damaged"),
        (lambda file: file.write_bytes(b"\x89PNG\r\n\x1a\n"), "it is damaged"),
        (column("code", [NAN]), "a code in it is not a number"),
        (column("code", [None]), "neither a code nor a reason"),
        (column("path", ["../../secret.jpg"]), "a path or a checksum in it is not possible"),
        (column("path", ["a\\..\\b.jpg"]), "a path or a checksum in it is not possible"),
        (column("path", [""]), "a path or a checksum in it is not possible"),
        (column("sha256", ["ABC"]), "a path or a checksum in it is not possible"),
        (column("sha256", [""]), "an image with a code has no checksum"),
        (column("flags", ["x" * 10_000]), "a text in it is too long"),
        (column("inversion_error", [], pa.float32()), "its columns are not those"),
        (column("code", [], pa.binary()), "its columns are not those"),
        (altered(lambda table: table.drop_columns(["flags"])), "it is damaged"),
        (altered(lambda table: table, compression="zstd"), "it is compressed"),
        (altered(lambda table: table, row_group_size=10), "groups of rows are of another size"),
        (altered(lambda table: table.replace_schema_metadata(None)), "not written by this program"),
        (said(kind="table"), "not written by this program"),
        (said(key="other"), "holds codes of another model"),
        (said(shape=[3, 2]), "holds codes of another model"),
        (said(dtype="float32"), "its columns are not those"),
        (said(dtype="object"), "holds codes of another model"),
        (said(version=2), "was written by a newer version"),
    ],
)
def test_what_can_not_be_a_part_gets_a_sentence(
    folder: Path, change: Callable[[Path], None], sentence: str
) -> None:
    change(folder / "part-000000-a.parquet")
    with pytest.raises(InputError, match=sentence):
        list(CodeFolder(folder).rows(codes=True))


def test_a_bit_that_changed_is_seen(folder: Path) -> None:
    file = folder / "part-000000-a.parquet"
    content = bytearray(file.read_bytes())
    at = bytes(content).index(np.full((2, 3), 4 / 8, np.float16).tobytes())
    content[at] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedPart, match="it is damaged"):
        list(CodeFolder(folder).rows(codes=True))


GOOD = ABOUT_TOY.as_json()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "it is not known whose codes"),
        ("[]", "it is not known whose codes"),
        ("[" * 100_000, "it is not known whose codes"),
        ("{}", "it is not known whose codes"),
        (json.dumps(GOOD | {"kind": "fit"}), "it is not known whose codes"),
        (json.dumps(GOOD | {"version": 2}), "newer version of this program"),
        (json.dumps(GOOD | {"shape": [2]}), "it is not known whose codes"),
        (json.dumps(GOOD | {"shape": [4096, 1 << 20]}), "it is not known whose codes"),
        (json.dumps(GOOD | {"shape": [True, 3]}), "it is not known whose codes"),
        (json.dumps(GOOD | {"key": 5}), "it is not known whose codes"),
        (json.dumps(GOOD | {"images": "x" * 5000}), "it is not known whose codes"),
        (" " * (2 << 20), "it is not known whose codes"),
    ],
)
def test_what_a_folder_says_is_not_believed(folder: Path, content: str, sentence: str) -> None:
    (folder / ABOUT).write_text(content)
    with pytest.raises(InputError, match=sentence):
        CodeFolder(folder)


def test_a_folder_keeps_one_model_and_one_source(folder: Path) -> None:
    agree(folder, ABOUT_TOY)
    other = AboutCodes("other", "key2", (2, 3), "/photos")
    with pytest.raises(InputError, match="holds codes of the model 'toy'"):
        agree(folder, other)
    with pytest.raises(InputError, match="holds codes of the images in /photos"):
        agree(folder, AboutCodes("toy", "key", (2, 3), "/elsewhere"))
    assert read_about(folder) == ABOUT_TOY
    assert not list(folder.glob(".*"))


def test_numbers_that_half_precision_does_not_hold_stay_as_they_are(tmp_path: Path) -> None:
    agree(tmp_path, ABOUT_TOY)
    codes = [np.full((2, 3), number, np.float32) for number in (1 / 3, 70_000.0, 1e-30)]
    for i, code in enumerate(codes):
        write_part(tmp_path / f"part-{i}.parquet", ABOUT_TOY, [Row("a", sha(i), code), Row("b", why="gone")])
    found = CodeFolder(tmp_path).get_many([sha(0), sha(1), sha(2)], "key")
    for i, code in enumerate(codes):
        np.testing.assert_array_equal(found[sha(i)].code, code)


def test_a_code_that_does_not_fit_is_not_written(tmp_path: Path) -> None:
    for code in (np.zeros((3, 2), np.float16), np.full((2, 3), np.inf, np.float16)):
        with pytest.raises(ValueError, match="or not finite"):
            write_part(tmp_path / "part-0.parquet", ABOUT_TOY, [Row("a", sha(1), code)])
    assert not list(tmp_path.iterdir())
