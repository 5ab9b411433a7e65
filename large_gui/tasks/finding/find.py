"""Find directions by any finder, of images in the cache or of a folder, and keep them as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.layers import check_unlearned
from large_gui.core.options import checked
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.finders import FINDERS, finder_named
from large_gui.errors import InputError
from large_gui.files import written_whole
from large_gui.models.library import open_model
from large_gui.models.model import Generates, Model, generates
from large_gui.models.spaces import why_not_measured
from large_gui.models.texts import ReadsText, reads_text
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.tasks.finding.said import Judged, materials_of, read_answers, read_said
from large_gui.tasks.imports.directions import clean
from large_gui.tasks.invert import embed_folder
from large_gui.tasks.labelling.usable import copies_in
from large_gui.tasks.sorting.labelled import copies_left_out

__all__ = ["FINDERS", "Finder", "Need", "finder_named"]
_SAID = frozenset({Need.TAGS, Need.VALUES})
_IMAGES = _SAID | {Need.PAIRS}
_DRAWN = 10_000  # samples in W
_MOST = 4_000  # images whose codes are samples
_PIECE = 500  # codes that are read from the cache together


@dataclass(frozen=True)
class Search:
    """What a person asks for.

    Attributes
    ----------
    finder
        A name in `FINDERS`.
    options
        Of the finder's own dataclass.
    name
        What the direction is called; by default it is called as the finder is.
    text
        The words that the person typed; they are empty unless the finder needs some.
    layers
        Whether the layer importance of what was found is measured, too.
    """

    finder: str
    options: Any
    name: str = ""
    text: str = ""
    layers: bool = False


def find_among(
    search: Search, model: Model, sha256: Sequence[str], said: Sequence[float], cache: CodeCache,
    reporter: Reporter, answers: Sequence[Judged] = (), *, device: str = "auto",
) -> list[Direction]:  # fmt: skip
    """Find directions of images whose codes are kept.

    Parameters
    ----------
    sha256, said
        The images, and the value or tag (1 or 0) of each; ``said`` is empty where nothing was said of them.
        What was said of a copy of an earlier image is left out.
        Their codes are the samples of a finder that needs nothing but samples; with no images they are drawn.
    answers
        Pairs of these images, for a finder that needs some; without them the pairs are made of the values.

    Raises
    ------
    InputError
        When there is too little to find a direction in, or an option is not possible.
    """
    _check_layers(search)
    finder = check_search(search, model)
    materials = Materials(clean(search.name) or finder.finds, text=search.text)
    if copies := copies_in(sha256, range(len(said))):
        reporter.warn(copies_left_out(len(copies)))
        once = sorted({*range(len(said))} - {*copies})
        sha256, said = [sha256[i] for i in once], [said[i] for i in once]
    if finder.needs & _IMAGES:
        codes, places = _codes(sha256, model, cache, reporter)
        told = materials_of(finder, said, answers, places)
        materials = replace(materials, codes=codes, images=[sha256[i] for i in places], **told)
    if Need.SAMPLES in finder.needs:
        samples = _samples(sha256, model, cache, reporter, drawn=not sha256 or bool(finder.needs & _IMAGES))
        finder.check_samples(len(samples))
        materials = replace(materials, samples=samples)
    return found_in(search, materials, model, reporter, device=device)


def found_in(
    search: Search, materials: Materials, model: Model, reporter: Reporter, *, device: str = "auto"
) -> list[Direction]:
    """Find directions in materials that are at hand, but for the generator; they say how they were found.

    Raises
    ------
    InputError
        When there is too little to find a direction in.
    """
    finder = finder_named(search.finder)
    materials = replace(materials, layers=model.shape[0])
    if Need.WEIGHTS in finder.needs:
        materials = replace(materials, generator=generates(model).generator)
    if finder.needs <= {Need.SAMPLES, Need.WEIGHTS}:
        materials = replace(materials, name=_free(materials.name, model))
    if Need.CLIP in finder.needs:
        materials = replace(
            materials,
            generator=model.generator if isinstance(model, Generates) else None,
            reads_text=lambda name: _reading(open_model(name) if name else model, device, reporter),
            folder=model.pack.own_folder,
        )
    reporter.check_cancelled()
    key, options, data = model.key.partition("+")[0], asdict(search.options), _data_hash(materials)
    found = [
        replace(
            one, found_by=finder.name, record=replace(one.record, model_key=key, options=options, data=data)
        )
        for one in finder.find(materials, search.options, reporter)
    ]
    return weighed(found, model, reporter) if search.layers else found


def find_in_folder(
    search: Search, model: Model, folder: Path | None, table: Path | None, cache: CodeCache,
    reporter: Reporter, *, answers: Path | None = None, engine: str = "local", device: str = "auto",
) -> list[Direction]:  # fmt: skip
    """Find directions of a folder's images; those that are not in the cache are embedded first.

    Parameters
    ----------
    table
        CSV with the header ``path,value``, of values or of tags (1 or 0).
    answers
        CSV with the header ``first,second,answer``, instead of values.

    Raises
    ------
    InputError
        When there is no folder and the finder needs images, or too little was said of them.
    """
    _check_layers(search)
    finder = check_search(search, model)
    sha256: list[str] = []
    said: list[float] = []
    judged: Sequence[Judged] = ()
    if folder is not None and finder.needs & (_IMAGES | {Need.SAMPLES}):
        images = find_images(folder, reporter)
        if table is not None:  # only these go through the model
            given = read_said(table, images, finder, cache, reporter)
            finder.check(list(given.values()))
            images = replace(images, paths=[path for path in images.paths if path in given])
        elif answers is not None:
            named, by_name = read_answers(answers, images.paths, reporter)
            wanted = set(named)
            images = replace(images, paths=[path for path in images.paths if path in wanted])
        elif Need.SAMPLES in finder.needs:
            finder.check_samples(len(images.paths))
        place: dict[str, int] = {}
        for image in embed_folder(images, model, cache, reporter, engine=engine, device=device).images:
            place[image.path] = len(sha256)
            sha256.append(image.sha256)
            said += [given[image.path]] if table is not None else []
        if answers is not None:
            judged = [
                (place[named[a]], place[named[b]], won)
                for a, b, won in by_name
                if named[a] in place and named[b] in place
            ]
    return find_among(search, model, sha256, said, cache, reporter, judged, device=device)


def weighed(
    directions: Sequence[Direction], model: Model, reporter: Reporter, *, seed: int = 0
) -> list[Direction]:
    """The directions with the layer importance that the model's generator gives them (LARGE, 3.2, Eq. 2).

    Raises
    ------
    InputError
        When one is in S of another generator, or was learned from values.
    ModelFileError
        When the model makes no pictures, or its generator is not here.
    """
    for direction in directions:
        check_unlearned(direction)
    generator = generates(model).generator()
    for direction in directions:
        if (why := why_not_measured(model, direction)) is not None:
            raise why
    from large_gui.directions.layer_importance import layer_importance

    by_place = {str(i): direction for i, direction in enumerate(directions)}
    found = layer_importance(generator, by_place, reporter, seed=seed)
    return [replace(direction, layer_importance=found[place]) for place, direction in by_place.items()]


def write_directions(directions: Sequence[Direction], file: Path) -> None:
    """Keep directions as JSON: one as it is, several as a list.

    Raises
    ------
    InputError
        When the file can't be written.
    """
    forms = [direction.as_json() for direction in directions]
    with written_whole(file) as temporary:
        temporary.write_text(json.dumps(forms[0] if len(forms) == 1 else forms) + "\n", "utf-8")


def check_search(search: Search, model: Model) -> Finder:
    """Return the finder that is asked for, after everything that can be checked before an image is read.

    Raises
    ------
    LargeError
        When an option is not possible, words are missing, or a generator is needed and not here.
    """
    finder = finder_named(search.finder)
    checked(search.options)
    if finder.needs >= _SAID:
        raise InputError(
            f"The finder {finder.name!r} needs tags and values, and both can't be given yet.",
            hint="Choose a finder that needs one of them.",
        )
    if Need.TEXT in finder.needs and not search.text.strip():
        raise InputError(f"The finder {finder.name!r} needs words.", hint="Say what you look for.")
    if search.layers or Need.WEIGHTS in finder.needs:
        drawn = generates(model)
        if not drawn.generator_is_here:
            drawn.generator()  # tells what to do
    return finder


def _check_layers(search: Search) -> None:
    """Refuse to weigh the layers of what is learned from images before an hour is spent on finding it."""
    if search.layers and finder_named(search.finder).needs & _IMAGES:
        raise InputError(
            f"What {search.finder!r} finds is learned with all layers alike. They can't be weighed.",
            hint="Leave out --layer-importance.",
        )


def _free(name: str, model: Model) -> str:
    """The name with a number, if directions of the model's pack have it before a number of their own."""
    number, free = 1, name
    while any(known.startswith(f"{free}_") for known in model.pack.directions):
        number += 1
        free = f"{name}{number}"
    return free


