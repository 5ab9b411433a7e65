"""The choice of a path: in which model, along which direction or between which images."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from large_gui.errors import LargeError
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label
from large_gui.gui.widgets.still import StillComboBox

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.linearity.plan import Judges, Labelled, PathPlan
    from large_gui.tasks.models import ModelCard

_RANDOM, _HAND, _PAIR = "random", "hand", "pair"
_ENDS = (2.0, 98.0)  # percentiles of the folder's distances between which an edit goes


class Asked(NamedTuple):
    """What is asked of the worker."""

    model: str
    plan: PathPlan
    judges: Judges


class PathChoice(QWidget):
    """Three lists in a row: the model, what the path follows, and where it starts.

    Attributes
    ----------
    lacking
        The open folder's model, if it would draw pictures but its generator is not on this machine.

    Signals
    -------
    changed
        A person chose something else.
    """

    changed = Signal()

    def __init__(self, document: Document) -> None:
        super().__init__()
        self._document = document
        self._cards: dict[str, ModelCard] = {}
        self.lacking = ""
        self.model = named(StillComboBox(), "Model whose space is walked in")
        self.what = named(StillComboBox(), "What the path follows")
        self.start = named(StillComboBox(), "Where the path starts")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        for words, box in (("&Model", self.model), ("&Path", self.what), ("&from", self.start)):
            label = Label(words)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(260)
        row.addStretch()
        self.model.activated.connect(lambda _: self._chosen())
        self.what.activated.connect(lambda _: self._chosen())
        self.start.activated.connect(lambda _: self.changed.emit())

    @property
    def card(self) -> ModelCard | None:
        """The model that is chosen; ``None`` while none of this machine draws pictures."""
        return self._cards.get(str(self.model.currentData() or ""))

    @property
    def direction(self) -> Direction | None:
        """The direction that the path goes along; ``None`` for a path between two images."""
        session, name = self._document.session, self.what.currentData()
        chosen = session.direction if session is not None and self._own() else None
        if chosen is not None and chosen.name == name:
            return chosen  # turned round as it is shown
        return next((one for one in self._directions() if one.name == name), None)

    def look(self) -> None:
        """Look again at which models draw pictures, and offer what is there."""
        from large_gui.tasks.models import model_card, model_names

        own = self._document.model
        first = own.name if own is not None else ""
        cards = []
        for name in model_names():
            with suppress(LargeError):  # the Models page says what is wrong with it
                cards.append(model_card(name))
        cards.sort(key=lambda card: (card.name != first, not card.imported))  # a person's own come first
        self._cards = {card.name: card for card in cards if card.can_draw}
        lacking = (card.name for card in cards if card.name == first and card.generates and not card.can_draw)
        before, self.lacking = self.lacking, next(lacking, "")
        _offer(self.model, [(name, name) for name in self._cards])
        if before in self._cards:  # its generator has come: the folder's own model is what was waited for
            self.model.setCurrentIndex(self.model.findData(before))
        self.offer()

    def offer(self) -> None:
        """Offer the directions of the model, and the images that a path can start from."""
        first = self.what.count() == 0
        paths = [(f"along {one.name}", one.name) for one in self._directions()]
        _offer(self.what, [*paths, ("between two images", "")])
        if first:
            self.follow()
        self._offer_starts()

    def follow(self) -> None:
        """Choose the direction that the folder is sorted by, if it is one of the model's."""
        session = self._document.session
        if self._own() and session is not None and session.direction is not None:
            self.what.setCurrentIndex(max(self.what.findData(session.direction.name), 0))

    def _offer_starts(self) -> None:
        selected, session = self._selected(), self._document.session
        if self.direction is not None:
            starts = [("a random image", _RANDOM)]
            if selected and session is not None:
                name = session.paths[selected[0]].rpartition("/")[2]
                starts.append((f"{name[:24]} (in hand)", _HAND))
        else:
            starts = [("two random images", _RANDOM)]
            if len(selected) == 2:
                starts.append(("the two selected images", _PAIR))
        _offer(self.start, starts)

    def _chosen(self) -> None:
        self.offer()
        self.changed.emit()

    def _own(self) -> bool:
        """Whether the chosen model is that of the open folder."""
        card, own = self.card, self._document.model
        return card is not None and own is not None and card.key == own.key

    def _directions(self) -> list[Direction]:
        session, card = self._document.session, self.card
        if card is None:
            return []
        return session.directions if self._own() and session is not None else [*card.directions.values()]

    def _selected(self) -> list[int]:
        """Numbers of the images in hand that the chosen model has codes of."""
        session = self._document.session
        if session is None or not self._own():
            return []
        return [i for i in map(int, self._document.in_hand()) if session.sha256[i]]

    def asked(self, seed: int) -> Asked | None:
        """What a person has chosen; ``None`` while there is no model."""
        from large_gui.tasks.linearity.plan import PathPlan

        card, direction = self.card, self.direction
        if card is None:
            return None
        session, selected, start = self._document.session, self._selected(), self.start.currentData()
        first = last = ""
        if session is not None and start == _HAND and selected:
            first = session.sha256[selected[0]]
        elif session is not None and start == _PAIR and len(selected) == 2:
            first, last = (session.sha256[i] for i in selected)
        plan = PathPlan(direction, first, last, self._ends(direction), seed)
        return Asked(card.name, plan, self._judges(card, direction))

    def _ends(self, direction: Direction | None) -> tuple[float, float] | None:
        """Distances between which the folder's images lie along the direction that it is sorted by."""
        import numpy as np

        session = self._document.session
        if direction is None or session is None or session.direction is not direction:
            return None
        along = session.distances[session.ranked]
        if len(along) < 2:
            return None
        low, high = (float(end) for end in np.percentile(along, _ENDS))
        return (low, high) if high > low else None

    def _judges(self, card: ModelCard, direction: Direction | None) -> Judges:
        from large_gui.tasks.linearity.plan import Judges, Told

        session, told = self._document.session, None
        chosen = session.direction if session is not None and self._own() else None
        followed = direction if direction is not None else chosen
        if card.measures and followed is not None and session is not None and followed is chosen:
            value = session.value
            told = Told(followed, session.calibration, value.name, value.unit)
        elif card.measures and followed is not None:
            told = Told(followed)
        return Judges(self.labelled(), () if told is None else (told,))

    def labelled(self) -> Labelled | None:
        """The labels of the value in hand, if there are enough to learn a scorer from."""
        from large_gui.tasks.linearity.plan import FEWEST, Labelled

        session = self._document.session
        if session is None:
            return None
        values = {
            session.paths[i]: label.value for i, label in sorted(session.labels.items())
            if not label.excluded and session.value.holds(label.value) and session.sha256[i]
        }  # fmt: skip
        if len(values) < FEWEST or len(set(values.values())) < 2:
            return None
        return Labelled(session.folder, values, session.value.name or "value", session.value.unit)


def _offer(box: QComboBox, entries: list[tuple[str, str]]) -> None:
    """Put entries into a list, and keep what was chosen if it is still there."""
    kept = box.currentData()
    if [(box.itemText(i), box.itemData(i)) for i in range(box.count())] == entries:
        return
    box.clear()
    for words, data in entries:
        box.addItem(words, data)
    box.setCurrentIndex(max(box.findData(kept), 0) if entries else -1)
