"""Reading images: all modes, all damages."""

import hashlib
import io
import struct
import threading
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from large_gui.errors import ImageError
from large_gui.project.images.read import (
    hash_file,
    read_and_hash,
    read_image,
    readable_extensions,
    readable_formats,
)

RAMP = np.linspace(0, 255, 40 * 30).astype(np.uint8).reshape(30, 40)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    start = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + start + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "CMYK", "YCbCr", "I", "F", "I;16"])
def test_every_mode_becomes_the_same_picture(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "x.tif"
    if mode == "I;16":
        image = Image.fromarray(RAMP.astype(np.uint16) * 257)
        assert image.mode == "I;16"
    else:
        source = Image.fromarray(RAMP)
        image = (source if mode in ("P", "LA", "I", "F") else source.convert("RGB")).convert(mode)
    if mode == "YCbCr":
        path = tmp_path / "x.jpg"
        image.save(path, quality=100)
    else:
        image.save(path)
    pixels = read_image(path)
    assert pixels.shape == (30, 40, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags.writeable
    if mode == "1":
        assert pixels[:10].mean() < 100 < 155 < pixels[-10:].mean()
    else:
        np.testing.assert_allclose(pixels, np.repeat(RAMP[..., None], 3, 2), atol=4)


def test_transparent_parts_turn_white(tmp_path: Path) -> None:
    clear = Image.new("RGBA", (8, 8), (255, 0, 0, 0))
    clear.putpixel((0, 0), (255, 0, 0, 255))
    palette = Image.new("P", (8, 8), 3)
    palette.putpalette(list(range(24)))
    for name, image, options in (
        ("rgba", clear, {}),
        ("la", Image.new("LA", (8, 8), (0, 0)), {}),
        ("p", palette, {"transparency": 3}),
        ("p-many", palette, {"transparency": bytes([255, 255, 255, 0])}),
        ("l", Image.new("L", (8, 8), 3), {"transparency": 3}),
        ("rgb", Image.new("RGB", (8, 8), (1, 2, 3)), {"transparency": (1, 2, 3)}),
    ):
        path = tmp_path / f"{name}.png"
        image.save(path, **options)
        assert read_image(path)[4, 4].tolist() == [255, 255, 255], name
    assert read_image(tmp_path / "rgba.png")[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    ("samples", "expected"),
    [
        (np.array([[0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[0, 128, 255]], np.float32), [0, 128, 255]),
        (np.array([[-1, 0, 1]], np.float32), [0, 128, 255]),
        (np.array([[0, np.nan, 1.0]], np.float32), [0, 0, 255]),
        (np.array([[0, 0, 0]], np.float32), [0, 0, 0]),
        (np.array([[0, 32768, 65535]], np.int32), [0, 128, 255]),
        (np.array([[0, 1, 255]], np.int32), [0, 1, 255]),
        (np.array([[-200_000, 0, 200_000]], np.int32), [0, 128, 255]),
    ],
)
def test_numbers_of_any_scale(tmp_path: Path, samples: np.ndarray, expected: list[int]) -> None:
    Image.fromarray(samples).save(tmp_path / "x.tif")
    assert read_image(tmp_path / "x.tif")[0, :, 0].tolist() == expected


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(tmp_path: Path, kind: str, orientation: int) -> None:
    """A picture with red at the upper left is stored turned; it must come back with red there."""
    upright = Image.new("RGB", (60, 40), "blue")
    upright.paste((255, 0, 0), (0, 0, 20, 20))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(back[orientation]) if orientation in back else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "x"
    path.write_bytes(encoded(stored, kind, exif=exif))
    for bound, side in ((1024, 60), (30, 30)):
        pixels = read_image(path, bound)
        assert pixels.shape == (side * 2 // 3, side, 3)
        assert pixels[side // 10, side // 10, 0] > 200
        assert pixels[-side // 10, -side // 10, 2] > 200


def test_damaged_exif_does_not_hide_the_picture(tmp_path: Path) -> None:
    (tmp_path / "x.jpg").write_bytes(
        encoded(Image.fromarray(RAMP), "JPEG", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    )
    assert read_image(tmp_path / "x.jpg").shape == (30, 40, 3)


@pytest.mark.parametrize(
    ("size", "bound", "shape"),
    [
        ((1, 1), 1024, (1, 1)),
        ((2000, 1000), 512, (256, 512)),
        ((1000, 2000), 512, (512, 256)),
        ((3000, 1), 100, (1, 100)),
        ((100, 50), 100, (50, 100)),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_sizes(tmp_path: Path, kind: str, size: tuple[int, int], bound: int, shape: tuple[int, int]) -> None:
    (tmp_path / "x").write_bytes(encoded(Image.new("RGB", size, (10, 200, 30)), kind))
    pixels = read_image(tmp_path / "x", bound)
    assert pixels.shape == (*shape, 3)
    np.testing.assert_allclose(pixels[0, 0], (10, 200, 30), atol=4)


def test_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (5, 5), color) for color in ("red", "lime")]
    frames[0].save(tmp_path / "x.gif", save_all=True, append_images=frames[1:])
    assert read_image(tmp_path / "x.gif")[2, 2].tolist() == [255, 0, 0]


def test_a_huge_jpeg_is_read_without_a_warning(tmp_path: Path) -> None:
    """108 megapixels, above the 89 where Pillow would warn; warnings are errors in these tests."""
    Image.new("L", (12_000, 9_000), 77).save(tmp_path / "x.jpg")
    pixels = read_image(tmp_path / "x.jpg")
    assert pixels.shape == (768, 1024, 3)
    assert pixels[5, 5, 0] == pytest.approx(77, abs=2)


@pytest.mark.slow
def test_a_huge_png_is_read_bounded(tmp_path: Path) -> None:
    grain = np.random.default_rng(0).integers(0, 255, (2000, 2000)).astype(np.uint8)
    Image.fromarray(np.tile(grain, (10, 10))).save(tmp_path / "x.png", compress_level=1)
    assert read_image(tmp_path / "x.png").shape == (1024, 1024, 3)


def test_more_than_400_megapixels_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(png_header(20_000, 20_001))
    with pytest.raises(ImageError, match="the most is 400"):
        read_image(tmp_path / "x.png")
    (tmp_path / "y.png").write_bytes(png_header(2_000_000_000, 2_000_000_000))
    with pytest.raises(ImageError, match="the most is 400"):
        read_image(tmp_path / "y.png")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_truncated_images(tmp_path: Path, kind: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    data = encoded(Image.fromarray(noise), kind)
    for share in (0.02, 0.3, 0.6):
        (tmp_path / "x").write_bytes(data[: int(len(data) * share)])
        with pytest.raises(ImageError, match=r"^x is (damaged|not an image)"):
            read_image(tmp_path / "x")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.jpg is empty"),
        (b"hello", "not an image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not an image"),
        (png_header(64, 64), "damaged or incomplete"),
    ],
)
def test_what_is_no_image(tmp_path: Path, content: bytes, sentence: str) -> None:
    (tmp_path / "x.jpg").write_bytes(content)
    with pytest.raises(ImageError, match=sentence):
        read_image(tmp_path / "x.jpg")


def test_a_file_that_vanished(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.jpg", tmp_path):
        for read in (read_image, hash_file):
            with pytest.raises(ImageError, match="can't be read"):
                read(path)


SEEDS = {
    kind: encoded(Image.fromarray(RAMP).convert("P" if kind == "GIF" else "RGB"), kind)
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "ICO", "TGA", "PCX", "PPM", "SGI", "JPEG2000")
}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(SEEDS)), st.data())
def test_any_bytes_give_pixels_or_a_sentence(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    content = bytearray(SEEDS[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, min(len(content) - 1, 600)))] = data.draw(st.integers(0, 255))
    (tmp_path / "x").write_bytes(content)
    try:
        assert read_image(tmp_path / "x", 64).shape[2] == 3
    except ImageError as error:
        assert error.sentence.endswith(".")


def test_hash(tmp_path: Path) -> None:
    data = encoded(Image.fromarray(RAMP))
    (tmp_path / "x.png").write_bytes(data)
    pixels, digest = read_and_hash(tmp_path / "x.png")
    assert digest == hash_file(tmp_path / "x.png") == hashlib.sha256(data).hexdigest()
    np.testing.assert_array_equal(pixels, read_image(tmp_path / "x.png"))


def test_warnings_stay_inside_and_the_filters_stay_as_they_were(tmp_path: Path) -> None:
    """An EXIF block that is cut off makes Pillow warn; many threads must leave the filters alone."""
    (tmp_path / "x.jpg").write_bytes(encoded(Image.fromarray(RAMP), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08"))
    with pytest.warns(UserWarning, match="EXIF"), Image.open(tmp_path / "x.jpg") as image:
        image.getexif()
    before = list(warnings.filters)
    faults: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(20):
                read_image(tmp_path / "x.jpg")
        except Exception as error:  # noqa: BLE001 - a thread would lose it
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert list(warnings.filters) == before


def test_formats() -> None:
    assert {"PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP"} <= set(readable_formats())
    assert {".png", ".jpg", ".jpeg", ".tif", ".webp"} <= readable_extensions()
    assert not {".eps", ".ps", ".mpg", ".h5", ".wmf"} & readable_extensions()
