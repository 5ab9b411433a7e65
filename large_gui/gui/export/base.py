"""What the pages of the export dialog share: their base class, their form, and where files go."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFormLayout, QLabel, QWidget

from large_gui.errors import InputError
from large_gui.folders import resources_folder
from large_gui.gui.document.document import Document
from large_gui.gui.look.tokens import SPACE
from large_gui.gui.widgets.path_field import PathField
from large_gui.gui.widgets.plain import Label

if TYPE_CHECKING:
    from large_gui.service.requests import Request
    from large_gui.tasks.session import Session
    from large_gui.tasks.sorting.rows import SortedRows


class Page(QWidget):
    """A page of the export dialog, which exports one kind of thing.

    Attributes
    ----------
    title, sign
        The words in the list of what can be exported, and the name of the icon beside them.
    key
        The name under which its choices are kept.
    field
        The file or folder to write.
    rows
        Gives the rows of all images for previews; it raises a `LargeError` where there are none. The dialog
        sets it.
    """

    title = key = sign = ""
    field: PathField
    rows: Callable[[], SortedRows]

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document

    def propose(self, folder: Path, stem: str) -> None:
        """Show where to write, in a folder, under a name that begins with ``stem``."""
        self.field.propose(folder / f"{stem}{self.field.endings[0]}")

    def choices(self) -> dict[str, Any]:
        """Return the choices to remember, as values that JSON has."""
        return {}

    def restore(self, kept: dict[str, Any]) -> None:
        """Show the choices that were remembered, of which any may be missing."""

    def refresh(self) -> None:
        """Show what may have changed in the document or on the disk."""
        self.field.refresh()
        self.preview()

    def preview(self) -> None:
        """Show what will be written."""

    def write(self, session: Session, path: Path) -> Request[int | None] | None:
        """Write the export, or return the request with which the worker does it.

        Parameters
        ----------
        session
            The images with what is known of them.
        path
            The file or folder to write.

        Returns
        -------
        ``None`` if it is written; else a request that is answered with the number of files.

        Raises
        ------
        LargeError
            When it can't be written.
        """
        raise NotImplementedError


def beside(session: Session) -> Path:
    """Return the folder in which files are proposed, which is next to the images if it can be."""
    parent = session.folder.parent
    own = session.folder.resolve().is_relative_to(resources_folder().resolve())  # the samples
    return Path.home() if own or parent == session.folder or not os.access(parent, os.W_OK) else parent


def stem(session: Session) -> str:
    """Return how proposed names of files begin."""
    folder, direction = session.folder.name or "images", session.direction
    if direction is None:
        return folder
    plain = re.sub(r"[^\w.-]+", "_", direction.name)
    return f"{folder}-{plain}{'-flipped' if direction.flipped else ''}"


def shown(document: Document) -> list[int]:
    """Return the numbers of the images in the grid, in its order."""
    return [int(i) for i in document.order()]


def placed(session: Session) -> SortedRows:
    """Return the rows of the images that have a rank.

    Raises
    ------
    InputError
        When there is none.
    """
    rows = session.rows().placed
    if not rows:
        raise InputError("No image is measured yet.", hint="Wait for the first ones.")
    return rows


def about_file(path: Path) -> str:
    """Say what a person should know before a file is written."""
    if path.is_dir():
        return "This is a folder: add a name."
    if path.exists():
        return "A file of this name is there already. Export asks before it is replaced."
    return "" if path.parent.is_dir() else f"There is no folder {path.parent}."


def spare_images(session: Session, path: Path) -> None:
    """Refuse to write over one of the images. Any other file is replaced, which the person is asked.

    Raises
    ------
    InputError
        When the file is an image of the session, or can't be written.
    """
    from large_gui.project.outputs import check_outputs

    check_outputs([path], (session.folder / image for image in session.number), force=True)


def is_empty(path: Path) -> bool:
    """Return whether a path is a folder with nothing in it."""
    try:
        return path.is_dir() and not any(path.iterdir())
    except OSError:  # it may not be looked into
        return False


def form(page: QWidget) -> QFormLayout:
    """Make the form of a page."""
    rows = QFormLayout(page, fieldGrowthPolicy=QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    rows.setContentsMargins(SPACE, 0, 0, 0)
    rows.setHorizontalSpacing(2 * SPACE)
    rows.setVerticalSpacing(SPACE)
    return rows


def words(text: str) -> QLabel:
    """Make a label of a few lines that explain a page."""
    label = Label(text, wordWrap=True)
    label.setObjectName("muted")
    return label


def add(rows: QFormLayout, label: str, widget: QWidget, buddy: QWidget | None = None) -> None:
    """Add a widget to a form. The key of its label goes to ``buddy``, or to the widget itself."""
    left = Label(label)
    left.setBuddy(buddy or widget)
    rows.addRow(left, widget)
