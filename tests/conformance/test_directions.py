"""Published directions of the StyleGAN2 of FFHQ (encoder4editing, commit 99ea505)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.direction import Direction
from large_gui.core.distance import layer_distances
from large_gui.core.principal import principal_directions
from large_gui.nets.checkpoints.codes import read_code
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.tasks.imports.directions import read_directions
from tests.conformance.tables import Table, tables

FAMILY = "directions"


def _normals(table: Table) -> dict[str, np.ndarray]:
    """Arrays of the files that hold one direction each, as they are stored."""
    return {name: table.arrays[name] for name, file in table.about["files"].items() if "shape" in file}


def _components(table: Table) -> list[tuple[str, dict[str, np.ndarray]]]:
    """Contents of the files that hold principal components."""
    files = table.about["files"].items()
    return [(n, {k: table.arrays[f"{n}_{k}"] for k in f["keys"]}) for n, f in files if "keys" in f]


@tables(FAMILY, "files")
def test_the_original_files_are_read(table: Table, tmp_path: Path) -> None:
    """They are bare tensors."""
    for name, array in _normals(table).items():
        file = tmp_path / f"{name}.pt"
        torch.save(torch.from_numpy(array), file)
        boundary = read_code(file, width=array.shape[-1], rows=[len(array[0])])
        np.testing.assert_array_equal(boundary.values, array[0])
        assert Direction(name, boundary.values).space is boundary.space


@tables(FAMILY, "files")
def test_arrays_become_directions(table: Table, tmp_path: Path) -> None:
    for name, array in _normals(table).items():
        file = tmp_path / f"{name}.npy"
        np.save(file, array)
        layers = len(array[0]) if array.ndim > 2 else 18
        (direction,) = read_directions(file, array.shape[-1], layers)
        assert direction.name == name
        np.testing.assert_allclose(direction.normal, array[0], atol=1e-6)
        described = table.about["files"][name]
        assert np.linalg.norm(direction.normal) == pytest.approx(described["norm"], abs=1e-5)
        np.testing.assert_allclose(
            np.linalg.norm(np.atleast_2d(direction.normal), axis=1).max(), described["row_norms_min_max"][1]
        )
        assert described["all_rows_identical"] == bool(
            (np.ptp(np.atleast_2d(direction.normal), 0) == 0).all()
        )


@tables(FAMILY, "files", "cosines")
def test_distances_of_unit_normals_are_cosines(table: Table) -> None:
    normals = _normals(table)
    for pair, cosine in table.about["cosines"].items():
        one, other = (normals[name] for name in pair.split("."))
        if other.ndim > one.ndim:
            one, other = other, one
        between = layer_distances(one, Direction("other", other[0]))
        np.testing.assert_allclose(between, np.full_like(between, cosine), atol=1e-5)


@tables(FAMILY, "files")
def test_components_are_found_again(table: Table, tmp_path: Path) -> None:
    """In codes that vary along the published components, by the published amounts."""
    for name, content in _components(table):
        file = tmp_path / f"{name}.pt"
        torch.save({key: torch.from_numpy(array) for key, array in content.items()}, file)
        read = read_checkpoint(file)
        assert isinstance(read, dict)
        axes, deviations, mean = (np.asarray(read[key], np.float64) for key in ("comp", "std", "mean"))
        axes = axes.reshape(len(deviations), -1)
        np.testing.assert_allclose(axes @ axes.T, np.eye(len(axes)), atol=1e-5)
        steps = deviations[:, None] * axes
        normals, shares = principal_directions(np.concatenate([mean + steps, mean - steps]), len(axes))
        largest = np.argsort(-deviations)
        variances = deviations[largest] ** 2
        np.testing.assert_allclose(shares, variances / variances.sum(), rtol=1e-4)
        clear = np.abs(np.diff(variances, prepend=np.inf, append=0)) > 1e-3  # from the one before
        alone = clear[:-1] & clear[1:]
        cosines = np.abs((normals * axes[largest]).sum(1))
        np.testing.assert_allclose(cosines[alone], 1, atol=1e-4)
