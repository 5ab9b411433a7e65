"""Commands on a folder of images: ``sort``, ``evaluate``."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from large_gui.cli.direction_argument import add_direction, chosen_direction
from large_gui.cli.options import add_options, read_options
from large_gui.cli.parsers import (
    Commands,
    add_command,
    add_folder,
    add_json,
    add_measuring,
    add_provenance,
    add_reconstruct,
    share,
    value_range,
    whole_numbers,
)
from large_gui.cli.results import (
    check_json_place,
    figure,
    inputs,
    message_stream,
    name_of,
    options_told,
    print_json,
    provenance_of,
    result,
)
from large_gui.cli.tables import (
    account_of,
    add_table,
    check_table,
    tell_table,
    write_table,
    write_table_provenance,
)
from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.calibrating.conformal import center_of
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.outputs import STANDARD_OUTPUT, check_outputs, stale_provenance
from large_gui.project.value import Value, parse_value
from large_gui.tasks.models import model_card, open_model

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.evaluate import Evaluated
    from large_gui.tasks.models import Model, ModelCard
    from large_gui.tasks.sort import SortResult


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
    add_options(sort, CalibrationOptions)
    sort.add_argument(
        "--measures", metavar="TEXT", default="",
        help="what the values are, with unit and range, such as 'age, years, 0 to 120'",
    )  # fmt: skip
    sort.add_argument(
        "--fit-out", type=Path, metavar="FILE", help="JSON to write the fit to, for `large-gui predict`"
    )
    sort.add_argument(
        "--per-layer", type=Path, metavar="FILE",
        help=".csv or .npz to write with the distance of every layer of every image",
    )  # fmt: skip
    add_table(sort)
    add_measuring(sort)
    add_reconstruct(sort)

    evaluate = add_command(commands, "evaluate", "measure a direction on labelled images", _evaluate)
    add_folder(evaluate)
    evaluate.add_argument("--labels", type=Path, required=True, help="CSV with header path,value")
    add_direction(evaluate, "as for sort")
    evaluate.add_argument(
        "--shots", type=whole_numbers, default=[],
        help="numbers of labels to fit to (default: of 2,5,10,20,100 those that leave half of the images to "
        "predict)",
    )  # fmt: skip
    evaluate.add_argument(
        "--repeats", type=int, default=1000, help="how often each number is drawn (default: 1000)"
    )
    evaluate.add_argument(
        "--seed", type=int, default=0, help="draws with one seed are always the same (default: 0)"
    )
    evaluate.add_argument("--values", type=value_range, metavar="LOW,HIGH", help="only labels in this range")
    evaluate.add_argument(
        "--central", type=share, default=1.0, metavar="SHARE",
        help="only this share of the images, with the distances in the middle, such as 0.95",
    )  # fmt: skip
    evaluate.add_argument(
        "--out", type=Path, required=True, help="JSON report to write; - is standard output"
    )
    add_provenance(evaluate)
    add_json(evaluate)
    add_measuring(evaluate)


def _sort(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui sort``."""
    from large_gui.tasks.exports.per_layer import check_per_layer, write_per_layer
    from large_gui.tasks.invert import judging, open_cache
    from large_gui.tasks.sort import sort_folder

    options = read_options(arguments, CalibrationOptions)
    model = open_model(arguments.model)
    direction = chosen_direction(arguments, model)
    value = _value(arguments)
    more = [] if arguments.fit_out is None else [arguments.fit_out]
    if more and arguments.labels is None:
        raise InputError("A fit needs labels, and --labels names none.", hint="Add: --labels labels.csv")
    if more == [STANDARD_OUTPUT]:
        raise InputError("A fit can't go to standard output.", hint="Name a file, such as fit.json.")
    if arguments.per_layer is not None:
        check_per_layer(arguments.per_layer)
        more.append(arguments.per_layer)
    check_table(arguments, *more)
    with open_cache(arguments.cache) as cache:
        found = sort_folder(
            arguments.folder, model, direction, cache, reporter,
            labels=arguments.labels, device=arguments.device,
            reconstruct=arguments.reconstruct, engine=arguments.engine, possible=value.possible,
            options=options,
        )  # fmt: skip
        if arguments.per_layer is not None:
            judged = judging(model, reconstruct=arguments.reconstruct)
            write_per_layer(found.rows.measured, judged, direction, cache, arguments.per_layer, reporter)
    rows = write_table(arguments, found, reporter)
    line, fitted = "", found.calibration
    if fitted is not None:
        line = _told(fitted)
    if arguments.fit_out is not None:
        _write_fit(arguments.fit_out, found, direction, model_card(model.name), value)
    account = account_of(found, direction, value)
    provenance = write_table_provenance(arguments, "sort", found, model, account)
    files = {
        "fit": arguments.fit_out, "distances of every layer": arguments.per_layer, "provenance": provenance,
    }  # fmt: skip
    tell_table(arguments, found, rows, direction, value, line, files)


