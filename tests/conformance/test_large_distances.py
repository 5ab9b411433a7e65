"""Distances, orders, features, draws and lines of the reference (YotamNitzan/LARGE, commit 6bee1c5).

The reference divides nothing by a boundary's length, and weights by no sum; a `Direction` is of unit length
and its layer importance sums to 1. So distances are multiplied by that length and sum, and by nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.sampling import few_shot_indices, in_the_middle, minimum_distance
from large_gui.core.direction import Direction
from large_gui.core.distance import distances, layer_distances, unit_step
from large_gui.core.latent import LatentSpace
from large_gui.core.layers import flattened, narrowed, weighed_by
from large_gui.directions.layer_importance import mean_magnitudes, shares
from large_gui.models.model import Model
from large_gui.models.spaces import measured_along
from large_gui.tasks.imports.directions import unit_normal
from tests.conformance.tables import Table, rows, tables

FAMILY = "large_distances"
FLOAT32 = {"rtol": 1e-5, "atol": 1e-4}  # the reference adds up to 9,216 products in float32
METHODS = {"none": "least-squares", "L1": "L1", "L2": "L2", "L1+L2": "both"}

Array = NDArray[Any]


class Space:
    """Codes of one space, the boundaries they are measured to, and the layer weights."""

    def __init__(self, table: Table, name: str, tiled: bool = False) -> None:
        arrays = table.arrays
        self.codes = arrays[f"{name}_latents"]
        self.sizes = tuple(table.about["s_layer_sizes"]) if name == "s" else None
        self.rows = self.codes.shape[1] if self.codes.ndim > 2 else 1
        self.weights = arrays.get(f"{name}_layer_weights", np.ones(1))
        of = "w" if tiled else name
        self.boundary, self.negative = (
            None if b is None else b[0] if of == "w" else b
            for b in (arrays.get(f"{of}_boundary"), arrays.get(f"{of}_boundary_neg"))
        )

    def direction(self, boundary: Array | None = None) -> tuple[Direction, float]:
        """A boundary as a file with it is read, and the length that reading takes from it."""
        boundary = self.boundary if boundary is None else boundary
        assert boundary is not None
        normal = unit_normal(boundary.astype(np.float64))
        length = float(np.linalg.norm(boundary) / np.linalg.norm(normal))
        return Direction("b", normal, layer_sizes=self.sizes), length

    def along(self, direction: Direction) -> Array:
        """Distances ``(N,)``, as of images whose codes were imported."""
        rows = self.codes if self.codes.ndim > 2 else self.codes[:, None]
        model = cast(Model, SimpleNamespace(shape=rows.shape[1:]))
        return measured_along(model, rows, [direction])[:, 0]

    def per_layer(self) -> Array:
        direction, length = self.direction()
        return layer_distances(self.codes, direction) * length

    def euclidean(self, boundary: Array | None = None) -> Array:
        boundary = self.boundary if boundary is None else boundary
        assert boundary is not None
        direction, _ = self.direction(boundary)
        repeated = self.rows if direction.space is LatentSpace.W else 1
        return self.along(flattened(direction, self.rows)) * np.linalg.norm(boundary) * repeated**0.5

    def weighted(self, layers: Sequence[int] | None = None) -> Array:
        """Mean over the layers, or some of them, by the layer weights, which are scaled to sum 1."""
        direction, length = self.direction()
        direction = weighed_by(direction, self.weights, self.rows)
        if layers is not None:
            direction = narrowed(direction, [layer + 1 for layer in layers], self.rows)
        return self.along(direction) * length

    def measured(self, what: str) -> Array:
        """Distances by the reference's name for them."""
        if what == "per_layer":
            return self.per_layer()[:, 0] if self.codes.ndim == 2 and not self.sizes else self.per_layer()
        return {
            "euclidean": lambda: self.euclidean(),
            "euclidean_minus_negative": lambda: self.euclidean() - self.euclidean(self.negative),
            "per_layer_mean": lambda: self.along(self.direction()[0]) * self.direction()[1],
            "per_layer_weighted": lambda: self.weighted() * self.weights.sum(),
        }[what]()


@rows(FAMILY, "distances", lambda entry: entry[0])
def test_distances(table: Table, entry: tuple[str, dict[str, Any]]) -> None:
    name, expected = entry
    space = Space(table, name.split("_")[0], tiled=name.endswith("_with_w_boundary_tiled"))
    for what, values in expected.items():
        np.testing.assert_allclose(space.measured(what), values, **FLOAT32, err_msg=what)


def _space_of(table: Table, label: str) -> Space:
    """Codes and boundary that a label such as ``wp18, W boundary tiled, euclidean`` speaks of."""
    codes = re.match(r"\w+", label)
    assert codes is not None, label
    return Space(table, codes[0].lower(), tiled=codes[0] != "w" and "W boundary" in label)


