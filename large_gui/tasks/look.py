"""Look closer at one image: its aligned crop, its reconstruction, and a walk along a direction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.companions import companion_step
from large_gui.core.direction import Direction
from large_gui.core.distance import layer_distances, unit_step
from large_gui.core.latent import LatentSpace, Pixels
from large_gui.core.reporter import Reporter
from large_gui.engine.stages import READ_BOUND
from large_gui.errors import InputError
from large_gui.models.model import Model, generates
from large_gui.models.spaces import Spaces, measured_along, needs_styles
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.read import read_image

if TYPE_CHECKING:
    from large_gui.nets.generator import Generator

_STEPS = np.linspace(-2.5, 2.5, 5)  # of a strip, in standard deviations of the distances of generated codes
_CODES = 2000  # random codes whose covariance shows what changes together with a distance
_MANY = 500  # of them, in W+ or S, which show how far apart distances are


@dataclass(frozen=True, eq=False)
class Layers:
    """The distances of one image in each layer, and the direction's layer importance, ``(L,)`` each."""

    distances: NDArray[np.float64]
    importance: NDArray[np.float64]


class Viewer:
    """Draws pictures of single images; its networks are loaded when they are first needed."""

    def __init__(self, model: Model, device: str = "cpu") -> None:
        self.model = model
        self.device = device
        self._generator: Generator | None = None
        self._codes: NDArray[np.float32] | None = None

    def aligned_crop(self, image: Path) -> tuple[Pixels, tuple[str, ...]]:
        """The part of an image that the model reads, larger, ``(320, 320, 3)``, and its flags."""
        return self.model.view(read_image(image, READ_BOUND))

    def picture(self, code: NDArray[np.float32], *, full: bool = False) -> Pixels:
        """The generator's image of a code ``(L, D)``: at 256 pixels, which is fast, or at full size.

        Raises
        ------
        ModelFileError
            When the model has no generator, or it has not been fetched.
        """
        network = self.network()
        draw = network if full else network.preview
        return self._pixels(lambda: draw(self._on_device(code[None])))

    def _pixels(self, draw: Callable[[], Any]) -> Pixels:
        import torch

        from large_gui.nets.pixels import to_pixels

        with torch.inference_mode():
            (pixels,) = to_pixels(draw())
        return np.asarray(pixels, np.uint8)

    def _on_device(self, array: NDArray[np.floating]) -> Any:
        import torch

        return torch.from_numpy(np.ascontiguousarray(array, np.float32)).to(self.device)

    def network(self) -> Generator:
        """The generator, loaded when it is first asked for.

        Raises
        ------
        ModelFileError
            When the model has no generator, or it has not been fetched.
        """
        if self._generator is None:
            self._generator = generates(self.model).generator().to(self.device)
        return self._generator

    def walk(
        self, code: NDArray[np.float32], direction: Direction, steps: float, *, full: bool = False
    ) -> Pixels:
        """The image of a code after its distance was increased by ``steps``.

        Along a direction in W, the code changes as the generator's own codes usually change with the distance
        (`companion_step`). Along a direction in W+ or S, it or its styles move along the normals themselves.
        """
        moved = direction.sign * steps
        if needs_styles(self.model, direction):
            return self._walk_in_s(code, moved * unit_step(direction), direction.layer_sizes or (), full=full)
        if direction.normal.ndim == 1:
            step = companion_step(direction.normal, self._generated_codes())
        else:
            step = unit_step(direction)
        return self.picture(code + np.float32(moved) * step.astype(np.float32), full=full)

    def _walk_in_s(
        self, code: NDArray[np.float32], change: NDArray[np.float64], sizes: Sequence[int], *, full: bool
    ) -> Pixels:
        """The image of a code whose styles, joined, were changed."""
        network, changes = self.network(), np.split(change, np.cumsum(sizes)[:-1])
        draw = network.image_of_styles if full else network.preview_of_styles

        def drawn() -> Any:
            styles = network.styles(self._on_device(code[None]))
            return draw([style + self._on_device(part) for style, part in zip(styles, changes, strict=True)])

        return self._pixels(drawn)

    def strip(self, direction: Direction, reporter: Reporter, side: int = 128) -> Pixels:
        """Five pictures of ``side`` pixels side by side: the generator's mean code, moved along a direction.

        Raises
        ------
        ModelFileError
            When the model has no generator, or it has not been fetched.
        """
        from PIL import Image

        codes = self._generated_codes()
        rows = len(direction.normal) if direction.space is LatentSpace.W_PLUS else self.model.shape[0]
        # In W all rows are alike, so one of them tells what all of them do.
        many = (
            codes[:, None] if direction.space is LatentSpace.W else codes[:_MANY, None].repeat(rows, axis=1)
        )
        spread = float(np.std(measured_along(self.model, many, [direction])))
        start = np.tile(codes.mean(0, dtype=np.float64), (rows, 1)).astype(np.float32)
        pictures = []
        for done, steps in enumerate(spread * _STEPS):
            reporter.progress(done, len(_STEPS), "Drawing a direction")
            reporter.check_cancelled()
            picture = Image.fromarray(self.walk(start, direction, float(steps)))
            pictures.append(np.asarray(picture.resize((side, side), Image.Resampling.LANCZOS), np.uint8))
        return np.concatenate(pictures, axis=1)

    def _generated_codes(self) -> NDArray[np.float32]:
        """Codes ``(N, D)`` of random z."""
        from large_gui.nets.generator import drawn_codes

        if self._codes is None:
            self._codes = drawn_codes(self.network(), _CODES)
        return self._codes


def known_code(sha256: str, model: Model, cache: CodeCache) -> NDArray[np.float32]:
    """The code of an image from the cache.

    Raises
    ------
    InputError
        When the image was not inverted yet.
    """
    found = cache.get_many([sha256], model.key)
    if sha256 not in found:
        raise InputError("This image has not been measured yet.", hint="Wait until its turn has come.")
    return found[sha256].code


def layers(code: NDArray[np.float32], direction: Direction, model: Model) -> Layers:
    """Distance and importance of every layer of one code ``(L, D)``, or of its styles.

    Raises
    ------
    ModelFileError
        When the direction is in S, and the model has no styles or its generator is not here.
    """
    per_layer = layer_distances(Spaces(model, code[None]).of(direction), direction)[0]
    importance = direction.layer_importance
    if importance is None:
        importance = np.full(len(per_layer), 1 / len(per_layer))
    return Layers(per_layer, np.asarray(importance, np.float64))
