"""What a model pack says of itself: ``pack.json`` and ``directions.json``, read strictly, here alone.

A pack folder may come from anywhere. Whatever is wrong with its files, reading them ends in a
`ModelFileError` that says what, so that one bad pack never stands in the way of the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from large_gui.core.direction import Direction
from large_gui.errors import ModelFileError

Alignment = Literal["FFHQ", "square"]
PACK_FILE, DIRECTIONS_FILE = "pack.json", "directions.json"
_MOST_BYTES = {PACK_FILE: 1 << 20, DIRECTIONS_FILE: 1 << 26}
_MOST_ROWS, _WIDEST = 1 << 10, 1 << 24  # of a code


@dataclass(frozen=True)
class GeneratorDescription:
    """A pack's generator; where one is fetched from is never a pack's to say.

    Attributes
    ----------
    network, licence
        In words, for a person.
    config
        Of a StyleGAN2; ``None`` for MobileStyleGAN.
    """

    network: str
    licence: str
    config: Mapping[str, Any] | None


@dataclass(frozen=True)
class PackDescription:
    """The content of ``pack.json``.

    Attributes
    ----------
    title, licence, facts
        For a person; nothing in them is more than one line of printable text.
    num_ws, w_dim
        Rows L and width D of its codes.
    files
        SHA-256 of every file of the pack, by name.
    encoder
        Configuration of an encoder of pSp's family; ``None`` for our own, or without one.
    """

    title: str
    num_ws: int
    w_dim: int
    alignment: Alignment
    licence: str
    files: Mapping[str, str]
    generator: GeneratorDescription
    encoder: Mapping[str, Any] | None
    facts: tuple[tuple[str, str], ...]


def read_description(folder: Path) -> PackDescription:
    """Read a pack's ``pack.json``.

    Raises
    ------
    ModelFileError
        When it is missing, damaged, or not a description of a pack.
    """
    try:
        return _description(read_json(folder / PACK_FILE))
    except _WrongError as error:
        raise _bad(folder, PACK_FILE, str(error)) from error


def read_pack_directions(folder: Path, about: PackDescription) -> dict[str, Direction]:
    """Read a pack's ``directions.json``: its directions by name.

    Raises
    ------
    ModelFileError
        When it is missing, damaged, or its directions are not of the pack's codes.
    """
    try:
        entries = read_json(folder / DIRECTIONS_FILE)
        if not isinstance(entries, list):
            raise _WrongError("it is not a list")
        directions = [_direction(entry, about) for entry in entries]
        if len({d.name for d in directions}) < len(directions):
            raise _WrongError("two directions have one name")
    except _WrongError as error:
        raise _bad(folder, DIRECTIONS_FILE, str(error)) from error
    return {direction.name: direction for direction in directions}


def read_json(file: Path) -> Any:
    """The content of one of a pack's JSON files.

    Raises
    ------
    ModelFileError
        When it can't be read.
    """
    try:
        if not file.is_file():  # reading a pipe would wait for ever
            raise _bad(file.parent, file.name, "it is not there")
        if file.stat().st_size > _MOST_BYTES[file.name]:
            raise _bad(file.parent, file.name, "it is too large")
        return json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # a bad character is a ValueError as well
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else "it is damaged"
        raise _bad(file.parent, file.name, reason, repr(error)) from error


class _WrongError(Exception):
    """What is wrong with a file, as the end of a sentence."""


def _bad(folder: Path, file: str, reason: str, detail: str = "") -> ModelFileError:
    return ModelFileError(
        f"The model {printable(folder.name)!r} can't be read: {reason} ({file}).",
        hint="Import or install it again.",
        detail=detail,
    )


def printable(text: str) -> str:
    """The text as one line: what can't be shown, such as a control character, becomes ``\\ufffd``."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text)


def printable_direction(direction: Direction) -> Direction:
    """The same direction with each of its texts as one line that can be shown."""
    return replace(
        direction, name=printable(direction.name), intercept_means=printable(direction.intercept_means),
        negative=printable(direction.negative), positive=printable(direction.positive),
        provenance=printable(direction.provenance),
    )  # fmt: skip


def _description(about: Any) -> PackDescription:
    values = _mapping({"it": about}, "it")
    generator = _mapping(values, "generator")
    encoder = _mapping(values, "encoder", {})
    files = {name: _text(_mapping(values, "files"), name) for name in _mapping(values, "files")}
    for name, sha256 in files.items():
        if not re.fullmatch(r"\w[\w.-]*", name) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise _WrongError("its files are not names with their SHA-256")
    alignment = _text(values, "alignment")
    if alignment not in get_args(Alignment):
        raise _WrongError("its alignment is not known")
    facts = values.get("facts", [])
    if not isinstance(facts, list) or not all(isinstance(fact, list) and len(fact) == 2 for fact in facts):
        raise _WrongError("its facts are not pairs")
    return PackDescription(
        title=_text(values, "title"),
        num_ws=_count(values, "num_ws", _MOST_ROWS),
        w_dim=_count(values, "w_dim", _WIDEST, 512),
        alignment="FFHQ" if alignment == "FFHQ" else "square",
        licence=_text(values, "licence", ""),
        files=files,
        generator=GeneratorDescription(
            network=_text(generator, "network"),
            licence=_text(generator, "licence"),
            config=_config(generator),
        ),
        encoder=_config(encoder),
        facts=tuple((_text({"facts": a}, "facts"), _text({"facts": b}, "facts")) for a, b in facts),
    )


def _direction(entry: Any, about: PackDescription) -> Direction:
    try:
        direction = printable_direction(Direction.from_json(entry))
    except ValueError as error:
        raise _WrongError(str(error)) from error
    if direction.flipped:
        raise _WrongError("a direction is turned round")
    rows, layers = direction.normal.shape[:-1], direction.layer_importance
    if direction.normal.shape[-1] != about.w_dim or rows not in ((), (about.num_ws,)):
        raise _WrongError("a direction is not of the size of its codes")
    if layers is not None and len(layers) != len(direction.layer_sizes or range(about.num_ws)):
        raise _WrongError("a layer importance has not one number a layer")
    return direction


def _config(values: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A network's configuration: numbers and words, or lists of them."""
    if "config" not in values:
        return None
    config = _mapping(values, "config")
    for value in config.values():
        for one in value if isinstance(value, list) else [value]:
            if one is not None and not isinstance(one, str | int | float):
                raise _WrongError("a network's configuration is not of numbers and words")
    return config


def _mapping(values: Mapping[str, Any], key: str, default: Any = None) -> Mapping[str, Any]:
    value = values.get(key, default)
    if not isinstance(value, dict):
        raise _WrongError(f"{key!r} is not there, or not a table of names and values")
    return value


def _text(values: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = values.get(key, default)
    if not isinstance(value, str):
        raise _WrongError(f"{key!r} is not there, or not text")
    return printable(value)


def _count(values: Mapping[str, Any], key: str, most: int, default: int | None = None) -> int:
    value = values.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= most:
        raise _WrongError(f"{key!r} is not there, or not a possible number")
    return value
