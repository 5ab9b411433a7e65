"""What an unpickler meets: names it knows, objects that are made in two steps, keys of dicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from large_gui.nets.checkpoints.reading.refusals import damaged


@dataclass(frozen=True, eq=False)
class Known:
    """A name that a pickle may mention, with what stands for it here.

    Attributes
    ----------
    name
        As in the file, dotted.
    call
        Called where the file calls the name; None where it is mentioned only.
    """

    name: str
    call: Callable[..., object] | None = None


class Pending:
    """An object that pickles make in two steps, empty first; ``value`` holds what it is in the end."""

    value: Any = None

    def build(self, state: Any) -> None:
        """Take in the second step's data."""
        raise NotImplementedError


Names = Mapping[tuple[str, str], Known]


def plain_key(key: object) -> object:
    """The key, if it is one that can be hashed without running into collisions on purpose.

    Text and bytes are hashed with a secret of this process, small numbers by themselves; large numbers
    and tuples can be chosen to share one hash, which makes a dict quadratically slow.
    """
    if isinstance(key, int) and key.bit_length() > 64:
        raise damaged("a very large number as a key")
    if key is not None and not isinstance(key, str | bytes | int | float | np.number):
        raise damaged(f"a {type(key).__name__} as a key")
    return key


def by_name(known: list[Known]) -> Names:
    """The table that the unpickler takes; ``a.b.C`` is ``C`` of the module ``a.b``."""
    return {(k.name.rpartition(".")[0], k.name.rpartition(".")[2]): k for k in known}
