"""The few-shot draw of the reference protocol."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.sampling import few_shot_indices, minimum_distance


def reference_draw(features: np.ndarray, k: int, rng: np.random.RandomState) -> list[int]:
    """The protocol word for word."""
    limit = (features.max() - features.min()) / k**1.3
    candidates, kept = list(range(len(features))), []
    while candidates and len(kept) < k:
        drawn = candidates.pop(rng.choice(len(candidates), size=1)[0])
        if all(np.abs(features[drawn] - features[other]).min() > limit for other in kept):
            kept.append(drawn)
    return kept


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 3), st.integers(1, 12))
def test_it_draws_what_the_protocol_says(seed: int, n: int, columns: int, k: int) -> None:
    features = np.random.default_rng(seed).standard_normal((n, columns))
    mine, theirs = np.random.RandomState(seed), np.random.RandomState(seed)
    assert few_shot_indices(features, k, mine).tolist() == reference_draw(features, k, theirs)
    assert mine.randint(1 << 30) == theirs.randint(1 << 30), "the generator was left elsewhere"


def test_kept_points_keep_their_distance() -> None:
    features = np.random.default_rng(0).standard_normal(500)
    drawn = np.sort(features[few_shot_indices(features, 10, np.random.RandomState(0))])
    assert (np.diff(drawn) > minimum_distance(features, 10)).all()


def test_limits() -> None:
    features = np.array([0.0, 1.0, 10.0])
    assert minimum_distance(features, 1) == 10
    assert minimum_distance(features, 2, 0.25) == 0.25
    assert minimum_distance(features, 2, -1) == -np.inf
    everything = few_shot_indices(np.zeros(5), 9, np.random.RandomState(0), limit=-1)
    assert sorted(everything) == [0, 1, 2, 3, 4]
    assert len(few_shot_indices(np.zeros(5), 9, np.random.RandomState(0))) == 1


def test_features_without_candidates_are_refused() -> None:
    with pytest.raises(ValueError, match="expected features"):
        few_shot_indices(np.zeros((0,)), 3, np.random.RandomState(0))
