"""Read an image of any format as RGB of bounded size."""

from __future__ import annotations

import hashlib
import io
import struct
import threading
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from large_gui.errors import ImageError
from large_gui.files import sha256_of

MAX_PIXELS = 400_000_000  # decoded RGB of this size takes 1.6 GB
MAX_BYTES = 2 << 30
_SMALL = 64 << 20  # bytes that every image may take in memory
_TIGHTEST = 100  # most bytes in memory per byte of a larger image's file; photographs have up to 20

# Pillow's own limit is 89 megapixels; `_decode` checks MAX_PIXELS instead, before it decodes.
Image.MAX_IMAGE_PIXELS = None

# Formats that Pillow can't decode everywhere; EPS would start Ghostscript on an unknown file.
_UNREADABLE = {"BUFR", "EPS", "GRIB", "HDF5", "MPEG", "WMF"}
_FAULTS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    MemoryError,
    # What Pillow's plugins raise on bytes that their authors did not foresee.
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
)
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ON_THE_SIDE = {5, 6, 7, 8}  # orientations in which width and height change places


@cache
def readable_formats() -> tuple[str, ...]:
    """Names of the formats that can be decoded here; HEIF is one of them if pillow-heif is installed."""
    Image.init()
    try:
        import pillow_heif
    except ImportError:
        pass
    else:
        pillow_heif.register_heif_opener()
    return tuple(name for name in Image.OPEN if name not in _UNREADABLE)


@cache
def readable_extensions() -> frozenset[str]:
    """Lower-case extensions, with the point, of `readable_formats`."""
    formats = set(readable_formats())
    return frozenset(ext for ext, name in Image.registered_extensions().items() if name in formats)


def reason(error: OSError) -> str:
    """Why a file can't be read, as the end of a sentence."""
    text = (error.strerror or str(error)).rstrip(".")
    return text[:1].lower() + text[1:]


def hash_file(path: Path) -> str:
    """SHA-256 of a file's content, as hex.

    Raises
    ------
    ImageError
        When the file can't be read.
    """
    try:
        return sha256_of(path)
    except OSError as error:
        raise ImageError(f"{path.name} can't be read: {reason(error)}.", detail=repr(error)) from error


def read_image(path: Path, bound: int = 1024) -> NDArray[np.uint8]:
    """Read an image upright, as RGB, no larger than asked.

    The image may have any format and mode that Pillow reads. Of several frames the first is read. The EXIF
    orientation is applied, transparent parts become white, 16-bit samples keep their upper 8 bits, and other
    numbers are scaled to 0..255.

    Parameters
    ----------
    path
        The file.
    bound
        Longest side of the result in pixels; smaller images keep their size.

    Returns
    -------
    ``(H, W, 3)`` uint8.

    Raises
    ------
    ImageError
        When the file is gone, empty, damaged, of an unknown format, or has more than 400 megapixels.
    """
    return read_and_hash(path, bound)[0]


def upright_size(path: Path) -> tuple[int, int]:
    """Width and height of an image as `read_image` gives it without a bound; only its head is read.

    Raises
    ------
    ImageError
        When it is not an image that can be read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise ImageError(f"{path.name} can't be read: {reason(error)}.", detail=repr(error)) from error
    with file, _telling(path.name), _quiet, Image.open(file, formats=readable_formats()) as image:
        width, height = image.size
        turned = _orientation(image) in _ON_THE_SIDE
    return (height, width) if turned else (width, height)


def read_and_hash(path: Path, bound: int = 1024) -> tuple[NDArray[np.uint8], str]:
    """Do `read_image` and `hash_file` with one reading of the file: ``(H, W, 3)`` uint8 and hex."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ImageError(f"{path.name} is larger than 2 GiB.", hint="Save a smaller copy of it.")
        data = path.read_bytes()
    except OSError as error:
        raise ImageError(f"{path.name} can't be read: {reason(error)}.", detail=repr(error)) from error
    if not data:
        raise ImageError(f"{path.name} is empty.", hint="Copy it again from where it came.")
    with _telling(path.name), _quiet:
        pixels = _decode(data, path.name, bound)
    return pixels, hashlib.sha256(data).hexdigest()


