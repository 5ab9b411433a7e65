"""Write a paragraph for a paper's methods section: what was done, the figures, versions and a citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

import numpy as np

from large_gui import __version__
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.sentences import fitted_by, how_far_to_trust, what_was_found
from large_gui.core.direction import Direction
from large_gui.core.words import count
from large_gui.project.value import Value
from large_gui.tasks.labelling.usable import Unused
from large_gui.tasks.models import ModelCard
from large_gui.tasks.session import Session

CITATION = (
    "Y. Nitzan, R. Gal, O. Brenner and D. Cohen-Or, LARGE: Latent-Based Regression through GAN Semantics, "
    "arXiv:2107.11186, 2021."
)


@dataclass(frozen=True)
class Account:
    """What was done with the images of a folder.

    Attributes
    ----------
    direction, calibration, value
        What was measured, the line if there is one, and what its labels measure.
    flags
        The flags of every image that was measured.
    failed, waiting
        Images that could not be measured, and images that are not measured yet.
    labels, unused
        Labels altogether, and how many of them were not used for each reason.
    fitted
        When the line was fitted elsewhere and saved; empty if it was fitted to these labels.
    protocol
        What was done with the labels in place of one calibration, as sentences.
    """

    direction: Direction
    calibration: Fitted | None
    value: Value
    flags: Sequence[tuple[str, ...]]
    failed: int
    waiting: int = 0
    labels: int = 0
    unused: Mapping[Unused, int] = field(default_factory=dict)
    fitted: str = ""
    protocol: str = ""


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
    measured = np.isfinite(session.distances)
    failed, count_measured = len(session.failures), int(measured.sum())
    account = Account(
        session.sorted_by(), session.calibration, session.value,
        session.rows().measured.flags, failed,
        waiting=session.images - count_measured - failed, labels=len(session.labels),
        unused=Counter(session.unused().values()),
    )  # fmt: skip
    return paragraph(account, model)


def paragraph(account: Account, model: ModelCard) -> str:
    """Describe in plain text what was done with the images of a folder."""
    sentences = [
        *_inversion(account, model),
        *_measure(account.direction, model.shape[0]),
        *([account.protocol] if account.protocol else _calibration(account)),
        _software(model),
    ]
    return f"{' '.join(sentences)}\n\nReference: {CITATION}\n"


def _inversion(account: Account, model: ModelCard) -> Iterator[str]:
    images, (layers, width) = count(len(account.flags), "image was", "images were"), model.shape
    of_model = f"of the model {model.name!r}, {model.title}"
    if model.has_encoder and model.generates:
        space = f"the W+ space ({layers} x {width}) {of_model}"
        yield f"{images} {model.prepares}, and inverted into {space}, by its encoder."
    elif model.has_encoder:
        features = f"{layers * width:,} features {of_model}: {model.encoder_network or 'of unknown origin'}"
        yield f"{images} {model.prepares}, and measured by {features}."
    else:
        yield f"{images} measured by their codes ({layers} x {width}) {of_model}."
    yield f"{count(account.failed, 'image', 'images')} could not be read or measured and had no part in this."
    if account.waiting > 0:
        waiting = count(account.waiting, "image", "images")
        yield f"{waiting} had not been measured when this was written."
    flags = [found for found in account.flags if found]
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
    if direction.record.held_out:
        yield (
            "In the calibration and in its errors, images that the direction was found from have the "
            "distance along a direction that was found without them."
        )


def _calibration(account: Account) -> Iterator[str]:
    line, value, out = account.calibration, account.value, account.unused.get(Unused.EXCLUDED, 0)
    if line is None:
        yield (
            f"The distances are uncalibrated: they order the images and have no unit of {value.name!r} "
            f"({count(account.labels, 'label', 'labels')}, {out} of them excluded)."
        )
        return
    by = (
        f"Distances were calibrated to {value.name!r}{f' in {value.unit}' if value.unit else ''} "
        f"{fitted_by(line)} to {count(line.n, 'label', 'labels')}"
    )
    if account.fitted:
        yield f"{by} of other images; the fit was saved on {account.fitted}."
    else:
        yield f"{by}; {count(out, 'label was', 'labels were')} excluded by hand."
    for why in Unused:
        if why != Unused.EXCLUDED and (n := account.unused.get(why, 0)):
            yield f"{count(n, 'label')} {why.which(n)} {'was' if n == 1 else 'were'} not used."
    unit = f" {value.unit}" if value.unit else ""
    yield what_was_found(line, unit)
    if value.bounded:
        yield f"Predictions and intervals were limited to {value.bounded}."
    yield from how_far_to_trust(line, unit)


def _software(model: ModelCard) -> str:
    used = [f"large-gui {__version__}"]
    try:
        used.append(f"torch {version('torch')}")
    except PackageNotFoundError:  # a frozen program may carry torch without its description
        used.append("torch")
    part = "encoder" if model.generates else "key"
    return f"Software: {', '.join(used)}, {part} {model.key} of the model pack {model.name!r}."
