"""Draw the strips of the direction list: one generated face, moved along each direction of the faces pack.

    python packaging/faces/strips.py [SEED]

Run this after ``pack.py``, with the generator fetched. It writes
``resources/faces/strips/NAME.webp``, five images from the negative to the positive end.

A strip shows how codes change on average with the distance (`core.companions`), from the covariance of the
generator's own codes. The covariance of inverted codes is larger and adds hats and sunglasses at the ends.
"""

from __future__ import annotations

import argparse

from large_gui.folders import resources_folder
from large_gui.models.library import open_model
from large_gui.models.model import generates
from large_gui.models.strips import draw_strip, small_webp
from large_gui.nets.generator import drawn_codes

SEED = 9
CODES = 2_000
TRUNCATION = 0.7  # how far the face may be from the mean face


def main() -> None:
    """Draw and save one strip per direction."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("seed", type=int, nargs="?", default=SEED)
    seed = parser.parse_args().seed
    model = open_model("faces")
    folder = resources_folder() / model.name / "strips"
    folder.mkdir(exist_ok=True)
    generator = generates(model).generator()
    codes = drawn_codes(generator, CODES)
    face = codes.mean(0) + TRUNCATION * (codes[seed] - codes.mean(0))
    for name, direction in model.directions.items():
        data = small_webp(draw_strip(generator, face, codes, direction))
        (folder / f"{name}.webp").write_bytes(data)
        print(f"{name}: {len(data)} bytes")


if __name__ == "__main__":
    main()
