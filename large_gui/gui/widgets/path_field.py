"""Ask where to write: in a dialog, or in a field with a Browse button and a remark on the path."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import (
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from large_gui.errors import InputError
from large_gui.gui.widgets.named import named
from large_gui.gui.widgets.plain import Label, confirm, plain

_ENDING = r"\*(\.\w+)"


def ask_where(parent: QWidget, title: str, proposed: Path, kinds: Sequence[str]) -> Path | None:
    """Ask for a file to write, which is replaced if it is there: the person was asked then.

    Parameters
    ----------
    kinds
        Kinds of files with their endings, such as ``Tables (*.csv *.tsv)``. A name with none of these endings
        gets the first of the kind that is chosen.

    Returns
    -------
    The file, or ``None`` if the person thought better of it.
    """
    chosen, kind = QFileDialog.getSaveFileName(parent, title, str(proposed), ";;".join(kinds))
    if not chosen:
        return None
    path = Path(chosen)
    if path.suffix.lower() in re.findall(_ENDING, " ".join(kinds)):
        return path
    path = path.with_name(path.name + re.findall(_ENDING, kind or kinds[0])[0])
    return path if not path.exists() or may_replace(parent, title, path) else None


def may_replace(parent: QWidget, title: str, path: Path) -> bool:
    """Ask whether a file that is there may be replaced."""
    return confirm(parent, title, f"{path} is there already. Replace it?")


class PathField(QWidget):
    """A field of a form in which a person types or browses for a path to write.

    Parameters
    ----------
    what
        The accessible name of the line, such as ``Table file``.
    endings
        The endings that a file may have. A name with none of them gets the first. It is empty for a folder.
    remark
        Says in a few words what a person should know about a path, or nothing.
    """

    def __init__(self, what: str, endings: tuple[str, ...], remark: Callable[[Path], str]) -> None:
        super().__init__()
        self.endings = endings
        self._what, self._remark, self._base = what, remark, Path()
        self.agreed: Path | None = None  # may be replaced: written by the last export, or chosen in Browse
        self.line = named(QLineEdit(), what)
        self.browse = named(QPushButton("&Browse…", autoDefault=False), f"Browse for {what.lower()}")
        self.remark = named(Label(wordWrap=True), f"{what} remark")
        self.line.textChanged.connect(self._edited)
        self.browse.clicked.connect(self._ask)
        self.setFocusProxy(self.line)
        row, box = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(row)
        box.addWidget(self.remark)

    def add_to(self, form: QFormLayout, words: str) -> None:
        """Add the field to a form."""
        label = Label(words)
        label.setBuddy(self.line)
        form.addRow(label, self)

    def propose(self, path: Path) -> None:
        """Show a path, in whose folder a name lies that is typed without a folder."""
        self._base = path.parent
        self.line.setText(str(path))

    def path(self) -> Path:
        """Return the path to write.

        Raises
        ------
        InputError
            When there is none.
        """
        text = self.line.text().strip()
        try:
            path = self._base / Path(text).expanduser()
            if text and self.endings and path.suffix.lower() not in self.endings:
                path = path.with_name(path.name + self.endings[0])
        except (ValueError, RuntimeError) as error:  # no name at all, or a home that is not known
            raise InputError(f"Nothing can be written to {text}.", hint="Choose another name.") from error
        if not text:
            raise InputError("It is not said where to write.", hint="Type a name, or choose one with Browse.")
        return path

    def _edited(self) -> None:
        self.agreed = None
        self.refresh()

    def refresh(self) -> None:
        """Remark on the path again, as files on the disk may have changed."""
        self.line.setToolTip(plain(self.line.text()))
        try:
            path = self.path()
            self.remark.setText("" if path == self.agreed else self._remark(path))
        except (InputError, OSError, ValueError):  # writing will say what is wrong
            self.remark.setText("")

    def _ask(self) -> None:
        start = self._base / self.line.text().strip()
        if self.endings:
            kinds = f"{self._what} ({' '.join(f'*{ending}' for ending in self.endings)})"
            path = ask_where(self, self._what, start, [kinds])
        else:
            folder = QFileDialog.getExistingDirectory(self, self._what, str(start))
            path = Path(folder) if folder else None
        if path is not None:
            self.line.setText(str(path))
            self.agreed = path
            self.refresh()
