"""Keep freed memory in the process: networks ask for the same large blocks again and again."""

from __future__ import annotations

import ctypes
import sys

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # malloc.h of glibc


def keep_freed_memory() -> bool:
    """Tell glibc not to hand large blocks back to the system after every layer.

    Otherwise each layer's output is mapped and zeroed page by page by the kernel, which took half
    of the encoder's time on a CPU. Elsewhere nothing happens.

    Returns
    -------
    Whether the allocator took it.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return False
    return bool(mallopt(_M_MMAP_MAX, 0)) and bool(mallopt(_M_TRIM_THRESHOLD, 2**31 - 1))
