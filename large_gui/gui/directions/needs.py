"""What a finder needs of the open folder: whether it is there, in words, and the images it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.words import count
from large_gui.gui.document.document import Document

if TYPE_CHECKING:
    from large_gui.tasks.finding.find import Finder
    from large_gui.tasks.models import ModelCard
    from large_gui.tasks.session import Session


class State(NamedTuple):
    """What a finder would work with, in words, and whether that is enough."""

    words: str
    enough: bool


class Given(NamedTuple):
    """What a finder is given of the open folder.

    Attributes
    ----------
    sha256, said
        The images, and what was said of each.
    answers
        Numbers of two of these images each, and 1 where the first has more, 0 the second, 0.5 neither.
    """

    sha256: list[str]
    said: list[float]
    answers: Sequence[tuple[int, int, float]] = ()


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
    if Need.PAIRS in finder.needs:
        compared, given = len(_compared(document, session)), len(teachers(session))
        of = f" about {document.value.name}" if document.value.name else ""
        words.append(
            f"{count(compared, 'pair')} compared{of}." if compared or not given
            else f"No pairs are compared, so the order of {count(given, 'value')} is taken."
        )  # fmt: skip
        if (compared or given) < finder.fewest:
            words.append(f"It takes {finder.fewest}; the Pairs page asks which of two images has more.")
            enough = False
    if Need.SAMPLES in finder.needs:
        images = sum(map(bool, session.sha256))
        drawn = model.can_draw and len(finder.needs) > 1
        here = f"The codes of the {count(images, 'image')} here are taken as samples."
        words.append("Samples are drawn from the model's generator." if drawn else here)
        enough = enough and (drawn or images >= finder.fewest)
    if Need.WEIGHTS in finder.needs:
        words.append(model.why_no_pictures or "It looks at the weights of the model's generator.")
        enough = enough and model.can_draw
    if Need.TEXT in finder.needs:
        enough = enough and bool(text.strip())
    if Need.CLIP in finder.needs and not model.reads_text:
        words.append(_without_clip(model))
        enough = enough and model.can_draw
    return State(" ".join(words), enough)


def given(document: Document, finder: Finder, attribute: str) -> Given:
    """What a finder is given: images, and what was said of them or of pairs of them."""
    from large_gui.tasks.finding.find import Need
    from large_gui.tasks.labelling.learned import teachers

    session = document.session
    assert session is not None
    said: dict[int, float] = {}
    if Need.TAGS in finder.needs:
        tags = marks(document, attribute)
        said = {session.number[path]: float(has) for path, has in tags.items() if path in session.number}
    elif Need.PAIRS in finder.needs and (answers := _compared(document, session)):
        numbers = sorted({number for first, second, _ in answers for number in (first, second)})
        place = {number: i for i, number in enumerate(numbers)}
        pairs = [(place[first], place[second], won) for first, second, won in answers]
        return Given([session.sha256[number] for number in numbers], [], pairs)
    elif finder.needs & {Need.VALUES, Need.PAIRS}:
        labelled = teachers(session)
        said = dict(zip(map(int, labelled), map(float, session.label_values(labelled))))
    elif Need.SAMPLES in finder.needs:
        return Given([sha for sha in session.sha256 if sha], [])
    return Given([session.sha256[i] for i in said], list(said.values()))


def _compared(document: Document, session: Session) -> list[tuple[int, int, float]]:
    """The answers about the value in hand whose images were measured, by their numbers."""
    from large_gui.core.comparing.compared import WON

    number, measured = session.number, session.sha256
    return [
        (number[first], number[second], WON[answer])
        for first, second, answer in document.comparisons.known
        if first in number and second in number
        and first != second and measured[number[first]] and measured[number[second]]
    ]  # fmt: skip


def _without_clip(model: ModelCard) -> str:
    if model.can_draw:
        return "The styles of the model's generator are searched. Name a CLIP model in the options."
    return f"This model reads no texts. {model.why_no_pictures}"
