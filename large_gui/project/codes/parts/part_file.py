"""One part of a folder of codes: a Parquet file with a row for each image, whether it has a code or failed.

Columns: ``path``, ``sha256`` (empty if the bytes could not be had), ``code`` (L * D numbers in one run of
bytes, null for an image without one), ``inversion_error`` (null where none is known), ``flags`` (with ``;``
between), ``error`` (why there is no code; else empty). The numbers are of half precision if that holds all of
them exactly, as it does those of rounded codes; otherwise of single precision. Nothing is compressed: such
numbers hardly shrink, and a file can then never unpack to more than it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.errors import InputError
from large_gui.extras import extra_module
from large_gui.files import written_whole
from large_gui.project.codes.parts.about import AboutCodes

KIND = "codes-part"
VERSION = 1
DTYPES = ("float16", "float32")
GROUP = 256  # rows that are read together
MOST_ROWS = 1 << 20  # of a part
TEXTS = ("path", "sha256", "flags", "error")
_LONGEST = 1 << 13  # bytes of a text, on average
_SHA = re.compile(r"(?:[0-9a-f]{64})?")
_NEEDS = "A folder of codes"


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """What is known of an image; ``code`` is ``(L, D)``, or ``None`` with the reason in ``why``."""

    path: str
    sha256: str = ""
    code: NDArray[np.floating] | None = None
    inversion_error: float = float("nan")
    flags: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows of a part as columns.

    Attributes
    ----------
    coded
        ``(n,)``: whether an image has a code.
    codes
        ``(n, L, D)`` as the part keeps them, without meaning where there is none; ``None`` if not asked for.
    """

    paths: list[str]
    sha256: list[str]
    coded: NDArray[np.bool_]
    inversion_error: NDArray[np.float64]
    flags: list[tuple[str, ...]]
    why: list[str]
    codes: NDArray[Any] | None = None

    def as_rows(self) -> list[Row]:
        """The same, one by one; the codes must have been asked for."""
        assert self.codes is not None
        return [
            Row(path, self.sha256[i], self.codes[i] if self.coded[i] else None,
                float(self.inversion_error[i]), self.flags[i], self.why[i])
            for i, path in enumerate(self.paths)
        ]  # fmt: skip


class DamagedPart(InputError):
    """A part can't be read, or says what is not possible."""


def write_part(file: Path, about: AboutCodes, rows: Sequence[Row]) -> None:
    """Write a part whole or not at all; the same rows give the same bytes.

    Raises
    ------
    InputError
        When it can't be written, or pyarrow is not installed.
    ValueError
        When a code has another shape, or a number of it is not finite.
    """
    parquet = extra_module("pyarrow.parquet", "cluster", _NEEDS)
    with written_whole(file) as whole:
        parquet.write_table(
            _table(about, rows), whole, row_group_size=GROUP, compression="none", use_dictionary=False,
            write_statistics=False, write_page_checksum=True, store_schema=True,
        )  # fmt: skip


