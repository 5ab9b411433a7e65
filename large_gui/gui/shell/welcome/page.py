"""The welcome page, which says what this is in one picture and lists what was open before."""

from __future__ import annotations

from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.shell.welcome.story import Story, read_faces
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from large_gui.gui.shell.welcome.recents import Recents

_WIDEST, _LIST = 760, 380  # pixels


class Welcome(QScrollArea):
    """The page that is shown while nothing is open.

    Parameters
    ----------
    samples
        The folder of sample images, some of which make the picture.

    Signals
    -------
    open_wanted, samples_wanted
        The button was clicked that opens a folder, or the samples.
    recent_wanted
        A folder or project of the list was chosen; carries its path.
    """

    open_wanted = Signal()
    samples_wanted = Signal()
    recent_wanted = Signal(Path)

    def __init__(self, document: Document, samples: Path) -> None:
        super().__init__()
        self._document, self._samples = document, samples
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._story = Story()
        self._story.faces_wanted.connect(
            lambda: document.background.run(partial(read_faces, samples), self._story.show_faces)
        )
        inside, self._beside = QWidget(), QWidget()
        row = QHBoxLayout(inside)
        row.setContentsMargins(3 * SPACE, 3 * SPACE, 3 * SPACE, 3 * SPACE)
        row.setSpacing(3 * SPACE)
        row.addStretch(1)
        row.addWidget(self._target(), 8)
        row.addWidget(self._beside, 4)
        row.addStretch(1)
        self.setWidget(inside)

    def _target(self) -> QWidget:
        """Where files are dropped, with the picture; the whole window takes them just as well."""
        frame = QFrame()
        frame.setObjectName("droptarget")
        frame.setMaximumSize(_WIDEST, 620)
        title = Label("Drop a folder of images here", wordWrap=True)
        title.setObjectName("title")
        text = Label(
            "Faces are sorted by age, pose, smile and more, by what a generative model knows of them; "
            "leaves, cells or fabrics by what differs between them. "
            "Give a few images their values, and all the others get theirs, with intervals.",
            wordWrap=True,
        )
        private = Label("Images stay on this computer.")
        private.setObjectName("muted")
        for label in (title, text, private):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        opening = self._opening = named(QPushButton("Open a folder…"), "Open a folder")
        opening.setObjectName("primary")
        opening.clicked.connect(self.open_wanted)
        samples = named(QPushButton("Try the samples"), "Try the samples")
        samples.clicked.connect(self.samples_wanted)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE)
        buttons.addStretch()
        for button in (opening, samples):
            button.setMinimumHeight(34)
            buttons.addWidget(button)
        buttons.addStretch()
        box = QVBoxLayout(frame)
        box.setContentsMargins(4 * SPACE, 3 * SPACE, 4 * SPACE, 2 * SPACE)
        box.addStretch(1)
        box.addWidget(self._story)
        box.addSpacing(SPACE)
        box.addWidget(title)
        box.addSpacing(SPACE)
        box.addWidget(text)
        box.addSpacing(2 * SPACE)
        box.addLayout(buttons)
        box.addStretch(1)
        box.addWidget(private)
        return frame

    @cached_property
    def _recents(self) -> Recents:
        """The list at the right, made once there is something to list."""
        from large_gui.gui.shell.welcome.recents import Recents

        recents, beside = named(Recents(self._document.background), "Opened before"), self._beside
        recents.chosen.connect(self.recent_wanted)
        beside.setMaximumSize(_LIST, 620)
        heading = Label("Opened before")
        heading.setObjectName("heading")
        box = QVBoxLayout(beside)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(SPACE)
        box.addWidget(heading)
        box.addWidget(recents, 1)
        return recents

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's name
        """Read the list again, as it may have changed."""
        super().showEvent(event)
        self.refresh()
        self._opening.setFocus()  # where a person begins

    def refresh(self) -> None:
        """Read the list of what was open before."""
        from large_gui.project.recent import opened_before

        opened = opened_before(self._document.home)
        if opened or "_recents" in vars(self):
            self._recents.show_opened(opened)
        self._beside.setVisible(bool(opened))
