"""Run the stages on a Ray cluster: Ray Data hands blocks of images to workers, which write their parts.

A worker is an actor with one graphics card, or with a group of cores. It runs the same stages on threads as
`large_gui.engine.local` does, so that no code passes through Ray, and a part has the same bytes whoever wrote
it. When a worker or its machine dies, Ray Data gives the block that it had to another one.
"""

from __future__ import annotations

import logging
import os
import pickle
import platform
import socket
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.engine.parts import Block, Step, finish
from large_gui.engine.stages import Stages
from large_gui.errors import InputError, LargeError
from large_gui.extras import extra_module
from large_gui.models.library import open_model
from large_gui.models.model import Model, generates
from large_gui.project.codes.parts.about import AboutCodes, read_about
from large_gui.project.sources.listing import Listing
from large_gui.project.sources.source import Source
from large_gui.project.sources.table import Rows

_CORES = 8  # of a worker without a graphics card
_TRIES = 5  # workers that a block may end; Ray Data alone would never give an image up that kills
_PATIENCE = 10.0  # seconds until a machine of the cluster answers
_STORE = 256 << 20  # bytes of shared memory for Ray on this machine; only lists of paths pass through it


@dataclass(frozen=True)
class Job:
    """What every worker has to know.

    Attributes
    ----------
    model
        Name of the model, which must be on every machine.
    folder
        Where the parts are written, under the same name on every machine.
    reconstruct
        Whether codes are judged by reconstructed images.
    """

    model: str
    about: AboutCodes
    folder: str
    device: str
    reconstruct: bool


@dataclass(frozen=True, eq=False)
class _Work:
    """A block as it is sent to a worker."""

    block: Block
    source: Source
    failures: Mapping[str, str]


