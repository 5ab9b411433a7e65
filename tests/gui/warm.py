"""Worker processes that begin with torch imported: each is a process of its own, and starts at once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

_IMPORTED = [
    "torch", "safetensors.torch", "large_gui.service.worker", "large_gui.service.jobs",
    "large_gui.models.encoding", "large_gui.nets.encoders.lite", "large_gui.nets.mtcnn",
]  # fmt: skip


class WarmContext:
    """In place of multiprocessing's ``spawn``: forks a process that has imported what takes seconds."""

    def __init__(self) -> None:
        self._context: BaseContext = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_IMPORTED)
        self.Pipe = self._context.Pipe

    def Process(  # noqa: N802 - multiprocessing's name
        self, *, target: Callable[..., None], args: tuple[Any, ...], daemon: bool
    ) -> BaseProcess:
        """With the environment of now; that of the process it is forked from is older."""
        return self._context.Process(  # type: ignore[attr-defined, no-any-return]
            target=_run, args=(dict(os.environ), target, args), daemon=daemon
        )


def _run(environment: Mapping[str, str], target: Callable[..., None], args: tuple[Any, ...]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    if "OMP_NUM_THREADS" in environment:  # torch has read that of the process this one is forked from
        import torch

        torch.set_num_threads(int(environment["OMP_NUM_THREADS"]))
    target(*args)
