"""Fixtures on the real faces pack and its samples."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import numpy as np
import pytest
from PIL import Image

from large_gui.folders import resources_folder
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Read when torch is loaded, here and in workers: threads that wait by spinning make a busy machine crawl.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
hypothesis.settings.register_profile("patient", deadline=None)  # no test depends on how fast the machine is
# What CI runs draws the same examples each time, so that no change is refused for an older one's mistake.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True)
hypothesis.settings.load_profile("patient")
SAMPLES = resources_folder() / "samples"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two workers of one thread; none where figures are measured, a card is used or output is shown."""
    if re.search(r"(?<!not )\b(benchmark|gpu)\b", config.option.markexpr) or config.option.capture == "no":
        return 0
    for library in ("OMP", "OPENBLAS"):  # torch's and numpy's, in them and in processes they start
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    return 2


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep models and caches of the tests away from the user's."""
    folder = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LARGE_GUI_HOME", str(folder))
    return folder


@pytest.fixture
def two_threads(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where torch has but one thread, it has two, here and in processes: for folders of several batches."""
    import torch

    before = torch.get_num_threads()
    if os.environ.get("OMP_NUM_THREADS") == "1":
        monkeypatch.setenv("OMP_NUM_THREADS", "2")
        torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def pack() -> GanModel:
    """The model that comes with the program."""
    model = open_model("faces")
    assert isinstance(model, GanModel)
    return model


@pytest.fixture(scope="session")
def sample_images() -> list[np.ndarray]:
    return [np.asarray(Image.open(path).convert("RGB")) for path in sorted(SAMPLES.glob("*.jpg"))]


@pytest.fixture
def few_samples(tmp_path: Path) -> Path:
    """A folder with twelve of the samples, some in a subfolder."""
    folder = tmp_path / "photos"
    (folder / "more").mkdir(parents=True)
    for i, path in enumerate(sorted(SAMPLES.glob("*.jpg"))[:12]):
        shutil.copy(path, folder / ("more" if i % 3 == 0 else ".") / path.name)
    return folder
