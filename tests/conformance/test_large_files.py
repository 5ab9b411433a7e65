"""Files with codes that the reference reads or refuses (YotamNitzan/LARGE, commit 6bee1c5)."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from large_gui.core.latent import S_SIZES_1024
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.codes import read_code
from tests.conformance.tables import Table, rows, tables

FAMILY = "large_distances"


def _content(words: str, sizes: list[int]) -> Any:
    """What ``torch.Tensor [1,18,512]``, ``dict S0..S25, each [1,n]`` or ``list of 26 [n]`` describe."""
    rng = np.random.default_rng(0)

    def drawn(shape: tuple[int, ...]) -> Any:
        array = rng.standard_normal(shape).astype(np.float32)
        return torch.from_numpy(array) if "torch" in words else array

    found = re.search(r"\[([^\]]+)\]", words)
    assert found is not None, words
    shape = found[1].split(",")
    if "n" not in shape:
        return drawn(tuple(map(int, shape)))
    count = re.search(r"(?:of |\.\.S)(\d+)", words)
    assert count is not None, words
    layers = [
        drawn(tuple(n if side == "n" else int(side) for side in shape))
        for n in sizes[: int(count[1]) + words.startswith("dict")]
    ]
    if words.startswith("dict"):
        return {f"S{i}": layer for i, layer in enumerate(layers)}
    return tuple(layers) if words.startswith("tuple") else layers


def _joined(content: Any) -> NDArray[np.float32]:
    """All numbers in a row; of a dict's layers only row 0 counts."""
    if isinstance(content, dict):
        content = [layer[0] for layer in content.values()]
    parts = content if isinstance(content, list) else [content]
    return np.concatenate([np.asarray(part).ravel() for part in parts])


@rows(FAMILY, "file_formats", lambda entry: f"{entry['content']}{entry['extension']}")
def test_file(table: Table, entry: dict[str, Any], tmp_path: Path) -> None:
    sizes, width = table.about["s_layer_sizes"], table.arrays["w_boundary"].shape[-1]
    file = tmp_path / f"code{entry['extension']}"
    if entry["extension"].endswith(".npz"):
        np.savez(file, code=np.zeros(width, np.float32))
        content = None
    else:
        content = _content(entry["content"], sizes)
        with file.open("wb") as stream:
            np.save(stream, content) if file.suffix == ".npy" else pickle.dump(content, stream)
    if "error" in entry:
        with pytest.raises(ModelFileError):
            read_code(file, width=width, s_sizes=sizes)
        return
    code = read_code(file, width=width, s_sizes=sizes)
    assert code.space.upper() == entry["space"]
    # The reference leaves a column (512, 1) as it is; here every code of W has the shape (512,).
    assert code.values.size == np.prod(entry["code_shape"])
    assert (len(code.layer_sizes) or code.values.size // width) == entry["num_layers"]
    np.testing.assert_array_equal(code.values.ravel(), _joined(content))


@tables(FAMILY, "s_layer_sizes")
def test_layers_of_s(table: Table) -> None:
    sizes = table.about["s_layer_sizes"]
    assert sum(sizes) == table.about["s_total"]
    if sum(sizes) == sum(S_SIZES_1024):
        assert tuple(sizes) == S_SIZES_1024
