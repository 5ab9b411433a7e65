"""The function that the worker calls for each kind of request; the cache stays open between jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.project.images.manifest import Manifest, find_dropped
from large_gui.service import requests
from large_gui.service.requests import Request
from large_gui.tasks.exports.contact_sheet import write_sheet
from large_gui.tasks.invert import open_cache
from large_gui.tasks.look import Layers, Viewer, known_code, layers
from large_gui.tasks.measure import Measured, measure_images, measure_known
from large_gui.tasks.models import fetch, open_model, remove, verify
from large_gui.tasks.watching.looking import Listing, listed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from large_gui.tasks.comparing.report import Report
    from large_gui.tasks.doctor.finding import Finding
    from large_gui.tasks.exports.generator import ExportedGenerator
    from large_gui.tasks.imports.model import ImportedModel
    from large_gui.tasks.linearity.courses import Courses
    from large_gui.tasks.linearity.measuring import Figure
    from large_gui.tasks.linearity.walker import Walker
    from large_gui.tasks.linearity.walking import Course
    from large_gui.tasks.refine import Refinement

R = TypeVar("R")
Work = Callable[["Desk", Any, Reporter], R | Iterator[object]]
WORK: dict[type[Request[Any]], Work[Any]] = {}  # by class of request


class Desk:
    """The cache, the networks and the settings that all jobs of a process share.

    Attributes
    ----------
    cache
        The codes of all images that were inverted.
    wanted
        Images that a person is looking at, which come first.
    listing
        The files of the open folder as they were last seen.
    """

    def __init__(self) -> None:
        self.cache = open_cache()
        self.wanted: Sequence[Path] = ()
        self.listing = Listing()
        self._viewers: dict[str, Viewer] = {}
        self._walkers: dict[str, Walker] = {}

    def viewer(self, model: str) -> Viewer:
        """The networks of a model for pictures of single images; new ones once it has other files."""
        opened = open_model(model)
        if model in self._viewers and self._viewers[model].model.pack.about != opened.pack.about:
            self.forget(model)  # another process has replaced it, as trainings do
        return self._viewers.setdefault(model, Viewer(opened))

    def walker(self, model: str, device: str) -> Walker:
        """What draws and scores paths of a model, with the networks of its viewer."""
        from large_gui.tasks.linearity.walker import Walker

        viewer = self.viewer(model)
        if model not in self._walkers:
            self._walkers[model] = Walker(viewer.model, viewer.network(), device)
        return self._walkers[model]

    def forget(self, model: str) -> None:
        """Drop a model's networks, because its files change."""
        self._viewers.pop(model, None)
        self._walkers.pop(model, None)

    def close(self) -> None:
        """Close the cache."""
        self.cache.close()


def does(kind: type[Request[R]]) -> Callable[[Work[R]], Work[R]]:
    """Register the function that does the requests of a class.

    The function gets the desk, the request and a reporter. It returns the result, or yields parts of it.
    """

    def register(work: Work[R]) -> Work[R]:
        WORK[kind] = work
        return work

    return register


@does(requests.OpenFolder)
def _open(desk: Desk, asked: requests.OpenFolder, reporter: Reporter) -> Iterator[Manifest | Measured]:
    reporter.progress(0, 0, "Looking for images")
    found = find_dropped(asked.dropped, desk.cache.known_shas)
    desk.listing = listed(asked.dropped, found.folder, found.paths)
    yield replace(found, known={})
    yield from measure_images(
        found, open_model(asked.model), asked.directions, desk.cache, reporter,
        device=asked.device, engine=asked.engine, wanted=lambda: desk.wanted,
    )  # fmt: skip


@does(requests.ProposeModel)
def _propose(desk: Desk, asked: requests.ProposeModel, reporter: Reporter) -> Iterator[object]:
    from large_gui.folders import user_folder
    from large_gui.tasks.opening.proposing import propose_model
    from large_gui.tasks.watching.moved import find_moved

    reporter.progress(0, 0, "Looking for images")
    found = find_dropped(asked.dropped, desk.cache.known_shas)
    desk.listing = listed(asked.dropped, found.folder, found.paths)
    yield replace(found, known={})
    if [found.folder] == asked.dropped:
        moved = find_moved(found, user_folder(), desk.cache, reporter)
        if moved is not None:
            yield moved
    if (proposal := propose_model(found, reporter)) is not None:
        yield proposal


@does(requests.Measure)
def _measure(desk: Desk, asked: requests.Measure, reporter: Reporter) -> NDArray[np.float64]:
    model = open_model(asked.model)
    return measure_known(asked.sha256, model, asked.directions, desk.cache, reporter)


@does(requests.Refine)
def _refine(desk: Desk, asked: requests.Refine, reporter: Reporter) -> Refinement:
    from large_gui.tasks.refine import refine_image

    model = open_model(asked.model)
    return refine_image(
        asked.folder, asked.path, model, asked.directions, desk.cache, reporter, device=asked.device
    )


@does(requests.FindDirections)
def _find_directions(desk: Desk, asked: requests.FindDirections, reporter: Reporter) -> list[Direction]:
    from large_gui.tasks.finding.find import find_among

    model = open_model(asked.model)
    return find_among(
        asked.search,
        model,
        asked.sha256,
        asked.said,
        desk.cache,
        reporter,
        asked.answers,
        device=asked.device,
    )


