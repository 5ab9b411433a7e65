"""Inspectors with and without a generator."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.models.kinds.gan import GanModel
from tests.gui.inspector.bench import Bench, picture


@pytest.fixture
def bare(home: Path, pack: GanModel, few_samples: Path, qtbot: QtBot) -> Iterator[Bench]:
    """Without a generator."""
    bench = Bench(home, pack, few_samples, qtbot)
    yield bench
    bench.document.quit()


@pytest.fixture
def bench(pack: GanModel, bare: Bench) -> Bench:
    """With a generator file; nothing reads it."""
    pack.pack.generator_file.parent.mkdir(parents=True)
    pack.pack.generator_file.touch()
    bare.document.refresh_model()
    return bare


@pytest.fixture
def walked(bench: Bench) -> Bench:
    """Looking at an image whose reconstruction is there, with nothing walked yet."""
    bench.look(4)
    bench.answer("picture", picture(80))
    assert bench.walk.isEnabled()
    return bench
