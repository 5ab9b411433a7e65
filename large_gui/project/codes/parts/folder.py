"""A folder of codes in parts, which is read some hundred images at a time and never as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.project.codes.inverted import Inverted
from large_gui.project.codes.parts.about import read_about
from large_gui.project.codes.parts.part_file import GROUP, Part, Rows
from large_gui.project.codes.source import Block, Known

PARTS = "part-*.parquet"


class CodeFolder:
    """Codes that ``large-gui invert --out`` wrote into a folder, as a `CodeSource`.

    Parameters
    ----------
    path
        The folder; what it says of itself is read, and no part.

    Raises
    ------
    InputError
        When it can't be read. Every method may raise it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.about = read_about(path)
        self._parts: dict[int, Part] = {}  # the one that was read last

    @cached_property
    def files(self) -> list[Path]:
        """Its parts, by name."""
        return sorted(self.path.glob(PARTS))

    def rows(self, *, codes: bool = False) -> Iterator[Rows]:
        """All rows of all parts, some hundred at a time."""
        for number in range(len(self.files)):
            yield from self._part(number).all(codes=codes)

    def get_many(self, shas: Sequence[str], model_key: str) -> dict[str, Inverted]:
        """The codes that it has of these images, as float32."""
        found: dict[str, Inverted] = {}
        for places, rows, at in self._asked(shas, model_key, codes=True):
            assert rows.codes is not None
            for place, row in zip(places, at):
                code = rows.codes[row].astype(np.float32)
                found[shas[place]] = Inverted(code, float(rows.inversion_error[row]), rows.flags[row])
        return found

    def known(self, shas: Sequence[str], model_key: str) -> Known:
        """Which of N images it has codes of, and what it knows of those beside the numbers."""
        known = Known(np.zeros(len(shas), np.bool_), np.full(len(shas), np.nan), [()] * len(shas))
        for places, rows, at in self._asked(shas, model_key, codes=False):
            known.found[places] = True
            known.inversion_error[places] = rows.inversion_error[at]
            for place, row in zip(places, at):
                known.flags[place] = rows.flags[row]
        return known

    def blocks(self, shas: Sequence[str], model_key: str) -> Iterator[Block]:
        """The codes of many images, in the order of the parts; see `CodeSource.blocks`."""
        for places, rows, at in self._asked(shas, model_key, codes=True):
            assert rows.codes is not None
            yield places, rows.codes[at]

    def close(self) -> None:
        """Close what is open; it opens again when it is asked."""
        for part in self._parts.values():
            part.close()
        self._parts.clear()

    def _asked(
        self, shas: Sequence[str], model_key: str, *, codes: bool
    ) -> Iterator[tuple[NDArray[np.intp], Rows, NDArray[np.intp]]]:
        """Places in ``shas``, rows that hold these images, and where in the rows they are."""
        if model_key != self.about.key or not len(shas):
            return
        keys, where = self._index
        if not len(keys):
            return
        wanted = _numbers(shas)
        at = np.searchsorted(keys, wanted)
        hit = np.flatnonzero((at < len(keys)) & (keys[np.minimum(at, len(keys) - 1)] == wanted))
        hit = hit[np.argsort(where[at[hit]], kind="stable")]
        spots = where[at[hit]]
        for group in np.unique(spots // GROUP):
            among = hit[spots // GROUP == group]
            part, number = divmod(int(group), _GROUPS)
            rows = self._part(part).read(number, codes=codes)
            inside = (where[at[among]] % GROUP).astype(np.intp)
            good = np.array([rows.sha256[i] == shas[j] for i, j in zip(inside, among)], np.bool_)
            if good.any():
                yield among[good], rows, inside[good]

    @cached_property
    def _index(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """The beginnings of the checksums of all images with a code, in order, and where these are.

        A place counts rows through all parts, as if each had the most groups that are possible. An image of
        which there are copies has the place of the first.
        """
        keys: list[NDArray[np.uint64]] = []
        where: list[NDArray[np.int64]] = []
        for number in range(len(self.files)):
            part = self._part(number)
            for group, rows in enumerate(part.all(codes=False)):
                at = np.flatnonzero(rows.coded)
                keys.append(_numbers([rows.sha256[i] for i in at]))
                where.append((number * _GROUPS + group) * GROUP + at)
        if not keys:
            return np.empty(0, np.uint64), np.empty(0, np.int64)
        joined, places = np.concatenate(keys), np.concatenate(where)
        order = np.argsort(joined, kind="stable")
        return joined[order], places[order]

    def _part(self, number: int) -> Part:
        if number not in self._parts:
            self.close()
            self._parts[number] = Part(self.files[number], self.about)
        return self._parts[number]

    def __reduce__(self) -> tuple[Any, ...]:
        return CodeFolder, (self.path,)


_GROUPS = 1 << 13  # more than a part can have


def _numbers(shas: Sequence[str]) -> NDArray[np.uint64]:
    """The first eight bytes of checksums as numbers; 0 where there is no checksum."""
    digits = "".join(sha[:16] if len(sha) == 64 else "0" * 16 for sha in shas)
    return np.frombuffer(bytes.fromhex(digits), ">u8").astype(np.uint64)
