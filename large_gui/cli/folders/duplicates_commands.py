"""The command ``large-gui duplicates``: which images of a folder show the same."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from large_gui.cli.options import add_options, read_options
from large_gui.cli.parsers import Commands, add_command, add_folder, add_json, add_measuring
from large_gui.cli.results import check_json_place, inputs, message_stream, name_of, print_json, result
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.project.outputs import check_outputs
from large_gui.tasks.duplicates.near import DuplicateOptions
from large_gui.tasks.models import open_model

_NAMED = 20  # groups that are printed


def add_to(commands: Commands) -> None:
    """Add the command."""
    duplicates = add_command(
        commands, "duplicates", "find copies of images, and images that are nearly the same", _duplicates
    )
    add_folder(duplicates)
    duplicates.add_argument("--out", type=Path, help="CSV to write; - is standard output")
    add_options(duplicates, DuplicateOptions)
    add_json(duplicates)
    add_measuring(duplicates)


def _duplicates(arguments: Namespace, reporter: Reporter) -> None:
    """Run ``large-gui duplicates``."""
    from large_gui.tasks.duplicates.report import Duplicate, folder_duplicates, write_duplicates
    from large_gui.tasks.invert import open_cache

    options = read_options(arguments, DuplicateOptions)
    model = open_model(arguments.model)
    check_json_place(arguments)
    if arguments.out is not None:
        kinds: dict[Path | None, str] = {arguments.out: "table"}
        check_outputs([arguments.out], inputs(arguments), force=arguments.force, kinds=kinds)
    with open_cache(arguments.cache) as cache:
        found = folder_duplicates(
            arguments.folder, model, cache, reporter, options,
            engine=arguments.engine, device=arguments.device,
        )  # fmt: skip
    if arguments.out is not None:
        with result(arguments.out) as path:
            write_duplicates(found.groups, path)
    if arguments.json:
        groups = [
            [{"path": p, "sha256": sha, "duplicate": group.kind(i)} for i, (p, sha) in enumerate(members)]
            for group in found.groups
            for members in [list(zip(group.paths, group.sha256))]
        ]
        failed = [{"path": failure.path, "why": failure.why} for failure in found.failures]
        print_json({"images": found.images, "groups": groups, "failures": failed})
        return
    messages = message_stream(arguments.out)
    for group in found.groups[:_NAMED]:
        same = all(group.kind(i) == Duplicate.SAME for i in range(len(group.paths)))
        print(f"{Duplicate.SAME if same else Duplicate.NEAR}: {', '.join(group.paths)}", file=messages)
    if len(found.groups) > _NAMED:
        print(f"and {count(len(found.groups) - _NAMED, 'more group')}", file=messages)
    twice = sum(len(group.paths) for group in found.groups)
    print(
        f"{count(twice, 'image')} of {found.images:,} in {count(len(found.groups), 'group')} "
        "that show the same",
        file=messages,
    )
    if arguments.out is not None:
        print(f"Table: {name_of(arguments.out)}", file=messages)
