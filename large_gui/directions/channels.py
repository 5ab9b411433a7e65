"""What each channel of a generator's styles changes in its pictures, in the codes of a CLIP model.

Patashnik et al., "StyleCLIP: text-driven manipulation of StyleGAN imagery", ICCV 2021 (arXiv:2103.17249),
section 6. As there, only channels of convolutions are used: to-RGB layers change nothing but colours.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from large_gui.core.reporter import Reporter
from large_gui.core.words import printable
from large_gui.errors import InputError, ModelFileError
from large_gui.files import written_whole
from large_gui.models.texts import ReadsText
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.generator import Generator, drawn_codes

_VERSION = 1  # increased when channels are measured in another way, so that they are measured again
_DRAWN, _PIECE = 4096, 256  # codes that tell how styles vary, and how many of these at once
_SEED = 1  # of the images that are changed
_PIXELS, _MOST = 4 << 20, 64  # of the pictures that are made at once, and the most pictures
_NOTHING = 1e-6  # a change of a code of unit length that is nothing but rounding
_OFTEN = 60.0  # seconds after which what was measured is written down
_BLOCK = 64  # channels that are measured before one can stop without losing them
_COLOURS = ("torgb", "image_style")  # layers that only make colours


@dataclass(frozen=True, eq=False)
class Channels:
    """What was measured of the C channels of a generator's styles, all layers joined.

    Attributes
    ----------
    sizes
        Widths of the layers; they add up to C.
    mean, deviation
        ``(C,)``, of the styles of random codes.
    changes
        ``(C, D)``: the unit vector along which a channel changes the code of a picture, on average. It is
        zero where a channel changes nothing, or was not measured.
    measured
        Which channels ``(C,)`` were measured.
    images
        The number of generated images that each was measured on, at least; 0 if that is not known.
    """

    sizes: tuple[int, ...]
    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]
    changes: NDArray[np.float64]
    measured: NDArray[np.bool_]
    images: int

    def towards(self, change: NDArray[np.floating]) -> NDArray[np.float64]:
        """Relevance of each channel ``(C,)`` to a unit change ``(D,)`` of a code (section 6, Eq. 5)."""
        return np.asarray(self.changes @ change, np.float64)


def measured_channels(
    generator: Generator, clip: ReadsText, images: int, change: float, folder: Path | None, reporter: Reporter
) -> Channels:
    """Change each channel of generated images a little to either side, and see what CLIP reads of it.

    Each change of a code is scaled to unit length, averaged over the images, and scaled again.

    Parameters
    ----------
    images
        How many generated images each channel is changed in, at least; if there were more before, all count.
    change
        How far it is changed to either side, in its standard deviations.
    folder
        Where it is kept what was measured, for this generator and this model, so that it is measured once and
        goes on where it was stopped; ``None`` keeps nothing.
    """
    generator = generator.to(clip.device)
    sizes, measured = _of_convolutions(generator)
    mean, deviation = _spread(generator)
    kept = _Kept.opened(folder, _identity(generator, clip, change), len(measured), reporter)
    blocks = list(_blocks(sizes, measured))
    first, last, total = kept.done, time.monotonic(), images * len(blocks)
    try:
        for done in range(first, total):
            reporter.progress(done, total, "Measuring what each channel changes")
            number, place = divmod(done, len(blocks))
            block = blocks[place]
            sums = _changes(generator, clip, number, block, change * deviation[block.place], reporter)
            kept = kept.with_more(block.place, sums)
            if time.monotonic() - last > _OFTEN:
                kept.write(reporter)
                last = time.monotonic()
    finally:  # stopped as well
        if kept.done > first:
            kept.write(reporter)
    return Channels(sizes, mean, deviation, _unit_rows(kept.sums), measured, kept.done // len(blocks))


def read_channels(generator: Generator, file: Path, width: int) -> Channels:
    """What StyleCLIP measured of a generator: its file ``fs3.npy``.

    Parameters
    ----------
    width
        D of the CLIP model's codes.

    Raises
    ------
    ModelFileError
        When the file can't be read, or is not of this generator and such a model.
    """
    sizes, measured = _of_convolutions(generator)
    content = read_checkpoint(file)
    shape, wanted = getattr(content, "shape", ()), (int(measured.sum()), width)
    if not isinstance(content, np.ndarray) or shape != wanted or content.dtype.kind != "f":
        raise ModelFileError(
            f"{printable(file.name)} is not what StyleCLIP measured of this generator.",
            hint=f"Its fs3.npy has a row for each of {wanted[0]:,} channels, and {wanted[1]:,} columns.",
            detail=f"{type(content).__name__} {shape}",
        )
    changes = np.zeros((len(measured), width))
    changes[measured] = np.nan_to_num(content)
    return Channels(sizes, *_spread(generator), _unit_rows(changes), measured, 0)


def _of_convolutions(generator: Generator) -> tuple[tuple[int, ...], NDArray[np.bool_]]:
    """Widths of the layers, and which channels ``(C,)`` are those of convolutions."""
    layers = generator.style_layers
    said = [np.full(layer.width, not layer.module.endswith(_COLOURS)) for layer in layers]
    return tuple(layer.width for layer in layers), np.concatenate(said)


class _Block(NamedTuple):
    """Some channels of one layer: their places in it, and among all."""

    layer: int
    within: slice
    place: slice


def _blocks(sizes: Sequence[int], measured: NDArray[np.bool_]) -> Iterator[_Block]:
    """The channels that are measured, in blocks so small that little is lost when one is stopped."""
    for layer, (start, width) in enumerate(zip(np.cumsum((0, *sizes)), sizes)):
        for low in range(0, width if measured[start] else 0, _BLOCK):
            high = min(low + _BLOCK, width)
            yield _Block(layer, slice(low, high), slice(int(start) + low, int(start) + high))


def _changes(
    generator: Generator, clip: ReadsText, number: int, block: _Block, far: NDArray[np.float64],
    reporter: Reporter,
) -> NDArray[np.float64]:  # fmt: skip
    """Unit changes ``(n, D)`` of the code of one generated image by each of the n channels of a block.

    Parameters
    ----------
    far
        How far each channel is changed to either side, ``(n,)``.
    """
    code = torch.from_numpy(drawn_codes(generator, number + 1, _SEED)[number:]).to(clip.device)
    at_once = max(1, min(_MOST, _PIXELS // generator.resolution**2) // 2)
    found = []
    for start in range(0, len(far), at_once):
        reporter.check_cancelled()
        with torch.inference_mode():
            styles = generator.styles(code)
            steps = torch.zeros(len(far), styles[block.layer].shape[1])
            steps[:, block.within] = torch.diag(torch.from_numpy(far.astype(np.float32)))
            steps = steps[start : start + at_once].to(clip.device)
            both = [style.expand(2 * len(steps), -1) for style in styles]
            both[block.layer] = styles[block.layer] + torch.cat([steps, -steps])
            pictures = generator.image_of_styles(both)
            pictures = pictures.expand(-1, 3, -1, -1)  # a grey one in colour
        codes = clip.picture_codes(pictures).astype(np.float64)
        found.append(codes[: len(steps)] - codes[len(steps) :])
    changes = np.concatenate(found)
    return _unit_rows(changes, _NOTHING)


def _unit_rows(rows: NDArray[np.float64], least: float = 0.0) -> NDArray[np.float64]:
    """Rows of unit length; those that are no longer than ``least`` become zero."""
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > least))


def _spread(generator: Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean and standard deviation ``(C,)`` of the styles of random codes."""
    count, total, squares = 0, np.zeros(1), np.zeros(1)
    centre: NDArray[np.float64] | None = None
    for piece in np.array_split(drawn_codes(generator, _DRAWN), _DRAWN // _PIECE):
        with torch.inference_mode():
            styles = torch.cat(generator.styles(torch.from_numpy(piece).to(generator.mean_latent.device)), 1)
        found = styles.double().cpu().numpy()
        centre = found.mean(0) if centre is None else centre  # so that squares of large numbers don't cancel
        count, total = count + len(found), total + (found - centre).sum(0)
        squares = squares + np.square(found - centre).sum(0)
    assert centre is not None
    return centre + total / count, np.sqrt(np.maximum(squares / count - np.square(total / count), 0))


def _identity(generator: Generator, clip: ReadsText, change: float) -> str:
    """A hash of all that decides what is measured, but for the number of images."""
    assert isinstance(generator, nn.Module)
    digest = hashlib.sha256(f"{_VERSION} {clip.key} {change!r} {_SEED} {_BLOCK}".encode())
    for name, tensor in generator.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]


