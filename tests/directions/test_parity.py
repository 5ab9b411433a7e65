"""Finders against what they are in scikit-learn and NumPy: 1e-4, up to the sign."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from large_gui.core.direction import Direction
from large_gui.core.principal import Scatter, principal_directions
from large_gui.core.reporter import SilentReporter
from large_gui.directions import components, ganspace, rank, sefa, svm
from large_gui.directions.finder import Materials
from large_gui.directions.rank import fit_rank, pairs_of_values
from large_gui.errors import InputError
from large_gui.nets.affines import affines, resolutions
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from tests import small_models

CLOSE = 1e-4
REPORTER = SilentReporter()


def codes(count: int = 120, width: int = 8, seed: int = 0) -> np.ndarray:
    random = np.random.default_rng(seed)
    mixing = np.linalg.qr(random.standard_normal((width, width)))[0] * np.linspace(0.5, 3, width)
    return np.asarray(random.laplace(size=(count, width)) @ mixing + 5, np.float32)


def assert_same(found: Any, expected: Any) -> None:
    """Rows point the same way, or the opposite one."""
    rows, wanted = (np.atleast_2d(np.asarray(one, np.float64)) for one in (found, expected))
    wanted = wanted / np.linalg.norm(wanted, axis=1, keepdims=True)
    signs = np.sign((rows * wanted).sum(1, keepdims=True))
    np.testing.assert_allclose(rows * signs, wanted, atol=CLOSE)


def normals(found: list[Direction]) -> np.ndarray:
    return np.stack([direction.normal for direction in found])


@pytest.mark.parametrize(("count", "width"), [(120, 8), (30, 60)])
def test_svm(count: int, width: int) -> None:
    from sklearn.svm import LinearSVC

    x = codes(count, width).astype(np.float64)
    tags = x @ np.ones(width) > np.median(x @ np.ones(width)) + 1
    normal, intercept = svm.fit_svm(x, tags, 0.5)
    spread = np.sqrt(np.square(x - x.mean(0)).sum(1).mean())
    theirs = LinearSVC(
        C=0.5, class_weight="balanced", dual="auto", tol=1e-8, max_iter=200_000, random_state=1
    )
    theirs.fit((x - x.mean(0)) / spread, tags)
    assert_same(normal, theirs.coef_[0])
    sides = theirs.decision_function((x - x.mean(0)) / spread)
    np.testing.assert_allclose(
        x @ normal + intercept, sides * spread / np.linalg.norm(theirs.coef_), atol=1e-2
    )


@pytest.mark.parametrize(("count", "width"), [(40, 8), (12, 60)])
def test_rank(count: int, width: int) -> None:
    from sklearn.linear_model import LogisticRegression

    x = codes(count, width).astype(np.float64)
    values = np.round(x @ np.ones(width))
    pairs, won = pairs_of_values(values, 200)
    (found,) = rank.find(
        Materials("r", codes=x[:, None].astype(np.float32), pairs=pairs, won=won),
        rank.Options(0.01),
        REPORTER,
    )
    spread = np.sqrt(np.square(x - x.mean(0)).sum(1).mean())
    differences = (x[pairs[:, 0]] - x[pairs[:, 1]]) / spread
    theirs = LogisticRegression(C=1 / (0.01 * len(pairs)), fit_intercept=False, tol=1e-10, max_iter=10_000)
    assert_same(found.normal, theirs.fit(differences, won).coef_[0])


def test_an_equal_answer_is_half_an_answer_for_each() -> None:
    x, pairs = codes(6, 3).astype(np.float64), np.array([[0, 1], [2, 3], [4, 5]])
    won = np.array([1.0, 0.5, 0.0])
    both = np.array([[0, 1], [0, 1], [2, 3], [2, 3], [4, 5], [4, 5]])
    halves = np.array([1.0, 1.0, 1.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(fit_rank(x, pairs, won, 0.1), fit_rank(x, both, halves, 0.1), atol=CLOSE)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=40), st.integers(1, 50))
def test_pairs_are_of_different_values(values: list[int], most: int) -> None:
    of = np.array(values, float)
    pairs, won = pairs_of_values(of, most)
    assert len(pairs) <= most and set(won) <= {0.0, 1.0}
    assert ((of[pairs[:, 0]] > of[pairs[:, 1]]) == (won == 1)).all()
    assert (of[pairs[:, 0]] != of[pairs[:, 1]]).all() and len(np.unique(pairs, axis=0)) == len(pairs)
    np.testing.assert_array_equal(pairs, pairs_of_values(of, most)[0])


@pytest.mark.parametrize("make", [lambda: small_models.generator(), MobileStyleGAN])
def test_sefa(make: Callable[[], Any]) -> None:
    torch.manual_seed(0)
    generator = make()
    layers, mean = affines(generator), generator.mean_latent.numpy()
    assert {layer.row for layer in layers} == set(range(generator.num_ws))
    asked = sefa.Options(3, "all,coarse,2")
    found = sefa.find(
        Materials("sefa", generator=lambda: generator, layers=generator.num_ws), asked, REPORTER
    )
    assert [one.name for one in found] == [
        f"sefa_{group}{i}" for group in ("", "coarse_", "2_") for i in (1, 2, 3)
    ]
    for start, rows in ((0, range(generator.num_ws)), (3, range(4 if generator.num_ws > 8 else 3)), (6, [1])):
        a = np.concatenate([layer.weight for layer in layers if layer.row in rows])
        values, vectors = np.linalg.eigh(a.T @ a) if len(mean) > 100 else np.linalg.eig(a.T @ a)
        order = np.argsort(-values.real)[:3]
        assert_same(normals(found[start : start + 3]), vectors.real.T[order])
        importance = found[start].layer_importance
        if start:
            assert importance is not None and set(np.flatnonzero(importance)) == set(rows)
        else:
            assert importance is None
    assert mean @ found[0].normal + found[0].intercept == pytest.approx(0, abs=1e-5)


def test_the_affines_are_those_that_the_generator_uses() -> None:
    generator = small_models.generator()
    w = torch.randn(1, 48)
    styles = dict(zip([layer.module for layer in generator.style_layers], generator.styles(w)))
    first = affines(generator)[0]
    bias = generator.get_submodule("b4.conv1.affine").bias.numpy()
    np.testing.assert_allclose(first.weight @ w[0].numpy() + bias, styles["b4.conv1"][0].numpy(), atol=1e-5)
    assert resolutions(generator) == [4, 8, 8, 16, 16, 32, 32, 32]


def test_ganspace() -> None:
    from sklearn.decomposition import PCA

    generator = small_models.generator()
    asked = ganspace.Options(4, 25_000, "all,1-2")
    found = ganspace.find(
        Materials("ganspace", generator=lambda: generator, layers=generator.num_ws), asked, REPORTER
    )
    drawn = np.concatenate(list(ganspace.drawn_in_pieces(generator, 25_000, REPORTER)))
    assert len(drawn) == 25_000 and len(np.unique(drawn, axis=0)) == 25_000
    theirs = PCA(4, svd_solver="full").fit(drawn.astype(np.float64))
    assert_same(normals(found[:4]), theirs.components_)
    assert f"{theirs.explained_variance_ratio_[0]:.0%} of their variance" in found[0].provenance
    assert_same(normals(found[4:]), theirs.components_)
    assert found[4].name == "ganspace_1-2_1" and list(np.flatnonzero(found[4].layer_importance)) == [0, 1]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 5))
def test_codes_in_pieces_are_the_same_as_all_at_once(seed: int, pieces: int) -> None:
    x = codes(50, 6, seed) + 1000
    scatter = Scatter()
    for piece in np.array_split(x, pieces):
        scatter.add(piece)
    ours, theirs = scatter.principal(3), principal_directions(x, 3)
    for one, other in zip(ours, theirs):
        np.testing.assert_allclose(one, other, atol=CLOSE)
    np.testing.assert_allclose(scatter.mean, x.mean(0, dtype=np.float64), atol=1e-3)


@pytest.mark.parametrize("kind", ["principal", "independent"])
def test_components(kind: str) -> None:
    from sklearn.decomposition import PCA, FastICA

    x = codes(400, 8)
    found = components.find(Materials("c", samples=x[:, None]), components.Options(4, kind), REPORTER)
    pca = PCA(4, svd_solver="full").fit(x.astype(np.float64))
    if kind == "principal":
        assert_same(normals(found), pca.components_)
        return
    ica = FastICA(whiten="unit-variance", max_iter=1000, tol=1e-6, random_state=0).fit(pca.transform(x))
    expected = ica.components_ @ pca.components_
    alike = np.abs(normals(found) @ (expected / np.linalg.norm(expected, axis=1, keepdims=True)).T)
    assert sorted(alike.argmax(1)) == [0, 1, 2, 3], "each is one of theirs, in another order"
    assert_same(normals(found), expected[alike.argmax(1)])
    distances = x @ normals(found).T
    np.testing.assert_allclose(np.corrcoef(distances.T), np.eye(4), atol=1e-3)


@pytest.mark.parametrize(
    ("layers", "why"),
    [
        ("rough", "The option layers can't be 'rough'. It is all, coarse, middle, fine, or numbers"),
        ("", "can't be ''"),
        ("3-1", "There are no layers 3-1. The layers of this generator are 1 to 8."),
        ("0-3", "There are no layers 0-3"),
        ("4-9", "1 to 8"),
        ("coarse,1-3", "The layers 1-3 are given twice."),
    ],
)
@pytest.mark.parametrize("finder", [sefa, ganspace])
def test_layers_that_are_not_there(finder: Any, layers: str, why: str) -> None:
    generator = small_models.generator()
    materials = Materials("x", generator=lambda: generator, layers=8)
    with pytest.raises(InputError) as caught:
        finder.find(materials, finder.Options(layers=layers), REPORTER)
    assert why in f"{caught.value.sentence} {caught.value.hint}"


def test_a_small_generator_may_have_no_fine_layers() -> None:
    materials = Materials("x", generator=lambda: small_models.generator(), layers=8)
    with pytest.raises(InputError, match="no fine layers"):
        sefa.find(materials, sefa.Options(layers="coarse,fine"), REPORTER)
    assert len(sefa.find(materials, sefa.Options(), REPORTER)) == 10
