"""Look at the images of a folder before a training begins: which are left out, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter, Unit
from large_gui.project.images.manifest import Failure, find_images
from large_gui.tasks.training.gan import GanRequest
from large_gui.tasks.training.squares import squares


@dataclass(frozen=True)
class Looked:
    """What was found in a folder.

    Attributes
    ----------
    found
        How many images there are.
    left_out
        Those that can't be used, and why.
    faces
        Whether faces are still to be looked for, when the training begins: that takes a while.
    """

    found: int
    left_out: Sequence[Failure]
    faces: bool = False

    @property
    def used(self) -> int:
        """How many can be used."""
        return self.found - len(self.left_out)


def look_at_images(asked: GanRequest, reporter: Reporter) -> Looked:
    """Read every image of a folder as `prepare_images` does, but write nothing.

    Raises
    ------
    InputError
        When the folder can't be read, or has no images.
    """
    assert asked.folder is not None, "a new training has a folder"
    manifest = find_images(asked.folder, reporter)
    faces = asked.crop is Crop.FACES
    crop = Crop.PADDED if faces else asked.crop or Crop.SQUARE
    left_out = list(manifest.failures)
    images = squares(manifest.folder, manifest.paths, asked.settings.gan.size, crop)
    for number, image in enumerate(images, 1):
        reporter.check_cancelled()
        if image.square is None:
            left_out.append(Failure(image.path, image.why))
        reporter.progress(number, len(manifest.paths), "Looking at the images", unit=Unit.IMAGES)
    return Looked(len(manifest.paths) + len(manifest.failures), left_out, faces)
