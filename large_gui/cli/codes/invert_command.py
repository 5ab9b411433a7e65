"""The command ``invert``: the codes of images, as one file or as a folder of parts."""

from __future__ import annotations

import argparse
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui.cli.parsers import Commands, add_command, add_measuring, add_reconstruct
from large_gui.cli.results import inputs, message_stream, name_of, result
from large_gui.core.choices import RAY
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.project.outputs import STANDARD_OUTPUT, check_codes_folder, check_ending, check_outputs
from large_gui.tasks.models import open_model

if TYPE_CHECKING:
    from large_gui.tasks.invert_parts import Written
    from large_gui.tasks.models import Model


def add_to(commands: Commands) -> None:
    """Add the command."""
    invert = add_command(commands, "invert", "write the latent codes of images", _invert)
    invert.add_argument(
        "folder", metavar="FOLDER|LIST",
        help="folder of images; or, for a folder of codes: an address such as s3://bucket/photos, or a .txt, "
        ".csv or .parquet that lists images (docs/cluster.md)",
    )  # fmt: skip
    invert.add_argument(
        "--out", type=Path, required=True,
        help=".npz to write, - is standard output; or a folder (a name without an ending) for codes in "
        "parts, of which those that are there are kept",
    )  # fmt: skip
    invert.add_argument(
        "--shard", type=_shard, metavar="I/N",
        help="compute only this share of the parts, such as 3/16, as one of many jobs",
    )  # fmt: skip
    invert.add_argument(
        "--address", default="", metavar="HOST:PORT",
        help="with --engine ray: a running cluster, or auto (default: start Ray on this machine)",
    )  # fmt: skip
    add_measuring(invert)
    add_reconstruct(invert)


def _shard(text: str) -> tuple[int, int]:
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and len(text) < 20):
        raise argparse.ArgumentTypeError(f"{text!r} is no share such as 3/16")
    return int(number), int(of)


def _invert(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui invert``."""
    model = open_model(arguments.model)
    if _is_for_parts(arguments):
        _invert_into(arguments, model, reporter)
    else:
        _invert_to_file(arguments, model, reporter)


def _is_for_parts(arguments: Namespace) -> bool:
    """Whether codes are to be written as parts into a folder.

    Raises
    ------
    InputError
        When an option is for parts alone, and the name is that of a file.
    """
    out: Path = arguments.out
    if arguments.address and arguments.engine != RAY:
        raise InputError("An --address is that of a Ray cluster.", hint="Add: --engine ray")
    if out != STANDARD_OUTPUT and (out.is_dir() or (not out.suffix and not out.is_file())):
        return True
    for option, given in (
        ("--engine ray", arguments.engine == RAY),
        ("--shard", arguments.shard is not None),
    ):
        if given:
            raise InputError(
                f"With {option} codes are written in parts, into a folder, and {name_of(out)} is a file.",
                hint="Name a folder with --out.",
            )
    return False


def _invert_into(arguments: Namespace, model: Model, reporter: Reporter) -> None:
    """Write codes in parts."""
    from large_gui.tasks.invert_parts import invert_into

    check_codes_folder(arguments.out, force=arguments.force)
    written = invert_into(
        arguments.folder, model, arguments.out, reporter,
        device=arguments.device, reconstruct=arguments.reconstruct, engine=arguments.engine,
        address=arguments.address, shard=arguments.shard,
    )  # fmt: skip
    print(_told(written, arguments))


def _told(written: Written, arguments: Namespace) -> str:
    there = f", of which {written.there:,} were there already" if written.there else ""
    failed = f"; {count(written.failed, 'image')} failed" if written.failed else ""
    of = "" if arguments.shard is None else " of shard {}/{}".format(*arguments.shard)
    return f"Codes of {count(written.images, 'image')}{of}{there}{failed}: {arguments.out}"


def _invert_to_file(arguments: Namespace, model: Model, reporter: Reporter) -> None:
    """Write codes to one file."""
    from large_gui.tasks.invert import invert_folder, open_cache

    arguments.folder = Path(arguments.folder)
    if not arguments.folder.is_dir() and arguments.folder.exists():
        raise InputError(
            f"{arguments.folder} is no folder of images.",
            hint="A list of images takes a folder of codes as its result: --out FOLDER.",
        )
    check_outputs(
        [arguments.out],
        inputs(arguments, [arguments.out]),
        force=arguments.force,
        kinds={arguments.out: "codes"},
    )
    check_ending(
        arguments.out, "A file of codes", ".npz",
        hint="Choose a name that ends in .npz, or one without an ending for a folder of codes.",
    )  # fmt: skip
    with open_cache(arguments.cache) as cache, result(arguments.out) as path:
        shape = invert_folder(
            arguments.folder, model, cache, path, reporter,
            device=arguments.device, reconstruct=arguments.reconstruct, engine=arguments.engine,
        )  # fmt: skip
    print(f"Codes {shape} of {shape[0]} images: {name_of(arguments.out)}", file=message_stream(arguments.out))
