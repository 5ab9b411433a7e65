"""The commands on model packs."""

from __future__ import annotations

import sys
from argparse import Namespace

from large_gui.core.reporter import Reporter
from large_gui.errors import LargeError, ModelFileError
from large_gui.tasks.models import (
    fetch,
    licence_of_fetched,
    model_card,
    model_names,
    printable,
    remove,
    verify,
)


def model_list(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui model list``."""
    for name in model_names():
        print(f"{printable(name):10} {_state(name)}")


def _state(name: str) -> str:
    """What a model is and what of it is here, or why it can't be used."""
    try:
        model = model_card(name)
    except LargeError as error:
        return f"BAD {error}"
    parts = (
        ("encoder", model.has_encoder),
        ("generator", model.generator_is_here),
        ("codes", model.has_codes),
    )
    return f"{model.title}; here: {', '.join(part for part, here in parts if here)}"


def model_fetch(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui model fetch``."""
    if licence := licence_of_fetched(arguments.name):
        print(f"Licence: {licence}")
    print(f"Generator: {fetch(arguments.name, reporter, arguments.from_file)}")


def model_verify(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui model verify``."""
    results = verify(arguments.name)
    for name, good, remark in results:
        print(f"{'ok ' if good else 'BAD'} {name}  {remark}".rstrip())
    if not all(good for _, good, _ in results):
        raise ModelFileError("Some files of this model are damaged.", hint="The lines above say what to do.")


def model_import(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui model import``."""
    from large_gui.tasks.imports.model import ImportOptions, import_model

    licence = arguments.licence
    if licence is None and sys.stdin.isatty():
        licence = input("Under which licence are these weights? ")
    options = ImportOptions(
        arguments.name, arguments.align, licence or "", arguments.ignore_unknown,
        arguments.encoder_type, arguments.clamp, arguments.replace,
    )  # fmt: skip
    imported = import_model(arguments.file, options, reporter)
    width = max(len(word) for word, _ in imported.facts)
    for word, value in imported.facts:
        print(f"{word:{width}}  {value}")
    print(f"{'sample sheet':{width}}  {imported.sheet}")
    if imported.inversion is not None:
        print(f"{'inversion':{width}}  {imported.inversion}")
    print(f"Imported as {imported.name!r}: large-gui direction list --model {imported.name}")


def model_import_codes(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui model import-codes``."""
    from large_gui.tasks.imports.codes import import_codes

    imported = import_codes(
        arguments.codes, arguments.images, arguments.boundary, arguments.name, reporter,
        weights=arguments.weights, replace=arguments.replace,
    )  # fmt: skip
    for problem in imported.problems:
        print(f"left out: {problem}", file=sys.stderr)
    print(f"{imported.count} codes in {imported.space.upper()}; directions: {', '.join(imported.directions)}")
    print(f"Imported as {imported.name!r}: large-gui sort {arguments.images} --model {imported.name} …")


def model_remove(arguments: Namespace, reporter: Reporter) -> None:
    """``large-gui model remove``."""
    remove(arguments.name)
    print(f"Removed {arguments.name!r}. The codes that it gave stay in the cache.")
