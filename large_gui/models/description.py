"""Read and write what a model pack says about itself: ``pack.json`` and ``directions.json``.

A pack folder may come from anywhere. Whatever is wrong with its files, reading them raises a
`ModelFileError` that says what, so that one bad pack does not make the others unusable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from large_gui.core import forms
from large_gui.core.direction import Direction
from large_gui.core.words import printable
from large_gui.errors import ModelFileError
from large_gui.files import sha256_of, written_whole

VERSION = 2  # version of pack.json; files without a version are of version 1
Alignment = Literal["FFHQ", "square", "padded"]
PACK_FILE, DIRECTIONS_FILE = "pack.json", "directions.json"
QUALITY_FILE = "quality.json"  # of codes from elsewhere: their errors and flags
_MOST_BYTES = {PACK_FILE: 1 << 20, DIRECTIONS_FILE: 1 << 26, QUALITY_FILE: 1 << 28}
_KEY = re.compile(r"[0-9a-f]{8,64}").fullmatch  # as `Model.key` has it, without what follows a plus
_MOST_ROWS, _WIDEST = 1 << 10, 1 << 24  # largest shape of a code


@dataclass(frozen=True)
class NetworkDescription:
    """One network of a pack; a pack never says where a network is fetched from.

    Attributes
    ----------
    network, licence
        Name and licence of the network, in words for a person.
    config
        Sizes and other settings for the code that builds it; ``None`` if that code knows them.
    """

    network: str
    licence: str = ""
    config: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class PackDescription:
    """The content of ``pack.json``.

    Attributes
    ----------
    title, licence, facts
        Texts for a person; each is one line of printable text.
    kind
        Which code opens it: a name in `large_gui.models.library.KINDS`.
    shape
        Rows L and width D of its codes.
    alignment
        How images are prepared: cropped round the largest face as FFHQ does or to their centred square, or
        padded to a square.
    files
        SHA-256 of every file of the pack, by name; `write_description` computes them.
    generator, encoder
        Its networks; ``None`` if it has none. The encoder is also ``None`` if it is this program's own.
    options
        Further settings of this kind of model: numbers and words.
    source
        Name and SHA-256 of the file that it was imported from.
    replaces
        Keys of the earlier versions of this model, whose codes are not those of this one.
    """

    title: str
    kind: str
    shape: tuple[int, int]
    alignment: Alignment = "square"
    licence: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    generator: NetworkDescription | None = None
    encoder: NetworkDescription | None = None
    facts: tuple[tuple[str, str], ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    source: Mapping[str, str] = field(default_factory=dict)
    replaces: tuple[str, ...] = ()


def read_description(folder: Path) -> PackDescription:
    """Read a pack's ``pack.json``.

    Raises
    ------
    ModelFileError
        When it is missing, damaged, or not a description of a pack.
    """
    try:
        return _description(read_json(folder / PACK_FILE))
    except ValueError as error:
        raise _bad(folder, PACK_FILE, str(error)) from error


def write_description(folder: Path, about: PackDescription) -> None:
    """Write ``pack.json`` with the hash of every file of the pack; a folder without it is no pack."""
    names = sorted(p.name for p in folder.iterdir() if p.suffix in (".safetensors", ".json"))
    content = {
        "version": VERSION, "kind": about.kind, "title": about.title, "shape": list(about.shape),
        "alignment": about.alignment, "licence": about.licence,
        "generator": _network_json(about.generator), "encoder": _network_json(about.encoder),
        "facts": about.facts, "options": about.options, "source": about.source,
        **({"replaces": about.replaces} if about.replaces else {}),
        "files": {name: sha256_of(folder / name) for name in names if name != PACK_FILE},
    }  # fmt: skip
    with written_whole(folder / PACK_FILE) as temporary:
        temporary.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


def _network_json(network: NetworkDescription | None) -> dict[str, Any] | None:
    if network is None:
        return None
    config = {} if network.config is None else {"config": dict(network.config)}
    return {"network": network.network, "licence": network.licence, **config}


def read_pack_directions(folder: Path, about: PackDescription) -> dict[str, Direction]:
    """Read a pack's ``directions.json``: its directions by name.

    A pack that has no such file, and does not list it among its files, has no directions.

    Raises
    ------
    ModelFileError
        When it is missing although the pack lists it, damaged, or its directions are not of the pack's codes.
    """
    if DIRECTIONS_FILE not in about.files and not (folder / DIRECTIONS_FILE).exists():
        return {}
    try:
        entries = read_json(folder / DIRECTIONS_FILE)
        if not isinstance(entries, list):
            raise ValueError("it is not a list")
        directions = [_direction(entry, about) for entry in entries]
        if len({d.name for d in directions}) < len(directions):
            raise ValueError("two directions have one name")
    except ValueError as error:
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


def _bad(folder: Path, file: str, reason: str, detail: str = "") -> ModelFileError:
    return ModelFileError(
        f"The model {printable(folder.name)!r} can't be read: {reason} ({file}).",
        hint="Import or install it again.",
        detail=detail,
    )


def _description(about: Any) -> PackDescription:
    values = forms.document(about)
    version = forms.count(values, "version", 1 << 30, 1)
    if version > VERSION:
        raise ValueError("a newer version of this program wrote it")
    if version == 1:
        values = _of_version_1(values)
    files = {name: _text(_mapping(values, "files"), name) for name in _mapping(values, "files")}
    for name, sha256 in files.items():
        if not re.fullmatch(r"\w[\w.-]*", name) or not re.fullmatch(r"[0-9a-f]{64}", sha256):
            raise ValueError("its files are not names with their SHA-256")
    alignment = next((a for a in get_args(Alignment) if a == _text(values, "alignment")), None)
    if alignment is None:
        raise ValueError("its alignment is not known")
    facts, shape, source = values.get("facts", []), values.get("shape"), _mapping(values, "source", {})
    if not isinstance(facts, list) or not all(isinstance(fact, list) and len(fact) == 2 for fact in facts):
        raise ValueError("its facts are not pairs")
    if not isinstance(shape, list) or len(shape) != 2:
        raise ValueError("'shape' is not there, or not two numbers")
    return PackDescription(
        title=_text(values, "title"),
        kind=_text(values, "kind"),
        shape=(
            forms.count({"shape": shape[0]}, "shape", _MOST_ROWS),
            forms.count({"shape": shape[1]}, "shape", _WIDEST),
        ),
        alignment=alignment,
        licence=_text(values, "licence", ""),
        files=files,
        generator=_network(values, "generator"),
        encoder=_network(values, "encoder"),
        facts=tuple((_text({"facts": a}, "facts"), _text({"facts": b}, "facts")) for a, b in facts),
        options=_words_and_numbers(_mapping(values, "options", {})),
        source={name: _text(source, name) for name in source},
        replaces=_keys(values.get("replaces", [])),
    )


def _of_version_1(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The content of a file of version 1 in the form of version 2."""
    shape = [forms.count(values, "num_ws", _MOST_ROWS), forms.count(values, "w_dim", _WIDEST, 512)]
    generator = _mapping(values, "generator")
    kind = "codes" if "codes.safetensors" in _mapping(values, "files") else "gan"
    return {
        **values, "kind": kind, "shape": shape,
        "generator": None if _text(generator, "network") == "none" else generator,
    }  # fmt: skip


