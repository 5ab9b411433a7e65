"""The metrics of a generator: which there are, and measuring some of them.

A new metric is a function from a `Measuring` to its figures, and one line in `METRICS`.
"""

from __future__ import annotations

from collections.abc import Sequence

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError
from large_gui.models.model import Model
from large_gui.tasks.linearity.measuring import Figure, Measuring, Metric, Need, Settings
from large_gui.tasks.linearity.paths import path_length
from large_gui.tasks.linearity.pictures import frechet, kid, precision_and_recall
from large_gui.tasks.linearity.straightness import als, line

_IMAGES, _SCORES, _ALONG = (frozenset({need}) for need in (Need.IMAGES, Need.SCORES, Need.DIRECTION))
METRICS: dict[str, Metric] = {
    "frechet": Metric("Fréchet distance to real images; FID with --inception", frechet, _IMAGES),
    "kid": Metric("kernel distance to real images", kid, _IMAGES),
    "precision-recall": Metric("how real the images are, and how varied", precision_and_recall, _IMAGES),
    "ppl-w-full": Metric("perceptual path length in W, anywhere", path_length("w", "full"), usual=False),
    "ppl-w-end": Metric("perceptual path length in W, at codes of z", path_length("w", "end")),
    "ppl-z-full": Metric("perceptual path length in Z, anywhere", path_length("z", "full"), usual=False),
    "ppl-z-end": Metric("perceptual path length in Z, at the ends", path_length("z", "end"), usual=False),
    "als": Metric(
        "Attribute Linearity Score: whether scores change evenly between random images", als, _SCORES
    ),
    "line": Metric("whether the value is a line of the distance along a direction", line, _ALONG),
}
ALL = "all"
_GIVEN_BY = {
    Need.IMAGES: "--images FOLDER", Need.DIRECTION: "--direction NAME",
    Need.SCORES: "--values FOLDER, --fit FILE or --direction NAME",
}  # fmt: skip
_FEWEST, _MOST = 100, 100_000


def measure_model(
    model: Model, names: Sequence[str], settings: Settings, reporter: Reporter
) -> dict[str, list[Figure]]:
    """Measure a generator as `measure` does."""
    return measure(Measuring(model, settings, reporter), names)


def measure(measuring: Measuring, names: Sequence[str]) -> dict[str, list[Figure]]:
    """Measure a generator.

    Parameters
    ----------
    names
        Keys of `METRICS`, or `ALL`; without any, the usual ones that the settings suffice for.

    Returns
    -------
    The figures of each metric.

    Raises
    ------
    InputError
        When a name is not known, or something is missing that a named metric needs.
    ModelFileError
        When the model makes no pictures, or its generator is not here.
    """
    count = measuring.settings.count
    if not _FEWEST <= count <= _MOST:
        raise InputError(f"Figures can't be made of {count:,} images.", hint=f"It is {_FEWEST} to {_MOST:,}.")
    chosen = _chosen(names, measuring.settings)
    assert measuring.generator is not None  # so that a model without one is refused before images are read
    return {name: METRICS[name].measure(measuring) for name in chosen}


def _chosen(names: Sequence[str], settings: Settings) -> list[str]:
    for name in names:
        if name != ALL and name not in METRICS:
            raise InputError(
                f"There is no metric {name!r}.", hint=f"There are: {', '.join(METRICS)}; or {ALL}."
            )
        lacking = METRICS[name].needs - settings.gives if name != ALL else ()
        if lacking:
            raise InputError(
                f"The metric {name} needs {' and '.join(sorted(lacking))}.",
                hint=f"Name it with {' and '.join(_GIVEN_BY[need] for need in sorted(lacking))}.",
            )
    possible = [name for name, metric in METRICS.items() if metric.needs <= settings.gives]
    if ALL in names:
        return possible
    return list(dict.fromkeys(names)) or [name for name in possible if METRICS[name].usual]
