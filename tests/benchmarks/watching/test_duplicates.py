"""How many copies are found, and whether different images are taken for copies; on the program's own samples.

    pytest -m benchmark -n 0 -s tests/benchmarks/watching/test_duplicates.py

``LARGE_PHOTOGRAPHS=FOLDER`` takes the first 100 images of a folder in their place, with the model `features`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance, ImageOps

from large_gui.core.reporter import SilentReporter
from large_gui.folders import resources_folder
from large_gui.models.library import open_model
from large_gui.project.images.manifest import find_images
from large_gui.tasks.duplicates.near import near_duplicates
from large_gui.tasks.invert import embed_folder, open_cache
from tests.conftest import SAMPLES

pytestmark = pytest.mark.benchmark
MOST = 100  # images, of which every second one gets a copy of each kind


def cut(share: float) -> Callable[[Image.Image], Image.Image]:
    """Cut off a share of width and height, half of it on each side."""
    return lambda image: ImageOps.crop(image, round(image.width * share / 2))


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "recompressed": lambda image: image,
    "halved": lambda image: image.reduce(2),
    "cropped by 8 %": cut(0.08),
    "cropped by 20 %": cut(0.2),
    "mirrored": ImageOps.mirror,
    "brightened": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
}
FOLDER = os.environ.get("LARGE_PHOTOGRAPHS")
SETS = (
    {"photographs": (Path(FOLDER), "features")}
    if FOLDER
    else {
        "faces": (SAMPLES, "faces"),
        "faces by features": (SAMPLES, "features"),
        "tomatoes": (resources_folder() / "tomatoes" / "samples", "features"),
    }
)


@pytest.mark.parametrize("name", SETS)
def test_copies(name: str, tmp_path: Path) -> None:
    folder, model = SETS[name][0], open_model(SETS[name][1])
    images = find_images(folder, SilentReporter()).paths[:MOST]
    shown: dict[str, tuple[int, str]] = {}  # number of the image and kind of the copy, by file
    for number, path in enumerate(images):
        with Image.open(folder / path) as opened:
            image = ImageOps.exif_transpose(opened).convert("RGB")
        for kind, change in {"": lambda image: image, **(COPIES if number % 2 else {})}.items():
            file = f"{number:03}-{len(shown)}.jpg"
            change(image).save(tmp_path / file, quality=60 if kind else 95)
            shown[file] = number, kind
    with open_cache() as cache:
        manifest = find_images(tmp_path, SilentReporter())
        embedded = embed_folder(manifest, model, cache, SilentReporter()).images
        of = {image.sha256: shown[image.path] for image in embedded}
        found = near_duplicates([image.sha256 for image in embedded], model, cache, SilentReporter())
    groups = [[of[sha] for sha in group.sha256] for group in found]
    wrong = sum(len({number for number, _ in group}) > 1 for group in groups)
    with_original = {
        (number, kind) for group in groups for number, kind in group if kind and (number, "") in group
    }
    print(f"\n{name}, {len(images)} images: {len(groups)} groups, {wrong} of them of different images")
    for kind in COPIES:
        of_kind = [key for key in of.values() if key[1] == kind]
        print(f"{kind:<16} {sum(key in with_original for key in of_kind)} of {len(of_kind)}")
