"""Write a model pack: its networks, what is measured of them, directions, and ``pack.json`` last."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.models.pack import CodeStatistics, imported_folder, sha256_of

if TYPE_CHECKING:
    from large_gui.nets.encoders import Encoder
    from large_gui.nets.generator import Generator

COMPONENTS = 5  # directions that every generator gets
_DRAWN = 10_000  # codes that say how W lies
_AXES = 256
_CALM = 0.5  # truncation of the image in a strip


def write_tensors(tensors: Mapping[str, Any], file: Path) -> None:
    """Save weights as safetensors, whole or not at all."""
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    with written_whole(file) as temporary:
        try:
            save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, temporary)
        except SafetensorError as error:  # how it tells of a full disk
            raise OSError(f"{file.name} can't be saved: {error}") from error


def write_components(folder: Path, generator: Generator, reporter: Reporter) -> list[Direction]:
    """Directions that need no labels, the principal components of W, with their strips.

    They let a folder be sorted at once; what they mean has to be seen.
    """
    from large_gui.models.strips import draw_strip, small_webp
    from large_gui.nets.generator import drawn_codes

    codes = drawn_codes(generator, _DRAWN)
    start = codes.mean(0) + _CALM * (codes[0] - codes.mean(0))
    (folder / "strips").mkdir(exist_ok=True)
    directions = components(codes)
    for i, direction in enumerate(directions):
        reporter.check_cancelled()
        reporter.progress(i, len(directions), "Drawing directions")
        strip = small_webp(draw_strip(generator, start, codes, direction))
        (folder / "strips" / f"{direction.name}.webp").write_bytes(strip)
    return directions


def components(codes: NDArray[np.floating], layer_sizes: tuple[int, ...] | None = None) -> list[Direction]:
    """The principal components of codes ``(N, D)``; distance 0 is their mean."""
    from large_gui.core.components import principal_directions

    mean = codes.mean(0)
    layers = len(layer_sizes or (0,))  # the intercept belongs to each, and a distance is their mean
    return [
        Direction(
            f"component_{i}", normal.astype(np.float32), -float(mean @ normal) / layers,
            intercept_means="the average image", negative="less", positive="more",
            provenance=f"principal component {i} of the codes, {share:.0%} of their variance (GANSpace)",
            layer_sizes=layer_sizes,
        )
        for i, (normal, share) in enumerate(zip(*principal_directions(codes, COMPONENTS)), 1)
    ]  # fmt: skip


def write_directions(folder: Path, directions: Sequence[Direction]) -> None:
    """Save ``directions.json``."""
    entries = [direction.as_json() for direction in directions]
    (folder / "directions.json").write_text(json.dumps(entries) + "\n", "utf-8")


def write_statistics(
    folder: Path, generator: Generator, encoder: Encoder, reporter: Reporter, images: int
) -> None:
    """Measure how codes of good images lie, and which errors they get, on generated ones."""
    from safetensors.numpy import save_file

    statistics = measured_statistics(generator, encoder, reporter, images)
    save_file(
        {
            "mean": statistics.mean, "axes": statistics.axes,
            "code_quantiles": statistics.code_quantiles, "image_quantiles": statistics.image_quantiles,
        },
        folder / "statistics.safetensors",
    )  # fmt: skip


def measured_statistics(
    generator: Generator, encoder: Encoder, reporter: Reporter, images: int
) -> CodeStatistics:
    """See `CodeStatistics`; ``images`` are drawn for the quantiles."""
    import torch
    from torch.nn import functional as F

    from large_gui.models.quality import mahalanobis, reconstruction_distance
    from large_gui.nets.generator import drawn_codes

    codes = drawn_codes(generator, _DRAWN)
    variances, vectors = np.linalg.eigh(np.cov(codes, rowvar=False, dtype=np.float64))
    order = np.argsort(variances)[::-1][:_AXES]
    order = order[variances[order] > 1e-6 * variances.max()]
    nothing = np.zeros(101, np.float32)
    lie = CodeStatistics(
        codes.mean(0), (vectors[:, order] / np.sqrt(variances[order])).T.astype(np.float32), nothing, nothing
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
        distances.append(mahalanobis(found.numpy(), lie))
        errors.append(reconstruction_distance(aligned, found, generator, encoder))
    steps = np.linspace(0, 100, 101)
    return CodeStatistics(
        lie.mean, lie.axes, np.percentile(np.concatenate(distances), steps).astype(np.float32),
        np.percentile(np.concatenate(errors), steps).astype(np.float32),
    )  # fmt: skip


@contextmanager
def staged(name: str, start: Path | None = None) -> Iterator[Path]:
    """A folder for a pack's files; it takes the place of the imported pack of that name when all went well.

    Parameters
    ----------
    start
        A pack whose files are there already, to be changed.

    Raises
    ------
    InputError
        When it can't be written; an earlier pack is then as it was.
    """
    models = imported_folder()
    try:
        models.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".importing-", dir=models) as temporary:
            new, old = Path(temporary) / name, Path(temporary) / ".old"
            if start is None:
                new.mkdir()
            else:
                shutil.copytree(start, new)
            yield new
            _swap(new, models / name, old)
    except OSError as error:
        raise InputError(
            f"The model can't be written to {models}.",
            hint="Make room on the disk, or choose another folder with LARGE_GUI_HOME.",
            detail=repr(error),
        ) from error


def _swap(new: Path, place: Path, old: Path) -> None:
    """Put ``new`` at ``place``, and what was there at ``old``; both stay where they are when that fails."""
    if not place.exists():
        new.rename(place)
        return
    place.rename(old)
    try:
        new.rename(place)
    except OSError:
        old.rename(place)
        raise


def write_about(folder: Path, about: dict[str, Any]) -> None:
    """Save ``pack.json`` with the hash of every file of the pack: with it the pack is there."""
    names = sorted(p.name for p in folder.iterdir() if p.suffix in (".safetensors", ".json"))
    files = {name: sha256_of(folder / name) for name in names if name != "pack.json"}
    with written_whole(folder / "pack.json") as temporary:
        temporary.write_text(json.dumps(about | {"files": files}, indent=1) + "\n", "utf-8")
