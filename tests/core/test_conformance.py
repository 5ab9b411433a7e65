"""The reference implementation's own figures (YotamNitzan/LARGE, commit 6bee1c5)."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from large_gui.core.calibration import fit
from large_gui.core.direction import Direction
from large_gui.core.distance import layer_distances
from large_gui.core.sampling import few_shot_indices, minimum_distance

ROOT = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("LARGE_CONFORMANCE_DIR", ROOT.parent / "shared/conformance")) / "large_distances"
pytestmark = pytest.mark.skipif(
    not (FOLDER / "expected.json").is_file(), reason=f"no conformance data in {FOLDER}"
)


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    return json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def inputs() -> dict[str, np.ndarray]:
    with np.load(FOLDER / "inputs.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("columns", ["1d", "3d"])
def test_minimum_distance(columns: str, expected: dict[str, Any], inputs: dict[str, np.ndarray]) -> None:
    features, case = inputs[f"sampling_features_{columns}"], expected["min_distance"]
    assert [minimum_distance(features, k) for k in case["num_points"]] == case[columns]
    assert minimum_distance(features, 5, 0.25) == case["user_value_0.25"]
    assert minimum_distance(features, 5, -1) == float(case["user_value_-1"])


def test_sampling(expected: dict[str, Any], inputs: dict[str, np.ndarray]) -> None:
    assert expected["sampling"]
    for case in expected["sampling"]:
        features, k = inputs[case["features"]], case["num_points"]
        limit = case["min_distance"]
        if limit == "-inf" or limit != minimum_distance(features, k):
            given = float(limit) if float(limit) >= 0 else -1.0
        else:
            given = None
        rng = np.random.RandomState(case["numpy_seed"])
        assert few_shot_indices(features, k, rng, given).tolist() == case["indices"], case


def test_regression_on_five_points(expected: dict[str, Any], inputs: dict[str, np.ndarray]) -> None:
    case = expected["regressors_5_points"]
    d, y = inputs["sampling_features_1d"][:, 0], inputs["sampling_gt_1d"]
    line = fit(d[case["train_indices"]], y[case["train_indices"]])
    assert line.a == pytest.approx(case["none"]["coef"][0], abs=1e-5)
    assert line.b == pytest.approx(case["none"]["intercept"], abs=1e-5)
    assert np.abs(line.predict(d) - y).mean() == pytest.approx(case["none"]["mae_all"], abs=1e-5)


@pytest.mark.parametrize("space", ["wp14", "wp16", "wp18"])
def test_layer_distances(space: str, expected: dict[str, Any], inputs: dict[str, np.ndarray]) -> None:
    """The reference divides nothing by the boundary's length; a Direction's rows are of length 1."""
    boundary = inputs[f"{space}_boundary"]
    lengths = np.linalg.norm(boundary, axis=1)
    mine = layer_distances(inputs[f"{space}_latents"], Direction("b", boundary / lengths[:, None])) * lengths
    np.testing.assert_allclose(mine, expected["distances"][space]["per_layer"], atol=1e-4)
    np.testing.assert_allclose(mine.mean(axis=1), expected["distances"][space]["per_layer_mean"], atol=1e-4)