@rows(FAMILY, "sort", lambda entry: entry["label"])
def test_order(table: Table, entry: dict[str, Any]) -> None:
    label = entry["label"]
    space = _space_of(table, label)
    if cut := re.search(r"boundary with (\d+) layers", label):
        # The reference silently measures the first layers only; here that has to be said.
        space.boundary = table.arrays[f"wp{cut[1]}_boundary"]
        with pytest.raises(ValueError, match=f"direction has {cut[1]} layers"):
            space.along(space.direction()[0])
        space.rows = int(cut[1])
        space.codes = space.codes[:, : space.rows]
    if "per_layer" in label:
        # A negative boundary is ignored, as the reference does.
        d = space.measured("per_layer_weighted" if "weighted" in label else "per_layer_mean")
    else:
        d = space.measured("euclidean_minus_negative" if "negative" in label else "euclidean")
    if "order" in entry:
        assert np.argsort(d, kind="stable").tolist() == entry["order"]
    else:
        # What the reference fails at has a meaning here: W has one layer, a W boundary serves every layer
        # of W+ whether it is repeated or not, and there is no option that repeats one of W+.
        assert np.isfinite(d).all()
        layers = space.per_layer()
        np.testing.assert_allclose(d, layers.mean(1) if "per_layer" in label else layers.sum(1))


@tables(FAMILY, "regression_features")
def test_regression_features(table: Table) -> None:
    features = dict(table.about["regression_features"])
    layers = features.pop("fit_layers")
    name = f"wp{np.shape(features['all_layers'])[1]}"
    space = Space(table, name)
    narrow = space.weighted(layers)[:, None]
    found = {
        "all_layers": space.per_layer(),
        "fit_layers_features": space.per_layer()[:, layers],
        "weighted_all": space.measured("per_layer_weighted")[:, None],
        "weighted_fit_layers": narrow * space.weights[layers].sum(),
        "weighted_fit_layers_normalized": narrow,
        "euclidean": space.euclidean()[:, None],
    }
    for key, values in features.items():
        np.testing.assert_allclose(found[key], values, **FLOAT32, err_msg=key)
    for key, of_one in table.about.items():
        if image := re.fullmatch(r"infer_features_latent(\d+)", key):
            for kind, values in of_one.items():
                np.testing.assert_allclose(found[kind][[int(image[1])]], values, **FLOAT32, err_msg=kind)


@tables(FAMILY, "min_distance")
def test_minimum_distance(table: Table) -> None:
    expected = dict(table.about["min_distance"])
    points = expected.pop("num_points")
    for key, values in expected.items():
        if key.startswith("user_value_"):
            features = next(v for k, v in table.arrays.items() if k.startswith("sampling_features_"))
            assert minimum_distance(features, points[0], float(key[11:])) == float(values)
        else:
            features = table.arrays[f"sampling_features_{key}"]
            assert [minimum_distance(features, k) for k in points] == values, key


@tables(FAMILY, "sampling")
def test_sampling(table: Table) -> None:
    for case in table.about["sampling"]:
        features, k, limit = table.arrays[case["features"]], case["num_points"], float(case["min_distance"])
        given = None if limit == minimum_distance(features, k) else max(limit, -1.0)
        rng = np.random.RandomState(case["numpy_seed"])
        assert few_shot_indices(features, k, rng, given).tolist() == case["indices"], case


@tables(FAMILY)
def test_lines_through_few_points(table: Table) -> None:
    d, y = (table.arrays.get(f"sampling_{name}", np.empty(0)).ravel() for name in ("features_1d", "gt_1d"))
    for key, expected in table.about.items():
        if re.fullmatch(r"regressors_\d+_points", key):
            train = expected["train_indices"]
            for name in expected.keys() - {"train_indices"}:
                line, case = fit(d[train], y[train], METHODS[name]), expected[name]
                errors = line.predict(d) - y
                assert [line.a] == pytest.approx(case["coef"], abs=1e-5), name
                assert line.b == pytest.approx(case["intercept"], abs=1e-5), name
                assert np.abs(errors).mean() == pytest.approx(case["mae_all"], abs=1e-5), name
                r2 = 1 - np.square(errors).sum() / np.square(y - y.mean(dtype=np.float64)).sum()
                assert r2 == pytest.approx(case["r2_all"], abs=1e-5), name


@tables(FAMILY, "plane_distance")
def test_projection_onto_the_plane(table: Table) -> None:
    projected, boundary = table.arrays["projected_w"], table.arrays["w_boundary"][0]
    codes = table.arrays["w_latents"][: len(projected)]
    direction = Direction("b", unit_normal(boundary))
    d = distances(codes, direction)
    np.testing.assert_allclose(np.abs(d), table.about["plane_distance"], **FLOAT32)
    np.testing.assert_allclose(codes - d[:, None] * unit_step(direction), projected, **FLOAT32)
    np.testing.assert_allclose(distances(projected, direction), 0, atol=1e-4)


@tables(FAMILY)
def test_the_central_share_of_features(table: Table) -> None:
    features = table.arrays["sampling_features_1d"].ravel()
    for key, expected in table.about.items():
        if share := re.fullmatch(r"feature_sample_ratio_(.+)", key):
            kept = in_the_middle(features, float(share[1]))
            assert kept.sum() == expected["kept"]
            assert np.flatnonzero(~kept).tolist() == expected["dropped_indices"]
            low, high = np.sort(features[~kept][features[~kept] < 0])[-1], features[kept].min()
            assert low <= expected["low"] < high


@rows(FAMILY, "layer_weights_from_gradients", lambda entry: entry[0])
def test_layer_weights_from_gradients(table: Table, entry: tuple[str, list[float]]) -> None:
    """Up to their sum, as ours is 1."""
    name, expected = entry
    gradients = torch.from_numpy(table.arrays[f"grads_{name}"])
    layers = gradients.split(table.about["s_layer_sizes"]) if name == "s" else gradients.unbind()
    reference = np.array(expected)
    found = shares(mean_magnitudes(layers).double().numpy())
    np.testing.assert_allclose(found, reference / reference.sum(), rtol=1e-5)
