"""What the page of pairs says in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.core.words import count, signed

if TYPE_CHECKING:
    from large_gui.core.calibrating.ordinal import Grades
    from large_gui.core.comparing.compared import Compared
    from large_gui.core.direction import Direction
    from large_gui.gui.document.document import Document

_FEW = 10  # answers, before which nothing is steady


def as_found(direction: Direction) -> Direction:
    """The direction, not turned round: its high end is what has more."""
    return direction.turned() if direction.flipped else direction


def question(direction: Direction) -> tuple[str, str]:
    """The question about two pictures, and what it is about.

    It is the same whichever way the direction is turned, as the answers are.
    """
    found = as_found(direction)
    name = found.name.replace("_", " ")
    if not found.high:
        return f"Which one has more {name}?", ""
    about = f"{name[:1].upper()}{name[1:]}"
    return f"Which one is further towards “{found.high}”?", (
        f"{about}, from “{found.low}” to “{found.high}”" if found.low else about
    )


def agrees(compared: Compared) -> str:
    """Say how far the direction agrees with the answers."""
    found, n = compared.agreement, compared.answers
    if not n:
        return "No answers yet. After about ten you see whether the direction agrees with you."
    if not found.decided:
        return f"{count(n, 'answer')}, none of them decided: nothing to agree with yet."
    text = f"The direction agrees with {found.agreeing} of {count(found.decided, 'answer')}"
    text += f" ({100 * found.low:.0f}\u2013{100 * found.high:.0f} %)."
    if n > found.decided:
        text += f" {n - found.decided} more {'is' if n - found.decided == 1 else 'are'} “equal”."
    if found.opposed:
        text += " It seems to run the other way."
    elif n < _FEW:
        text += " A few more make it surer."
    return text


def graded(grades: Grades | None) -> str:
    """The grades from low to high, with the distances where one becomes the next."""
    if grades is None:
        return ""
    cuts = [f"  {signed(cut)}  " for cut in grades.cuts]
    return "".join(word for both in zip(grades.names, [*cuts, ""]) for word in both)


def why_nothing(document: Document) -> tuple[str, str]:
    """Say why there is no pair to ask about, and what to do."""
    session = document.session
    if session is None:
        opening = document.store is not None
        return (
            ("The folder is being opened.", "")
            if opening
            else ("No folder is open.", "Open one, and two of its pictures stand here side by side.")
        )
    if session.direction is None:
        return "There is no direction yet.", "The Directions page finds and imports them."
    compared = document.comparisons.compared()
    if compared is None or len(compared.images) < 2:
        if document.job.running:
            return "Not enough images are measured yet.", "The first two appear here as soon as they are."
        return "There is nothing to compare.", "It takes two images that have a place in the order."
    return "There is no other pair.", "A folder with more images has more of them."
