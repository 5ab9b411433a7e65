"""Parts of a pickle: names that may be mentioned, objects that are made in two steps, keys of dicts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from large_gui.nets.checkpoints.reading.refusals import damaged


@dataclass(frozen=True, eq=False)
class Known:
    """A name that a pickle may mention, with the function to use for it.

    Attributes
    ----------
    name
        The dotted name in the file.
    call
        The function to call when the file calls the name; None if the name may only be mentioned.
    """

    name: str
    call: Callable[..., object] | None = None


class Pending:
    """An object that pickles make in two steps, empty first; ``value`` holds the finished object."""

    value: Any = None

    def build(self, state: Any) -> None:
        """Finish the object with the data of the second step."""
        raise NotImplementedError


Names = Mapping[tuple[str, str], Known]


def plain_key(key: object) -> object:
    """Return the key if nobody can choose many such keys with one hash; refuse it otherwise.

    Text and bytes are hashed with a secret of this process, and small numbers are their own hash. Large
    numbers and tuples can be chosen to share one hash, which makes a dict quadratically slow.
    """
    if isinstance(key, int) and key.bit_length() > 64:
        raise damaged("a very large number as a key")
    if key is not None and not isinstance(key, str | bytes | int | float | np.number):
        raise damaged(f"a {type(key).__name__} as a key")
    return key


def by_name(known: list[Known]) -> Names:
    """The names by module and name, as the unpickler needs them: ``a.b.C`` is ``C`` of ``a.b``."""
    return {(k.name.rpartition(".")[0], k.name.rpartition(".")[2]): k for k in known}
