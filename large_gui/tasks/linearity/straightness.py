"""Figures of how straight scores run along a generator's paths: ALS, and R² of value against distance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.reporter import Reporter
from large_gui.metrics.als import interpolation_points
from large_gui.metrics.attributes import Scorer, Scorers, image_model
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.tasks.fits.predicting import model_of_fit
from large_gui.tasks.invert import open_cache
from large_gui.tasks.linearity.courses import Courses, check_paths, score_paths
from large_gui.tasks.linearity.labelled import folder_linearity
from large_gui.tasks.linearity.measuring import Figure, Measuring, Settings
from large_gui.tasks.linearity.plan import Told
from large_gui.tasks.linearity.scorers import direction_scorer, learned_scorer, read_labelled
from large_gui.tasks.linearity.walking import Ground


def als(measuring: Measuring) -> list[Figure]:
    """The Attribute Linearity Score of paths between random codes (HSR, section 4.3)."""
    found = _scored(measuring, along=False)
    return [*_score_figures(found, "ALS"), *_likeness_figures(found)]


def line(measuring: Measuring) -> list[Figure]:
    """Whether scores are lines of the distance along the direction, in generated images and in folders.

    In generated images: within each edit of a random code, and one line for all of them, which is what LARGE
    fits. The Attribute Linearity Score of the edits is that of HSR's Fig. 9.
    """
    found = _scored(measuring, along=True)
    figures = _score_figures(found, f"ALS of edits along {found.along}")
    for j, one in enumerate(found.attributes):
        together, more = found.together[j], {"scorer_r2": one.r2}
        figures.append(
            Figure(
                f"R² of {one.name} within an edit", float(found.r2[j]), float(found.r2_error[j]),
                one.scored_by, found.score.pairs, "paths", "higher", more,
            )
        )  # fmt: skip
        figures.append(
            Figure(
                f"R² of {one.name} against distance", together.r2, together.r2_error, one.scored_by,
                together.n, "images", "higher", {**more, "spearman": together.spearman},
            )
        )  # fmt: skip
    return [*figures, *_in_folders(measuring), *_likeness_figures(found)]


def scorer_of(model: Model, settings: Settings, reporter: Reporter, device: str) -> Scorer:
    """The scorers that the settings ask for; without labels and a fit, the direction's own distance."""
    told = []
    if settings.fit is not None:
        hint = "Name that model in its place, or leave --fit away."
        model_of_fit(settings.fit, model.name, hint)  # refuses another model
        told.append(Told.of_fit(settings.fit))
    if not settings.values and settings.fit is None and settings.direction is not None:
        told.append(Told(settings.direction))
    every = [read_labelled(place, reporter) for place in settings.values]  # before one is learned from
    scorers: list[Scorer] = [direction_scorer(told, model, reporter, device=device)] if told else []
    if every:
        with open_cache() as cache:
            scorers += [
                learned_scorer(labelled, model, cache, reporter, eyes=settings.eyes, device=device)
                for labelled in every
            ]
    return Scorers(scorers)


def _scored(measuring: Measuring, *, along: bool) -> Courses:
    settings, reporter = measuring.settings, measuring.reporter
    check_paths(settings.paths, settings.steps)
    ground = Ground(measuring.model, measuring.generator)
    scorer = scorer_of(measuring.model, settings, reporter, measuring.device)
    eyes = image_model(open_model(settings.eyes))
    eyes.start(measuring.device, reporter)
    return score_paths(
        ground, scorer, reporter, direction=settings.direction if along else None, eyes=eyes,
        pairs=settings.paths, steps=settings.steps, seed=settings.seed,
    )  # fmt: skip


def _score_figures(found: Courses, title: str) -> list[Figure]:
    """The score of each attribute and, of several, of all; raw and relative to the attribute's variance."""
    score, figures = found.score, []
    whole = (
        ("", score.als, score.als_error, score.by_point),
        (", relative", score.relative, score.relative_error, score.relative_by_point),
    )
    for j, one in enumerate(found.attributes):
        raw = score.by_attribute[j], score.by_attribute_error[j]
        relative = score.relative_by_attribute[j], score.relative_by_attribute_error[j]
        for (what, _, _, by_point), (value, error) in zip(whole, (raw, relative), strict=True):
            more = {"scorer_r2": one.r2, **(_by_t(by_point) if len(found.attributes) == 1 else {})}
            name = f"{title}, {one.name}{what}"
            figures.append(
                Figure(name, float(value), float(error), one.scored_by, score.pairs, "paths", more=more)
            )
    if len(found.attributes) > 1:
        figures += [
            Figure(f"{title}{what}", value, error, "", score.pairs, "paths", more=_by_t(by_point))
            for what, value, error, by_point in whole
        ]
    return figures


def _by_t(by_point: NDArray[np.float64]) -> dict[str, float]:
    """The mean deviation at each t, as HSR's Fig. 8 (right) draws it."""
    points = interpolation_points(len(by_point) - 1)
    return {f"t={t:.3g}": float(mean) for t, mean in zip(points, by_point, strict=True)}


def _likeness_figures(found: Courses) -> Sequence[Figure]:
    more = {"of_different_paths": found.likeness_of_others}
    return [
        Figure(
            "Likeness of both ends", found.likeness, found.likeness_error, found.likeness_by,
            found.score.pairs, "paths", "higher", more,
        )
    ]  # fmt: skip


def _in_folders(measuring: Measuring) -> list[Figure]:
    """R² of the labels of each folder against the distances of its images."""
    settings, reporter, figures = measuring.settings, measuring.reporter, []
    if settings.direction is None or not measuring.model.measures:
        return []
    for place in settings.values:
        labelled = read_labelled(place, reporter)
        with open_cache() as cache:
            found = folder_linearity(
                labelled, measuring.model, settings.direction, cache, reporter, device=measuring.device
            )
        if found is not None:
            figures.append(
                Figure(
                    f"R² of {labelled.name} against distance, photographs", found.r2, found.r2_error,
                    f"the encoder of {measuring.model.name}", found.n, "images", "higher",
                    {"spearman": found.spearman},
                )
            )  # fmt: skip
    return figures
