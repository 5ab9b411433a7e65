"""Averages of a training: the generator's weights over steps, and the losses since they were last shown."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import get_ema_multi_avg_fn

from large_gui.training.gan.distributed import Team


def average_weights(average: nn.Module, current: nn.Module, decay: float) -> None:
    """Move the weights of ``average`` toward those of ``current`` and copy its buffers."""
    with torch.no_grad():
        move = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        move(list(average.parameters()), list(current.parameters()), None)
        for mine, other in zip(average.buffers(), current.buffers()):
            mine.copy_(other)


class Means:
    """Running means of named numbers, over all processes of a team."""

    def __init__(self, team: Team | None = None) -> None:
        self._team = team or Team()
        self._sums: dict[str, tuple[Tensor, int]] = {}

    def add(self, **values: Tensor) -> None:
        """Count every element of each tensor; it is read when the means are taken, so a GPU needn't wait."""
        for name, value in values.items():
            total, count = self._sums.get(name, (0.0, 0))
            here = self._team.mean(value.double().sum())
            self._sums[name] = here + total, count + value.numel()

    def take(self) -> dict[str, float]:
        """The means by name; counting begins anew."""
        means = {name: float(total) / count for name, (total, count) in self._sums.items()}
        self._sums = {}
        return means

    @property
    def finite(self) -> bool:
        """Whether all means are numbers so far."""
        return all(math.isfinite(float(total)) for total, _ in self._sums.values())

    def state_dict(self) -> dict[str, Any]:
        """The sums so far."""
        return dict(self._sums)

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Continue another count."""
        self._sums = dict(state)
