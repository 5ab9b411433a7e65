"""No test of checkpoints may end with code of a file having run."""

from collections.abc import Iterator

import pytest

from tests.checkpoint_files import was_executed


@pytest.fixture(autouse=True)
def nothing_is_executed() -> Iterator[None]:
    yield
    assert not was_executed()
