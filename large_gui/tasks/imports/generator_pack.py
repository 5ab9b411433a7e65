"""What every pack of a generator holds and says, whether it was imported or trained here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.folders import resources_folder
from large_gui.models.description import Alignment
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import GENERATOR
from large_gui.models.writing import write_components, write_pack_directions

if TYPE_CHECKING:
    from PIL import Image

    from large_gui.nets.encoder import InversionEncoder
    from large_gui.nets.generator import Generator
    from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config

ALIGNMENTS: dict[str, Alignment] = {Crop.FACES: "FFHQ", Crop.SQUARE: "square", Crop.PADDED: "padded"}
NOT_SAID = "not said"  # the licence that nobody named
_SHEET = (6, 3)  # columns and rows of the sample sheet
_CELL = 160  # pixels a side of each image in it
_TRUNCATION = 0.7  # of the images in it
_CROPPED: dict[Alignment, tuple[str, str]] = {
    "FFHQ": ("images are cropped", "round the largest face (FFHQ)"),
    "square": ("images are cropped", "the centred square"),
    "padded": ("images are padded", "to a square"),
}


def fill_with_generator(folder: Path, generator: StyleGAN2, reporter: Reporter) -> None:
    """Write into a folder what follows from a generator: its weights, a sample sheet and its components."""
    from large_gui.nets.memory import keep_freed_memory
    from large_gui.nets.weights import save_weights

    keep_freed_memory()
    save_weights(generator.state_dict(), folder / GENERATOR)
    sample_sheet(generator, reporter).save(folder / "sheet.png")
    write_pack_directions(folder, write_components(folder, generator, reporter))


def generator_facts(config: StyleGAN2Config) -> list[tuple[str, str]]:
    """The sizes of a generator, in words for a person."""
    classes = f", {config.classes} classes" if config.classes else ""
    return [
        ("images", f"{config.resolution} x {config.resolution} pixels{classes}"),
        ("codes", f"W of {config.w_dim}, W+ of {config.num_ws} rows"),
        ("mapping", f"{len(config.mapping_widths)} layers from z of {config.z_dim}"),
        ("channels", ", ".join(str(c) for c in config.channels)),
        ("clamp", "none" if config.clamp is None else f"{config.clamp:g}"),
    ]


def no_encoder(name: str, *, trained_here: bool = False) -> tuple[str, str]:
    """The fact that a model has no encoder yet, with the command that trains one."""
    out = "" if trained_here else " --out FOLDER"  # the training of one that was trained here has a folder
    return "encoder", f"none: large-gui train encoder --model {name}{out}"


def crop_fact(alignment: Alignment) -> tuple[str, str]:
    """How images are prepared for a model, in words for a person."""
    return _CROPPED[alignment]


def sample_sheet(generator: Generator, reporter: Reporter) -> Image.Image:
    """Draw images that the generator makes of random codes, with some truncation."""
    import torch
    from PIL import Image

    from large_gui.nets.generator import drawn_codes

    columns, rows = _SHEET
    codes = torch.from_numpy(drawn_codes(generator, columns * rows, seed=1))
    codes = generator.mean_latent + _TRUNCATION * (codes - generator.mean_latent)
    sheet = Image.new("RGB", (columns * _CELL, rows * _CELL))
    for i, code in enumerate(codes):
        reporter.check_cancelled()
        reporter.progress(i, len(codes), "Drawing the sample sheet")
        with torch.inference_mode():
            image = generator.preview(code[None])
        sheet.paste(_picture(image), (i % columns * _CELL, i // columns * _CELL))
    return sheet


def sample_inversion(model: GanModel, encoder: InversionEncoder, generator: Generator) -> Image.Image:
    """Draw the first sample image as the encoder reads it, next to its reconstruction."""
    import torch
    from PIL import Image

    from large_gui.nets.pixels import to_tensor
    from large_gui.project.images.read import read_image

    photo = read_image(min((resources_folder() / "samples").glob("*.jpg")))
    crop = model.aligner(encoder.aligned_size).align_batch([photo])[0].crop
    aligned = to_tensor([crop])
    with torch.inference_mode():
        image = generator.preview(encoder.read(aligned))
    pair = Image.new("RGB", (2 * _CELL, _CELL))
    for i, picture in enumerate((aligned, image)):
        pair.paste(_picture(picture), (i * _CELL, 0))
    return pair


def _picture(images: Any) -> Image.Image:
    """The first of the images ``(B, 3, S, S)`` in -1..1, as one cell of a sheet."""
    from PIL import Image

    from large_gui.nets.pixels import to_pixels

    return Image.fromarray(to_pixels(images)[0]).resize((_CELL, _CELL), Image.Resampling.LANCZOS)
