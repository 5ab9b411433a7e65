"""The window's images along directions in S, where the generator that computes styles may be missing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.models.spaces import style_sizes
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.images.manifest import find_images
from large_gui.project.images.read import hash_file
from large_gui.tasks.invert import open_cache
from large_gui.tasks.measure import measure_images, measure_known
from tests import small_models

RANDOM = np.random.default_rng(0)


class Told(SilentReporter):
    """Keeps warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, sentence: str) -> None:
        self.warnings.append(sentence)


def in_s(model: Model) -> Direction:
    normal = RANDOM.standard_normal(sum(style_sizes(model)))
    return Direction("smile", normal / np.linalg.norm(normal), layer_sizes=style_sizes(model))


def keep(cache: CodeCache, model: Model, sha256: list[str]) -> np.ndarray:
    codes = RANDOM.standard_normal((len(sha256), *model.shape)).astype(np.float32)
    cache.put_many(model.key, {sha: Inverted(code, 1.0) for sha, code in zip(sha256, codes)})
    return codes


def test_known_images_are_measured_along_styles(home: Path) -> None:
    model, sha = small_models.generator_pack("small"), [f"{i:064}" for i in range(5)]
    flat, styled, told = Direction("age", np.eye(model.shape[1])[0]), in_s(model), Told()
    with open_cache() as cache:
        codes = keep(cache, model, sha)
        found = measure_known([*sha, "", "f" * 64], model, [styled, flat], cache, told)
    np.testing.assert_allclose(found[:5, 0], distances(np.concatenate(model.styles(codes), 1), styled))
    np.testing.assert_allclose(found[:5, 1], distances(codes, flat))
    assert np.isnan(found[5:]).all() and not told.warnings


def test_without_its_generator_the_others_are_measured_and_it_is_told(few_samples: Path) -> None:
    model, told = open_model("faces"), Told()
    flat, styled = model.direction("age"), in_s(model)
    photos = sorted(few_samples.rglob("*.jpg"))
    with open_cache() as cache:
        codes = keep(cache, model, [hash_file(photo) for photo in photos])
        images = find_images(few_samples, told)
        parts = list(measure_images(images, model, [styled, flat], cache, told))
        known = measure_known([hash_file(photo) for photo in photos], model, [styled, flat], cache, told)
    assert {name for part in parts for name in part.directions} == {"age"}
    assert sum(len(part.paths) for part in parts) == len(photos)
    assert np.isnan(known[:, 0]).all()
    np.testing.assert_allclose(known[:, 1], distances(codes, flat))
    assert len(told.warnings) == 2 and all(
        said.startswith("smile can't be measured: The generator of 'faces' is not on this machine. ")
        for said in told.warnings
    )


@pytest.mark.parametrize("present", [True, False])
def test_a_window_reads_directions_in_s_where_it_can_measure_them(
    home: Path, tmp_path: Path, present: bool
) -> None:
    from large_gui.errors import LargeError
    from large_gui.service.jobs import WORK
    from large_gui.service.requests import ReadDirections

    model = small_models.generator_pack("small")
    np.save(tmp_path / "smile.npy", in_s(model).normal)
    asked = ReadDirections(tmp_path / "smile.npy", "small")
    if present:
        (found,) = WORK[ReadDirections](None, asked, SilentReporter())  # type: ignore[arg-type]
        assert found.layer_sizes == style_sizes(model)
        return
    model.pack.generator_file.unlink()
    with pytest.raises(LargeError, match="not on this machine"):
        WORK[ReadDirections](None, asked, SilentReporter())  # type: ignore[arg-type]
