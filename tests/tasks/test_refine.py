"""A refined code takes the place of the encoder's, for the project that keeps it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.choices import Flag
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.errors import ModelFileError
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.invert import open_cache
from large_gui.tasks.measure import measure_known
from large_gui.tasks.refine import refine_image
from large_gui.tasks.sort import sort_folder
from tests import small_models


def test_a_refined_code_counts_where_it_is_kept_and_nowhere_else(few_samples: Path, tmp_path: Path) -> None:
    for path in few_samples.glob("*.jpg"):
        path.unlink()  # the encoder is slow, and four show it
    torch.save(small_models.encoder_checkpoint(small_models.generator()), tmp_path / "tiny.pt")
    import_model(tmp_path / "tiny.pt", ImportOptions(measured=2), SilentReporter())
    pack = open_model("tiny")
    direction = pack.direction("component_1")
    with open_cache() as cache:
        before = {r.path: r for r in sort_folder(few_samples, pack, direction, cache, SilentReporter()).rows}
        path = next(iter(before))
        found = refine_image(few_samples, path, pack, [direction], cache, SilentReporter(), steps=10)
        assert found.pixels_after < found.pixels_before
        other = {r.path: r for r in sort_folder(few_samples, pack, direction, cache, SilentReporter()).rows}
        told = [[(p, row.distance, row.flags) for p, row in rows.items()] for rows in (before, other)]
        assert told[0] == told[1], "another folder, and the command line, know nothing of it"
        (sha,) = found.measured.sha256
        cache.instead = {(pack.key, sha): found.refined}
        after = {r.path: r for r in sort_folder(few_samples, pack, direction, cache, SilentReporter()).rows}
        assert after[path].distance == pytest.approx(float(found.measured.distances[0, 0]))
        assert after[path].distance != before[path].distance
        assert Flag.REFINED in after[path].flags
        assert all(after[p].distance == row.distance for p, row in before.items() if p != path)
        new = pack.direction("component_2")
        (measured,) = measure_known([sha], pack, [new], cache, SilentReporter())
        assert measured == distances(found.refined.code[None], new), "a new direction takes it too"
        again = refine_image(few_samples, path, pack, [direction], cache, SilentReporter(), steps=10)
        assert again.pixels_before == pytest.approx(found.pixels_after, rel=1e-3)
        assert again.measured.flags[0].count(Flag.REFINED) == 1
        assert np.isfinite(again.measured.inversion_error).all()


def test_without_a_generator_it_says_so(few_samples: Path, pack: GanModel) -> None:
    path = next(p.name for p in sorted(few_samples.glob("*.jpg")))
    with open_cache() as cache, pytest.raises(ModelFileError, match="not on this machine"):
        refine_image(few_samples, path, pack, list(pack.directions.values()), cache, SilentReporter())
