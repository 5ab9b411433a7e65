"""One function a command: calls its task and says what came of it."""

from __future__ import annotations

import json
import os
from argparse import Namespace
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.tasks.packs import ModelPack


def sort(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui sort``."""
    from large_gui.project.export import write_csv
    from large_gui.tasks.contact_sheet import write_sheet
    from large_gui.tasks.invert import open_cache
    from large_gui.tasks.sort import sort_folder

    pack = ModelPack.named(arguments.model)
    direction = _direction(pack, arguments.direction)
    with open_cache(arguments.project) as cache:
        result = sort_folder(
            arguments.folder, pack, direction, cache, reporter,
            labels=arguments.labels, device=arguments.device, reconstruct=arguments.reconstruct,
        )  # fmt: skip
    write_csv(result.rows, arguments.out)
    placed = len(result.rows) - result.failed
    low, high = direction.negative, direction.positive
    print(f"Sorted {placed} images by {direction.name}, {low} to {high}.", end=" ")
    print(f"{result.failed} could not be read." if result.failed else "")
    fitted = result.calibration
    if fitted is not None:
        print(f"value = {fitted.a:.4g} * distance + {fitted.b:.4g}, from {fitted.n} labels", end="")
        print(f"; leave-one-out error {fitted.loo_mae:.3g}" if fitted.n > 2 else "")
    print(f"Table: {arguments.out}")
    if arguments.sheet is not None:
        write_sheet(result.rows, arguments.folder, arguments.sheet)
        print(f"Sheet: {arguments.sheet}")


def invert(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui invert``."""
    import numpy as np

    from large_gui.tasks.invert import invert_folder, open_cache

    pack = ModelPack.named(arguments.model)
    with open_cache(arguments.project) as cache:
        folder = invert_folder(
            arguments.folder, pack, cache, reporter,
            device=arguments.device, reconstruct=arguments.reconstruct,
        )  # fmt: skip
    if not folder.images:
        raise InputError("None of the images can be read.", hint="The lines above say why for each.")
    unfinished = arguments.out.with_suffix(".part.npz")
    _write(
        arguments.out,
        lambda: np.savez(
            unfinished,
            paths=np.array([image.path for image in folder.images]),
            codes=folder.codes(),
            inversion_error=np.array([image.inverted.inversion_error for image in folder.images]),
            flags=np.array([";".join(image.inverted.flags) for image in folder.images]),
            model=np.array(pack.name),
            encoder=np.array(pack.encoder_key),
        ),
        unfinished,
    )
    print(f"Codes {folder.codes().shape} of {len(folder.images)} images: {arguments.out}")


def evaluate(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui evaluate``."""
    from large_gui.tasks.evaluate import evaluate_folder
    from large_gui.tasks.invert import open_cache

    pack = ModelPack.named(arguments.model)
    direction = _direction(pack, arguments.direction)
    with open_cache(arguments.project) as cache:
        report = evaluate_folder(
            arguments.folder, arguments.labels, pack, direction, cache, reporter,
            shots=arguments.shots, repeats=arguments.repeats, value_range=arguments.values,
            device=arguments.device, seed=arguments.seed,
        )  # fmt: skip
    unfinished = arguments.out.with_suffix(".part")
    _write(
        arguments.out, lambda: unfinished.write_text(json.dumps(report, indent=1) + "\n", "utf-8"), unfinished
    )
    print(f"{report['n']} labelled images, Spearman {report['spearman']['rho']:.3f}")
    print("labels   error (sd)      of predicting the median   R2")
    for row in report["shots"]:
        error = f"{row['mae_mean']:.2f} ({row['mae_std']:.2f})"
        print(f"{row['k']:6}   {error:14}  {row['ratio']:.2f} of {row['baseline_mae']:.2f}", end="")
        print(f"               {row['r2_mean']:.2f}")
    print(f"Report: {arguments.out}")


def direction_list(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction list``."""
    for direction in ModelPack.named(arguments.model).directions.values():
        print(f"{direction.name:10} {direction.negative} -> {direction.positive}")


def direction_show(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction show``."""
    direction = ModelPack.named(arguments.model).direction(arguments.name)
    print(f"{direction.name}: {direction.negative} -> {direction.positive}")
    print(f"space {direction.space.upper()}, intercept {direction.intercept:.4g}", end="; ")
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

    figures = train_pack_encoder(
        ModelPack.named(arguments.model), arguments.out, reporter, images=arguments.images,
        steps=arguments.steps, device=arguments.device, backbone_wheel=arguments.backbone,
    )  # fmt: skip
    print(f"Explained variance of held-out codes: {figures['code_r2']:.3f}")
    print(f"Encoder: {arguments.out / 'encoder.safetensors'}")
    if (pack := ModelPack.named(arguments.model)).is_imported:
        print(f"The model {pack.name!r} can read images now.")


def _direction(pack: ModelPack, given: str) -> Direction:
    """One of the pack's directions, or the one in a file; a leading dash turns either round."""
    file = Path(given.removeprefix("-"))
    if file.suffix and file.is_file():
        from large_gui.tasks.import_direction import read_directions

        found = read_directions(file, pack.width, pack.num_ws)
        if len(found) > 1:
            raise InputError(
                f"{file.name} holds {len(found)} directions.", hint="Give a file with one direction."
            )
        return found[0].flipped() if given.startswith("-") else found[0]
    return pack.direction(given)


def _write(path: Path, write: object, unfinished: Path) -> None:
    assert callable(write)
    try:
        write()
        os.replace(unfinished, path)
    except OSError as error:
        raise InputError(
            f"{path} can't be written.", hint="Choose a folder that you may write to.", detail=repr(error)
        ) from error
    finally:
        unfinished.unlink(missing_ok=True)
