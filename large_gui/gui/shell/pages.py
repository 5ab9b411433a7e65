"""The pages of the window: welcome, images with their panels, and all others; and which one is shown."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSettings, Signal
from PySide6.QtWidgets import QStackedWidget

from large_gui.folders import resources_folder
from large_gui.gui.document.document import Document
from large_gui.gui.shell.commands.actions import PANELS, Actions
from large_gui.gui.shell.welcome.page import Welcome

if TYPE_CHECKING:
    from large_gui.gui.calibration.histogram import DistanceHistogram
    from large_gui.gui.calibration.panel import CalibrationPanel
    from large_gui.gui.compare.page import ComparePage
    from large_gui.gui.directions.page import DirectionsPage
    from large_gui.gui.groups.page import GroupsPage
    from large_gui.gui.images.page import ImagesPage
    from large_gui.gui.images.thumbnails import Thumbnails
    from large_gui.gui.inspector.inspector import Inspector
    from large_gui.gui.linearity.page import LinearityPage
    from large_gui.gui.models.page import ModelsPage
    from large_gui.gui.pairs.page import PairsPage
    from large_gui.gui.shell.settings.page import SettingsPage
    from large_gui.gui.shell.settings.preferences import Preferences
    from large_gui.gui.shell.workspace import Workspace
    from large_gui.gui.training.page import TrainingPage

PAGES = (
    "images", "directions", "models", "pairs", "groups", "compare", "linearity", "training", "settings",
)  # fmt: skip


class ImageParts(NamedTuple):
    """The page of images, and the panels that are made together with it."""

    images: ImagesPage
    panel: CalibrationPanel
    histogram: DistanceHistogram


class Pages(QStackedWidget):
    """A stack of pages of which one is shown; most are made when they are first needed.

    Parameters
    ----------
    document
        What the pages show.
    thumbnails
        The thumbnails of its images.
    actions
        The actions of the window. An action of a page or panel is ticked while that is shown.
    settings
        The settings of the window, which keep where the panels stand.

    Attributes
    ----------
    workspace
        The page of images with its panels; ``None`` until the first folder is opened.
    preferences
        What the Settings page shows; given once the theme is there.

    Signals
    -------
    images_made
        The page of images and its panels are there.
    """

    images_made = Signal()
    preferences: Preferences

    def __init__(
        self, document: Document, thumbnails: Thumbnails, actions: Actions, settings: QSettings
    ) -> None:
        super().__init__()
        self._document, self._actions, self._settings = document, actions, settings
        self._thumbnails = thumbnails
        self.welcome = Welcome(document, resources_folder() / "samples")
        self._parts: ImageParts | None = None
        self.workspace: Workspace | None = None
        self.addWidget(self.welcome)
        self.welcome.open_wanted.connect(actions["open"].trigger)
        self.welcome.samples_wanted.connect(actions["samples"].trigger)
        self.welcome.recent_wanted.connect(lambda path: document.open([Path(path)]))
        document.busy_changed.connect(self._begin)

    @property
    def images(self) -> ImagesPage:
        """The page of images, which is made when the first folder is being opened."""
        return self._made().images

    @property
    def panel(self) -> CalibrationPanel:
        """The panel in which a person gives values and sees the line."""
        return self._made().panel

    @property
    def histogram(self) -> DistanceHistogram:
        """The panel with the distances of all images."""
        return self._made().histogram

    @cached_property
    def inspector(self) -> Inspector:
        """The panel that shows one image closely."""
        from large_gui.gui.inspector.inspector import Inspector

        inspector = Inspector(self._document)
        inspector.fetch_wanted.connect(lambda: self.show_page("models"))
        return inspector

    @cached_property
    def directions(self) -> DirectionsPage:
        """The directions page."""
        from large_gui.gui.directions.page import DirectionsPage

        page = DirectionsPage(self._document)
        page.selection = lambda: list(self._document.in_hand())
        self.addWidget(page)
        return page

    @cached_property
    def models(self) -> ModelsPage:
        """The models page."""
        from large_gui.gui.models.page import ModelsPage

        page = ModelsPage(self._document)
        page.generator_fetched.connect(lambda: self.inspector.refresh())
        self.addWidget(page)
        return page

    @cached_property
    def settings(self) -> SettingsPage:
        """The settings page."""
        from large_gui.gui.shell.settings.page import SettingsPage

        page = SettingsPage(self._document, self._thumbnails, self.preferences)
        self.addWidget(page)
        return page

    @cached_property
    def pairs(self) -> PairsPage:
        """The page that asks which of two pictures is further along."""
        from large_gui.gui.pairs.page import PairsPage

        page = PairsPage(self._document, self._thumbnails)
        page.left.connect(lambda: self.show_page("images"))
        self.addWidget(page)
        return page

    @cached_property
    def groups(self) -> GroupsPage:
        """The page that compares groups of images."""
        from large_gui.gui.groups.page import GroupsPage

        page = GroupsPage(self._document)
        page.images_wanted.connect(lambda: self.show_page("images"))
        page.images_wanted.connect(self.images.grid.setFocus)
        self.addWidget(page)
        return page

    @cached_property
    def compare(self) -> ComparePage:
        """The page that compares models and ways on the labels."""
        from large_gui.gui.compare.page import ComparePage

        page = ComparePage(self._document)
        self.addWidget(page)
        return page

    @cached_property
    def linearity(self) -> LinearityPage:
        """The page that shows how evenly a value changes along a path in the latent space."""
        from large_gui.gui.linearity.page import LinearityPage

        page = LinearityPage(self._document)
        page.models_wanted.connect(lambda: self.show_page("models"))
        self.addWidget(page)
        return page

    @cached_property
    def training(self) -> TrainingPage:
        """The page that makes a model of a folder of photographs."""
        from large_gui.gui.training.page import TrainingPage

        page = TrainingPage(self._document)
        page.directions_wanted.connect(lambda: self.show_page("directions"))
        self.addWidget(page)
        return page

    @property
    def on_training(self) -> bool:
        """Whether the page of trainings is shown, which takes what is dropped."""
        return "training" in vars(self) and self.currentWidget() is self.training

    @property
    def training_busy(self) -> str:
        """What is being trained, in words; empty if nothing is."""
        return self.training.trainings.busy if "training" in vars(self) else ""

    @property
    def on_images(self) -> bool:
        """Whether the page of images is shown."""
        return self.workspace is not None and self.currentWidget() is self.workspace

    def show_page(self, name: str) -> None:
        """Go to one of `PAGES`; without images there is a welcome."""
        if name == "images":
            opened = self._document.store is not None
            self.setCurrentWidget(self.workspace if opened and self.workspace else self.welcome)
        else:
            self.setCurrentWidget(getattr(self, name))
        self._actions[f"page_{name}"].setChecked(True)

    def begin_typing(self, text: str = "") -> None:
        """Show the value entry and give it the keys; ``text`` is what was typed before that."""
        if self.workspace is not None:
            self.show_page("images")
            self.workspace.bring("Calibration")
            self.panel.begin_typing(text)

    def _find_direction(self, tag: str) -> None:
        """Show the directions page, and find the direction of a tag there."""
        self.show_page("directions")
        self.directions.find_from_tags(tag)

    def toggle_panel(self, title: str) -> None:
        """Close a panel, or bring it back."""
        if self.workspace is None:
            return
        if self.workspace.docks[title].isHidden():
            self.workspace.bring(title)
        else:
            self.workspace.docks[title].hide()

    def keep(self) -> None:
        """Write to the settings where the panels stand."""
        if self.workspace is not None:
            self._settings.setValue("panels", self.workspace.saveState())
        if self._parts is not None:
            self._settings.setValue("caption", self._parts.images.captions.currentText())

    def _begin(self) -> None:
        """Make the page of images before the document tells that a folder is open."""
        if self._document.store is not None:
            self._made()

    def _made(self) -> ImageParts:
        """The page of images with what belongs to it, made now if it isn't there yet."""
        if self._parts is not None:
            return self._parts
        from large_gui.gui.calibration.histogram import DistanceHistogram
        from large_gui.gui.calibration.panel import CalibrationPanel
        from large_gui.gui.images.page import ImagesPage

        document, thumbnails = self._document, self._thumbnails
        images, panel = ImagesPage(document, thumbnails), CalibrationPanel(document, thumbnails)
        self._parts = ImageParts(images, panel, DistanceHistogram(document))
        for part in self._parts:
            part.setParent(self)  # until the workspace is there
            part.hide()
        images.grid.typed.connect(self.begin_typing)
        images.tag_bar.find_wanted.connect(self._find_direction)
        images.captions.setCurrentText(str(self._settings.value("caption", images.captions.currentText())))
        images.grid.setEnabled(self._document.session is not None)
        self._document.opened.connect(self._opened)  # after the page itself was told
        self.images_made.emit()
        return self._parts

    def _opened(self) -> None:
        there = self._document.session is not None
        self.images.grid.setEnabled(there)  # before it is given the keys, which nothing disabled takes
        if there and self.workspace is None:
            self._make_workspace()
        self.show_page("images")
        if there:
            self.inspector.refresh()
            self.images.grid.setFocus()

    def _make_workspace(self) -> None:
        from large_gui.gui.shell.workspace import Workspace

        panels = dict(zip(PANELS, (self.panel, self.inspector, self.histogram)))
        self.workspace = Workspace(self.images, panels, self._settings.value("panels"))
        for part in (self.images, self.panel, self.histogram):
            part.show()
        self.addWidget(self.workspace)
        for title, dock in self.workspace.docks.items():
            action = self._actions[f"panel_{title.lower()}"]
            action.setChecked(not dock.isHidden())
            dock.visibilityChanged.connect(lambda _, d=dock, a=action: a.setChecked(not d.isHidden()))
