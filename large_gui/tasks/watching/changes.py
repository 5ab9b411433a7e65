"""What has changed in a folder since it was looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from large_gui.core.words import count
from large_gui.project.images.manifest import Failure


@dataclass(frozen=True)
class Changes:
    """The images that came, went, were renamed or were edited; all paths are relative to the folder.

    Attributes
    ----------
    added, gone, edited
        Paths of images that are new, that are not there any more, and that have another content.
    renamed
        New paths by old paths of images with the same content; two may have traded places.
    failures
        New images that can't be read.
    folders
        Absolute paths of the folders that were looked into.
    missing
        The folder or file that is not there any more, as a sentence says it; empty if all are there.
    unsettled
        Whether files are being written just now, which are left for the next look.
    """

    added: Sequence[str] = ()
    gone: Sequence[str] = ()
    edited: Sequence[str] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    failures: Sequence[Failure] = ()
    folders: Sequence[str] = ()
    missing: str = ""
    unsettled: bool = False

    def __bool__(self) -> bool:
        """Whether any image has changed."""
        return bool(self.added or self.gone or self.edited or self.renamed or self.failures)

    @property
    def words(self) -> str:
        """What has changed in a sentence: ``2 images added, 1 removed.``"""
        numbers = {
            "added": len(self.added) + len(self.failures), "removed": len(self.gone),
            "renamed": len(self.renamed), "edited": len(self.edited),
        }  # fmt: skip
        said = [f"{number:,} {what}" for what, number in numbers.items() if number]
        first = next((number for number in numbers.values() if number), 0)
        if not said:
            return ""
        _, _, verb = said[0].partition(" ")
        return ", ".join([f"{count(first, 'image')} {verb}", *said[1:]]) + "."
