"""A target: which files it reads, what a good one looks like, and how the program reads them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from large_gui.errors import LargeError
from tests.fuzzing.bundle import gathered, laid_out, packed, unpacked
from tests.fuzzing.guard import Broken
from tests.fuzzing.mutating.files import mutated

_LONGEST = 2000  # characters of what a person is told of one file


@dataclass(frozen=True)
class Target:
    """One kind of input.

    Attributes
    ----------
    names
        The files that an input may consist of, relative to a folder.
    write
        Writes good files of these names into an empty folder; called with a number, for several seeds.
    seeds
        How many different ones it writes.
    read
        Reads what lies in the folder, as the program does.
    """

    name: str
    names: tuple[str, ...]
    write: Callable[[Path, int], object]
    read: Callable[[Path], object]
    seeds: int = 1

    def seed(self, number: int, folder: Path) -> bytes:
        """A good input."""
        self.write(folder, number)
        found = gathered(folder, self.names)
        assert found, f"{self.name} has no seed {number}"
        return packed(found, self.names)

    def lay_out(self, data: bytes, folder: Path) -> None:
        """Write an input as files."""
        laid_out(unpacked(data, self.names), folder)

    def mutate(self, data: bytes, random: Random) -> bytes:
        """The input with one of its files broken."""
        files = unpacked(data, self.names)
        if not files:
            return data
        name = random.choice(list(files))
        if len(files) > 1 and random.random() < 0.1:
            del files[name]
        else:
            files[name] = mutated(name, files[name], random)[: (1 << 24) - 1]
        return packed(files, self.names)


def tried(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """The result of a function, or ``None`` where it refuses with a sentence that can be shown."""
    try:
        return function(*arguments, **options)
    except LargeError as error:
        said = str(error)
        if not error.sentence or len(said) > _LONGEST or not said.replace("\n", " ").isprintable():
            raise Broken(f"says {said[:300]!r}") from error
        return None


def files_of(folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The files of these names that are there."""
    return [folder / name for name in names if (folder / name).exists()]
