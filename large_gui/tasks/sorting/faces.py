"""Say that a model measures faces where few images have one."""

from __future__ import annotations

from large_gui.core.choices import ANY_IMAGE
from large_gui.core.reporter import Reporter
from large_gui.core.words import count

NO_RANK = "have no rank"


def few_faces(with_face: int, images: int, what: str = NO_RANK) -> str:
    """A sentence for a folder in which few images have the face that the model needs; otherwise empty.

    Parameters
    ----------
    what
        What that means for the images without one.
    """
    if with_face >= images / 2:
        return ""
    if not with_face:
        return f"None of the images has a face. They {what}: this model measures faces."
    return (
        f"Only {with_face:,} of {count(images, 'image')} {'has' if with_face == 1 else 'have'} a face. "
        f"The others {what}: this model measures faces."
    )


def warn_of_few_faces(with_face: int, images: int, reporter: Reporter, what: str = NO_RANK) -> None:
    """Warn if few images have a face, and name the model that measures any image."""
    if warning := few_faces(with_face, images, what):
        reporter.warn(f"{warning} The model {ANY_IMAGE!r} measures any image: --model {ANY_IMAGE}.")
