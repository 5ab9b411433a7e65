"""A small file can't take much memory: what it claims is judged before it is believed."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image

from large_gui.nets.checkpoints.reading import reader
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.checkpoints.recognise import recognise
from large_gui.nets.stylegan2 import StyleGAN2Config
from tests import small_models
from tests.checkpoint_files import write_pickle

ROOT = Path(__file__).resolve().parents[3]
MB = 2**20
# Every file is given to what reads its kind; printed are the sentence and by how much the peak memory grew.
SCRIPT = """
import json, sys, torch
from pathlib import Path
from large_gui.errors import LargeError
from large_gui.nets.checkpoints.recognise import recognise
from large_gui.project.images.read import read_image
from large_gui.tasks.imports.directions import read_directions

def peak():  # getrusage's also counts the process that started this one
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024

directions = lambda file: read_directions(file, 512, 18)
kinds = {".json": directions, ".csv": directions, ".png": read_image}
for name in json.loads(sys.stdin.read()):
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    file, before, said = Path(name), peak(), "read"
    try:
        kinds.get(file.suffix, recognise)(file)
    except LargeError as error:
        said = error.sentence
    print(json.dumps([file.name, said, peak() - before]))
"""


def huge_pictures(file: Path) -> Path:
    """A generator of 4096 pixels with one channel and no noise: some kB."""
    config = StyleGAN2Config((1,) * 11, z_dim=2, w_dim=2, mapping_widths=(2,))
    with torch.device("meta"):
        network = small_models.StyleGAN2(config)
    shapes = {name: tensor.shape for name, tensor in network.state_dict().items()}
    state = {
        (f"mapping.{n.partition('.')[2]}" if n.startswith("mapping_") else f"synthesis.{n}"): torch.ones(
            shape
        )
        for n, shape in shapes.items()
        if "noise" not in n and n != "taps"
    }
    torch.save({"G_ema": state}, file)
    return file


def many_tensors(file: Path) -> Path:
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = json.dumps({f"t{i}": entry for i in range(300_000)}).encode()
    file.write_bytes(struct.pack("<Q", len(header)) + header)
    return file


def junk(file: Path) -> Path:
    """A pickle whose second instruction is none, with nothing behind it for a long way."""
    file.write_bytes(b"\x80\x04N\xff")
    os.truncate(file, 8 << 30)
    return file


def flat_picture(file: Path) -> Path:
    Image.new("1", (19_700, 19_800)).save(file)
    assert file.stat().st_size < 60_000
    return file


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_files_are_refused_within_four_times_their_size_and_64_mb(tmp_path: Path) -> None:
    small = tmp_path / "small.pt"
    torch.save({"G_ema": small_models.ada_state(small_models.generator())}, small)
    cases = {
        small: "read",  # and what is imported on the way doesn't count below
        huge_pictures(tmp_path / "huge.pt"): "too small",
        flat_picture(tmp_path / "flat.png"): "megapixels",
        junk(tmp_path / "junk.pkl"): "damaged",
        many_tensors(tmp_path / "many.safetensors"): "more tensors than any model",
    }
    row = b",1.5" * 240_000 + b"\n"
    texts = {"a.json": b"[1.5" + b",1.5" * 10_000_000 + b"]", "b.json": b"[" + b"[],[]," * 2_000_000 + b"1]",
             "c.csv": b"1.5,2.5\n" * 1_500_000, "d.json": b"[1.5" + b",1.5" * 1_240_000 + b"]",
             "e.csv": (b"1.5" + row) * 5, "f.csv": b"1.5" + b",1.5" * 1_240_000}  # fmt: skip
    for name, content in texts.items():
        (tmp_path / name).write_bytes(content)
        words = {"a.json": "larger than 16 MB", "d.json": "shape", "e.csv": "shape", "f.csv": "as numbers"}
        cases[tmp_path / name] = words.get(name, "holds more than")
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], input=json.dumps([str(file) for file in cases]), text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, check=True,
    )  # fmt: skip
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(cases)
    for (file, words), (name, said, grown) in zip(cases.items(), found):
        assert words in said, name
        if name == small.name:
            continue
        size = 0 if name == "junk.pkl" else file.stat().st_size
        assert grown < 4 * size + 64 * MB, f"{name} took {grown / MB:.0f} MB"


def test_a_pickle_longer_than_its_first_part_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = {f"n{i}": torch.full((50,), float(i)) for i in range(40)}
    for name, old in (("a.pkl", None), ("b.pt", False)):
        file = tmp_path / name
        if old is None:
            write_pickle(file, content, 2)
        else:
            torch.save(content, file, _use_new_zipfile_serialization=False)
        for part in (64, 300, 1000, file.stat().st_size - 1):
            monkeypatch.setattr(reader, "_PART", part)
            read = read_checkpoint(file)
            assert isinstance(read, dict)
            assert all(torch.equal(read[key], tensor) for key, tensor in content.items())


def test_a_generator_without_noise_is_read(tmp_path: Path) -> None:
    state = small_models.ada_state(small_models.generator())
    torch.save({"G_ema": {k: t for k, t in state.items() if "noise_const" not in k}}, tmp_path / "n.pt")
    assert recognise(tmp_path / "n.pt").generator.state["b8.conv0.noise_const"].sum() == 0