@dataclass(frozen=True, eq=False)
class _Kept:
    """Sums ``(C, D)`` of what was measured so far, and how many blocks of images that is."""

    file: Path | None
    sums: NDArray[np.float64]
    done: int

    @classmethod
    def opened(cls, folder: Path | None, identity: str, channels: int, reporter: Reporter) -> _Kept:
        """What was kept earlier, or nothing."""
        file = None if folder is None else folder / f"channels-{identity}.npz"
        if file is not None and file.exists():
            try:
                content = read_checkpoint(file)
                if not isinstance(content, dict):
                    raise TypeError("it holds no arrays by name")
                sums, done = content["sums"].astype(np.float64), int(content["done"])
                if sums.ndim == 2 and len(sums) == channels and done >= 0:
                    return cls(file, sums, done)
            except (ModelFileError, ValueError, KeyError, TypeError, AttributeError, OverflowError):
                reporter.warn(f"{file.name} is damaged; the channels are measured anew.")
        return cls(file, np.zeros((channels, 0)), 0)

    def with_more(self, place: slice, changes: NDArray[np.float64]) -> _Kept:
        """The sums with those of one block of one image added."""
        sums = self.sums if self.sums.shape[1] else np.zeros((len(self.sums), changes.shape[1]))
        sums[place] += changes
        return _Kept(self.file, sums, self.done + 1)

    def write(self, reporter: Reporter) -> None:
        """Write them to the file; that it is not possible is told, and stops nothing."""
        if self.file is None or not self.done:
            return
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            with written_whole(self.file) as temporary:
                np.savez(temporary, sums=self.sums.astype(np.float32), done=self.done)
        except (OSError, InputError) as error:
            reporter.warn(f"What was measured of the channels can't be kept: {error}")