@does(requests.CompareWays)
def _compare(desk: Desk, asked: requests.CompareWays, reporter: Reporter) -> Report:
    from large_gui.tasks.comparing.compare import compare

    found = Manifest(asked.folder, list(asked.labels))
    return compare(
        found, asked.labels, (), asked.directions, desk.cache, reporter, asked.plan,
        engine=asked.engine, device=asked.device, value=asked.value, unit=asked.unit,
    )  # fmt: skip


@does(requests.ScorePath)
def _score_path(desk: Desk, asked: requests.ScorePath, reporter: Reporter) -> Course:
    walker = desk.walker(asked.model, asked.device)
    return walker.course(asked.plan, asked.judges, desk.cache, reporter)


@does(requests.ScorePaths)
def _score_paths(desk: Desk, asked: requests.ScorePaths, reporter: Reporter) -> Courses:
    walker = desk.walker(asked.model, asked.device)
    return walker.courses(asked.plan, asked.judges, asked.pairs, desk.cache, reporter)


@does(requests.MeasureGenerator)
def _measure_generator(
    desk: Desk, asked: requests.MeasureGenerator, reporter: Reporter
) -> dict[str, list[Figure]]:
    from large_gui.tasks.linearity.figures import measure_model

    return measure_model(open_model(asked.model), asked.metrics, asked.settings, reporter)


@does(requests.WeighLayers)
def _weigh_layers(desk: Desk, asked: requests.WeighLayers, reporter: Reporter) -> Direction:
    from large_gui.tasks.finding.find import weighed

    (found,) = weighed([asked.direction], open_model(asked.model), reporter)
    return found


@does(requests.WriteSheet)
def _write_sheet(desk: Desk, asked: requests.WriteSheet, reporter: Reporter) -> None:
    write_sheet(asked.rows, asked.folder, asked.path, words=asked.words)


@does(requests.WriteRankedFiles)
def _write_ranked_files(desk: Desk, asked: requests.WriteRankedFiles, reporter: Reporter) -> int:
    from large_gui.tasks.exports.ranked_files import write_ranked_files

    return write_ranked_files(asked.rows, asked.folder, asked.target, reporter, link=asked.link)


@does(requests.FetchGenerator)
def _fetch(desk: Desk, asked: requests.FetchGenerator, reporter: Reporter) -> Path:
    return fetch(asked.model, reporter)


@does(requests.ImportModel)
def _import(desk: Desk, asked: requests.ImportModel, reporter: Reporter) -> ImportedModel:
    from large_gui.tasks.imports.model import import_model

    imported = import_model(asked.file, asked.options, reporter)
    desk.forget(imported.name)
    return imported


@does(requests.ExportGenerator)
def _export(desk: Desk, asked: requests.ExportGenerator, reporter: Reporter) -> ExportedGenerator:
    from large_gui.tasks.exports.generator import export_generator

    return export_generator(asked.model, asked.file, reporter, force=True)


@does(requests.RemoveModel)
def _remove(desk: Desk, asked: requests.RemoveModel, reporter: Reporter) -> None:
    desk.forget(asked.model)
    remove(asked.model)


@does(requests.VerifyModel)
def _verify(desk: Desk, asked: requests.VerifyModel, reporter: Reporter) -> list[tuple[str, bool, str]]:
    return verify(asked.model)


@does(requests.Examine)
def _examine(desk: Desk, asked: requests.Examine, reporter: Reporter) -> list[Finding]:
    from large_gui.tasks.doctor.examine import examine

    return examine(asked.home, reporter)


@does(requests.Crop)
def _crop(desk: Desk, asked: requests.Crop, reporter: Reporter) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    return desk.viewer(asked.model).aligned_crop(asked.image)


@does(requests.ReadDirections)
def _read_directions(desk: Desk, asked: requests.ReadDirections, reporter: Reporter) -> list[Direction]:
    from large_gui.tasks.imports.directions import directions_for

    return directions_for(open_model(asked.model), asked.file)


@does(requests.ClearDirection)
def _clear_direction(desk: Desk, asked: requests.ClearDirection, reporter: Reporter) -> Direction:
    from large_gui.tasks.finding.edit import without

    return without(asked.direction, asked.others, "", open_model(asked.model))


@does(requests.SpreadOut)
def _spread_out(desk: Desk, asked: requests.SpreadOut, reporter: Reporter) -> list[str]:
    from large_gui.tasks.labelling.spread import spread_out

    model = open_model(asked.model)
    return spread_out(asked.sha256, asked.labelled, asked.count, model, desk.cache, reporter)


@does(requests.Reconstruct)
def _reconstruct(desk: Desk, asked: requests.Reconstruct, reporter: Reporter) -> NDArray[np.uint8]:
    viewer = desk.viewer(asked.model)
    return viewer.picture(known_code(asked.sha256, viewer.model, desk.cache))


@does(requests.WalkImage)
def _walk(desk: Desk, asked: requests.WalkImage, reporter: Reporter) -> NDArray[np.uint8]:
    viewer = desk.viewer(asked.model)
    code = known_code(asked.sha256, viewer.model, desk.cache)
    return viewer.walk(code, asked.direction, asked.steps, full=asked.full)


@does(requests.DrawStrip)
def _strip(desk: Desk, asked: requests.DrawStrip, reporter: Reporter) -> NDArray[np.uint8]:
    return desk.viewer(asked.model).strip(asked.direction, reporter)


@does(requests.ShowLayers)
def _layers(desk: Desk, asked: requests.ShowLayers, reporter: Reporter) -> Layers:
    model = desk.viewer(asked.model).model  # which keeps what computes styles
    return layers(known_code(asked.sha256, model, desk.cache), asked.direction, model)
