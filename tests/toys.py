"""A kind of model, a finder and an engine, each as small as one can be; each is registered by one call."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.reporter import Reporter
from large_gui.directions import finders
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.engine import engine
from large_gui.engine.stages import Batch, Stages, chunks
from large_gui.models import library
from large_gui.models.model import Frame, Model, Picture


class MeanColour(Model):
    """The code of an image is its mean colour: red, green and blue in -1..1."""

    doing = "Looking at colours"
    key = "mean-colour-1"  # type: ignore[assignment]

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame]:
        return [Frame(picture.pixels.mean((0, 1))) for picture in pictures]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        return np.stack([frame.content for frame in frames])[:, None].astype(np.float32) / 127.5 - 1


@dataclass(frozen=True)
class Options:
    """How the line is fitted."""

    ridge: float = option(0.1, "how much large weights are held back", low=0.0, high=10.0)


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The direction along which the values grow, by ridge regression."""
    codes = materials.codes.mean(1)
    x, y = codes - codes.mean(0), materials.values - materials.values.mean()
    normal = np.linalg.solve(x.T @ x + options.ridge * np.eye(x.shape[1]), x.T @ y)
    return [Direction(materials.name, normal / np.linalg.norm(normal), provenance="ridge")]


FINDER = Finder(
    "ridge", "From values", "Follows the values that images have.",
    frozenset({Need.VALUES}), find, Options, 4,
)  # fmt: skip


def one_by_one(stages: Stages, paths: Iterable[str]) -> Iterator[Batch]:
    """Everything on the calling thread, three images at a time; says so in a file."""
    for chunk in chunks(paths, 3):
        with Path(os.environ["TOY_ENGINE_TRACE"]).open("a", encoding="utf-8") as trace:
            trace.write(f"{len(chunk)}\n")
        yield stages.embed(stages.prepare(stages.recall([stages.read(path) for path in chunk])))


library.register("mean-colour", MeanColour)
finders.register(FINDER)
engine.register("one-by-one", one_by_one)
