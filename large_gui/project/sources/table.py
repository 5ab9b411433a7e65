"""Images whose bytes lie in Parquet files, one a row, as many data sets keep them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from large_gui.errors import ImageError, InputError
from large_gui.extras import extra_module
from large_gui.project.images.read import check_bytes
from large_gui.project.sources.source import Content

_AT_ONCE = 32  # rows that are read together
_BEHIND = 4  # such pieces that are kept, as threads ask for rows in almost the order of the file
_WHOLE = ("path", "bytes", "image")  # names of columns that are looked at


@dataclass(frozen=True)
class Rows:
    """The bytes of images in rows of Parquet files; a path is looked up in ``rows``.

    Attributes
    ----------
    rows
        File and row of each path.
    """

    files: tuple[Path, ...]
    rows: dict[str, tuple[int, int]]
    at_once: int | None = 1  # decoding a file is one thread's work
    _open: list[_Pieces] = field(default_factory=list, compare=False, repr=False)

    def content(self, path: str) -> Content:
        """As `large_gui.project.sources.source.Source.content`."""
        if path not in self.rows:
            raise ImageError(f"{path} is in none of the files.")
        number, row = self.rows[path]
        if not self._open or self._open[0].file != self.files[number]:
            self._open[:] = [_Pieces(self.files[number])]
        data = self._open[0].row(row)
        if data is None:
            raise ImageError(f"{path} has no bytes in its row.")
        check_bytes(len(data), path)
        return Content(data)

    def place(self, path: str) -> str:
        """As `large_gui.project.sources.source.Source.place`."""
        number, row = self.rows[path]
        return f"{self.files[number]}#{row}"

    def of(self, paths: Sequence[str]) -> Rows:
        """The same for some of the paths, which is less to send to another machine."""
        return Rows(self.files, {path: self.rows[path] for path in paths if path in self.rows})

    def __getstate__(self) -> dict[str, Any]:
        return {"files": self.files, "rows": self.rows, "at_once": self.at_once, "_open": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)


class _Pieces:
    """The column of bytes of one file, read piece by piece; going back begins anew."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._kept: dict[int, Any] = {}  # by the number of the first row
        self._next = -1

    def _begin(self, number: int) -> None:
        """Begin with the group that a row is in."""
        parquet = opened(self.file)
        column = "bytes" if "bytes" in parquet.schema_arrow.names else "image.bytes"
        first = start = 0
        while start + (size := parquet.metadata.row_group(first).num_rows) <= number:
            first, start = first + 1, start + size
        groups = list(range(first, parquet.num_row_groups))
        self._next, self._kept = start, {}
        self._pieces = parquet.iter_batches(_AT_ONCE, columns=[column], row_groups=groups)

    def row(self, number: int) -> bytes | None:
        arrow = extra_module("pyarrow", "cluster", "Parquet as a source of images")
        with self._lock:
            try:
                if self._next < 0 or number < min(self._kept, default=self._next):
                    self._begin(number)
                while number >= self._next:
                    self._take(next(self._pieces))
            except (StopIteration, IndexError, ValueError, arrow.ArrowException, OSError) as error:
                raise ImageError(
                    f"{self.file.name} is damaged at row {number}.", detail=repr(error)
                ) from error
            start = max(first for first in self._kept if first <= number)
            value: bytes | None = self._kept[start][number - start].as_py()
            return value

    def _take(self, piece: Any) -> None:
        column = piece.column(0)
        if piece.schema.names[0] == "image":
            column = column.field("bytes")
        self._kept[self._next] = column
        self._next += len(column)
        while len(self._kept) > _BEHIND:
            del self._kept[min(self._kept)]


def opened(file: Path) -> Any:
    """A Parquet file, of which only the footer is read.

    Raises
    ------
    InputError
        When pyarrow is not installed, or it is no such file.
    """
    parquet = extra_module("pyarrow.parquet", "cluster", "Parquet as a source of images")
    arrow = extra_module("pyarrow", "cluster", "Parquet as a source of images")
    try:
        return parquet.ParquetFile(file, memory_map=True)
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise InputError(
            f"{file} is no Parquet file that can be read.", hint="Write it again.", detail=repr(error)
        ) from error


def has_bytes(parquet: Any) -> bool:
    """Whether a file holds images and not only their paths.

    Raises
    ------
    InputError
        When it has neither the columns that are looked for, or other types in them.
    """
    arrow = extra_module("pyarrow", "cluster", "Parquet as a source of images")
    schema = parquet.schema_arrow
    kinds = {name: schema.field(name).type for name in schema.names if name in _WHOLE}
    text, data = (arrow.string(), arrow.large_string()), (arrow.binary(), arrow.large_binary())
    if kinds.get("path") in text and kinds.get("bytes") in data:
        return True
    if kinds.get("path") in text and "bytes" not in kinds:
        return False
    image = kinds.get("image")
    if image is not None and arrow.types.is_struct(image):
        parts = {image.field(i).name: image.field(i).type for i in range(image.num_fields)}
        if parts.get("path") in text and parts.get("bytes") in data:
            return True
    raise InputError(
        "The Parquet file lacks the columns that list images.",
        hint="It needs path (text) and, if it holds the images too, bytes (binary); or image with both.",
        detail=str(schema)[:1000],
    )


def paths_of(parquet: Any) -> list[str | None]:
    """The column of paths of a file.

    Raises
    ------
    InputError
        When it is damaged.
    """
    arrow = extra_module("pyarrow", "cluster", "Parquet as a source of images")
    try:
        if "path" in parquet.schema_arrow.names:
            paths: list[str | None] = parquet.read(columns=["path"]).column(0).to_pylist()
            return paths
        table = parquet.read(columns=["image.path"])
        return [None if image is None else image["path"] for image in table.column(0).to_pylist()]
    except (arrow.ArrowException, OSError, ValueError) as error:
        raise InputError(
            "The paths in the Parquet file can't be read.", hint="Write it again.", detail=repr(error)
        ) from error
