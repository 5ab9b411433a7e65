"""The attributes of generated faces that directions are found for, from what annotators said of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

Scores = dict[str, NDArray[np.float64]]
LEFT_EYE, RIGHT_EYE = (33, 133, 159, 145), (263, 362, 386, 374)  # outer and inner corner, upper and lower lid
MOUTH = (61, 291, 13, 14)  # both corners, inner edge of the upper and the lower lip
TOP, CHIN = 10, 152


def attributes(folder: Path, shards: list[int]) -> Scores:
    """Scores ``(N,)`` of each attribute for the images of shards in order; angles are in degrees.

    Poses are turns from the mean face of the first 21 shards.
    """
    said = _read(folder, shards)
    mesh = said["mesh"].astype(np.float64)
    turned = rotations(
        mesh, mean_face(_read(folder, list(range(21)), only="mesh")["mesh"].astype(np.float64))
    )
    straight = np.einsum("nij,nkj->nki", turned.transpose(0, 2, 1), mesh - mesh.mean(1, keepdims=True))
    eyes = _between(straight, LEFT_EYE[0], RIGHT_EYE[0])
    left, right, upper, lower = MOUTH
    corners = (straight[:, left, 1] + straight[:, right, 1]) / 2
    lift = ((straight[:, upper, 1] + straight[:, lower, 1]) / 2 - corners) / eyes
    line = mesh[:, RIGHT_EYE[0]] - mesh[:, LEFT_EYE[0]]
    open_eyes = [
        _between(straight, e[2], e[3]) / _between(straight, e[0], e[1]) for e in (LEFT_EYE, RIGHT_EYE)
    ]
    happy, angry = said["emotion_happy"].astype(np.float64), said["emotion_angry"].astype(np.float64)
    return {
        "age": said["age_1"],
        "age_2": said["age_2"],
        "yaw": -np.degrees(np.arctan2(turned[:, 0, 2], turned[:, 2, 2])),  # the mesh looks against its z axis
        "pitch": np.degrees(np.arcsin(np.clip(turned[:, 1, 2], -1, 1))),
        "roll": np.degrees(np.arctan2(line[:, 1], line[:, 0])),
        "smile": _standard(_between(straight, left, right) / eyes) + _standard(lift),
        "mouth_open": _between(straight, upper, lower) / eyes,
        "eyes_open": (open_eyes[0] + open_eyes[1]) / 2,
        "hair_darkness": -said["hair"],
        "light": np.log(said["cheek_right"] + 1) - np.log(said["cheek_left"] + 1),
        "gender": _standard(said["gender_1"]) + _standard(said["gender_2"]),
        "anger": angry - happy,
    }


def bell(scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Scores by rank, spread like a normal distribution: their middle is crowded otherwise."""
    return np.asarray(norm.ppf((rankdata(scores) - 0.5) / len(scores)))


def mean_face(meshes: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of faces ``(N, 468, 3)`` that were turned and scaled to each other."""
    mean = _normal(meshes).mean(0)
    for _ in range(3):
        turned = rotations(meshes, mean)
        mean = np.einsum("nki,nij->kj", _normal(meshes), turned) / len(meshes)
    return mean


def rotations(meshes: NDArray[np.float64], mean: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rotation matrices ``(N, 3, 3)`` that turn the mean face into each face ``(N, 468, 3)``."""
    u, _, vt = np.linalg.svd(np.einsum("nki,kj->nij", _normal(meshes), mean))
    u[:, :, -1] *= np.sign(np.linalg.det(u @ vt))[:, None]
    return np.asarray(u @ vt)


def _read(folder: Path, shards: list[int], only: str | None = None) -> dict[str, NDArray[np.floating]]:
    parts = []
    for number in shards:
        with np.load(folder / "scores" / f"{number:05d}.npz") as content:
            parts.append({name: content[name] for name in content.files if only in (None, name)})
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _normal(meshes: NDArray[np.float64]) -> NDArray[np.float64]:
    faces = meshes - meshes.mean(1, keepdims=True)
    return np.asarray(faces / np.linalg.norm(faces, axis=(1, 2), keepdims=True))


def _between(points: NDArray[np.float64], one: int, other: int) -> NDArray[np.float64]:
    return np.asarray(np.linalg.norm(points[:, one] - points[:, other], axis=1))


def _standard(values: NDArray[np.floating]) -> NDArray[np.float64]:
    values = np.asarray(values, np.float64)
    return np.asarray((values - values.mean()) / values.std())
