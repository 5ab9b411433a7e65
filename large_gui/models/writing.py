"""Write the parts of a model pack that are computed: directions with their strips, and statistics."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.principal import components
from large_gui.core.reporter import Reporter
from large_gui.models.description import DIRECTIONS_FILE
from large_gui.models.pack import STATISTICS, CodeStatistics

if TYPE_CHECKING:
    from large_gui.nets.encoder import InversionEncoder
    from large_gui.nets.generator import Generator

_DRAWN = 10_000  # codes that are drawn to measure W
_AXES = 256  # most axes of the statistics
_TRUNCATION = 0.5  # of the image in a strip, so that it is an ordinary one


def write_components(folder: Path, generator: Generator, reporter: Reporter) -> list[Direction]:
    """Find the principal components of W, draw a strip for each, and return them as directions.

    They need no labels, so a folder can be sorted at once; the strips show what they mean.
    """
    from large_gui.models.strips import draw_strip, small_webp
    from large_gui.nets.generator import drawn_codes

    codes = drawn_codes(generator, _DRAWN)
    start = codes.mean(0) + _TRUNCATION * (codes[0] - codes.mean(0))
    (folder / "strips").mkdir(exist_ok=True)
    directions = components(codes)
    for i, direction in enumerate(directions):
        reporter.check_cancelled()
        reporter.progress(i, len(directions), "Drawing directions")
        strip = small_webp(draw_strip(generator, start, codes, direction))
        (folder / "strips" / f"{direction.name}.webp").write_bytes(strip)
    return directions


def write_pack_directions(folder: Path, directions: Sequence[Direction]) -> None:
    """Write the directions of a pack to its ``directions.json``."""
    entries = [direction.as_json() for direction in directions]
    (folder / DIRECTIONS_FILE).write_text(json.dumps(entries) + "\n", "utf-8")


def write_statistics(
    folder: Path, generator: Generator, encoder: InversionEncoder, reporter: Reporter, images: int
) -> None:
    """Measure the statistics of codes and of their errors on generated images, and save them."""
    from safetensors.numpy import save_file

    statistics = measured_statistics(generator, encoder, reporter, images)
    save_file(
        {
            "mean": statistics.mean, "axes": statistics.axes,
            "code_quantiles": statistics.code_quantiles, "image_quantiles": statistics.image_quantiles,
        },
        folder / STATISTICS,
    )  # fmt: skip


def measured_statistics(
    generator: Generator, encoder: InversionEncoder, reporter: Reporter, images: int
) -> CodeStatistics:
    """Measure the statistics of codes; the quantiles are those of ``images`` generated images."""
    import torch
    from torch.nn import functional as F

    from large_gui.models.quality import mahalanobis, reconstruction_distance
    from large_gui.nets.generator import drawn_codes

    codes = drawn_codes(generator, _DRAWN)
    variances, vectors = np.linalg.eigh(np.cov(codes, rowvar=False, dtype=np.float64))
    order = np.argsort(variances)[::-1][:_AXES]
    order = order[variances[order] > 1e-6 * variances.max()]
    unknown = np.zeros(101, np.float32)
    distribution = CodeStatistics(
        codes.mean(0), (vectors[:, order] / np.sqrt(variances[order])).T.astype(np.float32), unknown, unknown
    )
    size = (encoder.aligned_size,) * 2
    errors: list[NDArray[np.float64]] = []
    distances: list[NDArray[np.float64]] = []
    for start in range(0, images, encoder.batch):
        reporter.check_cancelled()
        reporter.progress(start, images, "Measuring the encoder on generated images")
        ws = torch.from_numpy(codes[start : min(start + encoder.batch, images)])
        with torch.inference_mode():
            pictures = torch.cat([generator.preview(w[None]) for w in ws]).clamp(-1, 1)
            aligned = F.interpolate(pictures, size, mode="bilinear", antialias=True)
            found = encoder.read(aligned).float()
        distances.append(mahalanobis(found.numpy(), distribution))
        errors.append(reconstruction_distance(aligned, found, generator, encoder))
    steps = np.linspace(0, 100, 101)
    return CodeStatistics(
        distribution.mean, distribution.axes,
        np.percentile(np.concatenate(distances), steps).astype(np.float32),
        np.percentile(np.concatenate(errors), steps).astype(np.float32),
    )  # fmt: skip
