"""The details of one direction, with its pictures and the share of every layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from large_gui.gui.directions.kinds import held_out_words
from large_gui.gui.directions.picker import spoken
from large_gui.gui.document.job import Job
from large_gui.gui.document.job_bar import JobBar
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, plain

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.models import ModelCard

_WEIGHING = (
    "Find out on which layers of the generator the direction acts; takes half a minute on a CPU.\n"
    "Distances are measured anew, and Undo takes that back."
)
_CLEARING = (
    "Make a direction along which another one stays as it is, such as age without glasses.\n"
    "This one is kept too, and Undo takes the new one back."
)

_KEEPING = "Offer this direction in every folder that the same model measures"
_STOPPING = "Offer it in other folders no more; this folder keeps it"


class Details(QWidget):
    """Shows one direction, with what can be done with it.

    Parameters
    ----------
    weighing
        The job that measures layer importance.
    """

    def __init__(self, weighing: Job) -> None:
        super().__init__()
        self.title = named(Label(), "Direction shown")
        self.title.setObjectName("heading")
        self.title.setWordWrap(True)
        self.facts: dict[str, QLabel] = {}
        self._titles: dict[str, QLabel] = {}
        self._all = QWidget()  # hidden where there is nothing to say
        form = QGridLayout(self._all)  # a form does not give wrapped lines the height that they take
        form.setContentsMargins(0, 0, 0, 0)
        form.setHorizontalSpacing(2 * SPACE)
        form.setVerticalSpacing(SPACE // 2)
        form.setColumnStretch(1, 1)
        for row, name in enumerate(("Ends", "Space", "Distance 0", "Found by", "Held out")):
            label = named(Label(wordWrap=True), name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.facts[name] = label
            self._titles[name] = _muted(name)
            form.addWidget(self._titles[name], row, 0)
            form.addWidget(label, row, 1)
        self._layers = named(LayerBars(), "Layer importance")
        self._layers_word = _muted("Layers")
        form.addWidget(self._layers_word, len(self.facts), 0)
        form.addWidget(self._layers, len(self.facts), 1)
        self.remove = named(QPushButton("Remove"), "Remove direction")
        self.remove.setIcon(icon("trash-2"))
        buttons = QHBoxLayout()
        self.weigh = named(QPushButton("Measure layers"), "Measure layer importance")
        self.weigh.setIcon(icon("layers"))
        self.rename = named(QPushButton("Rename…"), "Rename direction")
        self.rename.setIcon(icon("pencil"))
        self.rename.setShortcut("F2")
        self.rename.setToolTip("Give it a name and words for its ends (F2)")
        self.keep = named(QPushButton(), "Keep direction for every folder")
        self.keep.setIcon(icon("folder-open"))
        for button in (self.rename, self.weigh, self.remove):
            buttons.addWidget(button)
        buttons.addStretch()
        self.clear = named(QPushButton("Remove what it shares with…"), "Remove what it shares with another")
        self.clear.setIcon(icon("filter"))
        self.clear.setToolTip(plain(_CLEARING))
        second = QHBoxLayout()
        second.addWidget(self.keep)
        second.addWidget(self.clear)
        second.addStretch()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addWidget(self.title)
        box.addWidget(self._all)
        box.addLayout(buttons)
        box.addLayout(second)
        box.addWidget(JobBar(weighing, "measuring layers", self.weigh))

    def show_direction(self, direction: Direction | None, *, own: bool, kept: bool, layers: int = 0) -> None:
        """Show a direction.

        Parameters
        ----------
        own
            Whether it is one of the folder's own, which can be removed and kept for every folder.
        kept
            Whether it is kept for every folder just as it is.
        layers
            How many rows the codes of the model have; of one there are no layers to speak of.
        """
        self._all.setVisible(direction is not None)
        for button in (self.rename, self.remove):
            button.setVisible(direction is not None and own)
        self.keep.setVisible(direction is not None and (own or kept))
        self.keep.setText("Stop keeping" if kept else "Keep for every folder")
        self.keep.setToolTip(plain(_STOPPING if kept else _KEEPING))
        if direction is None:
            self.title.setText("Open a folder to see its directions.")
            return
        self.title.setText(spoken(direction.name))
        less, more = direction.ends
        self.facts["Ends"].setText(f"{less} → {more}")
        rows = len(direction.normal) if direction.normal.ndim == 2 else 0
        self.facts["Space"].setText(
            f"S: {len(direction.layer_sizes)} layers of different widths"
            if direction.layer_sizes
            else f"one normal of {direction.normal.size:,} numbers"
            if layers == 1
            else f"W+: a normal for each of {rows} layers"
            if rows
            else "W: one normal for all layers"
        )
        where = f"(intercept {direction.intercept:.3f})"
        self.facts["Distance 0"].setText(
            f"{direction.intercept_means} {where}" if direction.intercept_means
            else f"means nothing by itself; only differences count {where}"
        )  # fmt: skip
        self.facts["Found by"].setText(direction.provenance or "unknown")
        held_out = held_out_words(direction)
        self.facts["Held out"].setText(held_out)
        for part in (self.facts["Held out"], self._titles["Held out"]):
            part.setVisible(bool(held_out))
        for widget in (self._layers_word, self._layers):
            widget.setVisible(layers != 1)
        importance = direction.layer_importance
        self._layers.set_shares([] if importance is None else [float(share) for share in importance])

    def allow_weighing(
        self, direction: Direction | None, model: ModelCard | None, *, own: bool, running: bool
    ) -> None:
        """Offer to measure layer importance where that can be kept, and say why it can't be measured.

        The directions of a model stay as they are; of one that has no importance a copy can be weighed.
        """
        if direction is None or model is None:
            self.weigh.hide()
            return
        self.weigh.setVisible(model.generates and (own or direction.layer_importance is None))
        why = (
            f"{model.why_no_pictures} Layer importance is measured by pictures." if not model.can_draw else ""
        )
        if not why and direction.record.held_out:
            why = "It was learned with all layers alike; weighed, its error would no longer be known."
        self.weigh.setEnabled(not why and not running)
        self.weigh.setToolTip(plain(why or _WEIGHING))


class LayerBars(QWidget):
    """Bars of the share of every layer, coarse layers first, or a sentence if all count alike."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: list[float] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_shares(self, shares: Sequence[float]) -> None:
        """Show the shares of the layers."""
        self._shares = list(shares)
        text = "All layers count alike."
        if shares:
            most = max(range(len(shares)), key=shares.__getitem__)
            text = f"Layer {most + 1} of {len(shares)} counts most: {_percent(shares[most])}."
        self.setAccessibleDescription(text)
        self.setToolTip(
            plain("\n".join(f"Layer {i}: {_percent(share)}" for i, share in enumerate(shares, 1)))
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Return the room that the bars and a line of words below them take."""
        line = self.fontMetrics().height() + 4
        return QSize(22 * len(self._shares) or 200, line + 48 if self._shares else line)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Draw the bars and the words."""
        painter, line = QPainter(self), self.fontMetrics().height() + 4
        below = QRectF(0, self.height() - line, self.width(), line)
        if not self._shares:
            painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self.accessibleDescription())
            return
        step = min(22.0, self.width() / len(self._shares))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().highlight())
        for i, share in enumerate(self._shares):
            height = (self.height() - line) * share / max(self._shares)
            painter.drawRect(QRectF(i * step + 1, self.height() - line - height, step - 4, height))
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        words = f"1 is coarse, {len(self._shares)} fine. {self.accessibleDescription()}"
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, words)


def _percent(share: float) -> str:
    return f"{100 * share:.1f}\N{NO-BREAK SPACE}%"


def _muted(words: str) -> Label:
    label = Label(words)
    label.setObjectName("muted")
    label.setAlignment(Qt.AlignmentFlag.AlignTop)
    return label
