"""What a finder needs of the open folder: whether it is there, in words, and the images it is given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.words import count
from large_gui.gui.document.document import Document

if TYPE_CHECKING:
    from large_gui.tasks.finding.find import Finder
    from large_gui.tasks.models import ModelCard


class State(NamedTuple):
    """What a finder would work with, in words, and whether that is enough."""

    words: str
    enough: bool


def marked(document: Document, attribute: str) -> tuple[int, int]:
    """How many images are marked as having something, and as not having it."""
    tags = marks(document, attribute)
    has = sum(tags.values())
    return has, len(tags) - has


def marks(document: Document, attribute: str) -> Mapping[str, bool]:
    """The marks of an attribute by path, also if they were made under a name that only looks different."""
    from large_gui.tasks.imports.directions import clean

    if attribute in document.tags or not attribute:
        return document.tags.get(attribute, {})
    return next((tags for name, tags in document.tags.items() if clean(name) == attribute), {})


def state(document: Document, finder: Finder, attribute: str, text: str) -> State:
    """Say what a finder would work with, and whether that is enough.

    The words leave out how many images are marked, because the box shows that beside the name.
    """
    from large_gui.tasks.finding.find import Need
    from large_gui.tasks.labelling.learned import teachers

    session, model = document.session, document.model
    if session is None or model is None:
        return State("", False)
    words, enough = [], True
    if Need.TAGS in finder.needs:
        enough = bool(attribute) and min(marked(document, attribute)) >= finder.fewest
    if Need.VALUES in finder.needs:
        given = len(teachers(session))
        lacking = f"; it takes {finder.fewest}" if given < finder.fewest else ""
        of = f" of {document.value.name}" if document.value.name else ""
        words.append(f"{count(given, 'image')} with a value{of}{lacking}.")
        enough = enough and not lacking
    if Need.SAMPLES in finder.needs:
        images = sum(map(bool, session.sha256))
        words.append(_samples(model, images))
        enough = enough and (model.can_draw or images >= finder.fewest)
    if Need.WEIGHTS in finder.needs:
        words.append(model.why_no_pictures or "It looks at the weights of the model's generator.")
        enough = enough and model.can_draw
    if Need.TEXT in finder.needs:
        enough = enough and bool(text.strip())
    if Need.CLIP in finder.needs and not model.reads_text:
        words.append(_without_clip(model))
        enough = enough and model.can_draw
    return State(" ".join(words), enough)


def images(document: Document, finder: Finder, attribute: str) -> tuple[list[str], list[float]]:
    """SHA-256 of the images that a finder is given, and what was said of each."""
    from large_gui.tasks.finding.find import Need
    from large_gui.tasks.labelling.learned import teachers

    session, model = document.session, document.model
    assert session is not None and model is not None
    said: dict[int, float] = {}
    if Need.TAGS in finder.needs:
        tags = marks(document, attribute)
        said = {session.number[path]: float(has) for path, has in tags.items() if path in session.number}
    elif Need.VALUES in finder.needs:
        numbers = teachers(session)
        said = dict(zip(map(int, numbers), map(float, session.label_values(numbers))))
    elif Need.SAMPLES in finder.needs and not model.can_draw:
        return [sha for sha in session.sha256 if sha], []
    return [session.sha256[i] for i in said], list(said.values())


def _without_clip(model: ModelCard) -> str:
    if model.can_draw:
        return "The styles of the model's generator are searched. Name a CLIP model in the options."
    return f"This model reads no texts. {model.why_no_pictures}"


def _samples(model: ModelCard, images: int) -> str:
    if model.can_draw:
        return "Samples are drawn from the model's generator."
    return f"{model.why_no_pictures} The codes of the {count(images, 'image')} here are taken as samples."
