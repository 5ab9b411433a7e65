"""A folder whose codes are known already, with labels beside it, and a fit of these."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import find_images
from large_gui.tasks.invert import embed_folder, open_cache
from tests.caches import copy_cache
from tests.cli.fits.acting import NAMES, sort
from tests.conftest import SAMPLES


@pytest.fixture(scope="session")
def codes(pack: GanModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the codes of ten samples."""
    folder = tmp_path_factory.mktemp("samples")
    for name in NAMES:
        shutil.copy(SAMPLES / name, folder)
    made = tmp_path_factory.mktemp("cache") / "codes.sqlite"
    with open_cache(made) as cache:
        embed_folder(find_images(folder, SilentReporter()), pack, cache, SilentReporter())
    return made


@pytest.fixture
def photos(home: Path, codes: Path, tmp_path: Path) -> Path:
    """Ten samples whose codes are known, and labels of six of them beside the folder."""
    copy_cache(codes, home)
    folder = tmp_path / "photos"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(SAMPLES / name, folder)
    labels = [f"{name},{20 + 7.3 * i}" for i, name in enumerate(NAMES[:6])]
    (tmp_path / "labels.csv").write_text("\n".join(["path,value", *labels]) + "\n", "utf-8")
    return folder


@pytest.fixture
def fit(photos: Path) -> Path:
    """A fit of these labels along age turned round."""
    file = photos.parent / "fit.json"
    assert sort(photos, "--fit-out", file, "--measures", "age, years, 0 to 120") == 0
    return file