@contextmanager
def _telling(name: str) -> Iterator[None]:
    """Turn what Pillow raises into a sentence for the person."""
    try:
        yield
    except UnidentifiedImageError as error:
        raise ImageError(f"{name} is not an image that can be read.", detail=repr(error)) from error
    except _FAULTS as error:
        raise ImageError(
            f"{name} is damaged or incomplete.",
            hint="Open it in an image editor and save it again.",
            detail=repr(error),
        ) from error


def _decode(data: bytes, name: str, bound: int) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(data), formats=readable_formats()) as image:
        width, height = image.size
        if width * height > MAX_PIXELS:
            raise ImageError(
                f"{name} has {width * height / 1e6:,.0f} megapixels; the most is {MAX_PIXELS / 1e6:.0f}.",
                hint="Save a smaller copy of it.",
            )
        image.draft(None, _fit(image.size, bound))  # a JPEG is decoded at 1/2, 1/4 or 1/8 when that is enough
        unpacked = image.width * image.height * len(image.getbands())
        if unpacked > max(_SMALL, _TIGHTEST * len(data)):
            raise ImageError(
                f"{name} unpacks to {width * height / 1e6:,.0f} megapixels"
                f" from {max(1, len(data) >> 10):,} kB, as no photograph does.",
                hint="Save a smaller copy of it.",
            )
        image.load()
        orientation = _orientation(image)
        small = _on_white(image)
        small = small.resize(_fit(small.size, bound), Image.Resampling.LANCZOS, reducing_gap=2.0)
        small = small.convert("RGB")
        if orientation in _TURNS:
            small = small.transpose(_TURNS[orientation])
        return np.array(small)


def _fit(size: tuple[int, int], bound: int) -> tuple[int, int]:
    """The size, shrunk so that its longest side is at most ``bound``."""
    scale = min(1.0, bound / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _orientation(image: Image.Image) -> int:
    """EXIF orientation that the decoder has not yet applied; 1 when the EXIF block can't be read."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _FAULTS:
        return 1  # an image with damaged EXIF can still be read


def _on_white(image: Image.Image) -> Image.Image:
    """The image on white in mode L or RGB; L if possible, because it takes a quarter of the memory."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    if image.mode in ("I", "F"):
        return Image.fromarray(_to_bytes(np.asarray(image)))
    if image.has_transparency_data:
        image = image.convert("LA") if image.mode == "La" else image
        image = image if image.mode == "RGBA" else image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    if image.mode in ("1", "L"):
        return image.convert("L")
    return image if image.mode == "RGB" else image.convert("RGB")


def _to_bytes(samples: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Scale numbers to 0..255, from a full scale of 1, 255 or 65535 if that fits, else from their range."""
    x = np.nan_to_num(samples.astype(np.float32), posinf=0, neginf=0)
    low, high = float(x.min()), float(x.max())
    scales = (1.0, 255.0, 65535.0) if samples.dtype.kind == "f" else (255.0, 65535.0)
    full = next((scale for scale in scales if high <= scale), None)
    if low < 0 or full is None:
        x, full = x - low, max(high - low, 1.0)
    return np.asarray(np.round(x * (255 / full)).clip(0, 255), np.uint8)


class _Quiet:
    """Silence Pillow's warnings while any thread decodes.

    `warnings.catch_warnings` swaps a list that all threads share, so only the first thread in and the last
    one out may touch it.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._inside = 0
        self._catcher = warnings.catch_warnings()

    def __enter__(self) -> None:
        with self._lock:
            self._inside += 1
            if self._inside == 1:
                self._catcher = warnings.catch_warnings()
                self._catcher.__enter__()
                # A warning is filed under Pillow's module or, by its stack level, under its caller's.
                warnings.filterwarnings("ignore", module=r"PIL(\.|$)")
                warnings.filterwarnings("ignore", module=__name__.replace(".", r"\."))

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._catcher.__exit__(None, None, None)


_quiet = _Quiet()
