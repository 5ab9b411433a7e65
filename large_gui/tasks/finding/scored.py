"""Find a direction in pictures that a generator makes, of which a person's own function scores each."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.latent import Pixels
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Materials, Need
from large_gui.errors import InputError
from large_gui.models.model import Frame, Model, Picture, generates
from large_gui.tasks.finding.find import Search, check_search, found_in
from large_gui.tasks.imports.directions import clean

SAMPLES = 2000  # pictures, unless a person says otherwise
_TOGETHER = 16  # pictures that are in memory
_NEAR = 0.9  # how far codes are from the mean, of how far they were drawn: from farther, many are no good
_SHARE = 0.1  # of the pictures, at either end, that are tagged
Score = Callable[[Pixels], float]


@dataclass(frozen=True)
class Scoring:
    """What is scored, and how.

    Attributes
    ----------
    function
        ``FILE.py:FUNCTION``. The function takes a picture ``(H, W, 3)`` uint8 and returns a number, or nan to
        leave the picture out.
    samples
        How many pictures are made.
    """

    function: str
    samples: int = SAMPLES


def find_scored(
    search: Search, model: Model, scoring: Scoring, reporter: Reporter, *, device: str = "auto"
) -> list[Direction]:
    """Find a direction between the pictures with the highest scores and those with the lowest.

    A tenth of the pictures at either end is tagged. Their codes are what the model measures of the pictures,
    as it measures photographs; those of a model without an encoder are the drawn ones.

    Raises
    ------
    InputError
        When the finder takes no tags, the function is not there or fails, or too few pictures have a score.
    ModelFileError
        When the generator is not here.
    """
    finder = check_search(search, model)
    if Need.TAGS not in finder.needs:
        raise InputError(f"The finder {finder.name!r} takes no scores.", hint="The finder svm does.")
    most = 1_000_000
    if not 2 * finder.fewest / _SHARE <= scoring.samples <= most:
        raise InputError(
            f"{count(scoring.samples, 'picture')} can't be scored.",
            hint=f"Make {2 * finder.fewest / _SHARE:.0f} to {most:,}.",
        )
    score = read_function(scoring.function)
    drawn = _Drawn(model, scoring.samples)
    scores = np.full(scoring.samples, np.nan)
    for start, pictures in drawn.pictures(np.arange(scoring.samples)):
        reporter.check_cancelled()
        reporter.progress(start, scoring.samples, "Scoring pictures")
        for i, picture in enumerate(pictures, start):
            scores[i] = _scored(score, picture, scoring.function)
    known = np.flatnonzero(np.isfinite(scores))
    order = known[np.argsort(scores[known], kind="stable")]
    each = max(finder.fewest, round(_SHARE * len(order)))
    if len(order) < 2 * each or not scores[order[-each]] > scores[order[each - 1]]:
        raise InputError(
            f"The scores of {count(len(order), 'picture')} don't tell enough of them apart.",
            hint=f"Check what {scoring.function} returns, or make more pictures with --samples.",
        )
    chosen = np.concatenate([order[:each], order[-each:]])
    tags = np.arange(len(chosen)) >= each
    codes, tags = drawn.measured(chosen, tags, device, reporter)
    finder.check([float(tag) for tag in tags])
    materials = Materials(clean(search.name) or finder.finds, codes=codes, tags=tags)
    return [
        replace(
            one,
            provenance=f"{one.provenance}; {count(scoring.samples, 'generated picture')} scored by "
            f"{Path(scoring.function).name}",
            record=replace(one.record, options={**one.record.options, "score": Path(scoring.function).name,
                                                "samples": scoring.samples}),
        )
        for one in found_in(search, materials, model, reporter)
    ]  # fmt: skip


def read_function(named: str) -> Score:
    """The function of a person's own file; the file is run.

    Raises
    ------
    InputError
        When it is not there, or the file can't be run.
    """
    file, colon, name = named.rpartition(":")
    path = Path(file)
    if not colon or path.suffix != ".py":
        raise InputError(f"{named!r} names no function.", hint="Write FILE.py:FUNCTION.")
    if not path.is_file():
        raise InputError(f"There is no file {path}.", hint="Write FILE.py:FUNCTION.")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # it is somebody's own program
        raise InputError(
            f"{path} can't be run: {error!r}.",
            hint="Run it with Python by itself.",
            detail=traceback.format_exc(),
        ) from error
    function = getattr(module, name, None)
    if not callable(function):
        raise InputError(f"There is no function {name!r} in {path}.", hint="Write FILE.py:FUNCTION.")
    return function  # type: ignore[no-any-return]


def _scored(score: Score, picture: Pixels, named: str) -> float:
    try:
        return float(score(picture))
    except Exception as error:  # it is somebody's own program
        raise InputError(
            f"{named} failed on a picture: {error!r}.",
            hint="It gets an array (height, width, 3) of uint8 and returns a number, or nan for none.",
            detail=traceback.format_exc(),
        ) from error


class _Drawn:
    """Pictures of codes that are drawn from a model's generator, made again whenever they are needed."""

    def __init__(self, model: Model, samples: int) -> None:
        from large_gui.nets.generator import drawn_codes

        self._model = model
        self._generator = generates(model).generator()
        mean = self._generator.mean_latent.cpu().numpy()
        self._codes = mean + np.float32(_NEAR) * (drawn_codes(self._generator, samples) - mean)

    def pictures(self, numbers: NDArray[np.intp]) -> Iterator[tuple[int, list[Pixels]]]:
        """Pictures ``(H, W, 3)`` of some codes, a few at a time, each time with the place of the first."""
        import torch

        from large_gui.nets.pixels import to_pixels

        for start in range(0, len(numbers), _TOGETHER):
            with torch.inference_mode():
                w = torch.from_numpy(self._codes[numbers[start : start + _TOGETHER]])
                yield (
                    start,
                    [picture for one in w for picture in to_pixels(self._generator.preview(one[None]))],
                )

    def measured(
        self, numbers: NDArray[np.intp], tags: NDArray[np.bool_], device: str, reporter: Reporter
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
        """Codes ``(n, L, D)`` of pictures as the model measures them, and their tags."""
        if not self._model.measures:
            return self._codes[numbers][:, None], tags
        self._model.start(device, reporter)
        codes: list[Any] = []
        kept: list[int] = []
        for start, pictures in self.pictures(numbers):
            reporter.check_cancelled()
            reporter.progress(start, len(numbers), "Measuring pictures")
            frames = self._model.prepare([Picture("", picture) for picture in pictures])
            good = [
                (start + i, frame)
                for i, frame in enumerate(frames)
                if isinstance(frame, Frame) and Flag.UNALIGNED not in frame.flags
            ]
            if good:
                kept += [place for place, _ in good]
                codes.append(self._model.embed([frame for _, frame in good]))
        found = np.concatenate(codes) if codes else np.empty((0, *self._model.shape), np.float32)
        return found, tags[kept]
