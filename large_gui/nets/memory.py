"""Keep freed memory in the process, because networks ask for the same large blocks again and again."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # malloc.h of glibc


def keep_freed_memory() -> bool:
    """Tell glibc not to hand large blocks back to the system after every layer.

    Otherwise the kernel maps and zeroes each layer's output page by page, which took half of the encoder's
    time on a CPU. With another C library nothing happens.

    Returns
    -------
    Whether the allocator accepted the settings.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    return bool(mallopt(_M_MMAP_MAX, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, 2**31 - 1))