def _reading(model: Model, device: str, reporter: Reporter) -> ReadsText:
    """The model, started, as one that reads texts."""
    found = reads_text(model)
    model.start(device, reporter)
    return found


def _data_hash(materials: Materials) -> str:
    """SHA-256 of what a finder was given: the images and what was said of each, or the samples."""
    pairs = materials.pairs.astype(np.float64).ravel()
    said = np.concatenate([materials.tags.astype(np.float64), materials.values, pairs, materials.won])
    digest = hashlib.sha256("\n".join(materials.images).encode())
    for array in (said, materials.samples, materials.codes if not materials.images else said[:0]):
        digest.update(np.ascontiguousarray(array).tobytes())
    digest.update(materials.text.encode())
    return digest.hexdigest()


def _codes(
    sha256: Sequence[str], model: Model, cache: CodeCache, reporter: Reporter
) -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """Read the codes of images from the cache, a piece at a time, so that none is held twice.

    Returns
    -------
    codes, places
        The codes ``(n, L, D)`` of the images that have one, and the places ``(n,)`` of these images in
        ``sha256``. An image in which the model found no face is left out.
    """
    codes = np.empty((len(sha256), *model.shape), np.float32)
    places: list[int] = []
    faceless = 0
    for start in range(0, len(sha256), _PIECE):
        reporter.check_cancelled()
        piece = sha256[start : start + _PIECE]
        known = cache.get_many(sorted(set(piece)), model.key)
        for place, sha in enumerate(piece, start):
            if sha in known and Flag.UNALIGNED in known[sha].flags:
                faceless += 1
            elif sha in known:
                codes[len(places)] = known[sha].code
                places.append(place)
    if faceless:
        reporter.warn(
            f"{count(faceless, 'image')} without a face {'is' if faceless == 1 else 'are'} left out."
        )
    return codes[: len(places)], np.array(places, np.intp)


def _samples(
    sha256: Sequence[str], model: Model, cache: CodeCache, reporter: Reporter, *, drawn: bool
) -> NDArray[np.float32]:
    """Return samples ``(n, L, D)``: codes that are drawn from the generator, or the codes of images.

    They are drawn if ``drawn`` is true and the generator is here. Otherwise some of the images are chosen,
    evenly, and their codes are the samples.
    """
    if drawn and isinstance(model, Generates) and model.generator_is_here:
        from large_gui.nets.generator import drawn_codes

        return drawn_codes(model.generator(), _DRAWN)[:, None]
    different = sorted(set(filter(None, sha256)))
    if not different:
        raise InputError(
            f"The model {model.name!r} can't draw samples.", hint="Give a folder of images instead."
        )
    chosen = np.linspace(0, len(different) - 1, min(_MOST, len(different))).astype(int)
    return _codes([different[i] for i in chosen], model, cache, reporter)[0]
