"""Make a model of what a GAN training run has learned."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.core import forms
from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import InputError, LargeError
from large_gui.files import sha256_of
from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.library import model_names, open_pack, staged
from large_gui.models.own_directions import read_own
from large_gui.models.pack import imported_folder
from large_gui.tasks.imports.generator_pack import (
    ALIGNMENTS,
    crop_fact,
    fill_with_generator,
    generator_facts,
    no_encoder,
)
from large_gui.tasks.imports.model import ImportedModel, checked_name

if TYPE_CHECKING:
    from large_gui.nets.stylegan2 import StyleGAN2Config

LICENCE = "yours; that of the images it was trained on may bind you"
_MOST_IMAGES, _MOST_BYTES = 1 << 40, 1 << 28


@dataclass(frozen=True)
class _Run:
    """What a model tells of the run that it was made of.

    Attributes
    ----------
    called
        Name and beginning of the run, which no two runs have in common.
    trained_on
        The images, in words.
    hsr
        Weight of the Hierarchical Semantic Regularizer; 0 without it.
    best
        How many images had been shown at the best snapshot; ``None`` if no figure was measured.
    figure
        The figure of that snapshot, with its name.
    """

    called: str
    crop: Crop
    trained_on: str
    hsr: float
    best: int | None
    figure: tuple[str, str] | None


def make_model(run_folder: Path, name: str, reporter: Reporter) -> ImportedModel:
    """Make a model of the best snapshot of a run, or of the newest if no figure was measured.

    The model is written whole or not at all. It replaces a model of that name only if that was made of the
    same run, and has got no encoder since.

    Raises
    ------
    InputError
        When the name is taken or not possible, this is no folder of a run, or the model can't be written.
    ModelFileError
        When there is no snapshot yet, or it is damaged.
    """
    from large_gui.training.gan.snapshots import best_snapshot, read_snapshot

    run = _read(run_folder)
    _check_name(name, run, reporter)
    snapshot = best_snapshot(run_folder, run.best)
    reporter.progress(0, 0, f"Reading {snapshot.name}")
    generator = read_snapshot(snapshot)
    thousands = int(snapshot.stem) if snapshot.stem.isdecimal() else 0
    about = _about(name, run, generator.config, thousands)
    source = {"run": run.called, "snapshot": snapshot.name, "sha256": sha256_of(snapshot)}
    with staged(name) as folder:
        fill_with_generator(folder, generator, reporter)
        write_description(folder, PackDescription(**about, source=source))
    target = imported_folder() / name
    return ImportedModel(name, target, list(about["facts"]), target / "sheet.png", None)


def _about(name: str, run: _Run, config: StyleGAN2Config, thousands: int) -> dict[str, Any]:
    """The description of the model, without where it is from."""
    alignment = ALIGNMENTS[run.crop]
    shown = f"{thousands:,} thousand images shown"
    facts = [
        ("trained here", f"on {run.trained_on}"),
        ("training", f"{shown}, {f'with HSR (weight {run.hsr:g})' if run.hsr else 'without HSR'}"),
        *([run.figure] if run.figure is not None else []),
        *generator_facts(config),
        no_encoder(name),
        crop_fact(alignment),
        ("licence", LICENCE),
    ]
    return {
        "title": f"{name} (StyleGAN2 trained here, {config.resolution} px)",
        "kind": "gan",
        "shape": (config.num_ws, config.w_dim),
        "alignment": alignment,
        "licence": LICENCE,
        "generator": NetworkDescription("StyleGAN2", LICENCE, config.as_json()),
        "facts": tuple(facts),
    }


def _check_name(name: str, run: _Run, reporter: Reporter) -> None:
    """Refuse a name that another model has, or that of a model with what the run did not make."""
    if name not in model_names():
        checked_name(name, replace=False)
        return
    try:
        earlier = open_pack(name)
        same = earlier.is_imported and earlier.about.source.get("run") == run.called
    except LargeError:  # it can't be read, so nobody knows what it is
        same = False
    if not same:
        raise InputError(
            f"There is a model called {name!r} already, and it was not made of this training.",
            hint="Choose another name for the new one.",
        )
    if earlier.about.encoder is not None:
        raise InputError(
            f"The model {name!r} was made of this training before, and has got an encoder since.",
            hint="Choose another name for the new one: that encoder reads codes of the earlier snapshot.",
        )
    if read_own(name)[0]:
        reporter.warn(
            f"The directions that were kept for {name} are of the snapshot before this one; find them again."
        )


def _read(folder: Path) -> _Run:
    """Read what is told of a run.

    Raises
    ------
    InputError
        When a file of it is missing or damaged.
    """
    run, images = _form(folder, "run.json"), _form(folder, "images.json")
    try:
        number = forms.count(run, "images", _MOST_IMAGES)
        crop = Crop(forms.text(images, "crop"))
        trained_on = f"{count(number, 'image')} of {printable(Path(forms.text(run, 'folder')).name)}"
        called = printable(f"{forms.text(run, 'name')}, begun {forms.text(run, 'created')}")
        hsr = _hsr_weight(forms.table(run.get("settings"), "settings"))
        if not (folder / "best.json").exists():
            return _Run(called, crop, trained_on, hsr, None, None)
        best = _form(folder, "best.json")
        metric = forms.number(best, "metric")
        return _Run(
            called, crop, trained_on, hsr, forms.count(best, "images", _MOST_IMAGES),
            (printable(forms.text(best, "metric_name")), f"{metric:.4g}"),
        )  # fmt: skip
    except (ValueError, TypeError) as error:
        raise _damaged(folder, repr(error)) from error


def _hsr_weight(settings: Mapping[str, Any]) -> float:
    """The weight of HSR in the settings of a run; 0 if it was trained without."""
    given = settings.get("hsr")
    return 0.0 if given is None else forms.number(forms.table(given, "hsr"), "weight", least=0)


def _form(folder: Path, name: str) -> Mapping[str, Any]:
    file = folder / name
    if not file.is_file():
        raise InputError(
            f"There is no training in {folder}.",
            hint="Choose the folder of a run of: large-gui train gan",
            detail=f"no {name}",
        )
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise ValueError("it is too large")
        return forms.table(json.loads(file.read_bytes()), name)
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(folder, f"{name}: {error!r}") from error


def _damaged(folder: Path, detail: str) -> InputError:
    return InputError(
        f"The training in {folder} can't be read: what is told of it is damaged.",
        hint="Snapshots in its folder can still be imported: large-gui model import FILE --align square",
        detail=detail,
    )
