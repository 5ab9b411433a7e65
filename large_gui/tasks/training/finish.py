"""Make a model of what a GAN training run has learned."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import InputError, LargeError, ModelFileError
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
from large_gui.tasks.imports.model import LONGEST_NAME, ImportedModel, checked_name
from large_gui.tasks.training.prepared import read_list
from large_gui.tasks.training.run_file import RUN_FILE
from large_gui.tasks.training.runs import Run, RunState, read_run

if TYPE_CHECKING:
    from large_gui.nets.stylegan2 import StyleGAN2Config

LICENCE = "yours; that of the images it was trained on may bind you"


def make_model(
    run_folder: Path, name: str, reporter: Reporter, thousands: int | None = None
) -> ImportedModel:
    """Make a model of the best snapshot of a run, or of the newest if no figure was measured.

    The model is written whole or not at all. It replaces a model of that name only if that was made of the
    same run, and has got no encoder since.

    Parameters
    ----------
    thousands
        The snapshot after so many thousand images, in place of the best.

    Raises
    ------
    InputError
        When the name is taken or not possible, this is no folder of a run, or the model can't be written.
    ModelFileError
        When there is no such snapshot, or it is damaged.
    """
    from large_gui.nets.checkpoints.own import read_generator
    from large_gui.training.gan.snapshots import best_snapshot

    run, crop = _read(run_folder, reporter)
    _check_name(name, run, reporter)
    if thousands is None:
        snapshot = best_snapshot(run_folder, None if run.best is None else run.best.images)
    elif thousands in run.snapshots:
        snapshot = run.snapshots[thousands]
    else:
        raise ModelFileError(
            f"The snapshot after {thousands:,} thousand images is not kept.",
            hint="The newest snapshots and the best one are kept: choose one of these.",
        )
    reporter.progress(0, 0, f"Reading {snapshot.name}")
    generator = read_generator(snapshot)
    shown = int(snapshot.stem) if snapshot.stem.isdecimal() else 0
    about = _about(name, run, crop, generator.config, shown)
    source = {"run": called(run), "snapshot": snapshot.name, "sha256": sha256_of(snapshot)}
    with staged(name) as folder:
        fill_with_generator(folder, generator, reporter)
        write_description(folder, PackDescription(**about, source=source))
    target = imported_folder() / name
    return ImportedModel(name, target, list(about["facts"]), target / "sheet.png", None)


def tell_of_name(run_folder: Path, name: str, reporter: Reporter) -> None:
    """Warn that the model of a run will get another name, before hours are spent on training it.

    Raises
    ------
    InputError
        When the run can't be read.
    """
    run, _ = _read(run_folder, reporter)
    if why := _why_kept(name, run):
        reporter.warn(f"The model {name} will stay as it is, as {why}. The new one gets a name of its own.")
    else:
        _check_name(name, run, reporter)


def make_best(run_folder: Path, name: str, reporter: Reporter) -> tuple[ImportedModel, str]:
    """Make a model of the best snapshot at the end of a training, whatever has its name by now.

    A model that has an encoder, or that was not made of this run, stays as it is: the new one gets a free
    name after its thousands of images, as ``tomatoes-800k``.

    Returns
    -------
    model, sentence
        The sentence tells a person about a name that isn't the wanted one, or that there is nothing new; it
        is empty if the new model has the name.

    Raises
    ------
    LargeError
        As for `make_model`.
    """
    why = _why_kept(name, _read(run_folder, reporter)[0])
    if not why:
        return make_model(run_folder, name, reporter), ""
    if there := _made_of_best(run_folder, model_names()):
        about, folder = open_pack(there).about, imported_folder() / there
        model = ImportedModel(there, folder, list(about.facts), folder / "sheet.png", None)
        return model, f"The best snapshot is still the one that the model {there} was made of."
    model = make_model(run_folder, _free_name(name, _best(run_folder)), reporter)
    return model, f"The model {name} stays as it is, as {why}. The new one is called {model.name}."


def is_made(run_folder: Path, name: str) -> bool:
    """Whether the model that `make_best` would make is there, or its snapshot is not there any more."""
    names = model_names()
    if name not in names:
        return False
    if not _best(run_folder).is_file():
        return True
    kept = _why_kept(name, read_run(run_folder))
    return bool(_made_of_best(run_folder, names if kept else [name]))


def _best(run_folder: Path) -> Path:
    """The file of the best snapshot as it is told, or of the newest; it may not be there any more."""
    from large_gui.training.gan.snapshots import SNAPSHOTS, snapshot_file

    run = read_run(run_folder)
    if run.best is not None:
        return snapshot_file(run_folder, run.best.images)
    return run.snapshots[max(run.snapshots)] if run.snapshots else run_folder / SNAPSHOTS / "none"


def _made_of_best(run_folder: Path, names: Sequence[str]) -> str:
    """The first of some models that was made of the best snapshot of a run; empty if none was."""
    best, run = _best(run_folder), read_run(run_folder)
    if not best.is_file():
        return ""
    digest = sha256_of(best)
    return next(
        (n for n in names if _is_of(n, run) and open_pack(n).about.source.get("sha256") == digest), ""
    )


def _free_name(name: str, snapshot: Path) -> str:
    """A name that no model has, after the thousands of images that a snapshot was shown."""
    ending, number = f"-{int(snapshot.stem)}k", 1
    taken = {taken.casefold() for taken in model_names()}  # on some disks these are one name
    while True:
        again = ending if number == 1 else f"{ending}-{number}"
        free = f"{name[: LONGEST_NAME - len(again)]}{again}"
        if free.casefold() not in taken:
            return free
        number += 1


def called(run: Run) -> str:
    """Name and beginning of a run, which no two runs have in common."""
    return printable(f"{run.name}, begun {run.created}")


def _about(name: str, run: Run, crop: Crop, config: StyleGAN2Config, thousands: int) -> dict[str, Any]:
    """The description of the model, without where it is from."""
    assert run.settings is not None and run.images_folder is not None, "the run was read"
    alignment, weight = ALIGNMENTS[crop], run.settings.hsr.weight if run.settings.hsr is not None else 0
    shown = f"{thousands:,} thousand images shown"
    best = run.best if run.best is not None and run.best.images // 1000 == thousands else None
    facts = [
        ("trained here", f"on {count(run.images, 'image')} of {printable(run.images_folder.name)}"),
        ("training", f"{shown}, {f'with HSR (weight {weight:g})' if weight else 'without HSR'}"),
        *([(best.metric_name, f"{best.metric:.4g}")] if best and math.isfinite(best.metric) else []),
        *generator_facts(config),
        no_encoder(name, trained_here=True),
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


def _check_name(name: str, run: Run, reporter: Reporter) -> None:
    """Refuse a name that another model has, or that of a model with what the run did not make."""
    if name not in model_names():
        checked_name(name, replace=False)
        return
    if not _is_of(name, run):
        raise InputError(
            f"There is a model called {name!r} already, and it was not made of this training.",
            hint="Choose another name for the new one.",
        )
    if _why_kept(name, run):
        raise InputError(
            f"The model {name!r} was made of this training before, and has got an encoder since.",
            hint="Choose another name for the new one: that encoder reads codes of the earlier snapshot.",
        )
    if read_own(name)[0]:
        reporter.warn(
            f"The directions that were kept for {name} are of the snapshot before this one; find them again."
        )


def _is_of(name: str, run: Run) -> bool:
    """Whether there is a model of that name, and it was made of this run."""
    try:
        pack = open_pack(name)
        return pack.is_imported and pack.about.source.get("run") == called(run)
    except LargeError:  # it can't be read, so nobody knows what it is
        return False


def _why_kept(name: str, run: Run) -> str:
    """Why a model can't be replaced by one of this run, as part of a sentence; empty if it can."""
    if name not in model_names():
        return ""
    if not _is_of(name, run):
        return "it was not made of this training"
    return "it has an encoder" if open_pack(name).about.encoder is not None else ""


def _read(folder: Path, reporter: Reporter) -> tuple[Run, Crop]:
    """A run with all that is told of it, and how its images were prepared.

    Raises
    ------
    InputError
        When this is no folder of a run, or it can't be read.
    """
    if not (folder / RUN_FILE).is_file():
        raise InputError(
            f"There is no training in {folder}.", hint="Choose the folder of a run of: large-gui train gan"
        )
    run = read_run(folder)
    try:
        listed = read_list(folder)
    except InputError:
        listed = None
    if run.state is RunState.DAMAGED or listed is None:
        raise InputError(
            f"The training in {folder} can't be read: what is told of it is damaged.",
            hint="Snapshots in its folder can still be imported: large-gui model import FILE --align square",
            detail="; ".join(run.problems) or "no list of images",
        )
    for problem in run.problems:
        reporter.warn(problem)
    return run, listed.crop
