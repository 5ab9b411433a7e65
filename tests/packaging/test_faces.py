"""The scripts that make the faces pack compute what they say, and the tags are all there."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from tests.packages import script

attributes, tfjs = script("faces/attributes.py"), script("faces/tfjs.py")


@given(st.integers(0, 2**32 - 1))
def test_turns_of_the_mean_face_are_found(seed: int) -> None:
    rng = np.random.default_rng(seed)
    mean = attributes.mean_face(rng.normal(size=(1, 40, 3)))
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    turn = q * np.sign(np.diag(r))
    turn[:, 0] *= np.linalg.det(turn)
    face = 3 * mean @ turn.T + rng.normal(size=3)
    assert np.allclose(attributes.rotations(face[None], mean)[0], turn, atol=1e-6)


def test_ranks_are_spread_like_a_bell() -> None:
    spread = attributes.bell(np.array([3.0, 1.0, 100.0, 2.0, 2.0]))
    assert spread.argsort().tolist()[0] == 1 and spread.argmax() == 2
    assert spread[3] == spread[4] and abs(spread.mean()) < 0.1


def test_a_graph_of_tensorflow_js_is_computed(tmp_path: Path) -> None:
    """A strided convolution with padding, a mean and a fused multiplication, by weights of half precision."""
    rng = np.random.default_rng(0)
    kernel, matrix, bias = (rng.normal(size=s).astype(np.float16) for s in ((3, 3, 3, 8), (8, 2), (2,)))

    def text(value: str) -> str:
        return base64.b64encode(value.encode()).decode()

    def weight(name: str, values: np.ndarray) -> dict[str, object]:
        return {
            "name": name, "shape": list(values.shape), "dtype": "float32",
            "quantization": {"dtype": "float16"},
        }  # fmt: skip

    nodes = [
        {"op": "Placeholder", "name": "x"},
        {"op": "Const", "name": "kernel"},
        {"op": "Conv2D", "name": "a", "input": ["x", "kernel"],
         "attr": {"padding": {"s": text("SAME")}, "strides": {"list": {"i": ["1", "2", "2", "1"]}}}},
        {"op": "Mean", "name": "b", "input": ["a", "unused"]},
        {"op": "_FusedMatMul", "name": "c", "input": ["b:0", "matrix", "bias"],
         "attr": {"fused_ops": {"list": {"s": [text("BiasAdd"), text("Relu")]}}}},
    ]  # fmt: skip
    named = {"kernel": kernel, "matrix": matrix, "bias": bias, "unused": bias}
    manifest = [{"paths": ["n.bin"], "weights": [weight(*one) for one in named.items()]}]
    content = {"modelTopology": {"node": nodes}, "weightsManifest": manifest}
    (tmp_path / "n.bin").write_bytes(b"".join(values.tobytes() for values in named.values()))
    (tmp_path / "n.json").write_text(json.dumps(content))
    images = torch.randn(2, 3, 6, 6)
    (found,) = tfjs.TfjsGraph(tmp_path / "n.json", "c")(images)
    # Six pixels at a stride of two need one more pixel, and TensorFlow adds it at the end.
    maps = F.conv2d(
        F.pad(images, (0, 1, 0, 1)), torch.from_numpy(kernel).float().permute(3, 2, 0, 1), stride=2
    )
    expected = (maps.mean((2, 3)) @ torch.from_numpy(matrix).float() + torch.from_numpy(bias).float()).relu()
    assert torch.allclose(found, expected, atol=1e-5)


def test_every_direction_by_eye_has_enough_tags() -> None:
    spread = script("faces/spread.py")
    tags = spread.read_tags()
    for name in spread.TAGS:
        values = np.concatenate([its[name] for _, its in tags.values()])
        assert np.count_nonzero(~np.isnan(values)) >= 300
        assert set(values[~np.isnan(values)]) <= {0, 1, 2}
    assert all(len(set(images.tolist())) == len(images) for images, _ in tags.values())
