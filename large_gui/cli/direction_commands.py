"""``large-gui direction``: what directions a model has, finding new ones, weighing their layers."""

from __future__ import annotations

import sys
from argparse import REMAINDER, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from large_gui.cli.direction_argument import NamedDirection
from large_gui.cli.direction_editing import add_editing, check_is_json, store, tell_stored
from large_gui.cli.options import add_options, read_options
from large_gui.cli.parsers import (
    Commands,
    Parser,
    add_command,
    add_common,
    add_folder,
    add_force,
    add_json,
    add_measuring,
    add_model,
    seed,
)
from large_gui.cli.results import (
    check_json_place,
    inputs,
    message_stream,
    name_of,
    print_json,
    result,
)
from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.project.outputs import check_outputs
from large_gui.tasks.models import open_model

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.finding.find import Finder


def add_to(commands: Commands) -> None:
    """Add the commands."""
    actions = commands.add_parser("direction", help="what directions a model has, and finding new ones")
    actions = actions.add_subparsers(metavar="ACTION", required=True)
    listed = add_command(actions, "list", "name every direction", _list)
    add_model(listed)
    add_json(listed)
    show = add_command(actions, "show", "tell all about one direction", _show)
    show.add_argument("direction", metavar="name", type=NamedDirection.parse)
    add_model(show)
    add_json(show)
    find = add_command(actions, "find", "find directions, by one of several finders", _find)
    find.add_argument("finder", nargs="?", default="", help="without one, the finders are listed")
    find.add_argument("rest", nargs=REMAINDER, help="see: large-gui direction find FINDER --help")
    add_json(find)
    find.set_defaults(further=_read_finder_arguments)
    add_editing(actions)
    remove = add_command(actions, "remove", "take away a direction that you kept for a model", _remove)
    remove.add_argument("name")
    add_model(remove)
    weigh = add_command(actions, "weigh", "measure which layers a direction acts on", _weigh)
    weigh.add_argument(
        "direction", metavar="name", type=NamedDirection.parse, help="or a file with one, or FILE:NAME"
    )
    weigh.add_argument("--out", type=Path, required=True, help="JSON to write the direction to")
    weigh.add_argument(
        "--seed",
        type=seed,
        default=0,
        help="of the random codes; the same gives the same importance (default: 0)",
    )
    add_model(weigh)
    add_json(weigh)
    add_force(weigh)