def _network(values: Mapping[str, Any], key: str) -> NetworkDescription | None:
    if values.get(key) is None:
        return None
    given = _mapping(values, key)
    config = _words_and_numbers(_mapping(given, "config")) if "config" in given else None
    return NetworkDescription(_text(given, "network", ""), _text(given, "licence", ""), config)


def _direction(entry: Any, about: PackDescription) -> Direction:
    direction = Direction.from_json(entry).printable()
    if direction.flipped:
        raise ValueError("a direction is turned round")
    rows, layers = direction.normal.shape[:-1], direction.layer_importance
    if direction.normal.shape[-1] != about.shape[1] or rows not in ((), (about.shape[0],)):
        raise ValueError("a direction is not of the size of its codes")
    if layers is not None and len(layers) != len(direction.layer_sizes or range(about.shape[0])):
        raise ValueError("a layer importance does not have one number per layer")
    return direction


def _words_and_numbers(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """A network's configuration: numbers and words, or lists of them."""
    for value in values.values():
        for one in value if isinstance(value, list) else [value]:
            if one is not None and not isinstance(one, str | int | float):
                raise ValueError("a network's configuration is not of numbers and words")
    return values


def _keys(given: Any) -> tuple[str, ...]:
    """The keys of earlier versions."""
    if not isinstance(given, list) or not all(isinstance(key, str) and _KEY(key) for key in given):
        raise ValueError("'replaces' is not a list of keys")
    return tuple(given)


def _mapping(values: Mapping[str, Any], key: str, default: Any = None) -> Mapping[str, Any]:
    return forms.table(values.get(key, default), key)


def _text(values: Mapping[str, Any], key: str, default: str | None = None) -> str:
    return printable(forms.text(values, key, default))
