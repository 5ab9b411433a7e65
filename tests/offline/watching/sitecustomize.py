"""Imported by every Python that has this folder on its path: notes who would use the network, and refuses.

Connections inside of this machine (Unix sockets, such as those of the screen) have a path for an address.
"""

import os
import sys

_EVENTS = (
    "socket.connect",
    "socket.bind",
    "socket.sendto",
    "socket.sendmsg",
    "socket.getaddrinfo",
    "urllib.Request",
)


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event not in _EVENTS or (len(arguments) > 1 and isinstance(arguments[1], str | bytes)):
        return
    with open(os.environ["NETWORK_LOG"], "a", encoding="utf-8") as log:  # noqa: PTH123 - nothing else is imported here
        log.write(f"{os.getpid()} {event} {arguments!r}\n")
    raise OSError(f"the network was asked for: {event}")


with open(os.environ["NETWORK_LOG"], "a", encoding="utf-8") as _log:  # noqa: PTH123
    _log.write(f"{os.getpid()} watched\n")
sys.addaudithook(_refuse)