def _value(arguments: Namespace) -> Value:
    """What the labels measure, as far as the arguments say it.

    Raises
    ------
    InputError
        When it can't be understood, or two ranges are given.
    """
    value = parse_value("", arguments.measures)
    if arguments.value_range is None:
        return value
    if value.bounded:
        raise InputError(
            "Two ranges are given, by --measures and by --value-range.", hint="Leave one of them away."
        )
    low, high = arguments.value_range
    return replace(value, low=low, high=high)


def _write_fit(file: Path, found: SortResult, direction: Direction, card: ModelCard, value: Value) -> None:
    """Write the fit of a folder that was sorted.

    Raises
    ------
    InputError
        When too few labels could be used.
    """
    from large_gui.core.distance import judged_distances
    from large_gui.tasks.fits.saving import fit_of, write_fit

    if found.calibration is None:
        raise InputError(
            "The table is written, and no fit: fewer than two labels could be used.",
            hint="The lines above say why. Label an image near each end of the order.",
        )
    used = [(row.sha256, row.distance) for row in found.labelled if row.distance is not None]
    judged = judged_distances(direction, [sha256 for sha256, _ in used], np.array([d for _, d in used]))
    write_fit(fit_of(found.calibration, direction, card, judged.tolist(), value), file)


def _told(fitted: Fitted) -> str:
    """What was fitted and how far it is off; a curve beside the straight line."""
    line = center_of(fitted)
    if isinstance(line, Calibration):
        error = f"; leave-one-out error {line.loo_mae:.3g}" if line.n > 2 else ""
        return f"value = {' * distance + '.join(line.terms)}, from {line.n} labels{error}"
    return (
        f"{line.formula}, from {line.n} labels; cross-validated error {line.loo_mae:.3g}, of a straight line "
        f"{line.straight_mae:.3g}"
    )


def _evaluate(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui evaluate``."""
    from large_gui.files import written_whole
    from large_gui.tasks.evaluate import evaluate_folder
    from large_gui.tasks.invert import open_cache

    model = open_model(arguments.model)
    direction = chosen_direction(arguments, model)
    check_json_place(arguments)
    provenance = provenance_of(arguments)
    outputs = [arguments.out] if provenance is None else [arguments.out, provenance]
    kinds = {arguments.out: "report", provenance: "provenance"}
    check_outputs(outputs, inputs(arguments, outputs), force=arguments.force, kinds=kinds)
    with open_cache(arguments.cache) as cache:
        found = evaluate_folder(
            arguments.folder, arguments.labels, model, direction, cache, reporter,
            shots=arguments.shots, repeats=arguments.repeats, value_range=arguments.values,
            central=arguments.central, device=arguments.device, seed=arguments.seed, engine=arguments.engine,
        )  # fmt: skip
    report = found.report
    with result(arguments.out) as path, written_whole(path) as whole:
        whole.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    if provenance is not None:
        _write_provenance(arguments, found, model, direction, provenance)
    elif stale := stale_provenance(arguments.out):
        reporter.warn(stale)
    if arguments.json:
        print_json(report)
        return
    messages = message_stream(arguments.out)
    print(f"{report['n']} labelled images, Spearman {figure(report['spearman']['rho'], 3)}", file=messages)
    print("labels   error (sd)      of predicting the median   R2", file=messages)
    for row in report["shots"]:
        error = f"{figure(row['mae_mean'])} ({figure(row['mae_std'])})"
        median = f"{figure(row['ratio'])} of {figure(row['baseline_mae'])}"
        print(f"{row['k']:6}   {error:14}  {median:26} {figure(row['r2_mean'])}", file=messages)
    print(f"Report: {name_of(arguments.out)}", file=messages)
    if provenance is not None:
        print(f"Provenance: {provenance}", file=messages)


def _write_provenance(
    arguments: Namespace, found: Evaluated, model: Model, direction: Direction, file: Path
) -> None:
    """Write how the report of an evaluation came about."""
    from large_gui.tasks.exports.methods import Account
    from large_gui.tasks.fits.provenance import Run, UsedLabel, write_provenance

    its, labels = found.measured, found.labels
    labelled = np.flatnonzero(np.isfinite(labels)).tolist()
    used = [UsedLabel(its.paths[i], labels.item(i), its.sha256[i]) for i in labelled]
    shots = ", ".join(str(row["k"]) for row in found.report["shots"])
    protocol = (
        f"The direction was judged on {count(len(used), 'labelled image')}: a line was fitted to {shots} of "
        f"them, drawn at random {count(arguments.repeats, 'time')} (seed {arguments.seed}), and predicted "
        "the others."
    )
    account = Account(
        direction, None, Value.unnamed(direction.name), its.flags, len(its.failures), labels=len(used),
        protocol=protocol,
    )  # fmt: skip
    run = Run(
        "evaluate", options_told(arguments), arguments.folder, arguments.out, model.device, arguments.labels
    )
    write_provenance(run, model_card(model.name), account, used, file)
