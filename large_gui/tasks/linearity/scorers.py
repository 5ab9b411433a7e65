"""Make the scorers that judge a generator's paths: from labelled images, from a direction's calibration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import ANY_IMAGE, Flag
from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.core.words import count, printable
from large_gui.directions.held_out import held_out_scores
from large_gui.directions.ridge import fit_ridge
from large_gui.errors import InputError
from large_gui.metrics.attributes import (
    AsDrawn,
    Attribute,
    DirectionScorer,
    FeatureScorer,
    LearnedValue,
    Predictor,
    image_model,
    kind_of_features,
)
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest, find_images
from large_gui.project.labels import read_labels
from large_gui.tasks.invert import codes_of, embed_folder
from large_gui.tasks.linearity.plan import FEWEST, Labelled, Told

LITTLE = 0.3  # a held-out R² below which a scorer is called poor
_MOST = 3_000  # labelled images that are used; a ridge of more takes minutes
_LABELS = "labels.csv"


def read_labelled(place: Path, reporter: Reporter, name: str = "", unit: str = "") -> Labelled:
    """Read labels: a CSV with paths relative to its own folder, or a folder with a ``labels.csv``.

    Raises
    ------
    InputError
        When there is no such file, it can't be read, or none of its images is there.
    """
    table = place / _LABELS if place.is_dir() else place
    if not table.is_file():
        what = f"{place} has no {_LABELS}" if place.is_dir() else f"There is no file {place}"
        raise InputError(
            f"{printable(what)}.",
            hint="Give a CSV with the columns path and value, or the folder that holds it.",
        )
    read = read_labels(table)
    found = read.find(find_images(table.parent, SilentReporter()).paths)
    problems, values = [*read.problems, *found.problems], found.used
    for problem in problems[:3]:
        reporter.warn(f"{table.name}, line {problem.row}: {problem.why}.")
    if len(problems) > 3:
        reporter.warn(f"{table.name}: {count(len(problems) - 3, 'more line')} can't be used.")
    if read.doubt:
        reporter.warn(f"{table.name}: {read.doubt}")
    if found.left_out:
        reporter.warn(found.left_out)
    if not found.values:
        raise InputError(
            f"None of the images that {table.name} names is in {printable(str(table.parent.absolute()))}.",
            hint="Its paths are relative to the folder that it lies in.",
        )
    return Labelled(table.parent, values, name or _name_of(table), unit)


def _name_of(table: Path) -> str:
    """What a table of labels is about: its name says it, or else that of its folder."""
    own = printable(table.stem)
    return own if table.name != _LABELS else printable(table.absolute().parent.name) or own


def learned_scorer(
    labelled: Labelled, model: Model, cache: CodeCache, reporter: Reporter, *, eyes: str = ANY_IMAGE,
    device: str = "auto", engine: str = "local",
) -> FeatureScorer:  # fmt: skip
    """Learn a scorer of what a model generates from labelled photographs.

    The photographs are cropped as the model crops images; a ridge regression predicts the values from the
    features of an image model. What the scorer is worth is measured on images that it was learned without.

    Parameters
    ----------
    eyes
        Name of the image model.

    Raises
    ------
    InputError
        When there are too few labelled images, or all have the same value.
    """
    seen = image_model(open_model(eyes))
    as_drawn = AsDrawn(seen, model)
    paths = sorted(labelled.values)
    if len(paths) > _MOST:
        reporter.warn(f"{_MOST:,} of {len(paths):,} labels are used, drawn at random.")
        paths = sorted(np.random.default_rng(0).permutation(paths)[:_MOST].tolist())
    _check_enough(len(paths))
    found = embed_folder(
        Manifest(labelled.folder, paths), as_drawn, cache, reporter, engine=engine, device=device
    )
    images = [image for image in found.images if Flag.UNALIGNED not in image.flags]
    if left := len(paths) - len(images):
        reporter.warn(f"{count(left, 'labelled image')} can't be read as {model.name} reads images.")
    _check_enough(len(images))
    values = np.array([labelled.values[image.path] for image in images], np.float64)
    if len(np.unique(values)) < 2:
        raise InputError("All the labels have the same value.", hint="There is nothing to predict.")
    codes = np.concatenate([some.mean(1, dtype=np.float64) for some in codes_of(images, as_drawn, cache)])
    fitted = fit_ridge(codes, values)
    r2 = _held_out_r2(codes, values, [image.sha256 for image in images], reporter)
    about = Attribute(
        labelled.name, labelled.unit,
        f"learned from {count(len(images), 'labelled image')}, R² {r2:.2f} on those held out "
        f"({kind_of_features(seen)})",
        independent=True, r2=r2, labels=len(images),
    )  # fmt: skip
    if not r2 >= LITTLE:
        reporter.warn(
            f"The scorer of {labelled.name} is poor: on images that it was learned without, it predicts "
            f"{max(r2, 0):.0%} of the variance. It strays from a line whatever the generator does."
        )
    as_drawn.start(device, reporter)
    return FeatureScorer(seen, [LearnedValue(about, fitted.weights, fitted.constant)])


def direction_scorer(
    told: Sequence[Told], model: Model, reporter: Reporter, *, device: str = "auto"
) -> DirectionScorer:
    """A scorer that embeds pictures with the model's own encoder, and predicts from distances.

    Raises
    ------
    InputError
        When the model has no encoder.
    """
    if not model.measures:
        raise InputError(
            f"The model {model.name!r} has no encoder, so no distance can be measured in a picture.",
            hint="Give labelled images, from which a scorer is learned.",
        )
    model.start(device, reporter)
    return DirectionScorer(
        model, [Predictor(_attribute(one, model), one.direction, one.calibration) for one in told]
    )


def _attribute(told: Told, model: Model) -> Attribute:
    along, by = f"the distance along {told.direction.spelled}", f"measured with the encoder of {model.name}"
    if told.calibration is None:
        return Attribute(f"distance along {told.direction.spelled}", "", by)
    said = f"predicted from {along}, {by}"
    return Attribute(told.name or "value", told.unit, said, labels=told.calibration.n)


def _check_enough(images: int) -> None:
    if images < FEWEST:
        raise InputError(
            f"A scorer is learned from at least {FEWEST} labelled images, and there "
            f"{'is' if images == 1 else 'are'} {images}.",
            hint="Label more images; from 100 on a scorer is worth more.",
        )


def _held_out_r2(
    codes: NDArray[np.float64], values: NDArray[np.float64], sha256: Sequence[str], reporter: Reporter
) -> float:
    def without(rest: NDArray[np.intp]) -> Callable[[NDArray[np.intp]], NDArray[np.float64]]:
        ridge = fit_ridge(codes[rest], values[rest])
        return lambda part: ridge.predict(codes[part])

    predicted = held_out_scores(sha256, len(values), without, reporter)
    return float(1 - np.mean((predicted - values) ** 2) / values.var())