def _list(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction list``."""
    from large_gui.tasks.finding.own import read_own

    model = open_model(arguments.model)
    own, problems = read_own(model.name)
    if arguments.json:
        print_json({"model": model.name, "directions": [_as_told(one) for one in model.directions.values()]})
    width = max(map(len, model.directions), default=0)
    for direction in () if arguments.json else model.directions.values():
        print(f"{direction.name:{width}}  {' -> '.join(direction.ends)}")
    if not model.directions and not arguments.json:
        print(f"{model.name} has no direction yet: `large-gui direction find` finds some.")
    for kept in own:
        if not model.fits(kept):
            reporter.warn(f"{kept.name} was found with another model or another version of {model.name}.")
        elif kept.name in model.pack.directions:
            reporter.warn(f"{kept.name} that you keep is hidden by the model's own of that name.")
    for problem in problems:
        reporter.warn(str(problem))


def _show(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction show``."""
    direction = arguments.direction.of(open_model(arguments.model))
    if arguments.json:
        print_json({"model": arguments.model, **_as_told(direction)})
        return
    print(f"{direction.spelled}: {' -> '.join(direction.ends)}")
    intercept = direction.sign * direction.intercept
    print(f"space {direction.space.upper()}, intercept {intercept:.4g}", end="; ")
    print(
        f"distance 0 means: {direction.intercept_means}" if direction.intercept_means else "0 means nothing"
    )
    print(f"found: {direction.provenance}")
    _print_layers(direction, sys.stdout)


def _read_finder_arguments(arguments: Namespace) -> None:
    """Read what stands behind a finder's name; which arguments there are depends on the finder."""
    from large_gui.tasks.finding.find import finder_named

    if arguments.finder:
        _finder_parser(finder_named(arguments.finder)).parse_args(arguments.rest, arguments)


def _find(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction find``."""
    from large_gui.tasks.finding.find import (
        FINDERS,
        Search,
        find_in_folder,
        finder_named,
    )
    from large_gui.tasks.finding.own import check_name
    from large_gui.tasks.finding.scored import SAMPLES, Scoring, find_scored
    from large_gui.tasks.invert import open_cache

    if not arguments.finder:
        if arguments.json:
            finders = [
                {"name": one.name, "about": one.about, "needs": sorted(one.needs)} for one in FINDERS.values()
            ]
            print_json({"finders": finders})
            return
        for finder in FINDERS.values():
            print(f"{finder.name:12} {finder.about}")
        return
    options = read_options(arguments, finder_named(arguments.finder).options)
    if arguments.score is not None and arguments.folder is not None:
        raise InputError("The pictures that are scored are made by the model.", hint="Leave out the folder.")
    model = open_model(arguments.model)
    if arguments.out is not None:
        check_json_place(arguments)
        kinds = {arguments.out: "direction"}
        check_outputs([arguments.out], inputs(arguments, [arguments.out]), force=arguments.force, kinds=kinds)
        check_is_json(arguments.out)
    else:
        check_name(model, arguments.name or finder_named(arguments.finder).finds)
    search = Search(arguments.finder, options, arguments.name, arguments.text, arguments.layer_importance)
    if arguments.score is not None:
        scoring = Scoring(arguments.score, SAMPLES if arguments.samples is None else arguments.samples)
        found = find_scored(search, model, scoring, reporter, device=arguments.device)
    else:
        with open_cache(arguments.cache) as cache:
            found = find_in_folder(
                search, model, _folder(arguments), arguments.labels, cache, reporter,
                answers=arguments.pairs, engine=arguments.engine, device=arguments.device,
            )  # fmt: skip
    moved = store(found, model, arguments.out)
    if arguments.json:
        files = {} if arguments.out is None else {"directions": str(arguments.out)}
        told_ones = [_as_told(one) for one in found]
        print_json({"model": model.name, "directions": told_ones, "files": files})
        return
    told = message_stream(arguments.out)
    for direction in found:
        print(f"{direction.name}: {direction.low} -> {direction.high}; {direction.provenance}", file=told)
        _print_layers(direction, told)
    tell_stored(found, model, arguments.out, moved)


def _finder_parser(finder: Finder) -> Parser:
    """The arguments of one finder: what it needs, and its options."""
    from large_gui.tasks.finding.find import Need

    parser = Parser(prog=f"large-gui direction find {finder.name}", description=finder.about)
    parser.set_defaults(labels=None, pairs=None, score=None, samples=None, text="", folder=None)
    said = finder.needs & {Need.TAGS, Need.VALUES, Need.PAIRS}
    if said or finder.needs & {Need.SAMPLES, Need.CLIP}:
        drawn = "pictures are made by the model" if Need.TAGS in said else "codes are drawn from the model"
        if Need.CLIP in finder.needs:
            drawn = "none; this finder looks at no images"
        add_folder(parser, without="" if said - {Need.TAGS} else drawn)
    if said:
        _add_said(parser, Need.TAGS in said, Need.PAIRS in said)
    parser.add_argument("--name", default="", help=f"of what is found (default: {finder.finds})")
    if Need.TEXT in finder.needs:
        parser.add_argument("--text", required=True, help="words for what you look for")
    parser.add_argument(
        "--out",
        type=Path,
        help="JSON to write (default: what is found is kept for the model, under its name)",
    )
    parser.add_argument(
        "--layer-importance", action="store_true",
        help="measure which layers it acts on, too (needs the generator)",
    )  # fmt: skip
    add_options(parser, finder.options)
    add_measuring(parser)
    add_json(parser)
    add_common(parser)
    return parser


def _add_said(parser: Parser, tagged: bool, compared: bool) -> None:
    """Add the tables in which it may stand what a person said of images."""
    given = parser.add_mutually_exclusive_group(required=True)
    said = "1 or yes for images that have it, 0 or no for those that don't" if tagged else "values"
    given.add_argument(
        "--tags" if tagged else "--labels", dest="labels", type=Path, metavar="TABLE",
        help=f"CSV with header path,value: {said}{' or grades' if compared else ''}",
    )  # fmt: skip
    if compared:
        given.add_argument(
            "--pairs", type=Path, metavar="TABLE",
            help="CSV with header first,second,answer: two images, and which of"
            " them has more (first, second or equal)",
        )  # fmt: skip
    if tagged:
        given.add_argument(
            "--score", metavar="FILE.py:FUNCTION",
            help="make pictures with the model's generator instead, and score each with this function, which "
            "gets an array (height, width, 3) of uint8 and returns a number; this runs the file",
        )  # fmt: skip
        parser.add_argument(
            "--samples", type=int, metavar="NUMBER",
            help="how many pictures are scored; a tenth of them at either end is tagged (default: 2000)",
        )  # fmt: skip


def _folder(arguments: Namespace) -> Path | None:
    """The folder of images, which must be there if a table says something of them.

    Raises
    ------
    InputError
        When it is missing.
    """
    folder: Path | None = arguments.folder
    if folder is None and arguments.labels is not None:
        raise InputError("No folder is named that the table is about.", hint="Write the folder before it.")
    if arguments.samples is not None:
        raise InputError("Pictures are made for --score alone.", hint="Leave out --samples.")
    return folder


def _weigh(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction weigh``."""
    from large_gui.tasks.finding.find import weighed, write_directions

    model = open_model(arguments.model)
    direction = arguments.direction.of(model)
    check_json_place(arguments)
    read = [file] if (file := arguments.direction.file) is not None else []
    check_outputs([arguments.out], read, force=arguments.force, kinds={arguments.out: "direction"})
    check_is_json(arguments.out)
    (found,) = weighed([direction], model, reporter, seed=arguments.seed)
    with result(arguments.out) as path:
        write_directions([found], path)
    if arguments.json:
        print_json({"model": model.name, **_as_told(found), "files": {"direction": str(arguments.out)}})
        return
    told = message_stream(arguments.out)
    _print_layers(found, told)
    print(f"Direction: {name_of(arguments.out)}", file=told)


def _remove(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui direction remove``."""
    from large_gui.tasks.finding.own import remove_own

    file = remove_own(arguments.model, arguments.name)
    print(f"{arguments.name} is not offered any more. Its file is now {file}")


def _as_told(direction: Direction) -> dict[str, Any]:
    """A direction as JSON tells it: what a person reads of it, and not its numbers."""
    importance = direction.layer_importance
    return {
        "name": direction.name, "flipped": direction.flipped, "low": direction.low, "high": direction.high,
        "space": str(direction.space), "intercept": direction.sign * direction.intercept,
        "intercept_means": direction.intercept_means, "found_by": direction.found_by,
        "provenance": direction.provenance,
        "layer_importance": None if importance is None else importance.tolist(),
    }  # fmt: skip


def _print_layers(direction: Direction, told: TextIO) -> None:
    if direction.layer_importance is not None:
        print("layer importance:", file=told)
        for layer, share in enumerate(direction.layer_importance, 1):
            print(f"  {layer:2} {share:6.3f} {'#' * round(100 * float(share))}", file=told)