class Worker:
    """Computes blocks in a process of Ray; the model is loaded once."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._model: Model | None = None

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, list[bytes]]:
        """Compute the blocks of a batch of Ray Data; an error for the person is an answer, too."""
        answers: list[bytes] = []
        for work in batch["work"]:
            try:
                answers += map(pickle.dumps, self._steps(pickle.loads(work)))
            except LargeError as error:
                answers.append(pickle.dumps((error.sentence, error.hint, error.detail)))
        return {"answer": answers}

    def _steps(self, work: _Work) -> Iterator[Step]:
        job, folder, said = self._job, Path(self._job.folder), SilentReporter()
        if not folder.is_dir() or read_about(folder) != job.about:
            raise InputError(
                f"A machine of the cluster ({platform.node()}) does not see the folder {folder}.",
                hint="Give a folder for --out that all machines share under the same name.",
            )

        def begin() -> Stages:
            return Stages(work.source, self._started(said))

        tries = _tries_of(work.block, folder)
        _count_try(tries, work.block)
        for step in finish([work.block], begin, folder, job.about, work.failures, said):
            yield replace(step, warnings=tuple(said.warnings))
        tries.unlink(missing_ok=True)

    def _started(self, reporter: Reporter) -> Model:
        if self._model is None:
            model = open_model(self._job.model)
            model = generates(model).judged_by_images() if self._job.reconstruct else model
            if model.key != self._job.about.key:
                raise InputError(
                    f"The model {model.name!r} on {platform.node()} is another one than here.",
                    hint="Install the same version of the program and of the model on all machines.",
                    detail=f"{model.key}, not {self._job.about.key}",
                )
            model.start(self._job.device, reporter)
            self._model = model
        return self._model


def _tries_of(block: Block, folder: Path) -> Path:
    """The file that has one byte for each worker that has begun a block and not ended it."""
    return folder / f".{block.name}.tries"


def _count_try(tries: Path, block: Block) -> None:
    """Note that a worker begins a block.

    Raises
    ------
    InputError
        When it has ended too many workers.
    """
    try:
        with tries.open("ab") as file:
            file.write(b".")
        many = tries.stat().st_size > _TRIES
    except OSError as error:
        raise InputError(
            f"Nothing can be written in {tries.parent}.",
            hint="Choose a folder that every machine of the cluster may write to, with room on the disk.",
            detail=repr(error),
        ) from error
    if many:
        tries.unlink(missing_ok=True)
        raise InputError(
            f"{_TRIES} workers died one after another, all with the images from {block.paths[0]} to "
            f"{block.paths[-1]}.",
            hint="One of these may be broken in a way that ends the program, or memory is short.",
        )


def compute_on_ray(
    job: Job, blocks: Sequence[Block], listing: Listing, reporter: Reporter, address: str
) -> Iterator[Step]:
    """Have workers on Ray finish blocks, and yield a step for each.

    Parameters
    ----------
    address
        Of a running cluster, such as ``auto`` or ``ray://host:10001``; empty to start Ray on this machine.

    Raises
    ------
    InputError
        When Ray is not installed or can't be reached, or a worker can't do its work.
    LargeError
        When workers died again and again.
    """
    for block in blocks:
        _tries_of(block, Path(job.folder)).unlink(missing_ok=True)
    ray = _begun(address, reporter)
    try:
        size, resources = _workers(ray, job.device)
        works = [{"work": pickle.dumps(_work(block, listing))} for block in blocks]
        data = ray.data.from_items(works, override_num_blocks=len(works)).map_batches(
            Worker, fn_constructor_args=(job,), batch_size=1,
            compute=ray.data.ActorPoolStrategy(size=max(1, min(size, len(works)))),
            **resources,
        )  # fmt: skip
        for row in data.iter_rows() if works else ():
            answer = pickle.loads(row["answer"])
            if not isinstance(answer, Step):
                sentence, hint, detail = answer
                raise InputError(sentence, hint=hint, detail=detail)
            yield answer
    except ray.exceptions.RayError as error:
        raise LargeError(
            "The work on the cluster came to an end before it was done.",
            hint="Parts that are written stay; run the same again to go on. --debug says what Ray said.",
            detail=repr(error),
        ) from error
    finally:
        ray.shutdown()


def _begun(address: str, reporter: Reporter) -> Any:
    """Ray, connected to a cluster or started on this machine; it sends nothing home and prints nothing."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # before it is loaded
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    ray = extra_module("ray", "cluster", "The engine 'ray'")
    extra_module("ray.data", "cluster", "The engine 'ray'")
    reporter.progress(0, 0, "Starting Ray" if not address else "Connecting to the cluster")
    here = {} if address else {"include_dashboard": False, "object_store_memory": _STORE}
    try:
        _knock(address)
        with _muted():
            ray.init(
                address=address or "local", log_to_driver=False, logging_level=logging.CRITICAL, **here,
            )  # fmt: skip
    except (OSError, ValueError, RuntimeError, ray.exceptions.RayError) as error:
        raise InputError(
            f"Ray can't be reached at {address}." if address else "Ray can't be started on this machine.",
            hint="Start it with `ray start --head`, and give the address that it prints." if address
            else "--engine local needs no Ray.",
            detail=repr(error),
        ) from error  # fmt: skip
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    for name in ("ray", "ray.data"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return ray


@contextmanager
def _muted() -> Iterator[None]:
    """Drop what is printed on standard error: Ray's core says there that it says nothing."""
    sys.stderr.flush()
    before, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(before, 2)
        os.close(before)
        os.close(nowhere)


def _knock(address: str) -> None:
    """Fail at once where nobody listens at an address; Ray itself would wait for minutes."""
    host, colon, port = address.rpartition("://")[2].rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host.strip("[]"), int(port)), timeout=_PATIENCE).close()


def _workers(ray: Any, device: str) -> tuple[int, dict[str, int]]:
    """How many workers there are room for, and what each takes: a graphics card, or a group of cores."""
    machines = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    cards = [(int(its.get("GPU", 0)), int(its.get("CPU", 1))) for its in machines if its.get("GPU", 0) >= 1]
    if cards and device != "cpu":
        cores = max(1, min(cores // number for number, cores in cards))
        return sum(number for number, _ in cards), {"num_gpus": 1, "num_cpus": cores}
    sizes = [int(its["CPU"]) for its in machines if its.get("CPU", 0) >= 1] or [1]
    group = min(_CORES, *sizes)
    return sum(size // group for size in sizes), {"num_cpus": group}


def _work(block: Block, listing: Listing) -> _Work:
    source = listing.source
    if isinstance(source, Rows):
        source = source.of(block.paths)
    failures = {path: listing.failures[path] for path in block.paths if path in listing.failures}
    return _Work(block, source, failures)
