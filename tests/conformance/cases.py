"""Finds the conformance cases and rebuilds their weights by the fill rule of the data's README."""

from __future__ import annotations

import json
import os
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

FOLDER = Path(os.environ.get("LARGE_CONFORMANCE_DIR") or Path(__file__).with_name("data"))
NOT_SHIPPED = {"rosinality": "size64", "psp_encoders": "into_wplus32", "restyle": "backbone32"}  # large
TOLERANCE = 1e-4  # absolute, float32


@dataclass(frozen=True)
class Case:
    """One ``<case>.json`` with its ``<case>.npz``."""

    file: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        return json.loads(self.file.read_text("utf-8"))

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        with np.load(self.file.with_suffix(".npz")) as arrays:
            return dict(arrays)

    @property
    def outputs(self) -> dict[str, NDArray[Any]]:
        """Expected arrays, ``out_`` taken off."""
        return {k.removeprefix("out_"): v for k, v in self.arrays.items() if k.startswith("out_")}

    def input(self, name: str) -> Tensor:
        return torch.from_numpy(self.arrays[f"in_{name}"])

    @cached_property
    def state(self) -> dict[str, Tensor]:
        return {e["name"]: torch.from_numpy(filled(e, self.about["seed"])) for e in self.about["state_dict"]}

    @cached_property
    def latent_avg(self) -> Tensor | None:
        entry = self.about.get("latent_avg_entry")
        return None if entry is None else torch.from_numpy(filled(entry, self.about["seed"]))


def filled(entry: Mapping[str, Any], seed: int) -> NDArray[Any]:
    """An entry's array, its checksum compared."""
    fill, shape, dtype = entry["fill"], tuple(entry["shape"]), np.dtype(entry["dtype"])
    if fill["kind"] == "zeros":
        array = np.zeros(shape, dtype)
    elif fill["kind"] == "const":
        array = np.asarray(fill["values"], dtype).reshape(shape)
    else:
        rng = np.random.Generator(np.random.PCG64(zlib.crc32(entry["name"].encode()) + seed))
        n = np.asarray(rng.standard_normal(shape)).astype(np.float32)
        n = np.abs(n) if fill["kind"] == "absnormal" else n
        array = np.asarray(n * np.float32(fill["scale"]) + np.float32(fill["loc"]), dtype)
    little = array.astype(dtype.newbyteorder("<"), copy=False)
    if "crc32" in entry:
        assert zlib.crc32(np.ascontiguousarray(little).tobytes()) == entry["crc32"], entry["name"]
    return array


def cases(family: str) -> pytest.MarkDecorator:
    """Parametrise a test by every case of a family; a large one that isn't there is skipped."""
    found: list[Any] = [
        pytest.param(Case(file), id=file.stem)
        for file in sorted((FOLDER / family).glob("*.json"))
        if "state_dict" in json.loads(file.read_text("utf-8"))
    ]
    large = NOT_SHIPPED.get(family)
    if large and large not in {parameter.id for parameter in found}:
        why = f"{family}/{large} is too large to ship; LARGE_CONFORMANCE_DIR names a folder with all cases"
        found.append(pytest.param(None, id=large, marks=pytest.mark.skip(reason=why)))
    assert found, f"no cases in {FOLDER / family}"
    return pytest.mark.parametrize("case", found)


def close(got: Tensor | NDArray[Any], expected: NDArray[Any], what: str) -> None:
    """Both have one shape and agree within the tolerance."""
    array = got.detach().numpy() if isinstance(got, Tensor) else got
    assert array.shape == expected.shape, what
    np.testing.assert_allclose(array, expected, rtol=0, atol=TOLERANCE, err_msg=what)


def truncation(name: str) -> tuple[float, int | None]:
    """``w_psi07_cutoff4`` -> 0.7 and 4; ``psi1`` -> 1 and ``None``."""
    found = re.search(r"(?:psi|trunc)(\d)(\d*)(?:_(?:cutoff|layer)(\d+))?", name)
    assert found is not None, name
    return float(f"{found[1]}.{found[2] or 0}"), int(found[3]) if found[3] else None
