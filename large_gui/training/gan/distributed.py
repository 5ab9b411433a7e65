"""Train on several processes that torchrun starts: each takes a share of every batch, one writes the files.

All processes hold the same state, apart from what they draw by chance, and that follows from the seed, the
step and the process. So the checkpoint that the first process writes is that of all.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType, TracebackType
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, distributed, nn

from large_gui.core.reporter import Progress, Relay, Reporter
from large_gui.errors import Cancelled, InputError, LargeError

_PATIENCE = timedelta(hours=24)  # others wait for the first while it prepares a large folder


class Team:
    """The processes that train together; a process that trains alone is a team of one.

    Attributes
    ----------
    rank
        The number of this process, from 0.
    size
        How many processes there are.
    """

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size

    @property
    def first(self) -> bool:
        """Whether this is the process that writes files and speaks."""
        return self.rank == 0

    def share(self, batch: int) -> int:
        """How many images of a batch this process takes.

        Raises
        ------
        InputError
            When the batch can't be shared equally.
        """
        if batch % self.size:
            raise InputError(
                f"{self.size} processes can't share a batch of {batch} images equally.",
                hint=f"Choose a batch that is a multiple of {self.size}.",
            )
        return batch // self.size

    def seed(self, seed: int, step: int) -> None:
        """Before a step, let each process draw something else, but in a repeated step the same."""
        if self.size > 1:
            torch.manual_seed(int(np.random.SeedSequence((seed, step, self.rank)).generate_state(1)[0]))

    def align(self, tensors: Iterable[Tensor]) -> None:
        """Give all processes the values that the first has."""
        if self.size > 1:
            for tensor in tensors:
                dense = tensor.detach().contiguous()
                _together(distributed.broadcast, dense, 0)
                tensor.detach().copy_(dense)

    def merge(self, parameters: Iterable[nn.Parameter]) -> None:
        """Average the gradients over the processes.

        Not DistributedDataParallel: it averages during a backward pass, and R1 and path lengths take a
        gradient within another, which is not yet to be averaged.
        """
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        if self.size > 1 and gradients:
            flat = self.mean(torch.cat([gradient.flatten() for gradient in gradients]))
            parts = torch.split(flat, [gradient.numel() for gradient in gradients])
            for gradient, part in zip(gradients, parts, strict=True):
                gradient.copy_(part.view_as(gradient))

    def mean(self, value: Tensor) -> Tensor:
        """The mean of what the processes computed, without gradient."""
        value = value.detach()
        if self.size > 1:
            value = value.clone()
            _together(distributed.all_reduce, value)
            value /= self.size
        return value

    def any(self, here: bool) -> bool:
        """Whether something is so in any process."""
        return bool(self.mean(torch.tensor(float(here))) > 0)

    def told(self, measure: Callable[[], float]) -> float:
        """A number that the first process measures and tells the others."""
        number = torch.tensor(measure() if self.first else 0.0, dtype=torch.float64)
        self.align([number])
        return float(number)


def _together(call: Callable[..., Any], *arguments: Any) -> None:
    try:
        call(*arguments)
    except RuntimeError as error:
        raise LargeError(
            "Another process of this training has ended.",
            hint="It says why. Started again, the training goes on from its last checkpoint.",
            detail=str(error),
        ) from error


class TeamReporter(Relay):
    """Of several processes the first speaks, and all stop at the same step when one is asked to.

    Ctrl+C reaches each process from the terminal and again from torchrun. Within this context, the second
    time is no demand to stop at once, so that all have the time to agree and the first to save.
    """

    def __init__(self, reporter: Reporter, team: Team) -> None:
        super().__init__(reporter)
        self._team, self._asked = team, False
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> Self:
        if self._team.size > 1:
            for number in (signal.SIGINT, signal.SIGTERM):
                self._previous[number] = signal.signal(number, self._ask)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)

    def _ask(self, number: int, frame: FrameType | None) -> None:
        self._asked = True

    def tell(self, progress: Progress) -> None:
        """Show how far the job is."""
        if self._team.first:
            super().tell(progress)

    def warn(self, sentence: str) -> None:
        """Tell the person, once."""
        if self._team.first:
            super().warn(sentence)

    def check_cancelled(self) -> None:
        """Stop when any process is asked to. All must call this equally often."""
        try:
            super().check_cancelled()
        except Cancelled:
            self._asked = True
        if self._team.any(self._asked):
            raise Cancelled


@contextmanager
def team_of_processes(device: str) -> Iterator[Team]:
    """Meet the other processes, if torchrun has started several.

    Parameters
    ----------
    device
        ``cpu``, ``cuda`` or ``auto``. Processes on GPUs take one each, by their number on this machine:
        ``cuda`` means that one from now on.

    Raises
    ------
    InputError
        When there are more processes than GPUs.
    """
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size < 2 or "MASTER_ADDR" not in os.environ:
        yield Team()
        return
    cuda = device != "cpu" and torch.cuda.is_available()
    if cuda:
        here, gpus = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
        if here >= gpus:
            raise InputError(
                f"There are more processes than GPUs on this machine: process {here + 1}, but {gpus} in all.",
                hint=f"Start {gpus} with torchrun --nproc-per-node {gpus}, or give --device cpu.",
            )
        torch.cuda.set_device(here)
    # An optimiser imports this. Imported after the processes have met, it would keep their connection, the
    # threads of which could then abort this process as it ends.
    from torch import _dynamo  # noqa: F401

    # Numbers on the processor travel by gloo in both cases, which doesn't wait for the GPU.
    distributed.init_process_group("cpu:gloo,cuda:nccl" if cuda else "gloo", timeout=_PATIENCE)
    try:
        yield Team(distributed.get_rank(), size)
    finally:
        distributed.destroy_process_group()
