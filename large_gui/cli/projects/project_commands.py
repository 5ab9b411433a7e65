"""The command ``large-gui project``: back up what was done with a folder, and restore it elsewhere."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from large_gui.cli.parsers import Commands, add_command, add_force, add_json
from large_gui.cli.results import print_json
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.folders import user_folder
from large_gui.project.outputs import STANDARD_OUTPUT, check_outputs


def add_to(commands: Commands) -> None:
    """Add the commands on projects."""
    actions = commands.add_parser("project", help="back up what was done with a folder, or restore it")
    actions = actions.add_subparsers(metavar="ACTION", required=True)
    backup = add_command(
        actions, "backup", "write labels, tags, directions and more of a folder as one file", _backup
    )
    backup.add_argument("folder", type=Path, help="folder of images, or a project (.large)")
    backup.add_argument(
        "--model", default="", help="the project for this model (default: the one that was used last)"
    )
    backup.add_argument("--out", type=Path, required=True, help="file to write (.large)")
    restore = add_command(
        actions,
        "restore",
        "make the project of a folder from a backup; images are found by content",
        _restore,
    )
    restore.add_argument("backup", type=Path, help="file that `large-gui project backup` wrote")
    restore.add_argument("folder", type=Path, help="folder with the same images, wherever they lie in it")
    for action in (backup, restore):
        action.add_argument(
            "--cache", type=Path, metavar="FILE", help="look for known files here (default: a shared cache)"
        )
        add_json(action)
    add_force(backup)
    restore.add_argument(
        "--force", action="store_true",
        help="replace a project of the folder that has labels or other work; a copy of it is kept",
    )  # fmt: skip


def _backup(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui project backup``."""
    from large_gui.tasks.backups.writing import back_up, is_earlier_backup, project_of
    from large_gui.tasks.invert import open_cache

    out = arguments.out
    if out == STANDARD_OUTPUT:
        raise InputError("A backup can't go to standard output.", hint="Name a file, such as mine.large.")
    if out.suffix != ".large":
        raise InputError(
            f"A backup is a file that ends with .large, and {out.name} does not.",
            hint=f"Write: --out {out.with_suffix('.large').name}",
        )
    file = project_of(arguments.folder, user_folder(), arguments.model)
    known = not arguments.force and is_earlier_backup(out, arguments.folder, file)
    check_outputs([out], [file], force=arguments.force or known)
    with open_cache(arguments.cache) as cache:
        written = back_up(arguments.folder, file, out, cache, reporter)
    if arguments.json:
        print_json({
            "file": str(out), "project": str(file), "images": written.images, "labels": written.labels,
            "directions": written.directions, "model": {"title": written.title, "key": written.key},
        })  # fmt: skip
        return
    print(
        f"{out}: {count(written.labels, 'label')} and {count(written.directions, 'direction')}, with the "
        f"contents of {count(written.images, 'image')}."
    )
    if written.key:
        print(f"It needs the model {written.title}, key {written.key}.")


def _restore(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui project restore``."""
    from large_gui.tasks.backups.restoring import restore
    from large_gui.tasks.invert import open_cache

    with open_cache(arguments.cache) as cache:
        done = restore(
            arguments.backup, arguments.folder, user_folder(), cache, reporter, force=arguments.force
        )
    if arguments.json:
        print_json({
            "folder": str(done.folder), "model": done.model, "images": done.images, "found": done.found,
            "missing": done.missing, "directions": done.changed,
            "kept": None if done.kept is None else str(done.kept), "renewed": done.renewed,
        })  # fmt: skip
        return
    for sentence in done.sentences:
        print(sentence)
