"""Images in every format that is read, and how a file is recognised."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from PIL import Image

from large_gui.project.export import HEADERS
from large_gui.project.images.content import own_kind
from large_gui.project.images.manifest import find_dropped
from large_gui.project.images.read import read_and_hash, upright_size
from tests.fuzzing.targets.target import Target, files_of, tried

# Pillow's name of the format, mode, options of writing; the file's ending follows from the name.
_FORMATS: tuple[tuple[str, str, str, dict[str, object]], ...] = (
    ("x.jpg", "JPEG", "RGB", {"quality": 80}),
    ("x.jpg", "JPEG", "CMYK", {"progressive": True}),
    ("x.png", "PNG", "RGBA", {}),
    ("x.png", "PNG", "P", {"transparency": 0}),
    ("x.png", "PNG", "I;16", {}),
    ("x.webp", "WEBP", "RGBA", {"lossless": True}),
    ("x.gif", "GIF", "P", {"save_all": True}),
    ("x.tif", "TIFF", "RGB", {"compression": "tiff_lzw"}),
    ("x.tif", "TIFF", "F", {}),
    ("x.tif", "TIFF", "CMYK", {"compression": "tiff_adobe_deflate"}),
    ("x.bmp", "BMP", "RGB", {}),
    ("x.ppm", "PPM", "RGB", {}),
    ("x.tga", "TGA", "RGBA", {"compression": "tga_rle"}),
    ("x.ico", "ICO", "RGBA", {}),
    ("x.pcx", "PCX", "L", {}),
    ("x.sgi", "SGI", "RGB", {}),
    ("x.im", "IM", "RGB", {}),
    ("x.dds", "DDS", "RGBA", {}),
    ("x.jp2", "JPEG2000", "RGB", {}),
    ("x.avif", "AVIF", "RGB", {}),
    ("x.icns", "ICNS", "RGBA", {}),
    ("x.qoi", "QOI", "RGB", {}),
    ("x.msp", "MSP", "1", {}),
    ("x.spider", "SPIDER", "F", {}),
)
_NAMES = (
    *dict.fromkeys(name for name, *_ in _FORMATS),
    "x",
    "x.psd",
    "x.fits",
    "x.xpm",
    "x.cur",
    "x.fli",
    "x.cr2",
)


def _write_image(folder: Path, number: int) -> None:
    name, kind, mode, options = _FORMATS[number]
    side = 32 if kind in ("ICO", "ICNS") else 23
    ramp = np.arange(side * side * 3, dtype=np.uint8).reshape(side, side, 3)
    image = Image.fromarray(ramp)
    image = Image.fromarray(ramp[..., 0].astype(np.uint16)) if mode == "I;16" else image.convert(mode)
    exif = Image.Exif()
    exif[0x0112] = 6
    more = {"exif": exif} if kind in ("JPEG", "PNG", "WEBP", "TIFF") and mode in ("RGB", "RGBA") else {}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats that a later Pillow will not have
            image.save(folder / name, kind, **options, **more)  # type: ignore[arg-type]
    except (KeyError, OSError, ValueError):  # a format that this build of Pillow can't write
        ramp.tofile(folder / name)


def _read_image(folder: Path) -> None:
    for file in files_of(folder, _NAMES):
        own_kind(file, HEADERS)
        tried(find_dropped, [file])
        tried(upright_size, file)
        found = tried(read_and_hash, file, 64)
        if found is not None:
            pixels = found[0]
            assert pixels.dtype == np.uint8 and pixels.ndim == 3 and max(pixels.shape[:2]) <= 64


TARGETS = (Target("images", _NAMES, _write_image, _read_image, len(_FORMATS)),)
