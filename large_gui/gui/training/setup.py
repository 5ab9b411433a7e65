"""The first step of a training: which images, how they are prepared, and every setting that there is."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.core.choices import Crop
from large_gui.core.options import checked
from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.gui.look.icons import icon
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.entry import Entry
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.options_form import OptionsForm
from large_gui.gui.widgets.plain import Label, plain
from large_gui.gui.widgets.still import StillComboBox, StillSpinBox

if TYPE_CHECKING:
    from large_gui.tasks.training.gan import GanRequest
    from large_gui.tasks.training.run_file import GanTraining, HsrOptions

_ABOVE = ("size", "mirror", "thousands")  # settings that have their controls above all others
_SECOND = "path_weight"  # the first setting of the second column
_MOST_THOUSANDS = 1_000_000
_USUAL, _TINY = 64, 32  # pixels a side: the first proposal, and the largest that is only for a try
_PRESETS = {"small": "Small: for processors and small GPUs", "paper": "As in the paper: for large GPUs"}
_CROPS = {
    Crop.SQUARE: "The centred square",
    Crop.PADDED: "The whole image, padded to a square",
    Crop.FACES: "Round the largest face",
}
_NAME = re.compile(r"[^a-z0-9]+")
_LONGEST, _WIDEST = 40, 320  # characters of a proposed name; pixels


class SetupBox(QFrame):
    """The form of a new training.

    Signals
    -------
    changed
        Something is set otherwise.
    """

    changed = Signal()

    def __init__(self) -> None:
        from large_gui.tasks.training.run_file import SIZES, GanTraining, HsrOptions

        super().__init__()
        self.setObjectName("card")
        self.setAccessibleName("Your images")
        self._proposed = ""
        self.folder = named(
            Entry(placeholderText="drop a folder here, or browse for one"), "Folder of images"
        )
        self.browse = named(QPushButton(icon("folder-open"), "&Browse…"), "Browse for the images")
        self.name = named(Entry(placeholderText="a name for the model"), "Name of the training")
        self.side, self.preset, self.crop = (StillComboBox() for _ in range(3))
        for box, words in (
            (self.side, "Size of the pictures"), (self.preset, "Preset"), (self.crop, "Crop"),
        ):  # fmt: skip
            named(box, words)
        for side in SIZES:
            words = " (only to try it out)" if side <= _TINY else ""
            self.side.addItem(f"{side} × {side} pixels{words}", side)
        self.side.setCurrentIndex(self.side.findData(_USUAL))
        for key, words in _PRESETS.items():
            self.preset.addItem(words, key)
        for crop, words in _CROPS.items():
            self.crop.addItem(words, crop)
        self.mirror = named(QCheckBox("&Mirror"), "Mirror")
        self.mirror.setToolTip(
            "Show every image mirrored as well. Not for things that have a left and a right."
        )
        self.mirror.setChecked(GanTraining().mirror)
        self.hsr = named(QCheckBox("&HSR: make the latent space more linear"), "HSR")
        self.hsr.setToolTip(
            "Hierarchical Semantic Regularizer: directions then measure better. It takes more time a step."
        )
        self.more = named(QToolButton(), "More settings")
        self.more.setText("More settings")
        self.more.setIcon(icon("sliders-horizontal"))
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.more.setCheckable(True)
        names = [one.name for one in fields(GanTraining) if one.name not in _ABOVE]
        half = names.index(_SECOND)
        self._gan = [
            OptionsForm(GanTraining, without=[*_ABOVE, *others]) for others in (names[half:], names[:half])
        ]
        self._hsr = OptionsForm(HsrOptions)
        self.thousands = named(StillSpinBox(), "Thousands of images to show in all")
        self.thousands.setRange(1, _MOST_THOUSANDS)
        self._shown = self._of_preset()  # what the settings have when nobody changed them
        self._show(self._shown)
        self._lay_out()
        self._connect()
        self._refresh()

    def _lay_out(self) -> None:
        title = Label("1   Your images")
        title.setObjectName("heading")
        about = Label("At least 500 photographs of the same kind of thing; several thousand are better.")
        about.setObjectName("muted")
        form = QFormLayout()
        form.setHorizontalSpacing(2 * SPACE)
        form.setVerticalSpacing(SPACE)
        where, kind, checks, long = (QHBoxLayout() for _ in range(4))
        long.addWidget(self.thousands)
        long.addWidget(Label("thousand images are shown in all; each of yours again and again"), 1)
        for line in (where, kind, long):
            line.setSpacing(SPACE)
        where.addWidget(self.folder, 1)
        where.addWidget(self.browse)
        for box in (self.side, self.preset):
            kind.addWidget(box)
        kind.addStretch()
        for check in (self.mirror, self.hsr):
            checks.addWidget(check)
            checks.addSpacing(2 * SPACE)
        checks.addStretch()
        checks.addWidget(self.more)
        for widget in (self.name, self.crop):
            widget.setMaximumWidth(_WIDEST)
        rows: list[tuple[str, QWidget, QWidget | QHBoxLayout]] = [
            ("F&older", self.folder, where), ("&Name", self.name, self.name), ("&Size", self.side, kind),
            ("&Crop", self.crop, self.crop), ("&Length", self.thousands, long),
        ]  # fmt: skip
        for words, buddy, row in rows:
            label = Label(words)
            label.setBuddy(buddy)
            form.addRow(label, row)
        form.addRow("", checks)
        self._further = QWidget()
        further = QHBoxLayout(self._further)
        further.setContentsMargins(0, SPACE, 0, 0)
        further.setSpacing(4 * SPACE)
        for options in (*self._gan, self._hsr):
            further.addWidget(options, 0, Qt.AlignmentFlag.AlignTop)
        further.addStretch()
        below = QVBoxLayout(self)
        below.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        below.setSpacing(SPACE)
        for part in (title, about):
            below.addWidget(part)
        below.addLayout(form)
        below.addWidget(self._further)

    def _connect(self) -> None:
        self.browse.clicked.connect(self._ask)
        self.folder.textChanged.connect(self._propose_name)
        self.more.toggled.connect(self._refresh)
        self.hsr.toggled.connect(self._refresh)
        for box in (self.side, self.preset):
            box.activated.connect(lambda _: self._take_preset())
        for entry in (self.folder, self.name):
            entry.textChanged.connect(self.changed)
        for box in (self.side, self.preset, self.crop):
            box.activated.connect(self.changed)
        for check in (self.mirror, self.hsr):
            check.toggled.connect(self.changed)
        self.thousands.valueChanged.connect(self.changed)
        for form in (*self._gan, self._hsr):
            form.changed.connect(self.changed)

    def propose(self, folder: Path) -> None:
        """Propose a folder, and a name after it."""
        self.folder.setText(str(folder))

    def asked(self, device: str) -> GanRequest:
        """The training that is wanted.

        Raises
        ------
        InputError
            When something is missing or not possible.
        """
        from large_gui.tasks.training.gan import GanRequest
        from large_gui.tasks.training.run_file import Settings

        text = self.folder.text().strip()
        if not text:
            raise InputError("No folder is chosen.", hint="Drop a folder of photographs, or browse for one.")
        folder = Path(text).expanduser()
        if not folder.is_dir():
            raise InputError(f"There is no folder {printable(text)}.", hint="Browse for it.")
        side, name = int(self.side.currentData()), self.name.text().strip()
        if not name:
            raise InputError("It has no name yet.", hint="The model will have this name too.")
        gan = checked(replace(self._gan_options(), size=side, mirror=self.mirror.isChecked()))
        hsr: HsrOptions | None = self._hsr.options() if self.hsr.isChecked() else None
        crop = Crop(self.crop.currentData())
        return GanRequest(name, folder.absolute(), Settings(gan, hsr), crop, device=device)

    def _of_preset(self) -> GanTraining:
        from large_gui.tasks.training.run_file import preset

        return preset(self.preset.currentData(), int(self.side.currentData()))

    def _take_preset(self) -> None:
        """Show what the size and the preset propose, but leave what the person has set."""
        before, after = self._shown, self._of_preset()
        self._shown = after
        try:
            now = self._gan_options()
        except InputError:  # a number is being typed; it is told with the plan
            return
        own = {
            one.name: getattr(now, one.name) for one in fields(now)
            if one.name not in ("size", "mirror") and getattr(now, one.name) != getattr(before, one.name)
        }  # fmt: skip
        self._show(replace(after, **own))

    def _gan_options(self) -> GanTraining:
        """What is set, size and mirror left out."""
        from large_gui.tasks.training.run_file import GanTraining

        values = {name: value for form in self._gan for name, value in form.values().items()}
        return GanTraining(thousands=self.thousands.value(), **values)

    def _show(self, gan: GanTraining) -> None:
        self.thousands.setValue(gan.thousands)
        for form in self._gan:
            form.show_options(gan)

    def _propose_name(self, text: str) -> None:
        """Name the training after its folder, unless the person has named it."""
        if self.name.text() == self._proposed:
            self._proposed = _NAME.sub("-", Path(text.strip()).name.lower()).strip("-")[:_LONGEST]
            self.name.setText(self._proposed)
        self.folder.setToolTip(plain(text))

    def _refresh(self) -> None:
        self._further.setVisible(self.more.isChecked())
        self._hsr.setVisible(self.hsr.isChecked())

    def _ask(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Images to train on", self.folder.text())
        if chosen:
            self.folder.setText(chosen)
