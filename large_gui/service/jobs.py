"""What the worker can be asked to do: the tasks, with the networks and the cache kept between jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.core.direction import Direction
from large_gui.project.export import SortedRow
from large_gui.project.manifest import Manifest, find_dropped
from large_gui.tasks.exports.contact_sheet import write_sheet
from large_gui.tasks.invert import open_cache
from large_gui.tasks.look import Layers, Viewer, known_code, layers
from large_gui.tasks.measure import Measured, measure_images, measure_known
from large_gui.tasks.models import fetch, open_model, remove, verify

if TYPE_CHECKING:
    from large_gui.service.worker import Worker
    from large_gui.tasks.imports.model import ImportedModel, ImportOptions
    from large_gui.tasks.refine import Refinement


class Jobs:
    """One method a job; the first argument is the worker, which is also the reporter."""

    def __init__(self) -> None:
        self.cache = open_cache()
        self._viewers: dict[str, Viewer] = {}

    def close(self) -> None:
        """Close the cache."""
        self.cache.close()

    def open(
        self, worker: Worker, dropped: Sequence[Path], model: str, directions: Sequence[Direction],
        device: str = "auto",
    ) -> Iterator[Manifest | Measured]:  # fmt: skip
        """Find images, then measure them."""
        worker.progress(0, 0, "Looking for images")
        found = find_dropped(dropped)
        yield found
        yield from measure_images(
            found, open_model(model), directions, self.cache, worker,
            device=device, wanted=lambda: worker.wanted,
        )  # fmt: skip

    def measure(
        self, worker: Worker, sha256: Sequence[str], model: str, directions: Sequence[Direction]
    ) -> Any:
        """Distances along more directions."""
        return measure_known(sha256, open_model(model), directions, self.cache, worker)

    def crop(self, worker: Worker, image: Path, model: str) -> Any:
        """What the encoder is shown of an image."""
        return self._viewer(model).aligned_crop(image)

    def picture(self, worker: Worker, sha256: str, model: str) -> Any:
        """The reconstruction of an image."""
        viewer = self._viewer(model)
        return viewer.picture(known_code(sha256, viewer.model, self.cache))

    def walk(
        self, worker: Worker, sha256: str, model: str, direction: Direction, steps: float, full: bool
    ) -> Any:
        """The image moved along a direction."""
        viewer = self._viewer(model)
        return viewer.walk(known_code(sha256, viewer.model, self.cache), direction, steps, full=full)

    def layers(self, worker: Worker, sha256: str, model: str, direction: Direction) -> Layers:
        """Distance and importance of every layer."""
        return layers(known_code(sha256, open_model(model), self.cache), direction)

    def refine(
        self, worker: Worker, folder: Path, path: str, model: str, directions: Sequence[Direction],
        device: str = "auto",
    ) -> Refinement:  # fmt: skip
        """Optimise the code of one image."""
        from large_gui.tasks.refine import refine_image

        return refine_image(folder, path, open_model(model), directions, self.cache, worker, device=device)

    def direction_from_tags(
        self, worker: Worker, name: str, sha256: Sequence[str], tags: Sequence[bool], model: str
    ) -> Direction:
        """A direction between tagged images."""
        from large_gui.tasks.find_direction import from_tagged_images

        return from_tagged_images(name, sha256, tags, open_model(model), self.cache)

    def sheet(self, worker: Worker, rows: Sequence[SortedRow], folder: Path, path: Path) -> None:
        """The sorted contact sheet."""
        write_sheet(rows, folder, path)

    def ranked_files(
        self, worker: Worker, rows: Sequence[SortedRow], folder: Path, target: Path, link: bool
    ) -> int:
        """Copies or links of the images, named by rank."""
        from large_gui.tasks.exports.ranked_files import write_ranked_files

        return write_ranked_files(rows, folder, target, worker, link=link)

    def fetch(self, worker: Worker, model: str) -> Path:
        """Bring a pack's generator onto this machine."""
        return fetch(model, worker)

    def import_model(self, worker: Worker, file: Path, options: ImportOptions) -> ImportedModel:
        """Make a pack of a checkpoint."""
        from large_gui.tasks.imports.model import import_model

        imported = import_model(file, options, worker)
        self._viewers.pop(imported.name, None)
        return imported

    def remove_model(self, worker: Worker, model: str) -> None:
        """Delete an imported pack."""
        self._viewers.pop(model, None)
        remove(model)

    def verify(self, worker: Worker, model: str) -> list[tuple[str, bool, str]]:
        """Check a pack's files."""
        return verify(model)

    def _viewer(self, model: str) -> Viewer:
        if model not in self._viewers:
            self._viewers[model] = Viewer(open_model(model))
        return self._viewers[model]
