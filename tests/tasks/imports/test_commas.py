"""A comma that may mean two things is told on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from large_gui.core.reporter import SilentReporter
from large_gui.directions.finders import finder_named
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.tasks.finding.said import read_said
from large_gui.tasks.linearity.scorers import read_labelled


@pytest.fixture
def table(few_samples: Path) -> Path:
    names = sorted(path.name for path in few_samples.glob("*.jpg"))[:2]
    file = few_samples / "labels.csv"
    file.write_text(f'path,value\n{names[0]},"1,200"\n{names[1]},900\n', "utf-8")
    return file


def test_commands_say_how_a_doubtful_comma_is_read(table: Path) -> None:
    reporter = SilentReporter()
    images, cache = find_images(table.parent, SilentReporter()), CodeCache(table.parent / "cache")
    assert sorted(read_labelled(table, reporter).values.values()) == [900, 1200]
    assert sorted(read_said(table, images, finder_named("ridge"), cache, reporter).values()) == [900, 1200]
    assert reporter.warnings == ["labels.csv: 1,200 is read as 1200, and not as 1.2."] * 2
