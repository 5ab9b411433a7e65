"""The table of everything that the window can do, from which the menus and the palette are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu


class MenuEntry(NamedTuple):
    """One action: its id, menu, words, shortcut, and whether it can be on or off."""

    id: str
    menu: str
    text: str
    shortcut: str = ""
    checkable: bool = False


ENTRIES = (
    MenuEntry("open", "&File", "&Open a folder…", "Ctrl+O"),
    MenuEntry("open_files", "&File", "Open &files or a project…", "Ctrl+Shift+O"),
    MenuEntry("reopen", "&File", "&Reopen the last folder", "Ctrl+Shift+T"),
    MenuEntry("samples", "&File", "Try the &samples"),
    MenuEntry("save_copy", "&File", "Save a copy of the &project…", "Ctrl+Shift+S"),
    MenuEntry("import_labels", "&File", "&Import labels…", "Ctrl+I"),
    MenuEntry("export", "&File", "&Export…", "Ctrl+E"),
    MenuEntry("export_csv", "&File", "Export &CSV…", "Ctrl+S"),
    MenuEntry("close", "&File", "&Close the folder", "Ctrl+W"),
    MenuEntry("quit", "&File", "&Quit", "Ctrl+Q"),
    MenuEntry("undo", "&Edit", "Undo", "Ctrl+Z"),
    MenuEntry("redo", "&Edit", "Redo", "Ctrl+Shift+Z"),
    MenuEntry("label", "&Edit", "&Give a value", "Return"),
    MenuEntry("clear_label", "&Edit", "&Clear labels", "Del"),
    MenuEntry("exclude", "&Edit", "E&xclude from the line, or include", "X"),
    MenuEntry("suggest", "&Edit", "Go to the &suggested image", "N"),
    MenuEntry("grades", "&Edit", "&Grades…", "Ctrl+G"),
    MenuEntry("select_all", "&Edit", "Select &all", "Ctrl+A"),
    MenuEntry("find", "&Edit", "&Find by name", "Ctrl+F"),
    MenuEntry("clear", "&Edit", "Show all images again", "Esc"),
    MenuEntry("flip", "&View", "&Flip the direction", "F"),
    MenuEntry("large", "&View", "&Large view", "Space"),
    MenuEntry("first", "&View", "First image", "Home"),
    MenuEntry("last", "&View", "Last image", "End"),
    MenuEntry("percentile", "&View", "Go to a &percentile…", "Ctrl+L"),
    MenuEntry("larger", "&View", "Larger thumbnails", "Ctrl++"),
    MenuEntry("smaller", "&View", "Smaller thumbnails", "Ctrl+-"),
    MenuEntry("panel_calibration", "&View", "Calibration panel", "", True),
    MenuEntry("panel_inspector", "&View", "Inspector panel", "", True),
    MenuEntry("panel_distances", "&View", "Distances panel", "", True),
    MenuEntry("page_images", "&View", "&Images page", "Ctrl+1", True),
    MenuEntry("page_directions", "&View", "&Directions page", "Ctrl+2", True),
    MenuEntry("page_models", "&View", "&Models page", "Ctrl+3", True),
    MenuEntry("theme_system", "&View", "Colours as the system", "", True),
    MenuEntry("theme_light", "&View", "Light colours", "", True),
    MenuEntry("theme_dark", "&View", "Dark colours", "", True),
    MenuEntry("pause", "&Run", "&Pause or go on", "Ctrl+P"),
    MenuEntry("cancel", "&Run", "&Cancel"),
    MenuEntry("resume", "&Run", "&Resume", "Ctrl+R"),
    MenuEntry("engine", "&Run", "&Engine…"),
    MenuEntry("palette", "&Help", "&Command palette…", "Ctrl+K"),
    MenuEntry("shortcuts", "&Help", "&Shortcuts", "F1"),
    MenuEntry("about", "&Help", "&About"),
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