class Part:
    """A part on the disk, of which the rows are read when they are asked for.

    Raises
    ------
    DamagedPart
        When it is damaged, or no part. `read` and `all` may raise it, too.
    InputError
        When it holds other codes than its folder says.
    """

    def __init__(self, file: Path, about: AboutCodes) -> None:
        self.file, self.about = file, about
        metadata = self._parquet.metadata
        try:
            said = json.loads((metadata.metadata or {}).get(b"large_gui", b"null"))
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict) or said.get("kind") != KIND:
            raise self._bad("it was not written by this program")
        self.dtype = str(said.get("dtype"))
        if said != _said(about, self.dtype) or self.dtype not in DTYPES:
            newer = type(said.get("version")) is int and said["version"] > VERSION
            why = "was written by a newer version" if newer else "holds codes of another model"
            raise InputError(
                f"The part {file.name} in {file.parent} {why}.",
                hint="Move it to a folder of its own, with the codes.json that belongs to it.",
                detail=f"{said} in place of {_said(about, self.dtype)}",
            )
        self._check(metadata)

    @cached_property
    def _parquet(self) -> Any:
        parquet = extra_module("pyarrow.parquet", "cluster", _NEEDS)
        with _told(self):
            # Texts stay numbers of a dictionary at first, so that few bytes can't become many.
            return parquet.ParquetFile(self.file, page_checksum_verification=True, read_dictionary=[*TEXTS])

    def __len__(self) -> int:
        return int(self._parquet.metadata.num_rows)

    @property
    def groups(self) -> int:
        """How many groups of rows it has, each of `GROUP` rows but the last one."""
        return int(self._parquet.metadata.num_row_groups)

    def close(self) -> None:
        """Close the file."""
        self._parquet.close()

    def read(self, group: int, *, codes: bool = True) -> Rows:
        """The rows of a group.

        Raises
        ------
        InputError
            When they are damaged, or say what is not possible.
        """
        names = [*TEXTS, "inversion_error", *(["code"] if codes else [])]
        with _told(self):
            table = self._parquet.read_row_group(group, columns=names)
            paths, sha256, flags, why = (self._texts(table.column(name)) for name in TEXTS)
            error = table.column("inversion_error")
            errors = np.asarray(error.to_numpy(), np.float64)
        if not all(map(_possible_path, paths)) or not all(map(_SHA.fullmatch, sha256)):
            raise self._bad("a path or a checksum in it is not possible")
        coded = np.array([not text for text in why], np.bool_)
        if any(not sha for sha, good in zip(sha256, coded) if good):
            raise self._bad("an image with a code has no checksum")
        numbers = self._codes(table.column("code"), coded) if codes else None
        words: dict[str, tuple[str, ...]] = {"": ()}
        split = [words.setdefault(text, tuple(text.split(";"))) for text in flags]
        return Rows(paths, sha256, coded, errors, split, why, numbers)

    def all(self, *, codes: bool = True) -> Iterator[Rows]:
        """All rows, a group at a time."""
        for group in range(self.groups):
            yield self.read(group, codes=codes)

    def _texts(self, column: Any) -> list[str]:
        pieces = [piece.dictionary for piece in column.chunks]
        if any(len(text) > _LONGEST for piece in pieces for text in piece.to_pylist() if text):
            raise self._bad("a text in it is too long")
        texts: list[str | None] = column.to_pylist()
        if None in texts:
            raise self._bad("a text in it is missing")
        return texts  # type: ignore[return-value]

    def _codes(self, column: Any, coded: NDArray[np.bool_]) -> NDArray[Any]:
        """Codes ``(n, L, D)`` of a column of bytes; those without are zero."""
        column = column.combine_chunks()
        if not (column.is_valid().to_numpy(zero_copy_only=False) == coded).all():
            raise self._bad("an image has neither a code nor a reason why not")
        dtype = np.dtype(self.dtype).newbyteorder("<")
        size = dtype.itemsize * self.about.shape[0] * self.about.shape[1]
        data = column.buffers()[1]
        start = column.offset * size
        raw = np.frombuffer(data, np.uint8)[start : start + len(column) * size]
        numbers = raw.view(dtype).reshape(len(column), *self.about.shape)
        if not coded.all():
            numbers = np.where(coded[:, None, None], numbers, dtype.type(0))
        if not _finite(numbers):
            raise self._bad("a code in it is not a number")
        return numbers

    def _check(self, metadata: Any) -> None:
        """Refuse a file whose parts are not as `write_part` makes them, before any row is read."""
        if not self._parquet.schema_arrow.equals(
            _schema(self.about, self.dtype, read=True), check_metadata=False
        ):
            raise self._bad("its columns are not those of codes", str(self._parquet.schema_arrow)[:500])
        if metadata.num_rows > MOST_ROWS:
            raise self._bad("it has too many rows")
        for number in range(metadata.num_row_groups):
            group = metadata.row_group(number)
            last = number == metadata.num_row_groups - 1
            if group.num_rows > GROUP or (group.num_rows < GROUP and not last):
                raise self._bad("its groups of rows are of another size")
            if any(group.column(i).compression != "UNCOMPRESSED" for i in range(group.num_columns)):
                raise self._bad("it is compressed")

    def _bad(self, why: str, detail: str = "") -> DamagedPart:
        return DamagedPart(
            f"The part {self.file.name} in {self.file.parent} can't be used: {why}.",
            hint="Run the `large-gui invert` that wrote it again, or copy the file again from where it came.",
            detail=detail,
        )


