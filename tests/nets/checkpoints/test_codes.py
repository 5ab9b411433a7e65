"""Files with one image's code: what is read, and that everything else is refused."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis.extra.numpy import array_shapes

from large_gui.core.latent import S_SIZES_1024, LatentCode, LatentSpace
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.codes import read_code

RNG = np.random.default_rng(0)
W = RNG.standard_normal(512).astype(np.float32)
W_PLUS = RNG.standard_normal((18, 512)).astype(np.float32)
S = [RNG.standard_normal(n).astype(np.float32) for n in S_SIZES_1024]
NAMED = {f"S{i}": layer[None] for i, layer in enumerate(S)}


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., LatentCode]:
    def written_and_read(content: Any, protocol: int = 4) -> LatentCode:
        file = tmp_path / "code.pickle"
        file.write_bytes(pickle.dumps(content, protocol))
        return read_code(file)

    return written_and_read


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", [np.asarray, torch.from_numpy])
def test_pickles_of_every_age(
    read: Callable[..., LatentCode], kind: Callable[..., Any], protocol: int
) -> None:
    code = read(kind(W_PLUS), protocol)
    assert code.space is LatentSpace.W_PLUS
    np.testing.assert_array_equal(code.values, W_PLUS)
    code = read({name: kind(layer) for name, layer in NAMED.items()}, protocol)
    assert code.layer_sizes == S_SIZES_1024
    np.testing.assert_array_equal(code.values, np.concatenate(S))


@pytest.mark.parametrize("dtype", ["<f8", ">f4", "<f2", "<i4"])
def test_numbers_of_every_type_become_float32(tmp_path: Path, dtype: str) -> None:
    np.save(tmp_path / "a.npy", np.asfortranarray(10 * W_PLUS).astype(dtype))
    values = read_code(tmp_path / "a.npy").values
    assert (values.dtype, values.flags.c_contiguous) == (np.float32, True)
    np.testing.assert_array_equal(values, (10 * W_PLUS).astype(dtype).astype(np.float32))


def test_a_tensor_that_torch_saved_is_read(tmp_path: Path) -> None:
    torch.save(torch.nn.Parameter(torch.from_numpy(W_PLUS[None])), tmp_path / "a.pt")
    np.testing.assert_array_equal(read_code(tmp_path / "a.pt").values, W_PLUS)


def test_the_entries_of_a_dict_may_come_in_any_order(read: Callable[..., LatentCode]) -> None:
    np.testing.assert_array_equal(read(dict(reversed(NAMED.items()))).values, np.concatenate(S))


def test_other_generators_have_other_widths(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", RNG.standard_normal((10, 64)))
    code = read_code(tmp_path / "a.npy", width=64, rows=[10])
    assert (code.space, code.values.shape) == (LatentSpace.W_PLUS, (10, 64))
    np.save(tmp_path / "a.npy", RNG.standard_normal(100))
    code = read_code(tmp_path / "a.npy", width=64, rows=[10], s_sizes=(64, 32, 4))
    assert (code.space, code.layer_sizes) == (LatentSpace.S, (64, 32, 4))


@given(array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=20))
def test_arrays_of_other_shapes_are_refused(tmp_path_factory: pytest.TempPathFactory, shape: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "shape.npy"
    np.save(file, np.zeros(shape, np.float32))
    with pytest.raises(ModelFileError) as refused:
        read_code(file)
    assert "512 numbers (W), 14, 16 or 18 times 512 (W+) or 9088 (S)" in refused.value.hint


@pytest.mark.parametrize("spoiled", [np.nan, np.inf, -np.inf, 1e300])
def test_numbers_that_are_none_are_refused(read: Callable[..., LatentCode], spoiled: float) -> None:
    values = W.astype(np.float64)
    values[7] = spoiled
    with pytest.raises(ModelFileError, match="no latent code") as refused:
        read(values)
    assert "missing or infinite" in refused.value.detail


@pytest.mark.parametrize(
    "content",
    [
        None,
        {},
        [],
        "code",
        3.5,
        W.tolist(),
        W > 0,
        W.astype(complex),
        (W,),
        tuple(S),
        S[:-1],
        S[::-1],
        [*S, S[0]],
        [layer[None] for layer in S],
        [S],
        dict(enumerate(S)),
        {"S0": NAMED["S0"]},
        {name: layer[0] for name, layer in NAMED.items()},
        {name: layer[:0] for name, layer in NAMED.items()},
        {**NAMED, "S9": "text"},
        {**NAMED, "w": W},
        {"mean": W[None], "comp": W_PLUS[:, None], "std": W[:18]},
    ],
)
def test_other_contents_are_refused(read: Callable[..., LatentCode], content: Any) -> None:
    with pytest.raises(ModelFileError):
        read(content)


def test_a_file_that_is_not_there_or_no_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.npy").write_text("no array")
    (tmp_path / "cut.npy").write_bytes(b"\x93NUMPY\x01\x00")
    (tmp_path / "empty.pickle").touch()
    for name in ("text.npy", "cut.npy", "empty.pickle", "nowhere.npy", "."):
        with pytest.raises(ModelFileError):
            read_code(tmp_path / name)
