"""A training that torchrun starts in two processes, as a person does."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from large_gui.tasks.training.run_file import training_folder
from tests.tasks.training.conftest import TOY, curve, write_images

ROOT = Path(__file__).resolve().parents[3]


def torchrun(*command: str) -> subprocess.CompletedProcess[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    start = ["torch.distributed.run", "--nproc-per-node", "2", "--master-port", str(port), "-m", "large_gui"]
    return subprocess.run(
        [sys.executable, "-m", *start, "train", "gan", *command, "--device", "cpu", "--yes"],
        cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, timeout=280,
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs libuv there")
def test_two_processes_train_a_model_and_speak_once(tmp_path: Path) -> None:
    photos = str(write_images(tmp_path / "photos", 100))
    done = torchrun(photos, "--name", "two", *TOY)
    assert done.returncode == 0, done.stderr
    for beginning in ("parameters ", "Trained with 1,000 images", "Model: "):
        assert sum(line.startswith(beginning) for line in done.stdout.splitlines()) == 1
    assert [line["images"] for line in curve(training_folder() / "two")] == [1000]

    wrong = torchrun(photos, "--name", "odd", *TOY, "--batch", "25")
    assert wrong.returncode != 0
    assert wrong.stderr.count("2 processes can't share a batch of 25 images equally.") == 1
    assert not (training_folder() / "odd").exists()
