"""A training that is killed at any moment goes on as if nothing had happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from safetensors.numpy import load_file

from large_gui.cli.main import main
from large_gui.tasks.training.run_file import training_folder
from tests.tasks.training.conftest import TOY, curve, same_weights, write_images

ROOT = Path(__file__).resolve().parents[3]
COMMAND = ["--yes", "--progress", "none", *TOY, "--thousands", "3"]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_the_curve_is_that_of_a_run_that_was_not_killed(tmp_path: Path, seed: int) -> None:
    photos = str(write_images(tmp_path / "photos", 100))
    assert main(["train", "gan", photos, "--name", "once", *COMMAND]) == 0
    command = ["train", "gan", photos, "--name", "killed", *COMMAND]
    chance = random.Random(seed)
    killed = 0
    # The plan takes 11 steps, 22 moments; all of the training has some 90.
    for moment in (22 + chance.randrange(3), *(22 + chance.randrange(1, 70) for _ in range(4)), 10**6):
        done = subprocess.run(
            [sys.executable, "-m", "tests.tasks.training.killed", str(moment), *command],
            cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=300,
        )  # fmt: skip
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        killed += done.returncode != 0
        if done.returncode == 0:
            break
    assert killed >= 2
    one, other = training_folder() / "once", training_folder() / "killed"
    assert curve(one) == curve(other) and len(curve(one)) == 3
    assert same_weights(one, other)
    assert files(one / "sheets") == files(other / "sheets")
    assert files(one / "snapshots").keys() == files(other / "snapshots").keys()
    for snapshot in (one / "snapshots").iterdir():
        a, b = load_file(snapshot), load_file(other / "snapshots" / snapshot.name)
        assert a.keys() == b.keys() and all((a[name] == b[name]).all() for name in a)
    assert sorted(path.name for path in one.iterdir()) == sorted(path.name for path in other.iterdir())
