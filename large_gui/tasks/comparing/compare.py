"""Compare what models and ways make of the same labelled images, by the paper's few-shot protocol."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import FROM_FILE, Direction
from large_gui.core.reporter import Relay, Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Need
from large_gui.directions.finders import FINDERS
from large_gui.errors import InputError
from large_gui.metrics.compare import along, gram, median, ridge, svm
from large_gui.metrics.few_shot import check_seed, check_shots
from large_gui.models.library import open_model
from large_gui.models.spaces import why_not_measured
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Manifest, images_are_gone
from large_gui.tasks.comparing.report import How, Report, Way
from large_gui.tasks.comparing.scoring import Scoring
from large_gui.tasks.comparing.spaces import (
    PIXELS,
    Measured,
    codes_and_distances,
    measure_with,
    models_at_hand,
    small_pictures,
)
from large_gui.tasks.finding.learned import is_learned
from large_gui.tasks.sorting.labelled import copies_left_out

SHOTS = (2, 5, 10, 20, 50, 100, 200, 500, 1000)  # numbers of labels, as in LARGE's Fig. 4
FEWEST = 12  # labelled images that a comparison takes
MOST = 6_000  # labelled images that are used; the products of their codes take 150 MB


@dataclass(frozen=True)
class Plan:
    """How labels are chosen and drawn.

    Attributes
    ----------
    shots
        Numbers of labels; empty for those of `SHOTS` that leave half of the images to predict.
    repeats
        How many draws there are for each.
    apart
        Whether the drawn images keep a least distance, as in the reference, along the first direction that a
        person named; otherwise they are drawn at random.
    value_range
        Only labels in this closed range are used.
    central
        Only this central share of the labels is used, by their values.
    show
        The number of labels for which predictions are kept, to be drawn; 0 to have it chosen.
    pixels
        Whether small pictures are compared too.
    """

    shots: tuple[int, ...] = ()
    repeats: int = 100
    seed: int = 0
    apart: bool = False
    value_range: tuple[float, float] | None = None
    central: float = 1.0
    show: int = 0
    pixels: bool = True


def compare(
    found: Manifest, labels: Mapping[str, float], models: Sequence[str],
    directions: Mapping[str, Sequence[Direction]], cache: CodeCache, reporter: Reporter, plan: Plan, *,
    engine: str = "local", device: str = "auto", value: str = "", unit: str = "",
) -> Report:  # fmt: skip
    """Score every way on the same draws of labels.

    The ways are, for each model: the distance along its direction, the distance to the plane of a linear SVM,
    and a ridge regression on all codes; and the last two for small pictures. One model's codes are in memory
    at a time.

    Parameters
    ----------
    found
        The images.
    labels
        Values by path, of images in ``found``.
    models
        Names of models; empty for all of this machine. A model that measures less than half of the images is
        then left out.
    directions
        The directions to use by model. For a model that is not there, each draw chooses among all directions
        of its pack by the drawn labels alone.

    Raises
    ------
    InputError
        When there are too few labels, or a draw can't be made.
    LargeError
        When a model can't be used.
    Cancelled
        When the person stops the job.
    """
    told = _Told(reporter)
    labels = chosen_labels(labels, plan, told)
    paths = [path for path in found.paths if path in labels]
    _shots(plan, len(paths))  # what is wrong is told before any image is read
    if plan.apart and not any(directions.values()):
        raise InputError(
            "Labels that keep a distance are drawn along a direction, and none is named.",
            hint="Name it with --direction.",
        )
    found = replace(found, paths=paths, failures=[])
    measured = [
        its
        for name in models_at_hand(models, told)
        if (its := measure_with(
            name, found, cache, told, needed=bool(models), engine=engine, device=device
        )) is not None
    ]  # fmt: skip
    if plan.pixels and images_are_gone(found):
        told.warn("Small pictures are left out: the images of these codes are not here.")
        plan = replace(plan, pixels=False)
    pictures = small_pictures(found, told) if plan.pixels else {}
    if not measured and not pictures:
        raise InputError("None of the models measures these images.", hint="See: large-gui model list")
    for its in measured:
        paths = [path for path in paths if path in its.images]
    paths = [path for path in paths if path in pictures or not plan.pixels]
    paths = _without_copies(paths, measured, told)
    _check_enough(len(paths), "that every model measures ")
    values = np.array([labels[path] for path in paths])
    _check_different(values)
    shots = _shots(plan, len(paths))
    spread = _spread(plan, measured, directions, paths, cache)
    offered = {its.model: _offered(its.model, directions, told) for its in measured}
    ways = 1 + sum(2 + bool(its) for its in offered.values()) + 2 * plan.pixels
    scoring = Scoring(values, shots, plan.repeats, plan.seed, spread[1], ways, reporter)
    scoring.add(Way(How.MEDIAN), median(len(paths)))
    for its in measured:
        candidates = offered[its.model]
        codes, table = codes_and_distances(its, paths, candidates, cache)
        if candidates:
            name = candidates[0].name if len(candidates) == 1 else ""
            scoring.add(Way(How.DISTANCE, its.model, name, len(candidates)), along(table))
        _add_learned(scoring, its.model, codes)
    if plan.pixels:
        _add_learned(scoring, PIXELS, np.stack([pictures[path] for path in paths]))
    return Report(
        folder=found.folder.name, images=len(paths), shots=list(shots), repeats=plan.repeats, seed=plan.seed,
        models={its.model: open_model(its.model).key for its in measured}, ways=scoring.ways,
        rows=scoring.rows(), parts=scoring.parts(), example=scoring.example(plan.show), value=value,
        unit=unit, spread_along=spread[0], cautions=told.cautions,
    )  # fmt: skip


class _Told(Relay):
    """A reporter that keeps the warnings for the report, too."""

    def __init__(self, reporter: Reporter) -> None:
        super().__init__(reporter)
        self.cautions: list[str] = []

    def warn(self, sentence: str) -> None:
        """Keep it and pass it on."""
        self.cautions.append(sentence)
        super().warn(sentence)


def chosen_labels(labels: Mapping[str, float], plan: Plan, reporter: Reporter) -> dict[str, float]:
    """The labels that a plan uses.

    Raises
    ------
    InputError
        When there are too few, they are all alike, or the share or the seed is not possible.
    """
    check_seed(plan.seed)
    if not 0 < plan.central <= 1:
        raise InputError(
            f"A central share of {plan.central:g} is not possible.", hint="Give a share such as 0.95."
        )
    low, high = plan.value_range or (-np.inf, np.inf)
    chosen = {path: value for path, value in labels.items() if low <= value <= high}
    _check_enough(len(chosen), "in this range " if plan.value_range else "")
    if plan.central < 1:
        ends = np.quantile([*chosen.values()], [(1 - plan.central) / 2, (1 + plan.central) / 2])
        chosen = {path: value for path, value in chosen.items() if ends[0] <= value <= ends[1]}
        _check_enough(len(chosen), "in this central share ")
    if len(chosen) > MOST:
        reporter.warn(f"{MOST:,} of {len(chosen):,} labels are used, drawn at random.")
        kept = np.random.default_rng(plan.seed).permutation(len(chosen))[:MOST]
        chosen = dict(np.array([*chosen.items()], object)[np.sort(kept)])
    _check_different([*chosen.values()])
    return chosen


def _check_different(values: Sequence[float] | NDArray[np.float64]) -> None:
    if len(set(values)) < 2:
        raise InputError("All the labels have the same value.", hint="There is nothing to predict.")


def _check_enough(images: int, which: str) -> None:
    if images < FEWEST:
        raise InputError(
            f"{count(images, 'image')} {which}{'has' if images == 1 else 'have'} a label, and a comparison "
            f"takes at least {FEWEST}.",
            hint="Label more images; from 50 on the figures say more.",
        )


def _without_copies(paths: list[str], measured: Sequence[Measured], reporter: Reporter) -> list[str]:
    """The images without those that are the same file under another name, which would be too easy."""
    if not measured:
        return paths
    first = {measured[0].images[path].sha256: path for path in reversed(paths)}
    if copies := len(paths) - len(first):
        reporter.warn(copies_left_out(copies))
    return [path for path in paths if first[measured[0].images[path].sha256] == path]


def _shots(plan: Plan, images: int) -> tuple[int, ...]:
    shots = tuple(sorted(set(plan.shots))) or tuple(k for k in SHOTS if k <= images / 2)
    check_shots(shots, plan.repeats, images)
    if plan.show and plan.show not in shots:
        raise InputError(
            f"{plan.show} labels can't be shown, as they are not among the numbers that are compared.",
            hint=f"These are: {', '.join(map(str, shots))}.",
        )
    return shots


def _spread(
    plan: Plan, measured: Sequence[Measured], directions: Mapping[str, Sequence[Direction]],
    paths: Sequence[str], cache: CodeCache,
) -> tuple[str, NDArray[np.float64] | None]:  # fmt: skip
    """The direction along which drawn images keep a least distance, and their distances along it."""
    if not plan.apart:
        return "", None
    for its in measured:
        if directions.get(its.model):
            first = directions[its.model][0]
            _, table = codes_and_distances(its, paths, [first], cache)
            return f"{first.name} ({its.model})", table[:, 0]
    raise InputError(
        "Labels that keep a distance are drawn along a direction, and its model measures too few images.",
        hint="Name a direction of another model, or draw at random.",
    )


def _offered(
    model: str, directions: Mapping[str, Sequence[Direction]], reporter: Reporter
) -> list[Direction]:
    """The directions of a model that are named, or else all that were not learned from values."""
    opened, named = open_model(model), list(directions.get(model, ()))
    every = []
    for one in named or opened.directions.values():
        if (why := why_not_measured(opened, one)) is None:
            every.append(one)
        elif named:
            raise why
        else:
            reporter.warn(f"{one.name} is left out: {why.sentence}")
    offered = every if named else [one for one in every if not is_learned(one)]
    if left := [one.name for one in every if one not in offered]:
        reporter.warn(
            f"Learned from values before, and so not compared: {', '.join(left)} ({model}). Each draw learns "
            "anew, from its own labels alone."
        )
    for one in offered:
        finder = FINDERS.get(one.found_by)
        if finder is not None and finder.needs & {Need.VALUES, Need.PAIRS, Need.TAGS}:
            where = f"The direction {one.name} was found from {' and '.join(sorted(finder.needs))}"
        elif one.found_by == FROM_FILE:
            where = f"The direction {one.name} came from a file"
        else:
            continue
        reporter.warn(
            f"{where}. If it was found with the help of these labels, they count as well, and its error here "
            "is smaller than with as few labels as the table says."
        )
    return offered


def _add_learned(scoring: Scoring, space: str, codes: NDArray[np.float32]) -> None:
    products = gram(codes)
    scoring.add(Way(How.SVM, space), svm(products))
    scoring.add(Way(How.RIDGE, space), ridge(products))
