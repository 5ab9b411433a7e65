"""Where the bytes of images come from: a folder of this machine, or addresses that fsspec opens."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from large_gui.errors import ImageError, InputError
from large_gui.extras import extra_module
from large_gui.project.images.read import check_bytes, read_bytes, reason

STORES = (
    *("s3", "gs", "gcs", "abfs", "abfss", "az", "http", "https", "hdfs", "webhdfs", "sftp", "hf", "file"),
)  # what an address may begin with; chains of fsspec such as zip::s3 would open more than a person reads
_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)(?:://|::)")
_WAITS = (0.5, 2.0)  # seconds before an address is tried again
_REMOTE_AT_ONCE = 32  # images; a store answers after a while, whatever their number


@dataclass(frozen=True, eq=False, slots=True)
class Content:
    """The bytes of an image; for a file of this machine with its size and times, taken before it was read."""

    data: bytes
    stat: os.stat_result | None = None


class Source(Protocol):
    """Gives the bytes of the images of a list; it can be pickled, to be used on another machine."""

    @property
    def at_once(self) -> int | None:
        """How many images to ask for at once; ``None`` for one a core."""

    def content(self, path: str) -> Content:
        """The bytes of an image; several threads may call this at once.

        Raises
        ------
        ImageError
            When there is no such image, or it can't be had.
        LargeError
            When no image can be had at all, as a library is missing.
        """

    def place(self, path: str) -> str:
        """The name of an image that holds outside of the list: an absolute path, or an address."""


@dataclass(frozen=True)
class Folder:
    """Files below a folder of this machine."""

    root: Path
    at_once: int | None = None

    def content(self, path: str) -> Content:
        """As `Source.content`."""
        file = self.root / path
        try:
            stat = file.stat()
        except (OSError, ValueError) as error:  # a name with a zero byte is a ValueError
            why = reason(error) if isinstance(error, OSError) else "its name is not possible"
            raise ImageError(f"{file.name} can't be read: {why}.", detail=repr(error)) from error
        return Content(read_bytes(file), stat)

    def place(self, path: str) -> str:
        """As `Source.place`."""
        return str((self.root / path).resolve())


@dataclass(frozen=True)
class Addresses:
    """Images at addresses such as ``s3://bucket/a.jpg``, or below one; others lie below it or in a folder.

    Attributes
    ----------
    root
        An address or a folder, where paths that are no addresses begin.
    """

    root: str
    at_once: int | None = _REMOTE_AT_ONCE

    def content(self, path: str) -> Content:
        """As `Source.content`."""
        place = self.place(path)
        if not is_address(place):
            return Folder(Path(self.root)).content(path)
        name = place.rpartition("/")[2] or place
        for wait in (*_WAITS, None):
            try:
                return Content(_fetched(place, name))
            except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
                raise ImageError(f"{name} can't be fetched: {reason(error)}.", detail=repr(error)) from error
            except (ImageError, InputError):
                raise
            except Exception as error:
                if wait is None:
                    why = reason(error) if isinstance(error, OSError) else type(error).__name__
                    raise ImageError(f"{name} can't be fetched: {why}.", detail=repr(error)) from error
                time.sleep(wait)
        raise AssertionError("the last try returns or raises")

    def place(self, path: str) -> str:
        """As `Source.place`."""
        if is_address(path):
            return path
        if is_address(self.root):
            return f"{self.root.rstrip('/')}/{path}"
        return str(Path(self.root, path).resolve())


def is_address(text: str) -> bool:
    """Whether a text is an address such as ``s3://bucket/photos``, and no path of this machine."""
    return _ADDRESS.match(text) is not None


def check_address(address: str) -> None:
    """Refuse an address of a kind that is not read here.

    Raises
    ------
    InputError
        When it is not one of `STORES`.
    """
    found = _ADDRESS.match(address)
    if found is None or found[1].lower() not in STORES or "::" in address:
        raise InputError(
            f"The address {address} is of a kind that is not read here.",
            hint=f"An address may begin with {', '.join(f'{store}://' for store in STORES)}.",
        )


def file_system(address: str) -> tuple[Any, str]:
    """The file system of fsspec that an address belongs to, and the path within it.

    Raises
    ------
    InputError
        When fsspec or what it needs for such addresses is not installed, or the address is not possible.
    """
    check_address(address)
    fsspec = extra_module("fsspec", "cluster", "An address as a source of images")
    try:
        system, path = fsspec.core.url_to_fs(address)
    except ImportError as error:  # its sentence says which package opens such addresses
        store = address.partition("://")[0]
        raise InputError(
            f"Addresses that begin with {store}:// need one more package.", hint=str(error),
            detail=repr(error),
        ) from error  # fmt: skip
    except (ValueError, OSError, TypeError) as error:
        raise InputError(
            f"The address {address} can't be opened.", hint="Check how it is written.", detail=repr(error)
        ) from error
    return system, path


def _fetched(address: str, name: str) -> bytes:
    system, path = file_system(address)
    size = system.info(path).get("size")
    check_bytes(size or 0, name)
    data: bytes = system.cat_file(path)
    return data
