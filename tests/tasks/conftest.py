"""A folder of codes beside a folder of images."""

from pathlib import Path

import pytest

from tests.code_folders import CodeFolder


@pytest.fixture
def code_folder(tmp_path: Path, few_samples: Path) -> CodeFolder:
    return CodeFolder(tmp_path / "codes", few_samples)
