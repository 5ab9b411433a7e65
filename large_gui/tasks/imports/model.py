"""Turn a checkpoint of another program into a model pack; nothing in the file is executed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, ModelFileError
from large_gui.files import sha256_of
from large_gui.folders import resources_folder
from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import model_names, staged
from large_gui.models.pack import ENCODER, Pack, imported_folder
from large_gui.models.writing import write_statistics
from large_gui.tasks.imports.generator_pack import (
    ALIGNMENTS,
    NOT_SAID,
    crop_fact,
    fill_with_generator,
    generator_facts,
    no_encoder,
    sample_inversion,
)

if TYPE_CHECKING:
    from large_gui.nets.checkpoints.recognise import Recognised

LONGEST_NAME = 40  # of a model


@dataclass(frozen=True)
class ImportOptions:
    """The choices of a person for an import.

    Attributes
    ----------
    name
        Name of the pack; empty for the name of the file.
    alignment
        A key of `ALIGNMENTS`: how images are prepared. If it is empty, the file decides; if the file says
        nothing, it is the centred square.
    licence
        Licence of the weights. If it is empty, the file decides.
    ignore_unknown
        Whether to import the file even if some tensors are not understood.
    encoder_type, clamp
        Kind of the encoder and bound of the activations, if the file does not say them.
    replace
        Whether to replace an imported pack of that name.
    measured
        Number of generated images that the encoder's errors are measured on.
    """

    name: str = ""
    alignment: str = ""
    licence: str = ""
    ignore_unknown: bool = False
    encoder_type: str | None = None
    clamp: float | None = None
    replace: bool = False
    measured: int = 40


@dataclass(frozen=True)
class ImportedModel:
    """The result of an import.

    Attributes
    ----------
    facts
        What was recognised, as pairs of a word and a value.
    sheet, inversion
        Pictures for a person: samples, and a sample image next to its reconstruction.
    """

    name: str
    folder: Path
    facts: list[tuple[str, str]]
    sheet: Path
    inversion: Path | None


def import_model(file: Path, options: ImportOptions, reporter: Reporter) -> ImportedModel:
    """Import a checkpoint as a model pack.

    The pack is written whole or not at all. Converted weights are saved as safetensors with their hash, so
    the original may be deleted.

    Raises
    ------
    ModelFileError
        When the file is refused or holds no known network.
    InputError
        When the name is taken or not possible, or the pack can't be written.
    """
    from large_gui.nets.checkpoints.recognise import recognise

    name = checked_name(options.name or proposed_name(file), options.replace)
    reporter.progress(0, 0, f"Reading {file.name}")
    found = recognise(file, encoder_type=options.encoder_type, clamp=options.clamp)
    if found.not_understood and not options.ignore_unknown:
        raise ModelFileError(
            f"{len(found.not_understood)} tensors in {file.name} were not understood"
            f" ({', '.join(found.not_understood[:3])}{', …' if len(found.not_understood) > 3 else ''}).",
            hint="Import it again, leaving out what is not understood (--ignore-unknown), if that may be.",
            detail="\n".join(found.not_understood),
        )
    if found.generator.config.image_channels not in (1, 3):
        raise ModelFileError(
            f"This generator makes images of {found.generator.config.image_channels} channels.",
            hint="Only colour and grey images can be used.",
        )
    for note in found.generator.notes:
        reporter.warn(note)
    reporter.check_cancelled()
    about = _about(file, found, options)
    about = replace(about, facts=tuple(_facts(name, found, about)))
    with staged(name) as folder:
        _fill(folder, found, about, options.measured, reporter)
    target = imported_folder() / name
    inversion = target / "inversion.png"
    return ImportedModel(
        name, target, list(about.facts), target / "sheet.png", inversion if inversion.exists() else None
    )


def _fill(folder: Path, found: Recognised, about: PackDescription, measured: int, reporter: Reporter) -> None:
    """Write all files of a pack into a folder."""
    from large_gui.nets.weights import save_weights

    generator = found.generator.build()
    fill_with_generator(folder, generator, reporter)
    if found.encoder is not None:
        encoder = found.encoder.build(found.generator)
        save_weights(found.encoder.state, folder / ENCODER)
        write_statistics(folder, generator, encoder, reporter, measured)
    write_description(folder, about)
    if found.encoder is not None:
        reporter.progress(0, 0, "Inverting the sample image")
        sample_inversion(GanModel(Pack(folder)), encoder, generator).save(folder / "inversion.png")


def _facts(name: str, found: Recognised, about: PackDescription) -> list[tuple[str, str]]:
    """What was recognised, in words for a person."""
    result = [("recognised", found.kind), *generator_facts(found.generator.config)]
    if found.encoder is not None:
        iterations = found.encoder.config.iterations
        again = f", {iterations} iterations" if iterations > 1 else ""
        backbone = sum(found.encoder.config.units) * 2 + 2
        result.append(("encoder", f"{found.encoder.config.kind} on IR-SE-{backbone}{again}"))
    else:
        result.append(no_encoder(name))
    result += [crop_fact(about.alignment), ("licence", about.licence)]
    for title, names in (("left out", found.left_out), ("not understood", tuple(found.not_understood))):
        if names:
            more = f" and {len(names) - 8} more" if len(names) > 8 else ""
            result.append((title, ", ".join(names[:8]) + more))
    return result + [("note", note) for note in found.generator.notes]


def _about(file: Path, found: Recognised, options: ImportOptions) -> PackDescription:
    if options.alignment and options.alignment not in ALIGNMENTS:
        raise InputError(
            f"There is no alignment {options.alignment!r}.", hint=f"There are: {', '.join(ALIGNMENTS)}."
        )
    alignment = options.alignment or found.crop or Crop.SQUARE
    config, encoder = found.generator.config, found.encoder.config if found.encoder is not None else None
    licence = options.licence.strip() or found.licence or NOT_SAID
    return PackDescription(
        title=f"{file.stem} ({found.kind}, {config.resolution} px)",
        kind="gan",
        shape=(config.num_ws, config.w_dim),
        alignment=ALIGNMENTS[alignment],
        licence=licence,
        generator=NetworkDescription("StyleGAN2", licence, config.as_json()),
        encoder=None if encoder is None else NetworkDescription(encoder.kind, "", encoder.as_json()),
        source={"file": file.name, "sha256": sha256_of(file)},
    )


def proposed_name(file: Path) -> str:
    """The name that the pack of a file gets if the person gives none."""
    return re.sub(r"[^a-z0-9]+", "-", file.stem.lower()).strip("-")[:40] or "model"


def is_possible_name(name: str) -> bool:
    """Whether a model, and so its folder, may be called this."""
    whole = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) is not None
    return whole and len(name) <= LONGEST_NAME


def checked_name(name: str, replace: bool) -> str:
    """Return the name of a new pack if it is possible.

    Raises
    ------
    InputError
        When the name is taken or can't be a folder's name.
    """
    if not is_possible_name(name):
        raise InputError(
            f"{name!r} can't be the name of a model.",
            hint=f"Use letters, digits, dots and dashes, up to {LONGEST_NAME}.",
        )
    own = (resources_folder() / name).exists()
    if own or (name in model_names() and not replace):
        raise InputError(
            f"There is a model called {name!r} already.",
            hint="Choose another name." if own else "Choose another name, or replace it with --replace.",
        )
    return name
