"""Processes that train a toy together, for tests."""

from __future__ import annotations

import contextlib
import io
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from large_gui.processes import Spawned
from large_gui.training.gan.distributed import Team, team_of_processes

_DRAWS = {torch.rand, torch.randn, torch.randint, torch.randn_like, Tensor.uniform_}
_PATIENCE = 200.0  # seconds, on a busy machine


class SharedChance(TorchFunctionMode):
    """Within it, each process gets its share of what one process would draw by chance for all.

    The first axis of every draw counts images; a process takes every ``size``-th from ``rank`` on.
    """

    def __init__(self, team: Team, seed: int) -> None:
        super().__init__()
        self._team, self._seed = team, seed

    def __enter__(self) -> Any:
        torch.manual_seed(self._seed)
        return super().__enter__()

    def __torch_function__(
        self, call: Any, types: Any, arguments: tuple[Any, ...] = (), named: dict[str, Any] | None = None
    ) -> Any:
        named = named or {}
        if call not in _DRAWS or "generator" in named:
            return call(*arguments, **named)
        rank, size = self._team.rank, self._team.size
        if call in (torch.randn_like, Tensor.uniform_):
            like, *bounds = arguments
            drawn = call(torch.empty(len(like) * size, *like.shape[1:]), *bounds, **named)
        else:
            before, shape = arguments[:-1], arguments[-1]
            if call is not torch.randint and not isinstance(shape, tuple | list | torch.Size):
                before, shape = (), arguments
            drawn = call(*before, (shape[0] * size, *shape[1:]), **named)
        return drawn[rank::size]


class Recording(Team):
    """A team that keeps the gradients that it averaged, and leaves chance to `SharedChance`."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        super().__init__(rank, size)
        self.gradients: list[list[Tensor]] = []

    def seed(self, seed: int, step: int) -> None:
        """Do nothing."""

    def merge(self, parameters: Iterable[nn.Parameter]) -> None:
        parameters = list(parameters)
        super().merge(parameters)
        self.gradients.append([p.grad.clone() for p in parameters if p.grad is not None])


Job = Callable[[Team], Any]


def _serve(connection: Connection) -> None:
    rank, size, port, job, arguments = connection.recv()
    os.environ |= {
        "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(size), "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
    }  # fmt: skip
    torch.set_num_threads(1)
    with team_of_processes("cpu") as team:
        answer = io.BytesIO()
        torch.save(job(team, *arguments), answer)
    connection.send_bytes(answer.getvalue())


def in_processes(count: int, job: Callable[..., Any], *arguments: Any) -> list[Any]:
    """What a function of a module returns in each of some processes that train together."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with contextlib.ExitStack() as ends:
        processes = [ends.enter_context(_ended(Spawned(_serve))) for _ in range(count)]
        for rank, process in enumerate(processes):
            process.connection.send((rank, count, port, job, arguments))
        ways = [process.connection for process in processes]
        answers: dict[Connection, Any] = {}
        while len(answers) < count:  # whoever answers first is heard first, so that it can end
            ready = wait([way for way in ways if way not in answers], _PATIENCE)
            if not ready:
                raise TimeoutError("a process does not answer")
            for way in ready:
                answers[way] = torch.load(io.BytesIO(way.recv_bytes()), weights_only=True)
        return [answers[way] for way in ways]


@contextlib.contextmanager
def _ended(process: Spawned) -> Iterator[Spawned]:
    patience = 0.0
    try:
        yield process
        patience = _PATIENCE
    finally:
        code = process.end(patience)
        process.close()
    assert code == 0
