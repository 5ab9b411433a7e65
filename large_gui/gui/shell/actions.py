"""The table of everything that the window can do, from which the menus and the palette are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


class Entry(NamedTuple):
    """One action: its id, menu, words, shortcut, and whether it can be on or off."""

    id: str
    menu: str
    text: str
    shortcut: str = ""
    checkable: bool = False


ENTRIES = (
    Entry("open", "&File", "&Open a folder…", "Ctrl+O"),
    Entry("open_files", "&File", "Open &files or a project…", "Ctrl+Shift+O"),
    Entry("reopen", "&File", "&Reopen the last folder", "Ctrl+Shift+T"),
    Entry("samples", "&File", "Try the &samples"),
    Entry("save_copy", "&File", "Save a copy of the &project…", "Ctrl+Shift+S"),
    Entry("import_labels", "&File", "&Import labels…", "Ctrl+I"),
    Entry("export", "&File", "&Export…", "Ctrl+E"),
    Entry("export_csv", "&File", "Export &CSV…", "Ctrl+S"),
    Entry("close", "&File", "&Close the folder", "Ctrl+W"),
    Entry("quit", "&File", "&Quit", "Ctrl+Q"),
    Entry("undo", "&Edit", "Undo", "Ctrl+Z"),
    Entry("redo", "&Edit", "Redo", "Ctrl+Shift+Z"),
    Entry("label", "&Edit", "&Give a value", "Return"),
    Entry("clear_label", "&Edit", "&Clear labels", "Del"),
    Entry("exclude", "&Edit", "E&xclude from the line, or include", "X"),
    Entry("suggest", "&Edit", "Go to the &suggested image", "N"),
    Entry("grades", "&Edit", "&Grades…", "Ctrl+G"),
    Entry("select_all", "&Edit", "Select &all", "Ctrl+A"),
    Entry("find", "&Edit", "&Find by name", "Ctrl+F"),
    Entry("clear", "&Edit", "Show all images again", "Esc"),
    Entry("flip", "&View", "&Flip the direction", "F"),
    Entry("large", "&View", "&Large view", "Space"),
    Entry("first", "&View", "First image", "Home"),
    Entry("last", "&View", "Last image", "End"),
    Entry("percentile", "&View", "Go to a &percentile…", "Ctrl+L"),
    Entry("larger", "&View", "Larger thumbnails", "Ctrl++"),
    Entry("smaller", "&View", "Smaller thumbnails", "Ctrl+-"),
    Entry("panel_calibration", "&View", "Calibration panel", "", True),
    Entry("panel_inspector", "&View", "Inspector panel", "", True),
    Entry("panel_distances", "&View", "Distances panel", "", True),
    Entry("page_images", "&View", "&Images page", "Ctrl+1", True),
    Entry("page_directions", "&View", "&Directions page", "Ctrl+2", True),
    Entry("page_models", "&View", "&Models page", "Ctrl+3", True),
    Entry("theme_system", "&View", "Colours as the system", "", True),
    Entry("theme_light", "&View", "Light colours", "", True),
    Entry("theme_dark", "&View", "Dark colours", "", True),
    Entry("pause", "&Run", "&Pause or go on", "Ctrl+P"),
    Entry("cancel", "&Run", "&Cancel"),
    Entry("resume", "&Run", "&Resume", "Ctrl+R"),
    Entry("engine", "&Run", "&Engine…"),
    Entry("palette", "&Help", "&Command palette…", "Ctrl+K"),
    Entry("shortcuts", "&Help", "&Shortcuts", "F1"),
    Entry("about", "&Help", "&About"),
)
# These are keys of the images: where text is typed they are ordinary characters.
OF_THE_IMAGES = frozenset(
    {"label", "clear_label", "exclude", "suggest", "flip", "large", "first", "last", "select_all"}
)
# These are of use with an open folder only.
OF_A_FOLDER = OF_THE_IMAGES | {
    "import_labels", "export", "export_csv", "save_copy", "close", "grades", "percentile", "clear",
    "panel_calibration", "panel_inspector", "panel_distances",
}  # fmt: skip

PANELS = ("Calibration", "Inspector", "Distances")


class Actions:
    """The actions of one window, by id, and the menus that show them."""

    def __init__(self, window: QMainWindow) -> None:
        self._by_id: dict[str, QAction] = {}
        for entry in ENTRIES:
            action = QAction(window, text=entry.text, checkable=entry.checkable)
            action.setObjectName(entry.id)
            if entry.shortcut:
                action.setShortcut(entry.shortcut)
            self._by_id[entry.id] = action
            if entry.id not in OF_THE_IMAGES:
                window.addAction(action)
        self["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])
        menus: dict[str, QMenu] = {}
        for entry in ENTRIES:
            menu = menus.get(entry.menu) or window.menuBar().addMenu(entry.menu)
            menus[entry.menu] = menu
            menu.addAction(self._by_id[entry.id])

    def __getitem__(self, name: str) -> QAction:
        return self._by_id[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._by_id.values())


def plain_text(action: QAction) -> str:
    """Return the words of an action without the mark of its menu key."""
    return action.text().replace("&", "").rstrip("…")
