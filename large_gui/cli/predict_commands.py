"""The command ``predict``: the values of a folder's images from a saved fit."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from large_gui.cli.parsers import Commands, add_command, add_folder, add_reconstruct, add_running
from large_gui.cli.tables import (
    account_of,
    add_table,
    check_table,
    tell_table,
    write_table,
    write_table_provenance,
)
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.project.value import Value


def add_to(commands: Commands) -> None:
    """Add the command."""
    predict = add_command(
        commands, "predict", "predict the values of a folder's images from a saved fit, write a CSV", _predict
    )
    add_folder(predict)
    predict.add_argument(
        "--fit", type=Path, required=True, metavar="FILE", help="a fit that `large-gui sort --fit-out` wrote"
    )
    predict.add_argument(
        "--model", help="which model; it must be the fit's own (default: looked for on this machine)"
    )
    add_table(predict)
    add_running(predict)
    add_reconstruct(predict)


def _predict(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui predict``."""
    from large_gui.tasks.fits.predicting import model_of_fit, predict_folder
    from large_gui.tasks.fits.saving import read_fit
    from large_gui.tasks.invert import open_cache

    fit = read_fit(arguments.fit)
    model = model_of_fit(fit, arguments.model)
    check_table(arguments)
    with open_cache(arguments.cache) as cache:
        found = predict_folder(
            arguments.folder, fit, model, cache, reporter,
            device=arguments.device, reconstruct=arguments.reconstruct, engine=arguments.engine,
        )  # fmt: skip
    rows = write_table(arguments, found, reporter)
    unit = f" in {fit.unit}" if fit.unit else ""
    line = f"{fit.value or 'value'}{unit} by the fit of {count(fit.labels, 'label')}, {fit.date[:10]}"
    value = Value("", fit.value, fit.unit, fit.low, fit.high)
    account = account_of(found, fit.direction, value, fit.date[:10])
    files = {"provenance": write_table_provenance(arguments, "predict", found, model, account)}
    tell_table(arguments, found, rows, fit.direction, value, line, files)
