"""What tests of the cache share: codes to keep, and a process that is killed at a chosen moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from large_gui.project.codes.cache import CodeCache, Inverted, shards_folder

ROOT = Path(__file__).resolve().parents[3]
SHAPE = (3, 8)


def sha(number: int) -> str:
    return f"{number:064x}"


def items(start: int, stop: int, *, half: bool = True) -> dict[str, Inverted]:
    found = {}
    for number in range(start, stop):
        code = np.random.default_rng(number).standard_normal(SHAPE).astype(np.float16 if half else np.float32)
        found[sha(number)] = Inverted(code.astype(np.float32), number / 7, ("whole image",) * (number % 2))
    return found


def same(cache: CodeCache, expected: dict[str, Inverted], key: str = "e") -> None:
    found = cache.get_many(list(expected), key)
    assert found.keys() == expected.keys()
    for one, item in expected.items():
        np.testing.assert_array_equal(found[one].code, item.code)
        assert (found[one].inversion_error, found[one].flags) == (item.inversion_error, item.flags)


def endings(path: Path, ending: str) -> list[Path]:
    return sorted(shards_folder(path).glob(f"*{ending}"))


_DIES = """
import os, signal, sys
from pathlib import Path
from large_gui.project.codes import {module}
from large_gui.project.codes.cache import CodeCache
from tests.project.codes.acting import *
whole = {module}.{name}
def die(*arguments, **options):
    {before}
    os.kill(os.getpid(), signal.SIGKILL)
{module}.{name} = die
with CodeCache(Path(sys.argv[1])) as cache:
    {act}
"""


def killed(path: Path, module: str, name: str, act: str, before: str = "pass") -> None:
    code = _DIES.format(module=module, name=name, act=act, before=before)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code, str(path)], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL


needs_kill = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
