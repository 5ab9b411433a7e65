"""Draw the strips of the direction list: one generated face, moved along each direction of the faces pack.

    python packaging/draw_strips.py [SEED]

Run after ``build_faces_pack.py``, with the generator fetched. Writes ``resources/faces/strips/NAME.webp``,
five images from the negative to the positive end; nobody in them exists.

A strip shows the mean of all codes that have a given distance (`core.companions`), with the covariance of
the generator's own codes; that of inverted codes has a wider spread and ends in hats and sunglasses.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from large_gui.core.companions import companion_step
from large_gui.core.direction import Direction
from large_gui.nets.folders import resources_folder
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from large_gui.nets.pack import ModelPack

SEED = 9
CODES = 2_000
CALM = 0.7  # truncation: how far the face may be from the mean one
STEPS = np.linspace(-2.5, 2.5, 5)  # standard deviations of the distances of generated codes
SIDE = 96
MOST_BYTES = 12_000


def main() -> None:
    """Draw and save one strip a direction."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    pack = ModelPack.named("faces")
    folder = resources_folder() / pack.name / "strips"
    folder.mkdir(exist_ok=True)
    generator = pack.generator()
    codes = generated_codes(generator)
    face = codes.mean(0) + CALM * (codes[seed] - codes.mean(0))
    for name, direction in pack.directions.items():
        size = save(strip(generator, face, codes, direction), folder / f"{name}.webp")
        print(f"{name}: {size} bytes")


def generated_codes(generator: MobileStyleGAN) -> NDArray[np.float32]:
    """Codes ``(N, 512)`` of drawn z, the same in every run."""
    z = np.random.default_rng(0).standard_normal((CODES, generator.z_dim)).astype(np.float32)
    with torch.inference_mode():
        return generator.mapping(torch.from_numpy(z)).numpy()  # type: ignore[no-any-return]


def strip(
    generator: MobileStyleGAN, face: NDArray[np.float32], codes: NDArray[np.float32], direction: Direction
) -> Image.Image:
    """One face, from the negative end of a direction over itself to the positive end."""
    spread = float(np.std(codes @ direction.normal))
    ws = (face + STEPS[:, None] * spread * companion_step(direction.normal, codes)).astype(np.float32)
    with torch.inference_mode():
        images = generator.preview(torch.from_numpy(ws)).clamp(-1, 1).permute(0, 2, 3, 1).numpy()
    result = Image.new("RGB", (SIDE * len(ws), SIDE))
    for i, image in enumerate(images):
        pixels = np.round((image + 1) * 127.5).astype(np.uint8)
        result.paste(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS), (i * SIDE, 0))
    return result


def save(image: Image.Image, path: Path) -> int:
    """Write a strip; returns its bytes."""
    image.save(path, quality=85, method=6)
    size = path.stat().st_size
    if size > MOST_BYTES:
        raise SystemExit(f"{path} has {size} bytes; {MOST_BYTES} are the most")
    return size


if __name__ == "__main__":
    main()
