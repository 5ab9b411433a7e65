"""Tell where a direction comes from, in the words under which the directions page lists it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from large_gui.core.direction import FROM_FILE

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.gui.document.document import Document

BUILT_IN, KEPT, FROM_TAGS, FOUND, IMPORTED = "Built-in", "Kept", "From tags", "Found", "Imported"
_FEWEST = 3  # labels from which an error is known
KINDS = (BUILT_IN, KEPT, FROM_TAGS, FOUND, IMPORTED)  # in the order in which they are listed


def kind(direction: Direction, document: Document) -> str:
    """Return where a direction comes from, which is one of `KINDS`."""
    from large_gui.tasks.finding.find import FINDERS, Need

    if direction.name not in document.own:
        return BUILT_IN if document.origin(direction) is not None else KEPT
    if direction.found_by == FROM_FILE:
        return IMPORTED
    finder = FINDERS.get(direction.found_by)
    return FROM_TAGS if finder is not None and Need.TAGS in finder.needs else FOUND


def origin_words(direction: Direction, document: Document) -> str:
    """Say in one short sentence where a direction comes from, or what 0 means if it came with the model."""
    from large_gui.gui.directions.needs import marked
    from large_gui.tasks.finding.find import FINDERS

    origin = kind(direction, document)
    if origin == BUILT_IN:
        means = direction.intercept_means
        return f"0 means: {means}" if means else "Came with the model"
    if origin == FROM_TAGS:
        has, without = marked(document, direction.name)
        return f"From your tags: {has:,} with it, {without:,} without"
    if origin == KEPT:
        return f"Kept for every folder: {direction.provenance or 'nothing says where it is from'}"
    if direction.provenance:
        return f"{direction.provenance[:1].upper()}{direction.provenance[1:]}"
    finder = FINDERS.get(direction.found_by)
    return f"Found by {finder.title.lower()}" if finder is not None else "Nothing says where it is from"


def held_out_words(direction: Direction) -> str:
    """What the record says of images that were held out when the direction was found; empty for nothing."""
    told = [f"{name} {value:.3g}" for name, value in direction.record.figures.items() if value == value]
    return ", ".join(told)


def error_words(document: Document, name: str) -> str:
    """Say how far predictions along a direction are from the labels here, as far as that is known."""
    from large_gui.core.words import count
    from large_gui.errors import LargeError
    from large_gui.tasks.labelling.answer import judged_along

    session, store = document.session, document.store
    if session is None or store is None:
        return ""
    try:
        along = judged_along(session, name, store.labels(name), store.values().get(name))
    except LargeError as error:
        return error.sentence
    n, line = len(along.calibration_points()), along.calibration
    if n < _FEWEST:
        if not n and along.direction is not None and (held_out := held_out_words(along.direction)):
            return f"Held-out images: {held_out}"
        given = count(n, "label") if n else "No labels"
        return f"{given} yet; {_FEWEST} labels show its error"
    if line is None:
        return along.why_no_line
    if line.loo_mae != line.loo_mae:
        return f"The error is not known from {count(n, 'label')}"
    unit = f" {along.value.unit}" if along.value.unit else ""
    return f"Typical error {line.loo_mae:.3g}{unit} from {count(n, 'label')}"
