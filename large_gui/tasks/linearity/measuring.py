"""What a figure of a generator is, and what the functions that measure one are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.calibrating.fit import Fit
from large_gui.core.choices import ANY_IMAGE
from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter, Unit
from large_gui.models.model import Model, generates
from large_gui.tasks.linearity.real_images import real_images

if TYPE_CHECKING:
    from large_gui.metrics.feature_network import FeatureNetwork
    from large_gui.metrics.path_length import PathLengths, Sampling, Space
    from large_gui.metrics.perceptual import PerceptualDistance
    from large_gui.nets.generator import Generator


class Need(StrEnum):
    """What a metric needs beside the model, in words for a person."""

    IMAGES = "a folder of real images"
    DIRECTION = "a direction"
    SCORES = "labelled images, a saved fit or a direction, by which pictures are scored"


@dataclass(frozen=True)
class Figure:
    """One figure of a model.

    Attributes
    ----------
    name
        What it is, for a person: ``Fréchet distance``.
    value
        The figure; NaN where it is not defined.
    error
        Its standard error; NaN where there is none.
    network
        The network that it was measured with; empty where none was.
    count
        How many of ``counted`` it was made of.
    counted
        What was counted: ``images``, ``pairs``.
    better
        Which values are better: ``lower`` or ``higher``.
    more
        Further numbers that belong to it, by name.
    """

    name: str
    value: float
    error: float
    network: str
    count: int
    counted: str = "images"
    better: str = "lower"
    more: Mapping[str, float] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The figure as it is written for other programs."""
        return {
            "name": self.name, "value": self.value, "standard_error": self.error, "network": self.network,
            "count": self.count, "counted": self.counted, "better": self.better, **self.more,
        }  # fmt: skip


@dataclass(frozen=True, eq=False)
class Settings:
    """What a person asked for.

    Attributes
    ----------
    count
        How many images are generated, or pairs of them drawn.
    seed
        Seeds every draw; the same gives the same figures.
    device
        ``auto``, ``cpu`` or ``cuda``.
    images
        The folder of real images.
    direction
        The direction that is asked about.
    inception
        Weights of FID's Inception; without them EfficientNet-Lite0 makes the features.
    lpips
        Files with LPIPS's weights; without them EfficientNet-Lite0 compares images.
    values
        Folders of labelled images, or tables of labels, from each of which a scorer is learned.
    fit
        A saved fit, whose predictions are scores.
    eyes
        The image model by whose features pictures are scored and compared.
    paths, steps
        How many paths are scored, and the number of steps on each.
    """

    count: int = 2000
    seed: int = 0
    device: str = "auto"
    images: Path | None = None
    direction: Direction | None = None
    inception: Path | None = None
    lpips: tuple[Path, ...] = ()
    values: tuple[Path, ...] = ()
    fit: Fit | None = None
    eyes: str = ANY_IMAGE
    paths: int = 50
    steps: int = 10

    @property
    def gives(self) -> frozenset[Need]:
        """The needs of metrics that they meet."""
        scores = self.values or self.fit or self.direction or None
        given = {Need.IMAGES: self.images, Need.DIRECTION: self.direction, Need.SCORES: scores}
        return frozenset(need for need, what in given.items() if what is not None)


class Measuring:
    """A model that is being measured; what several metrics need is made once, when it is first asked for."""

    def __init__(self, model: Model, settings: Settings, reporter: Reporter) -> None:
        self.model, self.settings, self.reporter = model, settings, reporter
        self._path_lengths: dict[tuple[Space, Sampling], PathLengths] = {}

    @cached_property
    def device(self) -> str:
        """Where networks compute: ``cpu`` or ``cuda``."""
        from large_gui.models.encoding import pick_device

        return pick_device(self.settings.device)

    @cached_property
    def generator(self) -> Generator:
        """The generator, on the device.

        Raises
        ------
        ModelFileError
            When the model makes no pictures, or its generator is not on this machine.
        """
        return generates(self.model).generator().to(self.device)

    @cached_property
    def codes(self) -> NDArray[np.float32]:
        """W codes ``(count, D)`` of random z, without truncation."""
        from large_gui.nets.generator import drawn_codes

        return drawn_codes(self.generator, self.settings.count, self.settings.seed)

    def drawn(self, codes: NDArray[np.float32], doing: str = "Drawing") -> Iterator[NDArray[np.uint8]]:
        """Images of bytes ``(B, 3, R, R)`` of codes, in batches; reports how far it is."""
        from large_gui.metrics.feature_network import generated_images

        done = 0
        for images in generated_images(self.generator, codes, self.device):
            self.step(done, len(codes), doing)
            yield images
            done += len(images)

    def step(self, done: int, total: int, doing: str) -> None:
        """Report how many images are done, and stop here if the person wants it."""
        self.reporter.check_cancelled()
        self.reporter.progress(done, total, doing, unit=Unit.IMAGES, device=self.device)

    @cached_property
    def network(self) -> FeatureNetwork:
        """The network that makes features, on the device."""
        from large_gui.metrics.feature_network import InceptionOfFid, default_network

        file = self.settings.inception
        found: FeatureNetwork = default_network() if file is None else InceptionOfFid(file).eval()
        return found.to(self.device)

    @cached_property
    def distance(self) -> PerceptualDistance:
        """The distance of pictures, on the device."""
        from large_gui.metrics.lpips import lpips_of
        from large_gui.metrics.perceptual import default_distance

        files = self.settings.lpips
        if files:
            return lpips_of(files).to(self.device)
        return default_distance().to(self.device)

    def path_lengths(self, space: Space, sampling: Sampling) -> PathLengths:
        """The lengths of as many paths as the settings say; they are measured once."""
        from large_gui.metrics.path_length import path_lengths

        asked, count = (space, sampling), self.settings.count
        if asked not in self._path_lengths:
            doing = f"Measuring paths in {space.upper()}"
            self._path_lengths[asked] = path_lengths(
                self.generator, self.distance, count, self.settings.seed, space=space, sampling=sampling,
                device=self.device, step=lambda done: self.step(done, count, doing),
            )  # fmt: skip
        return self._path_lengths[asked]

    @cached_property
    def generated_features(self) -> NDArray[np.float32]:
        """Features ``(count, D)`` of generated images."""
        from large_gui.metrics.feature_network import features_of

        return features_of(self.network, self.drawn(self.codes), self.device)

    @cached_property
    def real_features(self) -> NDArray[np.float32]:
        """Features ``(N, D)`` of the real images, prepared as the model prepares images.

        Raises
        ------
        InputError
            When the folder can't be read, or holds too few images.
        """
        from large_gui.metrics.feature_network import features_of

        assert self.settings.images is not None, "the metric says that it needs them"
        side = self.generator.resolution
        batches = real_images(self.settings.images, self.model, side, self.reporter, self.device)
        return features_of(self.network, batches, self.device)


@dataclass(frozen=True)
class Metric:
    """One way to measure a generator.

    Attributes
    ----------
    about
        What it measures, for a person.
    measure
        Returns its figures.
    needs
        What has to be given beside the model.
    usual
        Whether it is measured when nothing is asked for by name.
    """

    about: str
    measure: Callable[[Measuring], list[Figure]]
    needs: frozenset[Need] = frozenset()
    usual: bool = True
