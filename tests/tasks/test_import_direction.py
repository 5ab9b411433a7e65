"""Directions from files: every format, and what gets refused."""

import io
import json
import pickle
import zipfile
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.direction import Direction
from large_gui.errors import InputError
from large_gui.tasks.imports.directions import MOST, read_directions, unused

WIDTH, LAYERS = 8, 3
RANDOM = np.random.default_rng(0)
NORMAL = RANDOM.normal(size=WIDTH) * 5
LAYERED = RANDOM.normal(size=(LAYERS, WIDTH))


def read(path: Path) -> list[Direction]:
    return read_directions(path, WIDTH, LAYERS)


def saved(path: Path, array: object) -> Path:
    np.save(path, array)
    return path


def unit(array: np.ndarray) -> np.ndarray:
    return array / np.linalg.norm(array, axis=-1, keepdims=True)


def refused(path: Path) -> InputError:
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.sentence.endswith(".") and caught.value.hint.endswith(".")
    return caught.value


@pytest.mark.parametrize("shape", [(WIDTH,), (1, WIDTH), (1, 1, WIDTH), (WIDTH, 1)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16, ">f4"])
def test_one_normal_whichever_way_it_lies(tmp_path: Path, shape: tuple[int, ...], dtype: object) -> None:
    (direction,) = read(saved(tmp_path / "smile.npy", NORMAL.reshape(shape).astype(dtype)))
    assert direction.name == "smile" and direction.normal.shape == (WIDTH,)
    np.testing.assert_allclose(direction.normal, unit(NORMAL), atol=2e-3)
    assert (direction.provenance, direction.found_by) == ("imported from smile.npy", "file")


def test_one_normal_a_layer_keeps_the_part_of_each_layer_in_the_plane(tmp_path: Path) -> None:
    for shape in ((LAYERS, WIDTH), (1, LAYERS, WIDTH)):
        (direction,) = read(saved(tmp_path / "a.npy", LAYERED.reshape(shape)))
        np.testing.assert_allclose(direction.normal, LAYERED / np.linalg.norm(LAYERED))
    some = LAYERED * [[1], [0], [1]]
    (direction,) = read(saved(tmp_path / "a.npy", some))
    assert not direction.normal[1].any(), "a layer that has no part in it"


def test_rows_of_one_length_are_each_of_unit_length(tmp_path: Path) -> None:
    (direction,) = read(saved(tmp_path / "a.npy", 7 * unit(LAYERED)))
    np.testing.assert_allclose(direction.normal, unit(LAYERED))


def test_several_normals_are_numbered(tmp_path: Path) -> None:
    rows = RANDOM.normal(size=(5, WIDTH))
    found = read(saved(tmp_path / "sefa.npy", rows))
    assert [d.name for d in found] == ["sefa_1", "sefa_2", "sefa_3", "sefa_4", "sefa_5"]
    np.testing.assert_allclose([d.normal for d in found], unit(rows))


