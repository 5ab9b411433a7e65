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
    import numpy as np

    from large_gui.core.calibrating.options import calibrated
    from large_gui.core.distance import judged_distances
    from large_gui.core.words import count
    from large_gui.errors import LargeError
    from large_gui.project.value import Value

    session, store = document.session, document.store
    if session is None or store is None:
        return ""
    try:
        labels = store.labels(name)
        value = store.values().get(name) or Value.unnamed(name)
        along, number = session.along(name), session.number
        usable = {
            number[path]: label.value
            for path, label in labels.items()
            if path in number and not label.excluded and value.low <= label.value <= value.high
            and along[number[path]] == along[number[path]] and not session.faceless[number[path]]
        }  # fmt: skip
        if len(usable) < _FEWEST:
            (direction,) = (d for d in session.directions if d.name == name)
            if not usable and (held_out := held_out_words(direction)):
                return f"Held-out images: {held_out}"
            given = count(len(usable), "label") if usable else "No labels"
            return f"{given} yet; {_FEWEST} labels show its error"
        (direction,) = (d for d in session.directions if d.name == name)
        judged = judged_distances(direction, [session.sha256[i] for i in usable], along[list(usable)])
        ranked = along[np.isfinite(along) & ~session.faceless]
        values = np.array(list(usable.values()))
        line = calibrated(judged, values, ranked, session.options, value.possible)
    except LargeError as error:
        return error.sentence
    if line.loo_mae != line.loo_mae:
        return f"The error is not known from {count(line.n, 'label')}"
    unit = f" {value.unit}" if value.unit else ""
    return f"Typical error {line.loo_mae:.3g}{unit} from {count(line.n, 'label')}"
