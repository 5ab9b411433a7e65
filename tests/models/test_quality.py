"""Good images get an unremarkable inversion error; pictures that are no faces get a high one."""

from __future__ import annotations

import numpy as np
import pytest

from large_gui.engine.stages import BATCH
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import CodeStatistics
from large_gui.models.quality import code_error
from tests.models.inverting import inverted


def test_percentiles_of_known_codes() -> None:
    rng = np.random.default_rng(0)
    codes = rng.standard_normal((2000, 1, 4)).astype(np.float32)
    nothing = np.zeros(101, np.float32)
    plain = CodeStatistics(np.zeros(4, np.float32), np.eye(4, dtype=np.float32), nothing, nothing)
    from large_gui.models.quality import mahalanobis

    quantiles = np.percentile(mahalanobis(codes, plain), np.linspace(0, 100, 101)).astype(np.float32)
    error = code_error(codes, CodeStatistics(plain.mean, plain.axes, quantiles, nothing))
    assert np.median(error) == pytest.approx(50, abs=1)
    assert code_error(codes * 0 + 9, CodeStatistics(plain.mean, plain.axes, quantiles, nothing))[0] == 100


def test_samples_are_good_and_noise_is_not(pack: GanModel, sample_images: list[np.ndarray]) -> None:
    good = [
        inversion
        for start in range(0, 96, BATCH)
        for inversion in inverted(pack, sample_images[start : start + BATCH])
    ]
    assert np.mean(["poor-inversion" in i.flags for i in good]) <= 0.05
    noise = np.random.default_rng(0).integers(0, 256, (4, 256, 256, 3), dtype=np.uint8)
    poor = inverted(pack, list(noise))
    assert all("unaligned" in i.flags for i in poor)
    assert min(i.inversion_error for i in poor) > np.median([i.inversion_error for i in good])