class _told:  # noqa: N801 - it is used as a function is
    """Say in a sentence that a part can't be read."""

    def __init__(self, part: Part) -> None:
        self._part = part

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: object) -> None:
        arrow = extra_module("pyarrow", "cluster", _NEEDS)
        faults = (arrow.ArrowException, OSError, ValueError, TypeError, KeyError, MemoryError)
        if isinstance(error, faults):
            raise self._part._bad("it is damaged", repr(error)) from error


def _holds(dtype: str, code: NDArray[np.floating] | None) -> bool:
    """Whether numbers of a type are exactly those of a code."""
    with np.errstate(over="ignore"):
        return code is None or dtype == DTYPES[-1] or bool((code.astype(dtype) == code).all())


def _finite(numbers: NDArray[Any]) -> bool:
    """Whether all numbers of a code are finite; half precision is looked at bit by bit, which is faster."""
    if numbers.dtype.itemsize == 2:
        return bool(((numbers.view("<u2") & 0x7C00) != 0x7C00).all())
    return bool(np.isfinite(numbers).all())


def _possible_path(path: str) -> bool:
    """Whether a path or address leads nowhere above where it begins."""
    return bool(path) and "\0" not in path and ".." not in path.replace("\\", "/").split("/")


def _said(about: AboutCodes, dtype: str) -> dict[str, object]:
    """What a part says of its codes."""
    return {"kind": KIND, "version": VERSION, "key": about.key, "shape": list(about.shape), "dtype": dtype}


def _schema(about: AboutCodes, dtype: str, *, read: bool = False) -> Any:
    """The columns as they are written, or as `Part` reads them."""
    arrow = extra_module("pyarrow", "cluster", _NEEDS)
    size = np.dtype(dtype).itemsize * about.shape[0] * about.shape[1]
    text = arrow.dictionary(arrow.int32(), arrow.string()) if read else arrow.string()
    fields = [
        arrow.field("path", text, nullable=False),
        arrow.field("sha256", text, nullable=False),
        arrow.field("code", arrow.binary(size)),
        arrow.field("inversion_error", arrow.float64()),
        arrow.field("flags", text, nullable=False),
        arrow.field("error", text, nullable=False),
    ]
    return arrow.schema(fields, metadata={"large_gui": json.dumps(_said(about, dtype))})


def _table(about: AboutCodes, rows: Sequence[Row]) -> Any:
    arrow = extra_module("pyarrow", "cluster", _NEEDS)
    for row in rows:
        if row.code is not None and (row.code.shape != about.shape or not np.isfinite(row.code).all()):
            raise ValueError(f"the code of {row.path} is {row.code.shape}, or not finite")
    dtype = next(name for name in DTYPES if all(_holds(name, row.code) for row in rows))
    numbers = np.dtype(dtype).newbyteorder("<")
    codes = [None if row.code is None else row.code.astype(numbers).tobytes() for row in rows]
    columns = [
        [row.path for row in rows], [row.sha256 for row in rows], codes,
        [None if np.isnan(row.inversion_error) else row.inversion_error for row in rows],
        [";".join(row.flags) for row in rows], [row.why for row in rows],
    ]  # fmt: skip
    schema = _schema(about, dtype)
    arrays = [arrow.array(column, field.type) for column, field in zip(columns, schema)]
    return arrow.table(arrays, schema=schema)
