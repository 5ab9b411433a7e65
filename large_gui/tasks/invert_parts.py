"""Compute the codes of many images into a folder: on this machine, as a shard of many jobs, or on Ray."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.choices import RAY
from large_gui.core.reporter import Reporter, Unit
from large_gui.core.words import count
from large_gui.engine.parts import Shard, Step, finish, planned
from large_gui.engine.stages import Stages
from large_gui.errors import InputError
from large_gui.extras import extra_module
from large_gui.models.model import Model
from large_gui.project.codes.parts.about import AboutCodes, agree
from large_gui.project.sources.listing import listed
from large_gui.tasks.invert import judging

_HERE = "local"
_NAMED = 20  # images that failed and are named; the parts say why for each of the others


@dataclass
class Written:
    """How many images a run has looked at, and what became of them.

    Attributes
    ----------
    images
        Images of the list, or of the shard.
    there
        Those that were in the folder already.
    failed
        Those that have no code, of the ones that were computed.
    """

    images: int = 0
    there: int = 0
    failed: int = 0


def invert_into(
    what: str, model: Model, folder: Path, reporter: Reporter, *, device: str = "auto",
    reconstruct: bool = False, engine: str = _HERE, address: str = "", shard: tuple[int, int] | None = None,
) -> Written:  # fmt: skip
    """Write the codes of images into a folder, as parts; what is there already is looked at and kept.

    Parameters
    ----------
    what
        A folder of images, an address, or a list; see `large_gui.project.sources.listing.listed`.
    engine
        ``local``, or ``ray``.
    shard
        Number and count, such as ``(3, 16)``, to compute a share of the parts alone.
    address
        Of a running Ray cluster; empty to start Ray on this machine.

    Raises
    ------
    InputError
        When there is no image, or the folder holds other codes or can't be written.
    """
    if engine not in (_HERE, RAY):
        raise InputError(
            f"The engine {engine!r} can't write codes into a folder.", hint=f"There are: {_HERE}, {RAY}."
        )
    extra_module("pyarrow.parquet", "cluster", "A folder of codes")  # before hours of work
    share = Shard(*(shard or (1, 1)))
    model = judging(model, reconstruct=reconstruct)
    reporter.progress(0, 0, "Looking for images")
    listing = listed(what, reporter)
    about = AboutCodes(model.name, model.key, model.shape, listing.root)
    agree(folder, about)
    blocks = planned(folder, about, listing.paths, share)
    total = sum(len(block.paths) for block in blocks)
    earlier = len(listing.paths) - total if shard is None else 0
    written = Written(total + earlier, earlier)
    steps: Iterator[Step]
    if engine == RAY:
        from large_gui.engine.ray_parts import Job, compute_on_ray

        job = Job(model.name, about, str(folder.absolute()), device, reconstruct)
        steps = compute_on_ray(job, blocks, listing, reporter, address)
    else:

        def begin() -> Stages:
            model.start(device, reporter)
            return Stages(listing.source, model)

        steps = finish(blocks, begin, folder, about, listing.failures, reporter)
    named = done = 0
    for step in steps:
        done += step.images
        written.there += step.there
        written.failed += len(step.failures)
        for sentence in step.warnings:
            reporter.warn(sentence)
        for path, why in step.failures[: max(0, _NAMED - named)]:
            reporter.warn(f"{path}: {why}")
        named += len(step.failures)
        reporter.progress(done, total, model.doing, unit=Unit.IMAGES, device=model.device)
        reporter.check_cancelled()
    if named > _NAMED:
        reporter.warn(
            f"{count(named - _NAMED, 'more image')} failed; the column error of the parts says why."
        )
    return written
