"""What the Image menu does: what is said of the images in hand, and what other programs do with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from large_gui.core.words import spaced
from large_gui.gui.shell.commands.place import Place
from large_gui.gui.widgets.plain import menu_text


class ImageCommands:
    """Labels and marks the images in hand, and hands them to other programs."""

    def __init__(self, at: Place) -> None:
        self._at = at
        at.pages.images_made.connect(self._images_made)
        at.document.tags_changed.connect(self._name_tag)
        at.document.opened.connect(self._name_tag)
        self._name_tag()

    def does(self) -> dict[str, Callable[[], object]]:
        """What each action of the menu does, by its id."""
        document, pages = self._at.document, self._at.pages
        return {
            "label": self.label,
            "clear_label": lambda: document.editor.clear_labels(document.in_hand()),
            "exclude": self.exclude,
            "suggest": lambda: pages.panel.go_to_suggestion(),
            "duplicates": lambda: document.twins.find(),
            "tag_with": lambda: self._mark(True),
            "tag_without": lambda: self._mark(False),
            "tag_choose": self.choose_tag,
            "most": self.most,
            "open_image": self.open_image,
            "show_in_folder": self.show_in_folder,
            "copy_path": self.copy_path,
            "copy_row": self.copy_row,
        }

    def _images_made(self) -> None:
        images = self._at.pages.images
        images.tag_bar.choose_wanted.connect(self.choose_tag)
        images.views.most_wanted.connect(self.most)

    def label(self) -> None:
        """Give the keys to the value entry, or show the next hint while there are hints."""
        if not self._at.tour.go_on():
            self._at.pages.begin_typing()

    def exclude(self) -> None:
        """Leave the labels of the images in hand out of the line, or take them in again."""
        document, session = self._at.document, self._at.document.session
        if session is not None and not any(i in session.labels for i in document.in_hand()):
            document.notice.emit("There is no value here to leave out of the line.", "", False)
        document.editor.exclude(document.in_hand())

    def _name_tag(self, *_: object) -> None:
        """Say in the menu which tag the keys mark images with."""
        tag = menu_text(spaced(self._at.document.tag))
        for name, words in (("tag_with", "&having"), ("tag_without", "&not having")):
            self._at.actions[name].setText(f"Mark as {words} {tag or 'a tag'}{'' if tag else '…'}")

    def choose_tag(self) -> bool:
        """Ask which tag keys mark images with, and return whether there is one now."""
        from PySide6.QtWidgets import QInputDialog

        from large_gui.tasks.imports.directions import clean

        document = self._at.document
        if document.session is None or document.is_read_only():
            return False
        known = [document.tag, *sorted(name for name in document.tags if name and name != document.tag)]
        words: dict[str, str] = {}
        for name in known:
            words.setdefault(spaced(name), name)
        text, wanted = QInputDialog.getItem(
            self._at.window, "Tag", "What some images have and others don't, for example freckles:",
            list(words) if known != [""] else [], 0, editable=True,
        )  # fmt: skip
        if wanted:
            document.take_tag(words.get(text, clean(text)))
        return bool(document.tag)

    def _mark(self, has: bool) -> None:
        """Mark the images in hand, or take the mark away from those that all have it already."""
        document = self._at.document
        if not document.tag and not self.choose_tag():
            return
        numbers, session = document.in_hand(), document.session
        marks = document.tags.get(document.tag, {})
        assert session is not None
        again = all(marks.get(session.paths[i]) is has for i in numbers)
        document.editor.tag(document.tag, numbers, None if again else has)

    def most(self) -> None:
        """Keep that the image in hand has more than each of the others that it is compared with."""
        document, session = self._at.document, self._at.document.session
        if session is None or document.current not in document.compared:
            document.notice.emit("Compare some images first.", "Select two to four, and press C.", False)
            return
        paths = [session.paths[i] for i in document.compared]
        chosen = session.paths[document.current]
        if document.comparisons.add_most(chosen, paths):
            name, direction = chosen.rpartition("/")[2], session.sorted_by()
            end = direction.low if direction.flipped else direction.high
            hint = "The Pairs page shows what the answers say all together."
            told = f"Kept: {name} is the furthest of these towards {end or 'more'}."
            document.notice.emit(told, hint, False)

    def open_image(self) -> None:
        """Open the image that is looked at with the program that the system uses for it."""
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        for path in self._paths()[:1]:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
                self._at.document.notice.emit(f"No program was found that opens {path}.", "", True)

    def show_in_folder(self) -> None:
        """Show the folder of the image in the system's file manager."""
        from pathlib import Path

        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        for path in self._paths()[:1]:
            if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent))):
                self._at.document.notice.emit(f"No file manager was found that shows {path}.", "", True)

    def copy_path(self) -> None:
        """Copy the paths of the images in hand, a line each."""
        self._copy("\n".join(self._paths()), len(self._paths()), "path")

    def copy_row(self) -> None:
        """Copy the rows of the table of the images in hand, with the names of the columns above."""
        from large_gui.project.export import COLUMNS, written_cells

        document = self._at.document
        if document.session is None or document.lacks_direction():
            return
        rows = document.session.rows(document.in_hand())
        lines = [list(COLUMNS), *written_cells(rows)]
        self._copy("\n".join("\t".join(cells) for cells in lines), len(rows), "row")

    def _copy(self, text: str, n: int, what: str) -> None:
        from PySide6.QtWidgets import QApplication

        from large_gui.core.words import count

        QApplication.clipboard().setText(text)
        self._at.document.notice.emit(f"{count(n, what)} copied.", "", False)

    def _paths(self) -> Sequence[str]:
        document = self._at.document
        session = document.session
        numbers = document.in_hand() if session is not None else []
        if len(numbers) > 1 and document.current in numbers:  # first what is looked at
            numbers = [document.current, *(i for i in numbers if i != document.current)]
        return [str(session.folder / session.paths[i]) for i in numbers] if session is not None else []
