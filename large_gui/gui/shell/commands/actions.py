"""The table of everything that the window can do, from which the menus and the palette are made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from large_gui.gui.look.icons import icon


class MenuEntry(NamedTuple):
    """One action: its id, menu, words, shortcut, whether it can be on or off, and its icon.

    Without an id it is a line between the entries of its menu. A menu within a menu is written
    ``&View/&Panels``.
    """

    id: str
    menu: str
    text: str = ""
    shortcut: str = ""
    checkable: bool = False
    icon: str = ""


ENTRIES = (
    MenuEntry("open", "&File", "&Open a folder…", "Ctrl+O", icon="folder-open"),
    MenuEntry("open_files", "&File", "Open &files or a project…", "Ctrl+Shift+O"),
    MenuEntry("reopen", "&File", "&Reopen the last folder", "Ctrl+Shift+T"),
    MenuEntry("recent_clear", "&File/Open &recent", "&Forget what was open before"),
    MenuEntry("samples", "&File", "Try the &samples", icon="image"),
    MenuEntry("", "&File"),
    MenuEntry("import_labels", "&File", "&Import labels…", "Ctrl+I", icon="download"),
    MenuEntry("save_copy", "&File", "Save a copy of the &project…", "Ctrl+Shift+S"),
    MenuEntry("back_up", "&File", "&Back up as one file…"),
    MenuEntry("restore", "&File", "Restore a bac&kup…"),
    MenuEntry("export_csv", "&File", "Export &CSV…", "Ctrl+S", icon="table"),
    MenuEntry("export", "&File", "&Export…", "Ctrl+E", icon="share"),
    MenuEntry("", "&File"),
    MenuEntry("print_plot", "&File", "Print the p&lot…", icon="printer"),
    MenuEntry("print_sheet", "&File", "Print the s&heet…"),
    MenuEntry("", "&File"),
    MenuEntry("close", "&File", "&Close the folder", "Ctrl+W"),
    MenuEntry("quit", "&File", "&Quit", "Ctrl+Q"),
    MenuEntry("undo", "&Edit", "Undo", "Ctrl+Z", icon="undo-2"),
    MenuEntry("redo", "&Edit", "Redo", "Ctrl+Shift+Z", icon="redo-2"),
    MenuEntry("", "&Edit"),
    MenuEntry("select_all", "&Edit", "Select &all", "Ctrl+A"),
    MenuEntry("invert", "&Edit", "&Invert the selection", "Ctrl+Shift+I"),
    MenuEntry("select_again", "&Edit", "Select &again what was selected", "Ctrl+Shift+D"),
    MenuEntry("", "&Edit"),
    MenuEntry("grades", "&Edit", "&Grades…", "Ctrl+G"),
    MenuEntry("find", "&Edit", "&Find by name", "Ctrl+F", icon="search"),
    MenuEntry("clear", "&Edit", "Show all images again", "Esc"),
    MenuEntry("", "&Edit"),
    MenuEntry("page_settings", "&Edit", "Se&ttings", "Ctrl+,", True, "settings"),
    MenuEntry("label", "&Image", "&Give a value", "Return", icon="ruler"),
    MenuEntry("exclude", "&Image", "E&xclude from the line, or include", "X"),
    MenuEntry("clear_label", "&Image", "&Clear labels", "Del"),
    MenuEntry("suggest", "&Image", "Go to the &suggested image", "N", icon="target"),
    MenuEntry("duplicates", "&Image", "Find &duplicates"),
    MenuEntry("series", "&Image", "Label a se&ries of 12", "Ctrl+Shift+L", icon="list-ordered"),
    MenuEntry("", "&Image"),
    MenuEntry("tag_with", "&Image", "Mark as &having a tag…", "T", icon="tag"),
    MenuEntry("tag_without", "&Image", "Mark as &not having a tag…", "Shift+T"),
    MenuEntry("tag_choose", "&Image", "&Choose the tag…", "Ctrl+T"),
    MenuEntry("", "&Image"),
    MenuEntry("large", "&Image", "&Loupe", "Space", icon="maximize"),
    MenuEntry("compare", "&Image", "Co&mpare", "C", icon="columns-2"),
    MenuEntry("most", "&Image", "This one of the compared has &most", "M", icon="scale"),
    MenuEntry("", "&Image"),
    MenuEntry("open_image", "&Image", "&Open in the system's viewer", "Ctrl+Return", icon="external-link"),
    MenuEntry("show_in_folder", "&Image", "Show in the &file manager", icon="folder-open"),
    MenuEntry("copy_path", "&Image", "Copy the &path", "Ctrl+Shift+C"),
    MenuEntry("copy_row", "&Image", "Copy the &row of the table", "Ctrl+C", icon="copy"),
    MenuEntry("page_images", "&View", "&Images page", "Ctrl+1", True, "images"),
    MenuEntry("page_directions", "&View", "&Directions page", "Ctrl+2", True, "compass"),
    MenuEntry("page_models", "&View", "&Models page", "Ctrl+3", True, "box"),
    MenuEntry("page_pairs", "&View", "&Pairs page", "Ctrl+4", True, "scale"),
    MenuEntry("page_groups", "&View", "&Groups page", "Ctrl+5", True, "users"),
    MenuEntry("page_compare", "&View", "C&ompare page", "Ctrl+6", True, "chart-scatter"),
    MenuEntry("page_linearity", "&View", "&Linearity page", "Ctrl+7", True, "chart-spline"),
    MenuEntry("page_training", "&View", "&Training page", "Ctrl+8", True, "graduation-cap"),
    MenuEntry("", "&View"),
    MenuEntry("flip", "&View", "&Flip the direction", "F", icon="flip-horizontal-2"),
    MenuEntry("grid", "&View", "&Grid", "G", icon="layout-grid"),
    MenuEntry("actual_size", "&View", "Fit or 1:&1", "Z", icon="scan"),
    MenuEntry("first", "&View", "First image", "Home"),
    MenuEntry("last", "&View", "Last image", "End"),
    MenuEntry("percentile", "&View", "Go to a &percentile…", "Ctrl+L"),
    MenuEntry("larger", "&View", "Larger pictures", "Ctrl++", icon="zoom-in"),
    MenuEntry("smaller", "&View", "Smaller pictures", "Ctrl+-", icon="zoom-out"),
    MenuEntry("", "&View"),
    MenuEntry("panel_calibration", "&View/Pa&nels", "Calibration panel", "", True),
    MenuEntry("panel_inspector", "&View/Pa&nels", "Inspector panel", "", True),
    MenuEntry("panel_distances", "&View/Pa&nels", "Distances panel", "", True),
    MenuEntry("theme_system", "&View/&Colours", "Colours as the system", "", True),
    MenuEntry("theme_light", "&View/&Colours", "Light colours", "", True, "sun"),
    MenuEntry("theme_dark", "&View/&Colours", "Dark colours", "", True, "moon"),
    MenuEntry("pause", "&Run", "&Pause or go on", "Ctrl+P", icon="pause"),
    MenuEntry("cancel", "&Run", "&Cancel"),
    MenuEntry("resume", "&Run", "&Resume", "Ctrl+R", icon="play"),
    MenuEntry("minimise", "&Window", "&Minimise", "Ctrl+M"),
    MenuEntry("zoom", "&Window", "Ma&ximise or restore"),
    MenuEntry("full_screen", "&Window", "&Full screen", "F11", True),
    MenuEntry("", "&Window"),
    MenuEntry("panels_back", "&Window", "&Bring all panels back"),
    MenuEntry("reset_layout", "&Window", "&Reset the layout"),
    MenuEntry("guide", "&Help", "&Measuring guide", "Shift+F1", icon="book-open"),
    MenuEntry("hints", "&Help", "Show the &hints again", icon="lightbulb"),
    MenuEntry("palette", "&Help", "&Command palette…", "Ctrl+K", icon="search"),
    MenuEntry("shortcuts", "&Help", "&Shortcuts", "F1", icon="keyboard"),
    MenuEntry("about", "&Help", "&About", icon="info"),
)
# These are keys of the images: where text is typed they are ordinary characters.
OF_THE_IMAGES = frozenset(
    {
        "label",
        "clear_label",
        "exclude",
        "suggest",
        "flip",
        "large",
        "compare",
        "grid",
        "actual_size",
        "first",
        "last",
        "select_all",
        "most",
        "tag_with",
        "tag_without",
        "copy_row",
        "open_image",
    }
)
# These are of use with an open folder only.
OF_A_FOLDER = OF_THE_IMAGES | {
    "tag_choose", "show_in_folder", "copy_path", "invert", "select_again",
    "import_labels", "export", "export_csv", "save_copy", "back_up", "close", "grades", "series",
    "percentile", "duplicates", "clear",
    "panel_calibration", "panel_inspector", "panel_distances", "print_plot", "print_sheet", "hints",
    "panels_back", "reset_layout",
}  # fmt: skip

PANELS = ("Calibration", "Inspector", "Distances")


class Actions:
    """The actions of one window, by id, and the menus that show them."""

    def __init__(self, window: QMainWindow) -> None:
        self._by_id: dict[str, QAction] = {}
        self._menus: dict[str, QMenu] = {}
        for entry in ENTRIES:
            menu = self._menu(window, entry.menu)
            if not entry.id:
                menu.addSeparator()
                continue
            action = QAction(window, text=entry.text, checkable=entry.checkable)
            action.setObjectName(entry.id)
            if entry.icon:
                action.setIcon(icon(entry.icon))
            if entry.shortcut:
                action.setShortcut(entry.shortcut)
            self._by_id[entry.id] = action
            if entry.id not in OF_THE_IMAGES:
                window.addAction(action)
            menu.addAction(action)
        self["redo"].setShortcuts([QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")])

    def _menu(self, window: QMainWindow, path: str) -> QMenu:
        """The menu of a path such as ``&View/&Panels``, made when it is first asked for."""
        if path not in self._menus:
            above, _, title = path.rpartition("/")
            self._menus[path] = (
                self._menu(window, above).addMenu(title) if above else window.menuBar().addMenu(title)
            )
        return self._menus[path]

    def menu(self, path: str) -> QMenu:
        """A menu of the window, by the path that its entries have."""
        return self._menus[path]

    def __getitem__(self, name: str) -> QAction:
        return self._by_id[name]

    def __iter__(self) -> Iterator[QAction]:
        return iter(self._by_id.values())


def plain_text(action: QAction) -> str:
    """Return the words of an action without the mark of its menu key."""
    return action.text().replace("&", "").rstrip("…")
