"""Commands on a folder of images: ``sort``, ``invert``, ``evaluate``."""

from __future__ import annotations

import json
import math
from argparse import Namespace
from pathlib import Path

from large_gui.cli.direction_argument import add_direction, chosen_direction
from large_gui.cli.parsers import (
    Commands,
    add_command,
    add_folder,
    add_measuring,
    add_reconstruct,
    share,
    value_range,
    whole_numbers,
)
from large_gui.cli.results import figure, inputs, message_stream, name_of, result
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.project.outputs import check_outputs
from large_gui.tasks.models import open_model


def add_to(commands: Commands) -> None:
    """Add the commands on a folder of images."""
    sort = add_command(commands, "sort", "rank a folder along a direction, write a CSV", _sort)
    add_folder(sort)
    add_direction(
        sort, "a name from `large-gui direction list`, or a file (FILE:NAME for one of several); -age is age "
        "turned round",
    )  # fmt: skip
    sort.add_argument("--labels", type=Path, help="CSV with header path,value")
    sort.add_argument(
        "--value-range", type=value_range, metavar="LOW,HIGH",
        help="lowest and highest value that is possible; predictions stop there",
    )  # fmt: skip
    sort.add_argument("--out", type=Path, required=True, help="CSV to write; - is standard output")
    sort.add_argument(
        "--per-layer", type=Path, metavar="FILE",
        help=".csv or .npz to write with the distance of every layer of every image",
    )  # fmt: skip
    sort.add_argument("--sheet", type=Path, help="sorted contact sheet to write (.png, .jpg)")
    add_measuring(sort)
    add_reconstruct(sort)

    invert = add_command(commands, "invert", "write the latent codes of a folder", _invert)
    add_folder(invert)
    invert.add_argument("--out", type=Path, required=True, help=".npz to write; - is standard output")
    add_measuring(invert)
    add_reconstruct(invert)

    evaluate = add_command(commands, "evaluate", "measure a direction on labelled images", _evaluate)
    add_folder(evaluate)
    evaluate.add_argument("--labels", type=Path, required=True, help="CSV with header path,value")
    add_direction(evaluate, "as for sort")
    evaluate.add_argument(
        "--shots", type=whole_numbers, default=[2, 5, 10, 20, 100], help="numbers of labels, such as 2,5,10"
    )
    evaluate.add_argument("--repeats", type=int, default=1000)
    evaluate.add_argument("--seed", type=int, default=0)
    evaluate.add_argument("--values", type=value_range, metavar="LOW,HIGH", help="only labels in this range")
    evaluate.add_argument(
        "--central", type=share, default=1.0, metavar="SHARE",
        help="only this share of the images, with the distances in the middle, such as 0.95",
    )  # fmt: skip
    evaluate.add_argument(
        "--out", type=Path, required=True, help="JSON report to write; - is standard output"
    )
    add_measuring(evaluate)


def _sort(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui sort``."""
    from large_gui.project.export import write_csv
    from large_gui.tasks.exports.contact_sheet import SheetWords, check_sheet, write_sheet
    from large_gui.tasks.exports.per_layer import check_per_layer, write_per_layer
    from large_gui.tasks.invert import judging, open_cache
    from large_gui.tasks.sort import sort_folder

    model = open_model(arguments.model)
    direction = chosen_direction(arguments, model)
    outputs = [arguments.out]
    if arguments.sheet is not None:
        check_sheet(arguments.sheet)
        outputs.append(arguments.sheet)
    if arguments.per_layer is not None:
        check_per_layer(arguments.per_layer)
        outputs.append(arguments.per_layer)
    check_outputs(outputs, inputs(arguments), force=arguments.force)
    with open_cache(arguments.cache) as cache:
        sorted_folder = sort_folder(
            arguments.folder, model, direction, cache, reporter,
            labels=arguments.labels, device=arguments.device,
            reconstruct=arguments.reconstruct, engine=arguments.engine,
            possible=arguments.value_range or (-math.inf, math.inf),
        )  # fmt: skip
        if arguments.per_layer is not None:
            judged = judging(model, reconstruct=arguments.reconstruct)
            write_per_layer(sorted_folder.rows, judged, direction, cache, arguments.per_layer, reporter)
    with result(arguments.out) as path:
        write_csv(sorted_folder.rows, path)
    placed = sum(row.rank is not None for row in sorted_folder.rows)
    messages = message_stream(arguments.out)
    parts = [f"Sorted {count(placed, 'image')} by {direction.spelled}, {direction.low} to {direction.high}."]
    if faceless := len(sorted_folder.rows) - sorted_folder.failed - placed:
        parts.append(f"{faceless:,} without a face {'has' if faceless == 1 else 'have'} no rank.")
    if sorted_folder.failed:
        parts.append(f"{sorted_folder.failed:,} could not be read.")
    print(*parts, file=messages)
    fitted = sorted_folder.calibration
    if fitted is not None:
        error = f"; leave-one-out error {fitted.loo_mae:.3g}" if fitted.n > 2 else ""
        line = f"value = {fitted.a:.4g} * distance + {fitted.b:.4g}, from {fitted.n} labels"
        print(f"{line}{error}", file=messages)
    print(f"Table: {name_of(arguments.out)}", file=messages)
    if arguments.per_layer is not None:
        print(f"Distances of every layer: {arguments.per_layer}", file=messages)
    if arguments.sheet is not None:
        words = SheetWords(direction.low, direction.high)
        write_sheet(sorted_folder.rows, arguments.folder, arguments.sheet, words=words)
        print(f"Sheet: {arguments.sheet}", file=messages)


def _invert(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui invert``."""
    from large_gui.tasks.invert import invert_folder, open_cache

    model = open_model(arguments.model)
    check_outputs([arguments.out], inputs(arguments), force=arguments.force)
    with open_cache(arguments.cache) as cache, result(arguments.out) as path:
        shape = invert_folder(
            arguments.folder, model, cache, path, reporter,
            device=arguments.device, reconstruct=arguments.reconstruct, engine=arguments.engine,
        )  # fmt: skip
    print(f"Codes {shape} of {shape[0]} images: {name_of(arguments.out)}", file=message_stream(arguments.out))


def _evaluate(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui evaluate``."""
    from large_gui.files import written_whole
    from large_gui.tasks.evaluate import evaluate_folder
    from large_gui.tasks.invert import open_cache

    model = open_model(arguments.model)
    direction = chosen_direction(arguments, model)
    check_outputs([arguments.out], inputs(arguments), force=arguments.force)
    with open_cache(arguments.cache) as cache:
        report = evaluate_folder(
            arguments.folder, arguments.labels, model, direction, cache, reporter,
            shots=arguments.shots, repeats=arguments.repeats, value_range=arguments.values,
            central=arguments.central, device=arguments.device, seed=arguments.seed, engine=arguments.engine,
        )  # fmt: skip
    with result(arguments.out) as path, written_whole(path) as whole:
        whole.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    messages = message_stream(arguments.out)
    print(f"{report['n']} labelled images, Spearman {figure(report['spearman']['rho'], 3)}", file=messages)
    print("labels   error (sd)      of predicting the median   R2", file=messages)
    for row in report["shots"]:
        error = f"{figure(row['mae_mean'])} ({figure(row['mae_std'])})"
        median = f"{figure(row['ratio'])} of {figure(row['baseline_mae'])}"
        print(f"{row['k']:6}   {error:14}  {median:26} {figure(row['r2_mean'])}", file=messages)
    print(f"Report: {name_of(arguments.out)}", file=messages)
