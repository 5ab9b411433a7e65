"""One function a command: calls its task and says what came of it."""

from __future__ import annotations

import json
import math
import shutil
import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.outputs import STANDARD_OUTPUT, check_outputs, check_training_folder
from large_gui.tasks.packs import ModelPack


def sort(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui sort``."""
    from large_gui.project.export import write_csv
    from large_gui.tasks.exports.contact_sheet import check_sheet, write_sheet
    from large_gui.tasks.invert import open_cache
    from large_gui.tasks.sort import sort_folder

    pack = ModelPack.named(arguments.model)
    direction = arguments.direction.of(pack)
    outputs = [arguments.out]
    if arguments.sheet is not None:
        check_sheet(arguments.sheet)
        outputs.append(arguments.sheet)
    check_outputs(outputs, _inputs(arguments), force=arguments.force)
    with open_cache(arguments.cache) as cache:
        result = sort_folder(
            arguments.folder, pack, direction, cache, reporter,
            labels=arguments.labels, device=arguments.device, reconstruct=arguments.reconstruct,
            possible=arguments.value_range or (-math.inf, math.inf),
        )  # fmt: skip
    with _result(arguments.out) as path:
        write_csv(result.rows, path)
    placed = sum(row.rank is not None for row in result.rows)
    told = _voice(arguments.out)
    parts = [f"Sorted {count(placed, 'image')} by {direction.spelled}, {direction.low} to {direction.high}."]
    if faceless := len(result.rows) - result.failed - placed:
        parts.append(f"{faceless:,} without a face {'has' if faceless == 1 else 'have'} no rank.")
    if result.failed:
        parts.append(f"{result.failed:,} could not be read.")
    print(*parts, file=told)
    fitted = result.calibration
    if fitted is not None:
        error = f"; leave-one-out error {fitted.loo_mae:.3g}" if fitted.n > 2 else ""
        line = f"value = {fitted.a:.4g} * distance + {fitted.b:.4g}, from {fitted.n} labels"
        print(f"{line}{error}", file=told)
    print(f"Table: {_name(arguments.out)}", file=told)
    if arguments.sheet is not None:
        write_sheet(result.rows, arguments.folder, arguments.sheet)
        print(f"Sheet: {arguments.sheet}", file=told)


def invert(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui invert``."""
    import numpy as np

    from large_gui.files import written_whole
    from large_gui.tasks.invert import invert_folder, open_cache

    pack = ModelPack.named(arguments.model)
    check_outputs([arguments.out], _inputs(arguments), force=arguments.force)
    with open_cache(arguments.cache) as cache:
        folder = invert_folder(
            arguments.folder, pack, cache, reporter,
            device=arguments.device, reconstruct=arguments.reconstruct,
        )  # fmt: skip
    if not folder.images:
        raise InputError("None of the images can be read.", hint="The lines above say why for each.")
    with _result(arguments.out) as path, written_whole(path) as whole, whole.open("wb") as file:
        np.savez(
            file,
            paths=np.array([image.path for image in folder.images]),
            codes=folder.codes(),
            inversion_error=np.array([image.inverted.inversion_error for image in folder.images]),
            flags=np.array([";".join(image.inverted.flags) for image in folder.images]),
            model=np.array(pack.name),
            encoder=np.array(pack.encoder_key),
        )
    told = _voice(arguments.out)
    shape = folder.codes().shape
    print(f"Codes {shape} of {len(folder.images)} images: {_name(arguments.out)}", file=told)


def evaluate(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui evaluate``."""
    from large_gui.files import written_whole
    from large_gui.tasks.evaluate import evaluate_folder
    from large_gui.tasks.invert import open_cache

    pack = ModelPack.named(arguments.model)
    direction = arguments.direction.of(pack)
    check_outputs([arguments.out], _inputs(arguments), force=arguments.force)
    with open_cache(arguments.cache) as cache:
        report = evaluate_folder(
            arguments.folder, arguments.labels, pack, direction, cache, reporter,
            shots=arguments.shots, repeats=arguments.repeats, value_range=arguments.values,
            device=arguments.device, seed=arguments.seed,
        )  # fmt: skip
    with _result(arguments.out) as path, written_whole(path) as whole:
        whole.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    told = _voice(arguments.out)
    print(f"{report['n']} labelled images, Spearman {report['spearman']['rho']:.3f}", file=told)
    print("labels   error (sd)      of predicting the median   R2", file=told)
    for row in report["shots"]:
        error = f"{row['mae_mean']:.2f} ({row['mae_std']:.2f})"
        median = f"{row['ratio']:.2f} of {row['baseline_mae']:.2f}"
        print(f"{row['k']:6}   {error:14}  {median}               {row['r2_mean']:.2f}", file=told)
    print(f"Report: {_name(arguments.out)}", file=told)


def direction_list(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction list``."""
    for direction in ModelPack.named(arguments.model).directions.values():
        print(f"{direction.name:10} {direction.low} -> {direction.high}")


def direction_show(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction show``."""
    direction = arguments.direction.of(ModelPack.named(arguments.model))
    print(f"{direction.spelled}: {direction.low} -> {direction.high}")
    intercept = direction.sign * direction.intercept
    print(f"space {direction.space.upper()}, intercept {intercept:.4g}", end="; ")
    print(
        f"distance 0 means: {direction.intercept_means}" if direction.intercept_means else "0 means nothing"
    )
    print(f"found: {direction.provenance}")
    if direction.layer_importance is not None:
        print("layer importance:")
        for layer, share in enumerate(direction.layer_importance):
            print(f"  {layer:2} {share:6.3f} {'#' * round(100 * float(share))}")


def train_encoder(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui train encoder``."""
    from large_gui.tasks.train_encoder import train_pack_encoder

    check_training_folder(arguments.out, force=arguments.force)
    figures = train_pack_encoder(
        ModelPack.named(arguments.model), arguments.out, reporter, images=arguments.images,
        steps=arguments.steps, device=arguments.device, backbone_wheel=arguments.backbone,
    )  # fmt: skip
    print(f"Explained variance of held-out codes: {figures['code_r2']:.3f}")
    print(f"Encoder: {arguments.out / 'encoder.safetensors'}")
    if (pack := ModelPack.named(arguments.model)).is_imported:
        print(f"The model {pack.name!r} can read images now.")


def _inputs(arguments: Namespace) -> Iterator[Path]:
    """Every file that a command on a folder reads."""
    from large_gui.project.scan import scan
    from large_gui.tasks.invert import shared_cache

    yield arguments.cache or shared_cache()
    if getattr(arguments, "labels", None) is not None:
        yield arguments.labels
    if getattr(arguments, "direction", None) is not None:
        yield Path(arguments.direction.name)
    found = scan(arguments.folder)
    yield from found.paths
    yield from (problem.path for problem in found.problems)


@contextmanager
def _result(path: Path) -> Iterator[Path]:
    """Where to write a result, which may go on to standard output."""
    if path != STANDARD_OUTPUT:
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "result"
        yield whole
        with whole.open("rb") as file:
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def _voice(out: Path) -> TextIO:
    """Where to say what came of it: not among the result."""
    return sys.stderr if out == STANDARD_OUTPUT else sys.stdout


def _name(path: Path) -> str:
    return "standard output" if path == STANDARD_OUTPUT else str(path)
