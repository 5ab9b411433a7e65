"""Import codes that another program computed as a model: files of LARGE and others in W, W+ or S."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.latent import LatentSpace
from large_gui.core.principal import components
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError, LargeError
from large_gui.models.description import PackDescription
from large_gui.project.images.read import hash_file
from large_gui.project.images.scan import scan
from large_gui.tasks.imports.directions import clean, unit_normal, unused
from large_gui.tasks.imports.inverted import InvertedCodes, read_inverted
from large_gui.tasks.imports.model import checked_name
from large_gui.tasks.imports.weights import read_weights

if TYPE_CHECKING:
    from large_gui.core.latent import LatentCode

_MOST_FOR_COMPONENTS = 2_000  # codes that principal components are computed from


@dataclass(frozen=True)
class ImportedCodes:
    """The result of an import: name, space, number of codes, directions, and why codes were left out."""

    name: str
    space: LatentSpace
    count: int
    directions: list[str]
    problems: list[str]


def import_codes(
    codes: Path, images: Path | None, boundaries: Sequence[Path], name: str, reporter: Reporter, *,
    weights: Path | None = None, replace: bool = False,
) -> ImportedCodes:  # fmt: skip
    """Make a pack of the codes in a folder, or of the codes that this program wrote into one file.

    The directions are those of the boundaries and, if this program wrote the codes and their model is on
    this machine, those of that model. Without any they are the principal components of the codes.

    Parameters
    ----------
    codes, images
        Folders; ``a/b.npy`` is the code of ``a/b.jpg``, or of the only image called ``b``. Or ``codes`` is
        the file of `large_gui.tasks.invert.invert_folder`; then ``images`` may be ``None``, and codes belong
        to images by their content alone.
    boundaries
        Files of the same kind, with one direction each. A direction has the name of its file or, if that is
        ``boundary``, of its folder. Each is brought to unit length.
    weights
        ``.npy`` with one number per layer, the layer importance of all boundaries.

    Raises
    ------
    InputError
        When no code belongs to an image, codes and boundaries don't fit together, the name is taken, or the
        pack can't be written.
    ModelFileError
        When a boundary or the weights can't be read.
    """
    name = checked_name(name, replace)
    if weights is not None and not boundaries:
        raise InputError(
            "Layer weights belong to boundaries, and there is none.", hint="Give one with --boundary."
        )
    inverted = read_inverted(codes, images, reporter) if codes.is_file() else None
    if inverted is not None:
        by_image, problems = inverted.codes, inverted.problems
    else:
        by_image, problems = _of_folder(codes, images, reporter)
    first = next(iter(by_image.values()))
    directions = _directions(
        boundaries, first, None if weights is None else _importance(weights, first),
        inverted.directions if inverted is not None else (),
    )  # fmt: skip
    if not directions:
        directions = _components(list(by_image.values())[:_MOST_FOR_COMPONENTS])
    _write(name, _about(codes, first, inverted), by_image, directions, inverted)
    return ImportedCodes(name, first.space, len(by_image), [d.name for d in directions], problems)


def _of_folder(
    codes: Path, images: Path | None, reporter: Reporter
) -> tuple[dict[str, LatentCode], list[str]]:
    """The codes of a folder by SHA-256 of their image, and why others were left out."""
    if not codes.is_dir():
        raise InputError(f"There is no folder {codes}.", hint="Give the folder that holds the code files.")
    if images is None:
        raise InputError("Codes in a folder belong to images of the same names.", hint="Give --images too.")
    found, problems = _read(codes, images, reporter)
    if not found:
        raise InputError(
            f"There are no codes in {codes}.",
            hint=problems[0] if problems else "They are .npy, .pickle or .pt files, one per image.",
        )
    kinds = sorted({_kind(code) for code in found.values()})
    if len(kinds) > 1:
        raise InputError(
            f"The codes in {codes} are of several kinds: {' and '.join(kinds)}.",
            hint="Import one kind at a time.",
        )
    return _matched(found, images, problems, reporter), problems


def _write(
    name: str, about: PackDescription, by_image: dict[str, LatentCode], directions: Sequence[Direction],
    inverted: InvertedCodes | None,
) -> None:  # fmt: skip
    """Write the pack, whole or not at all."""
    from safetensors.numpy import save_file

    from large_gui.models.description import write_description
    from large_gui.models.kinds.imported_codes import write_quality
    from large_gui.models.library import staged
    from large_gui.models.pack import CODES
    from large_gui.models.writing import write_pack_directions

    with staged(name) as folder:
        table = {sha: code.values.reshape(about.shape) for sha, code in by_image.items()}
        save_file(table, folder / CODES)
        if inverted is not None:
            write_quality(folder, inverted.qualities)
        write_pack_directions(folder, directions)
        write_description(folder, about)


def _kind(code: LatentCode) -> str:
    """Space and shape of a code, in words for a person."""
    return f"{code.space.upper()} ({' x '.join(map(str, code.values.shape))})"


def _read(folder: Path, images: Path, reporter: Reporter) -> tuple[dict[str, LatentCode], list[str]]:
    """Read the codes, by path without ending, and say which files could not be read."""
    from large_gui.nets.checkpoints.codes import SUFFIXES, read_codes

    files = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file())
    found: dict[str, LatentCode] = {}
    problems = []
    for done, file in enumerate(files, 1):
        reporter.check_cancelled()
        reporter.progress(done, len(files), "Reading codes")
        path = file.relative_to(folder)
        try:
            codes = read_codes(file)
            names = _names(path, list(codes), images, reporter)
        except LargeError as error:
            where = "" if error.sentence.startswith(path.name) else f"{path.as_posix()}: "
            problems.append(f"{where}{error.sentence}")
            continue
        for key, code in zip(names, codes.values()):
            if key in found:
                problems.append(f"{path.as_posix()}: there is another code of this name")
            else:
                found[key] = code
    return found, problems


def _names(path: Path, keys: list[str | int], images: Path, reporter: Reporter) -> list[str]:
    """The paths, without ending, of the images that the codes of a file belong to."""
    if keys == [""]:  # NVIDIA's projector writes the code of every image as `<name>/projected_w.npz`.
        own = path.parent if path.stem == "projected_w" and path.parent.name else path.with_suffix("")
        return [own.as_posix()]
    if isinstance(keys[0], str):
        return [PurePosixPath(str(key)).with_suffix("").as_posix() for key in keys]
    pictures = scan(images).paths
    if len(pictures) != len(keys):
        raise InputError(
            f"It holds {len(keys)} codes without names, and there are {len(pictures)} images.",
            hint="Give the folder of the images that were inverted.",
        )
    reporter.warn(f"{path.name} names no images: its {len(keys)} codes were given to them in order of name.")
    return [picture.relative_to(images).with_suffix("").as_posix() for picture in pictures]


def _matched(
    found: dict[str, LatentCode], images: Path, problems: list[str], reporter: Reporter
) -> dict[str, LatentCode]:
    """Codes by SHA-256 of their image."""
    by_path: dict[str, list[Path]] = {}
    by_stem: dict[str, list[Path]] = {}
    for path in scan(images).paths:
        by_path.setdefault(path.relative_to(images).with_suffix("").as_posix(), []).append(path)
        by_stem.setdefault(path.stem, []).append(path)
    result: dict[str, LatentCode] = {}
    exact_first = sorted(found.items(), key=lambda item: item[0] not in by_path)
    for done, (key, code) in enumerate(exact_first, 1):
        reporter.check_cancelled()
        reporter.progress(done, len(found), "Finding the images")
        candidates = by_path.get(key) or by_stem.get(key.rsplit("/", 1)[-1], [])
        if len(candidates) != 1:
            problems.append(f"{key}: {'several images' if candidates else 'no image'} of this name")
            continue
        try:
            sha = hash_file(candidates[0])
        except LargeError as error:
            problems.append(f"{key}: {error.sentence}")
            continue
        # Copies of an image may each have their code, as long as it is the same.
        if not np.array_equal(result.setdefault(sha, code).values, code.values):
            problems.append(f"{key}: its image has another code already")
    if not result:
        raise InputError(
            f"No code belongs to an image in {images}.", hint="A code and its image must have the same name."
        )
    return result


def _directions(
    boundaries: Sequence[Path], code: LatentCode, importance: Any, own: Sequence[Direction]
) -> list[Direction]:
    """The directions of boundaries, and others of the same codes."""
    from large_gui.nets.checkpoints.codes import ROWS, WIDTH, read_code

    found = {direction.name: direction for direction in own}
    in_s = code.space is LatentSpace.S
    width, rows = WIDTH if in_s else code.values.shape[-1], {*ROWS, len(code.values)}
    for file in boundaries:
        # LARGE writes every boundary as `<name>/boundary.npy`.
        stem = file.resolve().parent.name if file.stem == "boundary" else file.stem
        name = unused(clean(stem) or "boundary", found)
        boundary = read_code(file, width=width, rows=ROWS if code.values.ndim == 1 else rows)
        found[name] = _direction(name, file, boundary, code, importance)
    return list(found.values())


def _direction(name: str, file: Path, boundary: LatentCode, code: LatentCode, importance: Any) -> Direction:
    serves_every_layer = boundary.space is LatentSpace.W and code.space is LatentSpace.W_PLUS
    if not serves_every_layer and _kind(boundary) != _kind(code):
        raise InputError(
            f"{file.name} is a boundary in {_kind(boundary)}, the codes are in {_kind(code)}.",
            hint="They must be alike; a boundary in W serves every layer of W+.",
        )
    normal = boundary.values.astype(np.float64)  # squares of large numbers don't fit into float32
    if not normal.any():
        raise InputError(f"{file.name} is all zeros.", hint="A boundary is a normal of some length.")
    return Direction(
        name, unit_normal(normal).astype(np.float32), negative="less", positive="more",
        layer_importance=None if code.space is LatentSpace.W else importance,
        provenance=f"imported from {file.name}", layer_sizes=boundary.layer_sizes or None,
    )  # fmt: skip


def _importance(file: Path, code: LatentCode) -> NDArray[np.float64]:
    weights = read_weights(file)
    layers = len(code.layer_sizes) or (len(code.values) if code.space is LatentSpace.W_PLUS else 1)
    if len(weights) != layers:
        raise InputError(
            f"{file.name} holds {count(len(weights), 'weight')} for {count(layers, 'layer')}.",
            hint="Give one number >= 0 for each layer, the coarsest first.",
        )
    return weights


def _components(codes: list[LatentCode]) -> list[Direction]:
    different = len({code.values.tobytes() for code in codes})
    if different < 3:
        raise InputError(
            f"{count(different, 'different code is', 'different codes are')} too few to find directions in.",
            hint="Give a boundary with --boundary.",
        )
    values = np.stack([code.values for code in codes])
    sizes = codes[0].layer_sizes
    # N codes differ along N - 1 components.
    w = values.mean(1) if values.ndim == 3 else values
    return components(w, layer_sizes=sizes or None)[: different - 1]


def _about(codes: Path, first: LatentCode, inverted: InvertedCodes | None) -> PackDescription:
    rows = len(first.values) if first.space is LatentSpace.W_PLUS else 1
    shape, source = (rows, int(first.values.size // rows)), {"file": codes.name}
    if inverted is None:
        title = f"Codes from {codes.name} ({first.space.upper()})"
        return PackDescription(title, "codes", shape, licence="not said", source=source)
    title = f"Codes of {inverted.model} from {codes.name}"
    source |= {"model": inverted.model, "key": inverted.key}
    return PackDescription(title, "codes", shape, licence=inverted.licence or "not said", source=source)
