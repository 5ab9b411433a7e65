"""Set properties by the names of their values, as a style sheet does.

PySide makes all 93 enumerations of its class ``Qt`` when it is first used: 14 ms, a seventh of the time in
which a bare window shows. What is made before the window shows therefore names alignments and the like in
words, and the modules of the window say ``QtCore.Qt`` where they need it later.
"""

from __future__ import annotations

from PySide6.QtCore import QObject


def spell(target: QObject, **properties: str) -> None:
    """Set properties of an enumerated type, for example ``alignment="AlignRight|AlignVCenter"``.

    Raises
    ------
    ValueError
        When the object has no such property, or the property no such value.
    """
    for name, value in properties.items():
        if not target.setProperty(name, value):
            raise ValueError(f"{type(target).__name__} has no {name} {value!r}")
