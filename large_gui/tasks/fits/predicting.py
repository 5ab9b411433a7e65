"""Predict the values of a folder's images from a saved fit, without labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from large_gui.core.calibrating.fit import Fit
from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.models.spaces import measured_along, needs_styles, why_not_measured
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.tasks.models import model_names, model_with_key, open_model
from large_gui.tasks.sort import SortResult, measured_to_sort
from large_gui.tasks.sorting.rows import sorted_rows

_LOOKED_FOR = "Leave --model away, and the right model is looked for."


def predict_folder(
    folder: Path, fit: Fit, model: Model, cache: CodeCache, reporter: Reporter, *, device: str = "auto",
    reconstruct: bool = False, engine: str = "local",
) -> SortResult:  # fmt: skip
    """Measure the images of a folder, sort them, and predict their values from a fit.

    Parameters
    ----------
    model
        The model of the fit, as `model_of_fit` returns it.

    Raises
    ------
    InputError
        When the folder holds no image that can be read.
    """
    measured = measured_to_sort(
        find_images(folder, reporter),
        model,
        fit.direction,
        cache,
        reporter,
        device=device,
        reconstruct=reconstruct,
        engine=engine,
    )
    rows = sorted_rows(measured, fit.calibration, model.name, fit.direction)
    d = measured.distances[~measured.faceless]
    if beyond := int(((d < fit.nearest) | (d > fit.farthest)).sum()):
        reporter.warn(
            f"{count(beyond, 'image lies', 'images lie')} beyond the labels of the fit, which lie between "
            f"{fit.nearest:.3g} and {fit.farthest:.3g}. There the line is extrapolated."
        )
    return SortResult(rows, fit.calibration, len(measured.failures))


def model_of_fit(fit: Fit, name: str | None = None, hint: str = _LOOKED_FOR) -> Model:
    """The model on this machine that gives the codes of a fit, whatever it is called here.

    Parameters
    ----------
    name
        The model that a person asks for; ``None`` looks for one.
    hint
        What to do if that is another one.

    Raises
    ------
    InputError
        When no model, or not the one that is asked for, has the fit's key; or when the fit's direction is not
        of its codes.
    """
    model = model_with_key(fit.key, fit.model) if name is None else open_model(name)
    made = f"the model {fit.model!r} ({fit.title}; key {fit.key})"
    if model is None:
        here = f" The model {fit.model!r} that is here is another one." if fit.model in model_names() else ""
        raise InputError(
            f"This fit was made with {made}, and no model on this machine has that key.{here}",
            hint="Import that model here from the same file, or install the version of large-gui that it "
            f"came with ({fit.program}); or fit again with labels: large-gui sort --fit-out.",
        )
    if model.key != fit.key:
        raise InputError(
            f"This fit was made with {made}, and can't be used with {model.name!r}, whose key is "
            f"{model.key}: its codes mean something else.",
            hint=hint,
        )
    _check_codes(fit.direction, model)
    return model


def _check_codes(direction: Direction, model: Model) -> None:
    """Refuse a direction that does not fit the model's codes; only a file that was changed holds one."""
    if needs_styles(model, direction):
        if (why := why_not_measured(model, direction)) is not None:
            raise why
        return
    try:
        measured_along(model, np.zeros((1, *model.shape), np.float32), [direction])
    except ValueError as error:
        raise InputError(
            f"The fit's direction {direction.name!r} is not of the codes of the model {model.name!r}.",
            hint="The file was changed. Copy it again, or write it again.",
            detail=str(error),
        ) from error
