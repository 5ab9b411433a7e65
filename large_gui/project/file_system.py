"""Find out whether a file lies on a disk of this machine, so that processes can share memory about it."""

from __future__ import annotations

import re
import sys
from pathlib import Path

# Names of file systems that lie on another machine, or on the host of a virtual machine.
_REMOTE = re.compile(
    r"nfs\d?|cifs|smb\w*|ncpfs|9p|virtiofs|vboxsf|prl_fs|drvfs|afs|auristorfs|coda|ceph|lustre|gpfs|beegfs|"
    r"panfs|glusterfs|pvfs2|orangefs|ocfs2|gfs2|davfs|fuse\..*|fuse"
)
_DRIVE_REMOTE = 4  # what GetDriveTypeW returns for a network drive


def is_local(path: Path) -> bool:
    """Whether a file lies on a disk of this machine; false if that can't be found out."""
    real = path.resolve()
    if sys.platform == "win32":
        import ctypes

        anchor = real.anchor
        return not anchor.startswith("\\\\") and ctypes.windll.kernel32.GetDriveTypeW(anchor) != _DRIVE_REMOTE
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", errors="surrogateescape")
    except OSError:
        return False
    kind = mounted_as(real, mounts)
    return bool(kind) and _REMOTE.fullmatch(kind) is None


def mounted_as(real: Path, mounts: str) -> str:
    """Kind of the file system of a path, from a table such as ``/proc/mounts``; empty if it has none."""
    best, found = -1, ""
    for line in mounts.splitlines():
        cells = line.split(" ")
        if len(cells) < 3:
            continue
        place = re.sub(r"\\(\d{3})", lambda octal: chr(int(octal[1], 8)), cells[1])
        if real.is_relative_to(place) and len(place) >= best:  # of two mounts in one place the later counts
            best, found = len(place), cells[2]
    return found
