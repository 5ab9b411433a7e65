"""Write a paragraph for a paper's methods section: what was done, the figures, versions and a citation."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from large_gui import __version__
from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.choices import Method
from large_gui.core.direction import Direction
from large_gui.core.words import count
from large_gui.tasks.models import ModelCard
from large_gui.tasks.session import Session

CITATION = (
    "Y. Nitzan, R. Gal, O. Brenner and D. Cohen-Or, LARGE: Latent-Based Regression through GAN Semantics, "
    "arXiv:2107.11186, 2021."
)
_FITTED_BY: dict[str, str] = {
    Method.LEAST_SQUARES: "ordinary least squares",
    Method.L1: "least squares with an L1 penalty on the slope (as scikit-learn's Lasso, default strength)",
    Method.L2: "least squares with an L2 penalty on the slope (as scikit-learn's Ridge, default strength)",
    Method.BOTH: (
        "least squares with L1 and L2 penalties on the slope (as scikit-learn's ElasticNet, default strength)"
    ),
}


def methods_paragraph(session: Session, model: ModelCard) -> str:
    """Describe in plain text what was done with the images of a session.

    Parameters
    ----------
    model
        The session's model.

    Raises
    ------
    InputError
        When the session has no direction yet.
    """
    sentences = [
        *_inversion(session, model),
        *_measure(session.sorted_by(), model.shape[0]),
        *_calibration(session),
        _software(model),
    ]
    return f"{' '.join(sentences)}\n\nReference: {CITATION}\n"


def _inversion(session: Session, model: ModelCard) -> Iterator[str]:
    measured = np.isfinite(session.distances)
    images, (layers, width) = count(int(measured.sum()), "image was", "images were"), model.shape
    of_model = f"of the model {model.name!r}, {model.title}"
    if model.has_encoder and model.generates:
        space = f"the W+ space ({layers} x {width}) {of_model}"
        yield f"{images} {model.prepares}, and inverted into {space}, by its encoder."
    elif model.has_encoder:
        features = f"{layers * width:,} features {of_model}: {model.encoder_network or 'of unknown origin'}"
        yield f"{images} {model.prepares}, and measured by {features}."
    else:
        yield f"{images} measured by their codes ({layers} x {width}) {of_model}."
    failed = len(session.failures)
    yield f"{count(failed, 'image', 'images')} could not be read or measured and had no part in this."
    waiting = len(session) - int(measured.sum()) - failed
    if waiting > 0:
        yield f"{count(waiting, 'image', 'images')} had not been measured when this was written."
    flags = [session.flags[i] for i in np.flatnonzero(measured) if session.flags[i]]
    kinds = Counter(flag for image in flags for flag in image)
    counts = f" ({', '.join(f'{flag}: {n}' for flag, n in sorted(kinds.items()))})" if kinds else ""
    yield f"{count(len(flags), 'image was', 'images were')} flagged{counts}."


def _measure(direction: Direction, layers: int) -> Iterator[str]:
    turned = ", turned round" if direction.flipped else ""
    ends = f" (from {direction.low!r} to {direction.high!r})" if direction.low else ""
    weighed = direction.layer_importance is not None
    collapsed = "collapsed by layer importance (Eq. 3)" if weighed else "averaged over the layers"
    every = f", computed in every layer (Eq. 1 of Nitzan et al., 2021) and {collapsed}"
    yield (
        f"The measure d of an image is the signed distance of its code along the direction "
        f"{direction.name!r}{turned}{ends}{every if layers > 1 else ' (Eq. 1 of Nitzan et al., 2021)'}."
    )
    if direction.intercept_means:
        yield f"A distance of 0 stands for: {direction.intercept_means}."
    yield f"Provenance of the direction: {direction.provenance or 'not known'}."


def _calibration(session: Session) -> Iterator[str]:
    out = sum(label.excluded for label in session.labels.values())
    unused = len(session.labels) - out - len(session.calibration_points())
    line, value = session.calibration, session.value
    if line is None:
        yield (
            f"The distances are uncalibrated: they order the images and have no unit of {value.name!r} "
            f"({count(len(session.labels), 'label', 'labels')}, {out} of them excluded)."
        )
        return
    yield (
        f"Distances were calibrated to {value.name!r}{f' in {value.unit}' if value.unit else ''} by the line "
        f"y = a·d + b, fitted by {_FITTED_BY[line.method]} to {count(line.n, 'label', 'labels')}; "
        f"{count(out, 'label was', 'labels were')} excluded by hand."
    )
    if unused > 0:
        yield f"{count(unused, 'label', 'labels')} of images that have no distance were not used."
    unit = f" {value.unit}" if value.unit else ""
    yield f"The line has a = {line.a:.4g}{unit} per unit of distance and b = {line.b:.4g}{unit}."
    if value.bounded:
        yield f"Predictions and intervals were limited to {value.bounded}."
    yield _trust(line, unit)


def _trust(line: Calibration, unit: str) -> str:
    if line.n <= 2:
        return f"With {line.n} labels no estimate of the error exists."
    r2 = "R² is not defined, as all labels are equal" if math.isnan(line.r2) else f"R² = {line.r2:.4g}"
    if math.isnan(line.loo_mae):
        return f"{r2}; the leave-one-out error is not defined, as all other labels lie at one distance."
    return f"{r2}; the mean absolute leave-one-out error is {line.loo_mae:.4g}{unit}."


def _software(model: ModelCard) -> str:
    used = [f"large-gui {__version__}"]
    try:
        used.append(f"torch {version('torch')}")
    except PackageNotFoundError:  # a frozen program may carry torch without its description
        used.append("torch")
    part = "encoder" if model.generates else "key"
    return f"Software: {', '.join(used)}, {part} {model.key} of the model pack {model.name!r}."
