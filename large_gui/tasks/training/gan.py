"""Train a generator on a folder of images, from its preparation to a model; a stopped run goes on."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.files import clear_unfinished
from large_gui.tasks.imports.model import ImportedModel, checked_name
from large_gui.tasks.training.dataset import FEWEST, ImagesRequest, choose_images, prepare_images
from large_gui.tasks.training.finish import is_made, make_best, tell_of_name
from large_gui.tasks.training.holding import held, told_of_full_disk
from large_gui.tasks.training.plan import TrainingPlan, check_memory, plan_training, with_speed
from large_gui.tasks.training.prepared import PreparedImages, open_array, read_list
from large_gui.tasks.training.run_file import (
    RUN_FILE,
    RunForm,
    Settings,
    check_possible,
    new_form,
    read_form,
    training_folder,
    write_form,
)
from large_gui.tasks.training.runs import Best, read_run
from large_gui.tasks.training.shown_metric import shown_metric

if TYPE_CHECKING:
    from large_gui.training.gan.distributed import Team as Team


@dataclass(frozen=True)
class GanRequest:
    """What to train on, and how.

    Attributes
    ----------
    name
        Name of the run, and of the model that comes of it.
    folder
        Folder of images; ``None`` to go on with those that the run has.
    settings
        All settings; those of a run that goes on are `known_settings`.
    crop, classes
        As in `ImagesRequest`; ``None`` for those of a run that goes on, or the centred square and no classes.
    replace_data
        Whether to prepare the images anew.
    """

    name: str
    folder: Path | None
    settings: Settings
    crop: Crop | None = None
    classes: str | None = None
    device: str = "auto"
    replace_data: bool = False


@dataclass(frozen=True)
class Trained:
    """The result of a training.

    Attributes
    ----------
    run
        Its folder.
    seen, seconds
        How many images were shown, and how long it took in all.
    ended
        Why it ended, as part of a sentence.
    told
        What a person should know of the model's name, or that it is not new; usually empty.
    """

    run: Path
    model: ImportedModel
    seen: int
    seconds: float
    ended: str
    best: Best | None
    told: str = ""


def known_settings(name: str) -> Settings | None:
    """The settings of a run that was begun; ``None`` if there is no such run.

    Raises
    ------
    InputError
        When they can't be read.
    """
    folder = _folder(name)
    return read_form(folder).settings if (folder / RUN_FILE).exists() else None


def plan_gan(request: GanRequest, reporter: Reporter) -> TrainingPlan:
    """What a training will take, with the speed of ten real steps; nothing is written.

    Raises
    ------
    InputError
        When the request can't be carried out.
    """
    from large_gui.models.encoding import pick_device

    run = _folder(request.name)
    settings = _agreed(request, run)
    listed = _listed(run, request.replace_data)
    if listed is not None and not request.replace_data:
        images, classes, crop = len(listed.paths), len(listed.class_names), listed.crop
    else:
        asked = _images_request(request, settings, listed)
        chosen = choose_images(asked, SilentReporter(), fewest=_fewest(settings))  # the training warns
        images, classes, crop = len(chosen.paths), len(chosen.class_names), asked.crop
    plan = plan_training(settings, run, images, crop, pick_device(request.device), classes=classes)
    check_memory(plan)
    return replace(with_speed(plan, reporter, classes=classes), seen=read_run(run).seen)


def meet(device: str) -> AbstractContextManager[Team]:
    """The processes that torchrun has started to train together; usually this one alone.

    The first plans and trains, and the others follow it.
    """
    from large_gui.training.gan.distributed import team_of_processes

    return team_of_processes(device)


def train_gan(request: GanRequest, reporter: Reporter, team: Team | None = None) -> Trained:
    """Prepare the images, train until the end, and make a model of the best snapshot.

    A run that was stopped or killed goes on from its last checkpoint as if nothing had happened. A model with
    an encoder is never replaced: the new one then gets a name of its own (see `make_best`).

    Parameters
    ----------
    team
        The processes that train together, of which this is the first; the others call `follow_gan`.

    Raises
    ------
    InputError
        When the request can't be carried out, another process trains this run, or the disk is full.
    Cancelled
        When the person stops it; the run is kept.
    """
    run = _folder(request.name)
    settings = _agreed(request, run)
    if team is not None:
        team.share(settings.gan.batch)
    with held(run):
        for folder in (run, run / "sheets", run / "snapshots"):
            clear_unfinished(folder)
        images = _images(request, settings, run, reporter)
        form = _form(request.name, run, settings, images)
        with told_of_full_disk(run):
            if not form.ended:
                write_form(run, form)
                tell_of_name(run, request.name, reporter)
            if team is not None:
                team.told(lambda: float(not form.ended))  # the others wait for it
            if not form.ended:
                ended = _train(run, settings, images, request.device, reporter, team)
                form = replace(form, ended=ended)
                write_form(run, form)
            elif is_made(run, request.name):
                raise InputError(
                    f"The training {request.name!r} has ended, as {form.ended}.",
                    hint="To train on, ask for more images: --thousands NUMBER.",
                )
            model, told = make_best(run, request.name, reporter)
    done = read_run(run)
    seconds = done.log[-1].seconds if done.log else 0.0
    return Trained(run, model, done.seen, seconds, form.ended, done.best, told)


def follow_gan(name: str, device: str, reporter: Reporter, team: Team) -> None:
    """Train together with the first process, once that has prepared the run.

    Raises
    ------
    LargeError
        When the first process ends before the training does.
    """
    if not team.told(lambda: 0.0):
        return
    run = training_folder() / name
    images = read_list(run)
    if images is None:
        raise InputError(
            f"This process doesn't see the images of {name!r}.",
            hint="All processes need the same folder LARGE_GUI_HOME.",
        )
    _train(run, read_form(run).settings, images, device, reporter, team)


def _train(
    run: Path, settings: Settings, images: PreparedImages, device: str, reporter: Reporter, team: Team | None
) -> str:  # fmt: skip
    """Train to the end; return why it ended."""
    from large_gui.models.encoding import pick_device
    from large_gui.nets.memory import keep_freed_memory
    from large_gui.tasks.training.building import build_trainer
    from large_gui.training.gan.loop import run_training

    keep_freed_memory()
    pixels = open_array(run, images)
    chosen = pick_device(device)
    plan = plan_training(settings, run, len(pixels), images.crop, chosen, classes=len(images.class_names))
    check_memory(plan)
    metric = None
    if team is None or team.first:
        reporter.progress(0, 0, "Looking at the photographs")
        metric = shown_metric(pixels, chosen)
    trainer = build_trainer(settings, pixels, images.labels, chosen, team)
    run_training(trainer, run, metric, reporter, crop=images.crop)
    if trainer.seen < settings.gan.thousands * 1000:
        return f"{count(settings.gan.patience, 'snapshot was', 'snapshots were')} no better"
    return "all images were shown"


def _folder(name: str) -> Path:
    """The folder of a run; its name must be one that a new model may have, unless it is there already."""
    if not (training_folder() / name / RUN_FILE).is_file():
        checked_name(name, replace=False)
    return training_folder() / name


def _agreed(request: GanRequest, run: Path) -> Settings:
    """The settings to train with: those of the run if it goes on, and they must not be others.

    Raises
    ------
    InputError
        When the run was begun with other settings.
    """
    if not (run / RUN_FILE).exists():
        if request.folder is None:
            raise InputError(
                f"There is no training called {request.name!r}.",
                hint="Name the folder of images to begin one.",
            )
        check_possible(request.settings)
        return request.settings
    begun = read_form(run).settings
    if differences := begun.differences(request.settings):
        raise InputError(
            f"The training {request.name!r} was begun with other settings: {'; '.join(differences)}.",
            hint="Leave them away to go on with it, or give the new one another name.",
        )
    check_possible(request.settings)
    return request.settings  # all else is as it was


def _images_request(request: GanRequest, settings: Settings, there: PreparedImages | None) -> ImagesRequest:
    """How to prepare the images: as it is asked for, or else as it was done before."""
    folder = request.folder or (there.folder if there is not None else None)
    if folder is None:
        raise InputError(
            f"The images of {request.name!r} are not there.", hint="Name the folder of images as well."
        )
    crop, classes = request.crop, request.classes
    if there is not None:
        crop, classes = crop or there.crop, there.classes if classes is None else classes
    return ImagesRequest(folder, settings.gan.size, crop or Crop.SQUARE, classes or "")


def _images(request: GanRequest, settings: Settings, run: Path, reporter: Reporter) -> PreparedImages:
    """The images of the run, prepared if they are not; without a folder they stay as they are."""
    there = _listed(run, request.replace_data)
    if there is not None and request.folder is None and not request.replace_data:
        return there
    begun = (run / RUN_FILE).exists()
    return prepare_images(
        run, _images_request(request, settings, there), reporter, fewest=_fewest(settings),
        replace=request.replace_data, same_classes=there.class_names if there is not None and begun else None,
    )  # fmt: skip


def _fewest(settings: Settings) -> int:
    """How many images a step takes."""
    return max(FEWEST, settings.gan.batch)


def _listed(run: Path, replaced: bool) -> PreparedImages | None:
    """The images that a run has; a damaged list is none if they are to be replaced."""
    try:
        return read_list(run)
    except InputError:
        if replaced:
            return None
        raise


def _form(name: str, run: Path, settings: Settings, images: PreparedImages) -> RunForm:
    """The form of a run that begins, or goes on; one that ended goes on only if its end was moved."""
    number = len(images.paths)
    if not (run / RUN_FILE).exists():
        return new_form(name, images.folder, settings, number)
    form = read_form(run)
    goes_on = settings.gan.thousands * 1000 > read_run(run).seen and settings != form.settings
    return replace(
        form, settings=settings, images=number, folder=images.folder, ended="" if goes_on else form.ended
    )
