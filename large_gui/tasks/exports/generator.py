"""Write the generator of a model to a file that other programs read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.reporter import Reporter
from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.models.library import open_model
from large_gui.models.model import generates
from large_gui.project.outputs import check_outputs
from large_gui.tasks.imports.generator_pack import ALIGNMENTS, NOT_SAID

if TYPE_CHECKING:
    from large_gui.nets.stylegan2 import StyleGAN2

FORMATS = {
    ".safetensors": "names as in stylegan2-ada-pytorch, settings in the header",
    ".pt": "names as in rosinality's stylegan2-pytorch",
}


@dataclass(frozen=True)
class ExportedGenerator:
    """A file that was written, and what it is, as pairs of a word and a value."""

    file: Path
    facts: tuple[tuple[str, str], ...]


def export_generator(name: str, file: Path, reporter: Reporter, *, force: bool = False) -> ExportedGenerator:
    """Write the generator of a model, whole or not at all; `import_model` reads it again.

    Parameters
    ----------
    name
        The model. Its encoder and its directions are not part of the file.
    file
        Its ending says the format, a key of `FORMATS`.
    force
        Whether to replace a file that is there.

    Raises
    ------
    InputError
        When the format is not known or has no place for the network, or the file can't be written.
    ModelFileError
        When there is no generator of that model here.
    """
    ending = file.suffix.lower()
    if ending not in FORMATS:
        raise InputError(
            f"It can't be told from the name {printable(file.name)!r} what to write.",
            hint=f"Let it end with one of: {', '.join(FORMATS)}.",
        )
    model = open_model(name)
    about = model.pack.about
    if about.generator is not None and about.generator.config is None:
        raise InputError(
            f"The generator of {name!r} is no StyleGAN2 ({about.generator.network}), "
            "so it has no place in these formats.",
            hint="Choose a model of a StyleGAN2.",
        )
    drawing = generates(model)
    check_outputs([file], (p for p in model.pack.folder.rglob("*") if p.is_file()), force=True)
    if file.exists() and not force:
        raise InputError(f"{file} is there already.", hint="Choose another name, or add --force.")
    reporter.progress(0, 0, f"Reading the generator of {name}")
    generator = drawing.generator()
    from large_gui.nets.stylegan2 import StyleGAN2

    assert isinstance(generator, StyleGAN2), "it has a configuration"
    licence = about.licence or (about.generator.licence if about.generator is not None else "")
    reporter.progress(0, 0, f"Writing {printable(file.name)}")
    if ending == ".pt":
        _write_rosinality(generator, file, reporter)
    else:
        from large_gui.nets.checkpoints.own import write_generator

        crop = next((crop for crop, alignment in ALIGNMENTS.items() if alignment == about.alignment), "")
        write_generator(generator, file, crop, "" if licence == NOT_SAID else licence)
    side = generator.config.resolution
    facts = (
        ("generator", f"StyleGAN2 of {name}, {side} x {side} pixels"),
        ("format", FORMATS[ending]),
        ("licence", licence or NOT_SAID),
    )
    return ExportedGenerator(file, facts)


def _write_rosinality(generator: StyleGAN2, file: Path, reporter: Reporter) -> None:
    import torch

    from large_gui.nets.checkpoints.rosinality import is_of_their_widths, to_rosinality

    config = generator.config
    if config.classes:
        raise InputError(
            f"This generator has {config.classes} classes, which have no place in a .pt of this kind.",
            hint="Export it as .safetensors.",
        )
    if config.clamp is not None:
        reporter.warn(
            f"A .pt of this kind does not say that activations are clamped at {config.clamp:g}. "
            f"large-gui imports it with --clamp {config.clamp:g}; other programs clamp nothing."
        )
    if not is_of_their_widths(config):
        reporter.warn(
            "Its layers have other widths than rosinality's own program builds (512 up to 32 pixels, then "
            "halves of 256 times the channel_multiplier): it is for programs that read widths from the file."
        )
    # Into a stream: by itself torch doesn't say that it is the disk that is full.
    with written_whole(file) as temporary, temporary.open("wb") as stream:
        torch.save(to_rosinality(generator), stream)
