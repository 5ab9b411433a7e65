"""The command ``large-gui metrics``: figures of a generator, of its pictures and of its latent space."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui import __version__
from large_gui.cli.direction_argument import NamedDirection
from large_gui.cli.parsers import Commands, Parser, add_command, add_device, add_force, add_json, seed
from large_gui.cli.results import print_json
from large_gui.core.reporter import Reporter
from large_gui.project.images.scan import scan
from large_gui.project.outputs import check_outputs
from large_gui.tasks.fits.saving import read_fit
from large_gui.tasks.linearity.extremes import write_extremes
from large_gui.tasks.linearity.figures import ALL, METRICS, measure
from large_gui.tasks.linearity.measuring import Measuring, Settings
from large_gui.tasks.linearity.strips import check_strips_file, write_strips
from large_gui.tasks.models import open_model

if TYPE_CHECKING:
    from large_gui.tasks.linearity.measuring import Figure


def add_to(commands: Commands) -> None:
    """Add the command."""
    known = "; ".join(f"{name}: {metric.about}" for name, metric in METRICS.items())
    metrics = add_command(commands, "metrics", "measure how good and how smooth a generator is", _metrics)
    metrics.add_argument("model", help="a model with a generator")
    metrics.add_argument(
        "--images", type=Path, metavar="FOLDER",
        help="real images to compare with; they are cropped as the model crops images",
    )  # fmt: skip
    metrics.add_argument(
        "--direction", type=NamedDirection.parse, metavar="NAME", help="a direction to judge"
    )
    metrics.add_argument(
        "--measure", action="append", default=[], metavar="NAME",
        help=f"may be given several times (default: the usual ones; {ALL}: all). {known}".replace("%", "%%"),
    )  # fmt: skip
    metrics.add_argument(
        "--count", type=int, default=Settings.count, metavar="N",
        help=f"how many images are generated, or pairs of images (default: {Settings.count:,})",
    )  # fmt: skip
    metrics.add_argument(
        "--seed", type=seed, default=0, help="of the random codes; the same gives the same (default: 0)"
    )
    metrics.add_argument(
        "--inception", type=Path, metavar="FILE",
        help="weights of FID's Inception, for FID and KID themselves (default: EfficientNet-Lite0, and the "
        "figures are not called so)",
    )  # fmt: skip
    metrics.add_argument(
        "--lpips", type=Path, action="append", default=[], metavar="FILE",
        help="weights of LPIPS for VGG-16, and those of VGG-16 if they are in a second file (default: "
        "EfficientNet-Lite0)",
    )  # fmt: skip
    metrics.add_argument(
        "--extremes", type=Path, metavar="PICTURE",
        help="write paths of the tenth with the lowest PPL W end, and below of that with the highest",
    )  # fmt: skip
    _add_scoring(metrics)
    add_device(metrics)
    add_json(metrics)


def _add_scoring(metrics: Parser) -> None:
    """Add what scores the pictures along paths, and how many paths there are."""
    metrics.add_argument(
        "--values", type=Path, action="append", default=[], metavar="PLACE",
        help="for als and line: learn a scorer from labelled images: a folder with a labels.csv, or a CSV "
        "with paths relative to its own folder; may be given several times",
    )  # fmt: skip
    metrics.add_argument(
        "--fit", type=Path, metavar="FILE",
        help="for als and line: score by what this saved fit predicts, which knows the space that is judged",
    )  # fmt: skip
    metrics.add_argument(
        "--eyes", default=Settings.eyes, metavar="NAME",
        help=f"the image model that learns values and compares pictures (default: {Settings.eyes})",
    )  # fmt: skip
    metrics.add_argument(
        "--paths", type=int, default=Settings.paths, metavar="N",
        help=f"how many paths are scored (default: {Settings.paths})",
    )  # fmt: skip
    metrics.add_argument(
        "--steps", type=int, default=Settings.steps, metavar="N",
        help=f"steps on each path, so that it has one picture more (default: {Settings.steps})",
    )  # fmt: skip
    metrics.add_argument(
        "--strips", type=Path, metavar="PICTURE", help="write the pictures of the first paths, a row for each"
    )
    add_force(metrics)


def _metrics(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui metrics``."""
    model = open_model(arguments.model)
    typed = arguments.direction
    settings = Settings(
        arguments.count, arguments.seed, arguments.device, arguments.images,
        typed.of(model) if typed is not None else None, arguments.inception, tuple(arguments.lpips),
        tuple(arguments.values), read_fit(arguments.fit) if arguments.fit is not None else None,
        arguments.eyes, arguments.paths, arguments.steps,
    )  # fmt: skip
    pictures = [file for file in (arguments.strips, arguments.extremes) if file is not None]
    for file in pictures:
        check_strips_file(file)
    check_outputs(pictures, _read(arguments), force=arguments.force, kinds=dict.fromkeys(pictures, "picture"))
    measuring = Measuring(model, settings, reporter)
    found = measure(measuring, arguments.measure)
    if arguments.extremes is not None:
        write_extremes(measuring, arguments.extremes)
    if arguments.strips is not None:
        write_strips(model, settings, arguments.strips, reporter)
    if arguments.json:
        figures = [{"metric": name, **one.as_json()} for name, some in found.items() for one in some]
        print_json(
            {
                "large_gui": __version__, "model": model.name, "seed": settings.seed,
                "images": None if settings.images is None else str(settings.images), "figures": figures,
            }
        )  # fmt: skip
        return
    print(*_table(found), sep="\n")


def _read(arguments: Namespace) -> Iterator[Path]:
    """Every file that the command reads."""
    for file in (*arguments.values, arguments.fit, arguments.inception, *arguments.lpips):
        if file is not None and file.is_file():
            yield file
    for folder in (arguments.images, *arguments.values):
        if folder is not None and folder.is_dir():
            yield from scan(folder).paths


def _table(found: Mapping[str, Sequence[Figure]]) -> list[str]:
    """A line for each figure: name, value and standard error, of how many, network."""
    figures = [figure for some in found.values() for figure in some]
    rows = [("Figure", "Value", "+- error", "Of", "Network")]
    for one in figures:
        places = _places(one.value)
        error = f"{one.error:.{places}f}" if one.error == one.error else "-"
        of = f"{one.count:,} {one.counted}"
        rows.append((one.name, f"{one.value:.{places}f}", error, of, one.network))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        f"{a:{widths[0]}}  {b:>{widths[1]}}  {c:>{widths[2]}}  {d:>{widths[3]}}  {e}".rstrip()
        for a, b, c, d, e in rows
    ]


def _places(value: float) -> int:
    """Places behind the point that show four figures."""
    size = abs(value)
    return 1 if size >= 100 else 2 if size >= 10 else 3 if size >= 1 else 4
