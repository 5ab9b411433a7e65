"""Nothing that was acknowledged is lost when a process is killed; prints how often each kind of work was."""

from __future__ import annotations

import sys

import pytest

from tests.nothing_lost.killing import kill_all, told


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_nothing_acknowledged_is_lost() -> None:
    print(told(kill_all(60, 0)))
