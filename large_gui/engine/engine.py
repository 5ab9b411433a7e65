"""Run a manifest of images through a model, batch by batch, in bounded memory.

Images whose codes are in the cache come first; an engine runs the stages for the others. A new engine is a
function like `run_on_threads` and one line in `ENGINES`, or a call of `register` in a module that
``LARGE_GUI_EXTENSIONS`` names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from large_gui.core.choices import RAY
from large_gui.core.reporter import Reporter, Unit
from large_gui.core.words import count
from large_gui.engine.local import run_on_threads
from large_gui.engine.recall import content_hashes
from large_gui.engine.stages import Batch, Embedded, Stages, chunks
from large_gui.engine.stored import attach
from large_gui.errors import InputError, LargeError
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, Manifest
from large_gui.project.sources.source import Folder

Engine = Callable[[Stages, Iterable[str]], Iterator[Batch]]
ENGINES: dict[str, Engine] = {"local": run_on_threads}
_CACHED_AT_ONCE = 512  # images that are looked up in the cache at once


def register(name: str, engine: Engine) -> None:
    """Offer an engine under a name."""
    ENGINES[name] = engine


def run(
    manifest: Manifest, model: Model, cache: CodeCache, reporter: Reporter, *, engine: str = "local",
    device: str = "auto", wanted: Callable[[], Iterable[Path]] = tuple,
) -> Iterator[list[Embedded | Failure]]:  # fmt: skip
    """Embed the images of a manifest; yield each batch once its codes are in the cache.

    A job that was stopped or killed continues where it was. This function does not hold all codes: its
    caller keeps what it needs of each batch.

    Parameters
    ----------
    model
        The model that computes the codes; it is started only if an image is not in the cache.
    engine
        A name in `ENGINES`.
    device
        ``auto``, ``cpu`` or ``cuda``.
    wanted
        Returns the images that a person is looking at, which come first. It is called before every image.

    Raises
    ------
    InputError
        When there is no engine of that name.
    LargeError
        When the engine did not return every image exactly once.
    """
    check_engine(engine)
    if manifest.codes is not None:
        attach(manifest, model, cache)
    todo: list[str] = []
    for chunk in chunks(manifest.paths, _CACHED_AT_ONCE):
        shas = content_hashes(manifest, chunk, cache)
        cached = cache.get_many(sorted({sha for sha in shas if sha}), model.key)
        ready: list[Embedded | Failure] = []
        for path, sha256 in zip(chunk, shas):
            if sha256 in cached:
                ready.append(Embedded(path, sha256, cached[sha256]))
            else:
                todo.append(path)
        if ready:
            yield ready
        reporter.check_cancelled()
    rest = Manifest(manifest.folder, todo)
    yield from embed(rest, model, cache, reporter, engine=engine, device=device, wanted=wanted)


def embed(
    manifest: Manifest, model: Model, cache: CodeCache, reporter: Reporter, *, engine: str = "local",
    device: str = "auto", wanted: Callable[[], Iterable[Path]] = tuple,
) -> Iterator[list[Embedded | Failure]]:  # fmt: skip
    """Read the images of a manifest and embed those whose content is not in the cache, as `run` does.

    Nothing is looked up first. Without images the model is not started.
    """
    check_engine(engine)
    if manifest.paths:
        yield from _embed(manifest.paths, manifest.folder, model, cache, reporter, engine, device, wanted)


def check_engine(name: str) -> None:
    """Refuse the name of an engine that there isn't, or that computes codes into a folder alone.

    Raises
    ------
    InputError
        When there is no engine of that name.
    """
    if name == RAY:
        raise InputError(
            "The engine 'ray' writes codes into a folder and does nothing else.",
            hint="Run `large-gui invert FOLDER --engine ray --out CODES` first, then this with CODES.",
        )
    if name not in ENGINES:
        raise InputError(f"There is no engine {name!r}.", hint=f"There are: {', '.join(ENGINES)}.")


def _embed(
    todo: list[str], folder: Path, model: Model, cache: CodeCache, reporter: Reporter, engine: str,
    device: str, wanted: Callable[[], Iterable[Path]],
) -> Iterator[list[Embedded | Failure]]:  # fmt: skip
    """Start the model and run the stages for images that are not in the cache."""
    model.start(device, reporter)
    stages, finished, left = Stages(Folder(folder), model, cache), 0, set(todo)
    for batch in ENGINES[engine](stages, _wanted_first(todo, folder, wanted)):
        items = stages.keep(batch)
        _tick_off(items, left, engine)
        finished += len(items)
        reporter.progress(finished, len(todo), model.doing, unit=Unit.IMAGES, device=model.device)
        yield items
        reporter.check_cancelled()
    if left:
        raise LargeError(
            f"The engine {engine!r} lost {count(len(left), 'image')}.",
            hint="The codes of the others are kept; choose another engine for the rest.",
            detail=f"for example {min(left)}",
        )


def _tick_off(batch: list[Embedded | Failure], left: set[str], engine: str) -> None:
    """Take the images of a batch out of those that are left."""
    for item in batch:
        if item.path not in left:
            raise LargeError(
                f"The engine {engine!r} returned an image twice, or one that nobody asked for.",
                hint="Choose another engine.",
                detail=item.path,
            )
        left.remove(item.path)


def _wanted_first(paths: list[str], folder: Path, wanted: Callable[[], Iterable[Path]]) -> Iterator[str]:
    """Every path once, those that are wanted at the moment first."""
    waiting, rest = set(paths), iter(paths)
    while waiting:
        looked_at = (path.relative_to(folder).as_posix() for path in wanted() if path.is_relative_to(folder))
        path = next((p for p in looked_at if p in waiting), None)
        if path is None:
            path = next(p for p in rest if p in waiting)
        waiting.remove(path)
        yield path
