"""Ask independent annotators what generated faces look like.

    python packaging/faces/annotate.py FOLDER

writes ``FOLDER/scores/NUMBER.npz`` for each shard of ``images.py`` that has none yet: what the networks of
`annotators` say, the 468 landmarks, and how bright the hair and both cheeks are. A run that was stopped goes
on.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from annotators import AgeAndGender, FaceMesh, Frames, Human, fetched
from numpy.typing import NDArray

from large_gui.files import written_whole

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
FOREHEAD, CHIN = 10, 152
CHEEKS = ((50, 101, 205, 117), (280, 330, 425, 346))  # to the left and to the right in the image
HAIR = 0.17  # above the highest point of the face, in heights of the face


def main() -> None:
    """Annotate the shards that are not annotated yet."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    scores = folder / "scores"
    scores.mkdir(exist_ok=True)
    packages = fetched(folder.parent / "annotators")
    age, human, mesh = AgeAndGender(packages), Human(packages), FaceMesh(packages)
    for shard in sorted(folder.glob("?????.npz")):
        target = scores / shard.name
        if target.exists():
            continue
        with np.load(shard) as content:
            frames = content["images"]
        points = mesh(frames)
        said = {
            **age(frames),
            **human(frames),
            "mesh": points.astype(np.float16),
            **brightness(frames, points),
        }
        with written_whole(target) as temporary:
            np.savez(temporary, **said)
        print(target.name, flush=True)


def brightness(frames: Frames, points: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Median luma, 0 to 255, above the forehead and on both cheeks, ``(N,)`` each."""
    places, luma = points[..., :2] * frames.shape[1], frames @ LUMA
    up = places[:, FOREHEAD] - places[:, CHIN]
    size = np.linalg.norm(up, axis=1)
    along = up / size[:, None]
    aside = np.stack([-along[:, 1], along[:, 0]], 1)
    steps = np.linspace(-1, 1, 7)
    hair = [
        places[:, FOREHEAD] + size[:, None] * ((HAIR + 0.05 * i) * along + 0.16 * j * aside)
        for i in steps for j in steps
    ]  # fmt: skip
    near = [np.array([i, j]) for i in (-4, 0, 4) for j in (-4, 0, 4)]
    left, right = ([places[:, mark] + step for mark in marks for step in near] for marks in CHEEKS)
    return {
        "hair": _median(luma, hair),
        "cheek_left": _median(luma, left),
        "cheek_right": _median(luma, right),
    }


def _median(luma: NDArray[np.float32], places: list[NDArray[np.floating]]) -> NDArray[np.float64]:
    side = luma.shape[1] - 1
    x, y = np.clip(np.rint(np.stack(places, 1)).astype(int), 0, side).transpose(2, 0, 1)  # (N, places) each
    return np.median(luma[np.arange(len(luma))[:, None], y, x], 1).astype(np.float64)


if __name__ == "__main__":
    main()