def test_an_archive_gives_its_keys_as_names(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    np.savez_compressed(path, age=NORMAL, **{"- wide  eyes": LAYERED})
    found = {d.name: d.normal.shape for d in read(path)}
    assert found == {"age": (WIDTH,), "wide_eyes": (LAYERS, WIDTH)}


def test_json_as_a_list_or_by_name(tmp_path: Path) -> None:
    path = tmp_path / "grey hair.json"
    path.write_text(json.dumps(NORMAL.tolist()), "utf-8-sig")
    (direction,) = read(path)
    assert direction.name == "grey_hair"
    np.testing.assert_allclose(direction.normal, unit(NORMAL))
    path.write_text(json.dumps({"a": NORMAL.tolist(), "b": LAYERED.tolist()}), "utf-8")
    assert [d.name for d in read(path)] == ["a", "b"]


@pytest.mark.parametrize("mark", [",", ";", "\t", " "])
def test_csv_between_any_marks(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "fur.csv"
    rows = [mark.join(f"{x:.6f}" for x in row) for row in (NORMAL, -NORMAL)]
    path.write_text("\n".join(rows) + "\n", "utf-8-sig")
    np.testing.assert_allclose([d.normal for d in read(path)], [unit(NORMAL), -unit(NORMAL)], atol=1e-5)


def test_csv_with_decimal_commas_or_in_a_column(tmp_path: Path) -> None:
    path = tmp_path / "fur.csv"
    path.write_text(";".join(f"{x:.6f}".replace(".", ",") for x in NORMAL), "utf-8")
    np.testing.assert_allclose(read(path)[0].normal, unit(NORMAL), atol=1e-5)
    path.write_text("\n".join(str(x) for x in NORMAL), "utf-8")
    np.testing.assert_allclose(read(path)[0].normal, unit(NORMAL))


def test_huge_and_tiny_numbers_keep_their_direction(tmp_path: Path) -> None:
    for factor in (1e300, 1e-300):
        (direction,) = read(saved(tmp_path / "a.npy", NORMAL * factor))
        np.testing.assert_allclose(direction.normal, unit(NORMAL))


@pytest.mark.parametrize("shape", [(), (WIDTH + 1,), (2, WIDTH - 1), (2, 5, WIDTH), (0,), (1, 0)])
def test_other_shapes_are_refused_with_the_right_one_in_the_hint(
    tmp_path: Path, shape: tuple[int, ...]
) -> None:
    error = refused(saved(tmp_path / "a.npy", np.ones(shape)))
    assert "shape" in error.sentence and "8 numbers" in error.hint and "3 rows" in error.hint


SIZES = (7, 5, 3)
JOINED = RANDOM.normal(size=sum(SIZES))


@pytest.mark.parametrize("kind", ["joined", "column", "dict", "list", "json"])
def test_a_direction_in_s_in_each_form_that_large_writes(tmp_path: Path, kind: str) -> None:
    parts = np.split(JOINED, np.cumsum(SIZES)[:-1])
    file = (
        tmp_path
        / f"smile.{'json' if kind == 'json' else 'npy' if kind in ('joined', 'column') else 'pickle'}"
    )
    if kind in ("joined", "column"):
        np.save(file, JOINED if kind == "joined" else JOINED[:, None])
    elif kind == "json":
        saved_before = Direction("smile", unit(JOINED), layer_sizes=SIZES)
        file.write_text(json.dumps(saved_before.as_json()), "utf-8")
    else:
        layers = {f"S{i}": part[None] for i, part in enumerate(parts)}
        file.write_bytes(pickle.dumps(layers if kind == "dict" else parts))
    (direction,) = read_directions(file, WIDTH, LAYERS, SIZES)
    assert (direction.name, direction.layer_sizes) == ("smile", SIZES)
    np.testing.assert_allclose(direction.normal, unit(JOINED))
    told = refused(file)
    assert "shape" in told.sentence and " in S" not in told.hint, "a model without styles"


def test_several_directions_in_s_are_numbered(tmp_path: Path) -> None:
    file = saved(tmp_path / "s.npy", RANDOM.normal(size=(4, sum(SIZES))))
    found = read_directions(file, WIDTH, LAYERS, SIZES)
    assert [d.name for d in found] == ["s_1", "s_2", "s_3", "s_4"]
    assert {d.layer_sizes for d in found} == {SIZES}


def test_styles_of_another_generator_are_refused_with_the_right_sizes(tmp_path: Path) -> None:
    for array in (np.ones(16), Direction("a", np.eye(15)[0], layer_sizes=(5, 7, 3)).as_json()):
        file = tmp_path / ("a.json" if isinstance(array, dict) else "a.npy")
        file.write_text(json.dumps(array), "utf-8") if isinstance(array, dict) else np.save(file, array)
        with pytest.raises(InputError, match="wrong shape") as caught:
            read_directions(file, WIDTH, LAYERS, SIZES)
        assert "15 in S" in caught.value.hint


def test_nothing_in_it(tmp_path: Path) -> None:
    refused(saved(tmp_path / "a.npy", np.ones((0, WIDTH))))
    np.savez(tmp_path / "b.npz")
    (tmp_path / "c.json").write_text("{}", "utf-8")
    for name in ("b.npz", "c.json"):
        assert "no directions" in refused(tmp_path / name).sentence
    for name in ("d.csv", "d.json", "d.npy", "d.npz"):
        (tmp_path / name).write_bytes(b"")
        refused(tmp_path / name)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_missing_numbers_are_refused(tmp_path: Path, bad: float) -> None:
    array = LAYERED.copy()
    array[1, 2] = bad
    assert "missing or infinite" in refused(saved(tmp_path / "a.npy", array)).sentence


def test_zeros_are_refused(tmp_path: Path) -> None:
    for shape in ((WIDTH,), (LAYERS, WIDTH)):
        assert "all zeros" in refused(saved(tmp_path / "a.npy", np.zeros(shape))).sentence


def test_pickles_are_never_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    np.save(tmp_path / "a.npy", np.array([Evil()], object), allow_pickle=True)
    np.savez(tmp_path / "b.npz", a=np.array([Evil()], object))
    for name in ("c.npy", "c.npz", "c.json", "c.csv"):
        (tmp_path / name).write_bytes(pickle.dumps(Evil()))
    for path in [*tmp_path.iterdir()]:
        refused(path)
    assert not (tmp_path / "ran").exists()


def test_what_a_header_promises_is_not_believed(tmp_path: Path) -> None:
    stream = io.BytesIO()
    header = {"descr": "<f8", "fortran_order": False, "shape": (1 << 40, WIDTH)}
    np.lib.format.write_array_header_1_0(stream, header)
    (tmp_path / "a.npy").write_bytes(stream.getvalue() + bytes(64))
    with zipfile.ZipFile(tmp_path / "b.npz", "w") as archive:
        archive.writestr("a.npy", stream.getvalue() + bytes(64))
    for name in ("a.npy", "b.npz"):
        refused(tmp_path / name)


def test_files_that_are_too_large_are_refused_unread(tmp_path: Path) -> None:
    for name in ("a.csv", "a.json", "a.npy", "a.npz"):
        with (tmp_path / name).open("wb") as file:
            file.truncate((64 << 20) + 1)
        assert ("64 MB" if name[2] == "n" else "16 MB") in refused(tmp_path / name).sentence
    with zipfile.ZipFile(tmp_path / "bomb.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.npy", bytes((64 << 20) + 1))
    assert (tmp_path / "bomb.npz").stat().st_size < 1 << 20
    refused(tmp_path / "bomb.npz")


def test_too_many_are_refused(tmp_path: Path) -> None:
    assert len(read(saved(tmp_path / "a.npy", RANDOM.normal(size=(MOST, WIDTH))))) == MOST
    assert str(MOST) in refused(saved(tmp_path / "a.npy", RANDOM.normal(size=(MOST + 1, WIDTH)))).sentence


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.json", b"[" * 100_000), ("a.json", b"not json"), ("a.json", b'{"a": {"b": 1}}'),
        ("a.json", b"[1e999, 2]"), ("a.json", b"1" * 5000), ("a.json", b'[["1", null]]'),
        ("a.json", b"\xff\xfe"), ("a.csv", b"a,b,c\n1,2,3"), ("a.csv", b"1,2\n3"), ("a.csv", b"\x00"),
        ("a.npy", b"\x93NUMPY\x01\x00"), ("a.npy", b"\x93NUMPY\x09\x00abc"), ("a.npz", b"PK\x03\x04"),
        ("a.pt", b"PK"), ("a", b"1,2"),
    ],
)  # fmt: skip
def test_damaged_and_foreign_files_get_a_sentence(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    refused(tmp_path / name)


def test_a_damaged_archive_and_arrays_that_are_not_real(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=RANDOM.normal(size=(50, WIDTH)))
    data = bytearray((tmp_path / "a.npz").read_bytes())
    data[200:260] = bytes(60)
    (tmp_path / "a.npz").write_bytes(data)
    refused(tmp_path / "a.npz")
    for array in (NORMAL + 1j, NORMAL > 0, np.array(["a"] * WIDTH), np.zeros(2, "f4,i4")):
        refused(saved(tmp_path / "b.npy", array))
    refused(tmp_path / "missing.npy")
    (tmp_path / "folder.npy").mkdir()
    refused(tmp_path / "folder.npy")


def test_names_are_unique_and_printable(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    row = NORMAL.tolist()
    path.write_text(json.dumps({"a b": row, "a_b": row, "--": row, "\x00": row, "n" * 500: row}), "utf-8")
    assert [d.name for d in read(path)] == ["a_b", "a_b_2", "x", "x_2", "n" * 60]
    assert unused("a", {"a": 1, "a_2": 1}) == "a_3"


@pytest.mark.parametrize("shape", [(WIDTH,), (1, WIDTH), (1, LAYERS, WIDTH)])
def test_a_tensor_as_the_published_directions_are(tmp_path: Path, shape: tuple[int, ...]) -> None:
    array = LAYERED if LAYERS in shape else NORMAL
    torch.save(torch.from_numpy(array.reshape(shape)), tmp_path / "age.pt")
    (direction,) = read(tmp_path / "age.pt")
    np.testing.assert_allclose(direction.normal, array / np.linalg.norm(array))


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "age.pt").write_bytes(b"\x80\x02cos\nsystem\nU\x04true\x85R.")
    assert "run code" in refused(tmp_path / "age.pt").sentence


WHOLE = Direction(
    "old age", unit(LAYERED).astype(np.float32), 0.5, "30 years", np.array([0.5, 0.25, 0.25]), "young", "old",
    "fitted to 500 labels", flipped=True, found_by="svm",
)  # fmt: skip


@pytest.mark.parametrize("as_list", [False, True])
def test_a_saved_direction_keeps_everything(tmp_path: Path, as_list: bool) -> None:
    flat = Direction("a-b", unit(NORMAL), layer_sizes=(5, 3), layer_importance=np.array([0.75, 0.25]))
    forms = [WHOLE.as_json(), flat.as_json(), WHOLE.as_json()]
    (tmp_path / "mine.json").write_text(json.dumps(forms if as_list else forms[0]), "utf-8")
    found = read(tmp_path / "mine.json")
    whole = replace(WHOLE, found_by="file")
    expected = [replace(whole, name="old_age")]
    if as_list:
        expected += [
            replace(flat, provenance="imported from mine.json", found_by="file"),
            replace(whole, name="old_age_2"),
        ]
    assert [d.name for d in found] == [d.name for d in expected]
    for one, other in zip(found, expected):
        for field in fields(Direction):
            np.testing.assert_array_equal(getattr(one, field.name), getattr(other, field.name))
        assert one.normal.dtype == other.normal.dtype


def test_the_entries_of_an_older_pack_are_directions_as_well(tmp_path: Path) -> None:
    entry = {"name": "age", "normal": unit(NORMAL).tolist(), "intercept": 0.5, "negative": "young"}
    (tmp_path / "directions.json").write_text(json.dumps([entry]), "utf-8")
    (one,) = read(tmp_path / "directions.json")
    assert (one.name, one.intercept, one.negative) == ("age", 0.5, "young")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 99}, "version 99"), ({"name": None}, "'name'"), ({"kind": "calibration"}, "not a direc"),
        ({"normal": [1.0, 0.0]}, "wrong shape: 2"),
        ({"normal": np.eye(2, WIDTH).tolist()}, "wrong shape: 2 x 8"),
        ({"layer_importance": [0.5, 0.5]}, "each of 2 layers"), ({"normal": None}, "'normal'"),
    ],
)  # fmt: skip
def test_a_saved_direction_that_does_not_fit_is_told(
    tmp_path: Path, change: dict[str, object], why: str
) -> None:
    (tmp_path / "mine.json").write_text(json.dumps(WHOLE.as_json() | change), "utf-8")
    assert why in refused(tmp_path / "mine.json").sentence


def test_saved_directions_are_bounded_and_shown_on_one_line(tmp_path: Path) -> None:
    loud = replace(WHOLE, name="-a\x1b[2J", negative="a\nb", provenance="")
    (tmp_path / "mine.json").write_text(json.dumps(loud.as_json()), "utf-8")
    (one,) = read(tmp_path / "mine.json")
    assert (one.name, one.negative, one.provenance) == ("a_[2J", "a\ufffdb", "imported from mine.json")
    flat = Direction("a", unit(NORMAL)).as_json()
    (tmp_path / "many.json").write_text(json.dumps([flat] * (MOST + 1)), "utf-8")
    assert str(MOST) in refused(tmp_path / "many.json").sentence
