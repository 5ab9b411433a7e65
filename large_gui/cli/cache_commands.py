"""The command ``large-gui cache``: list the codes that are kept, or delete them."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from large_gui.cli.parsers import Commands, add_command, add_json
from large_gui.cli.results import print_json
from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import InputError


def add_to(commands: Commands) -> None:
    """Add the commands on the cache."""
    actions = commands.add_parser("cache", help="list or delete the codes that are kept")
    actions = actions.add_subparsers(metavar="ACTION", required=True)
    kept = add_command(actions, "list", "show how many codes are kept, by model and by folder", _list)
    add_json(kept)
    clear = add_command(actions, "clear", "delete all codes, or those of a folder", _clear)
    clear.add_argument("folder", type=Path, nargs="?", help="only of images in this folder and below it")
    for action in (kept, clear):
        action.add_argument(
            "--cache", type=Path, metavar="FILE", help="use this cache file instead of the shared one"
        )


def _list(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui cache list``."""
    from large_gui.project.kept import kept_codes, size_on_disk

    file = _file(arguments)
    kept = kept_codes(file)
    if arguments.json:
        print_json(
            {"file": str(file), "bytes": size_on_disk(file), "codes": kept.codes, "folders": kept.folders}
        )
        return
    if not file.exists():
        print(f"{file}: there is none yet.")
        return
    print(f"{file}: {size_on_disk(file) / 1e6:,.1f} MB")
    for model_key, codes in kept.codes.items():
        print(f"{codes:8,} codes by {model_key}")
    for folder, images in kept.folders.items():
        print(f"{images:8,} images in {folder}")


def _clear(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui cache clear``."""
    from large_gui.project.kept import forget_codes, is_there, set_aside
    from large_gui.tasks.invert import shared_cache

    file = _file(arguments)
    if not is_there(file):
        print(f"{file}: there is none yet.")
        return
    try:
        gone = forget_codes(file, None if arguments.folder is None else arguments.folder.resolve())
    except InputError:
        if arguments.folder is not None or file != shared_cache():
            raise
        aside = set_aside(file)
        print(f"The cache can't be read. It was set aside as {aside}, and the next run begins a new one.")
        return
    if not gone and arguments.folder is not None:
        raise InputError(
            f"No codes of images in {printable(str(arguments.folder.absolute()))} are kept.",
            hint="See: large-gui cache list",
        )
    print(f"{count(gone, 'code was', 'codes were')} forgotten; {file}")


def _file(arguments: Namespace) -> Path:
    from large_gui.tasks.invert import shared_cache

    return Path(arguments.cache) if arguments.cache is not None else shared_cache()
